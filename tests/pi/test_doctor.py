"""`soothe doctor` on a whole machine: what it sees, that it changes nothing, the test of the switches, the walk."""
import json
import time
import unittest

from emulator import EmulatorError
from machine import heating, started
from undisturbed import LiveTest
from world import BUZZER, DROP_OUT, K1, K2_PULSE

#: A pin that tells when something was struck.
MARK = 26
#: Everything that switches something.
OUTPUTS = (K1, K2_PULSE, BUZZER)


class Dialogue:
    """A doctor that asks, in the machine: what it said so far, and a way to answer."""

    def __init__(self, pi, options):
        self.pi = pi
        pi.sh("rm -f /tmp/answers /tmp/said; mkfifo /tmp/answers; chmod 666 /tmp/answers")
        # The pipe stays open until `leave`, so that it is never the end of all answers.
        pi.sh("(setsid sleep 600 > /tmp/answers &)")
        pi.sh(f"(su soothe -c 'setsid soothe doctor {options} < /tmp/answers > /tmp/said 2>&1; echo code $? >> /tmp/said' &)")
        self.heard = 0

    def said(self):
        return self.pi.sh("cat /tmp/said", check=False)

    def expect(self, words, within=20):
        """Waits until these words were said, after those that were expected before."""
        end = time.monotonic() + within
        while True:
            # The terminal's width breaks its lines between any two words.
            said = " ".join(self.said().split())
            at = said.find(words, self.heard)
            if at >= 0:
                self.heard = at + len(words)
                return
            if time.monotonic() > end:
                raise EmulatorError(f"it did not say {words!r}:\n{said}")
            time.sleep(0.1)

    def answer(self, text=""):
        self.pi.sh(f"echo '{text}' > /tmp/answers")


class Looks(LiveTest):
    def look(self, device):
        """What was found, and whether anything that switches moved meanwhile."""
        pi = device.pi
        before = len(pi.edges)
        said = pi.sh("su soothe -c 'soothe doctor --json'; echo code $?", timeout=60)
        report, code = said.strip().rsplit("code ", 1)
        findings = json.loads(report)["findings"]
        moved = [edge for edge in pi.edges[before:] if edge[1] in OUTPUTS]
        self.assertEqual(int(code), int(any(it["verdict"] == "wrong" for it in findings)))
        return findings, moved

    def of(self, findings, check):
        return [(it["verdict"], it["says"]) for it in findings if it["check"] == check]

    def test_a_machine_without_a_daemon(self):
        with started(network=False) as (pi, world, device):
            findings, moved = self.look(device)
            self.assertEqual(moved, [], "nothing is switched")
            self.assertEqual(self.of(findings, "model"), [("ok", "Raspberry Pi 3 Model B")])
            for check in ("kernel", "config", "1-wire", "rights", "pins"):
                self.assertEqual([verdict for verdict, _ in self.of(findings, check)], ["ok"], findings)
            # The room's temperature, by the kernel's own driver.
            sensors = self.of(findings, "sensors")
            self.assertEqual([verdict for verdict, _ in sensors], ["ok"] * 4, sensors)
            self.assertIn("contact 1 (28-0000000000d1): 22.0", sensors[0][1])

    def test_what_is_broken_is_found(self):
        with started(network=False) as (pi, world, device):
            world.does[1] = 0
            world.shows[0] = 130.0
            pi.sh("chmod 600 /dev/gpiomem")
            time.sleep(1.0)
            findings, moved = self.look(device)
            self.assertEqual(moved, [])
            self.assertEqual(self.of(findings, "rights")[0][0], "wrong")
            self.assertIn("/dev/gpiomem", self.of(findings, "pins")[0][1])
            pi.sh("chmod 660 /dev/gpiomem")
            sensors = self.of(self.look(device)[0], "sensors")
            self.assertEqual([verdict for verdict, _ in sensors[:3]], ["wrong", "wrong", "ok"], sensors)
            self.assertIn("130 °C, which is no temperature", sensors[0][1])

    def test_a_line_that_is_driven_high_while_no_daemon_runs(self):
        with heating() as (pi, world, device):
            # Both at once, so that nobody is left to switch off; K2 drops out by itself.
            device.strike(MARK, device.pid("soothe-guard"), device.pid())
            time.sleep(DROP_OUT + 0.3)
            self.assertEqual((pi.level(K1), world.is_heated()), (1, False))
            findings, moved = self.look(device)
            self.assertEqual(moved, [], "it mends nothing by itself")
            self.assertEqual(self.of(findings, "pins"), [("wrong", "k1 (GPIO 17) is driven high, and no soothed runs")])
            pi.sh("su soothe -c 'soothed lines-off'")
            self.assertEqual(self.of(self.look(device)[0], "pins")[0][0], "ok")

    def test_beside_a_daemon_that_heats_it_asks_the_daemon_and_takes_nothing_away(self):
        with heating() as (pi, world, device):
            findings, _ = self.look(device)
            self.assertIn("a session runs", self.of(findings, "daemon")[0][1])
            self.assertEqual([verdict for verdict, _ in self.of(findings, "sensors")], ["ok"] * 3)
            status = device.says_status()
            self.assertEqual((status["state"], status["fault"]), ("heating", None))
            refused = pi.sh("su soothe -c 'soothe doctor --self-test' < /dev/null 2>&1; echo code $?")
            self.assertIn("another soothed drives these lines", refused)
            self.assertIn("code 1", refused)


class Switches(LiveTest):
    def alone(self, pi, edges):
        """K1 was never closed while K2 could be in."""
        pulses = [t for t, pin, _ in edges if pin == K2_PULSE]
        return all(not any(0 <= t - pulse < DROP_OUT for pulse in pulses)
                   for t, pin, level in edges if pin == K1 and level)

    def test_each_alone(self):
        with started(network=False) as (pi, world, device):
            before = len(pi.edges)
            talk = Dialogue(pi, "--self-test")
            talk.expect("What is plugged in instead of the pad?")
            self.assertEqual([edge for edge in pi.edges[before:] if edge[1] in OUTPUTS and edge[2]], [])
            talk.answer("lamp")
            for switch in ("K2", "K1"):
                talk.expect(f"Close {switch} alone")
                talk.answer("yes")
                talk.expect(f"Did {switch} click")
                talk.answer("yes")
                talk.expect("lamp stay dark")
                talk.answer("yes")
            talk.expect("All is well. code 0")
            edges = pi.edges[before:]
            self.assertTrue(self.alone(pi, edges))
            self.assertGreater(len([edge for edge in edges if edge[1] == K2_PULSE]), 10)
            self.assertEqual([level for _, pin, level in edges if pin == K1][-2:], [1, 0])
            self.assertFalse(any(k1 and k2 for _, k1, k2, _ in world.trace), "the lamp stayed dark")

    def test_a_welded_k1_is_found_by_k2_alone(self):
        with started(network=False) as (pi, world, device):
            world.k1_welded = True
            talk = Dialogue(pi, "--self-test")
            talk.answer("lamp")
            talk.expect("Close K2 alone")
            talk.answer("yes")
            talk.expect("K1 passes current although it is open")
            talk.expect("1 wrong. code 1")
            self.assertEqual([edge for edge in pi.edges if edge[1:] == (K1, 1)], [])
            # It was let go of at once, not after its two seconds.
            lit = [now for now, k1, k2, _ in world.trace if k2]
            self.assertLess(lit[-1] - lit[0], DROP_OUT + 0.5)

    def close_k1(self, pi):
        """A test of the switches that has just closed K1."""
        talk = Dialogue(pi, "--self-test")
        talk.answer("nothing")
        talk.answer("no")
        talk.expect("Close K1 alone")
        talk.answer("yes")
        self.assertIsNotNone(pi.wait_for_level(K1, 1, 5))
        return talk

    def test_a_doctor_that_is_killed_leaves_k1_open(self):
        with started(network=False) as (pi, world, device):
            self.close_k1(pi)
            since = time.monotonic()
            pi.sh(f"kill -9 {device.pid()}")
            self.assertIsNotNone(pi.wait_for_level(K1, 0, 0.5, since))

    def test_ctrl_z_does_not_keep_k1_closed(self):
        with started(network=False) as (pi, world, device):
            talk = self.close_k1(pi)
            since = time.monotonic()
            pi.sh(f"kill -TSTP {device.pid()}")
            self.assertIsNotNone(pi.wait_for_level(K1, 0, 3.0, since))
            talk.expect("Did K1 click")


class Walk(LiveTest):
    def test_hands_find_out_which_thermometer_is_which(self):
        with started(network=False) as (pi, world, device):
            # Contact 2 and the room's are named the wrong way round.
            pi.sh("sed -i 's/0000000000d2/x/; s/0000000000d3/0000000000d2/; s/28-x/28-0000000000d3/' /etc/soothe/soothed.toml")
            talk = Dialogue(pi, "--wiring thermometers")
            talk.expect("lie apart, at rest")
            talk.answer()
            for sensor, role in enumerate(("contact 1", "contact 2", "ambient")):
                talk.expect(f"Hold {role} between two fingers")
                world.shows = [26.0 if it == sensor else None for it in range(3)]
                talk.expect(f"{role} is 28-0000000000d{sensor + 1}", within=40)
            talk.expect('contact = ["28-0000000000d1", "28-0000000000d2"] ambient = "28-0000000000d3"')
            talk.expect("contact 2 is 28-0000000000d2, and [probes] names 28-0000000000d3 for it")
            talk.expect("Try again?")
            talk.answer("no")
            talk.expect("Go on, when it is mended, with: sudo soothe doctor --wiring thermometers")

    def test_a_press_is_waited_for_and_the_buzzer_sounds_only_after_a_yes(self):
        with started(network=False) as (pi, world, device):
            before = len(pi.edges)
            talk = Dialogue(pi, "--wiring estop")
            talk.answer()
            talk.expect("Press it now...")
            world.estop_pressed = True
            talk.expect("...and release it.")
            world.estop_pressed = False
            talk.expect("pressed and released, both seen")
            talk.expect("The button is wired")
            talk.answer()
            talk.expect("Press it for a moment...")
            world.button_down = True
            time.sleep(0.5)
            world.button_down = False
            talk.expect("a press was seen")
            talk.expect("divided, to GPIO 25 (pin 22 of the header)")
            talk.answer()
            talk.expect("Open the loop at the cut-out now")
            world.cutout_open = True
            talk.expect("...and close it again.")
            world.cutout_open = False
            talk.expect("open and closed, both seen")
            talk.answer()
            talk.expect("Let it sound for 1 s?")
            self.assertEqual([edge for edge in pi.edges[before:] if edge[1] in OUTPUTS and edge[2]], [])
            talk.answer("yes")
            talk.expect("Did you hear it?")
            self.assertIn((BUZZER, 1), [edge[1:] for edge in pi.edges[before:]])
            self.assertEqual(pi.level(BUZZER), 0)
            talk.answer("quit")
            talk.expect("you left code 1")


if __name__ == "__main__":
    unittest.main()
