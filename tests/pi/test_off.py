"""Everything that must switch the real binary's outputs off, and how soon it does."""
import statistics
import time
import unittest

from emulator import EmulatorError
from machine import heating, started
from undisturbed import LiveTest
from world import BUZZER, DROP_OUT, K1, K2_PULSE

#: A pin that tells the outside of the moment at which something happens in the machine.
MARK = 26
#: The control thread makes an edge each 100 ms; after so long without one there are none.
SILENT = 0.35
KILLS = 50


def words(seconds):
    """Times in words."""
    return f"median {1e3 * statistics.median(seconds):.1f} ms, at most {1e3 * max(seconds):.1f} ms, n = {len(seconds)}"


class Off(LiveTest):
    def assert_low(self, pi, *pins):
        for pin in pins:
            self.assertTrue(pi.is_output(pin), f"GPIO {pin} stays driven")
            self.assertEqual(pi.latch(pin), 0, f"GPIO {pin}")

    def assert_no_pulses(self, pi):
        time.sleep(SILENT)
        before = len(pi.edges)
        time.sleep(0.5)
        self.assertEqual([edge for edge in pi.edges[before:] if edge[1] == K2_PULSE], [], "K2 is not held in")

    def falls(self, pi, since, within=2.0):
        """Seconds from `since` to K1's going low."""
        low = pi.wait_for_level(K1, 0, within, since)
        self.assertIsNotNone(low, f"K1 is low within {within} s")
        return low - since

    def heat_again(self, world, device):
        """Starts the daemon anew and heats the next site, and once more where a busy host made a fault of it."""
        world.disturbed = False
        try:
            device.spawn()
            device.until(lambda: device.says_status() is not None, 30, "the daemon answers")
            device.soothe("clear")
            device.until(device.begins_anew, 30, "it heats")
            device.until(lambda: device.pi.level(K1), 10, "K1 is closed")
        except EmulatorError:
            if not world.disturbed:
                raise
            device.pi.sh("killall -9 soothed; rm -rf /var/lib/soothe/*", check=False)
            device.heat_by_command()

    # ---- STOP ----

    def test_stop_by_http_writes_the_pin_before_it_answers(self):
        with heating(network=True) as (pi, world, device):
            asked = time.monotonic()
            answer = device.post("/api/v1/stop")
            answered = time.monotonic()
            self.assertTrue(answer["off"])
            took = self.falls(pi, asked)
            self.assertLessEqual(asked + took, answered)
            self.assert_low(pi, K1, BUZZER)
            self.assert_no_pulses(pi)
            print(f"STOP by HTTP: K1 low after {1e3 * took:.0f} ms, answered after {1e3 * (answered - asked):.0f} ms")

    def test_stop_by_the_command_line(self):
        with heating() as (pi, world, device):
            asked = time.monotonic()
            device.soothe("stop")
            answered = time.monotonic()
            took = self.falls(pi, asked)
            self.assertLessEqual(asked + took, answered)
            self.assert_low(pi, K1, BUZZER)
            self.assert_no_pulses(pi)
            self.assertEqual(device.says_status()["last"]["outcome"], "stopped")
            print(f"soothe stop: K1 low after {1e3 * took:.0f} ms, done after {1e3 * (answered - asked):.0f} ms")

    def test_the_e_stop_opens_k2_by_itself_and_the_software_follows_within_a_cycle(self):
        took = []
        for _ in range(5):
            with heating() as (pi, world, device):
                pressed = time.monotonic()
                world.estop_pressed = True
                pi.drive(22, 1)
                took.append(self.falls(pi, pressed))
                self.assert_low(pi, K1)
                self.assert_no_pulses(pi)
                self.assertEqual(device.says_status()["fault"]["rule"], "HL-S5")
                # It latches: the e-stop that is pulled out again switches nothing on.
                world.estop_pressed = False
                time.sleep(0.5)
                self.assertEqual(pi.level(K1), 0)
                self.assertEqual(device.says_status()["state"], "fault")
        self.assertLessEqual(statistics.median(took), 0.12, words(took))
        print("e-stop: K1 low,", words(took))

    # ---- SIGKILL ----

    def test_kill_9_the_guard_writes_k1_low(self):
        # All in one machine: one that was just started from its state has still to translate what runs then, which takes
        # it longer than the guard.
        took, disturbed = [], False
        with heating() as (pi, world, device):
            try:
                while len(took) < KILLS:
                    struck = device.strike(MARK, device.pid())
                    before = next((level for t, pin, level in reversed(pi.edges) if pin == K1 and t < struck), 1)
                    # A busy host may have made a fault of it just before.
                    if before or not world.disturbed:
                        took.append(self.falls(pi, struck))
                    self.assert_low(pi, K1, BUZZER)
                    if len(took) == 1:
                        self.assert_no_pulses(pi)
                        self.assertFalse(world.is_heated())
                    disturbed |= world.disturbed
                    self.heat_again(world, device)
            finally:
                world.disturbed |= disturbed
        print("kill -9: K1 low by the guard,", words(took))
        self.assertLessEqual(statistics.median(took[1:]), 0.015, words(took[1:]))

    def test_kill_9_of_the_guard_switches_off_and_another_takes_its_place(self):
        with heating() as (pi, world, device):
            guard = device.pid("soothe-guard")
            took = self.falls(pi, device.strike(MARK, guard))
            # The buzzer may sound: it is a fault, and a person is called.
            self.assert_low(pi, K1)
            self.assert_no_pulses(pi)
            status = device.says_status()
            self.assertEqual(status["state"], "fault")
            self.assertEqual(status["fault"]["rule"], "HL-S10")
            self.assertNotEqual(device.pid("soothe-guard"), guard)
            print(f"kill -9 of the guard: K1 low after {1e3 * took:.0f} ms")

    def test_kill_9_of_both_leaves_the_pin_and_k2_opens(self):
        with heating() as (pi, world, device):
            struck = device.strike(MARK, device.pid("soothe-guard"), device.pid())
            self.assert_no_pulses(pi)
            time.sleep(max(0.0, struck + DROP_OUT + 0.2 - time.monotonic()))
            self.assertEqual(pi.level(K1), 1, "nobody is left to write it")
            self.assertFalse(world.is_heated(), "K2 has dropped out")
            # What the service manager does then (ExecStopPost).
            pi.sh("su soothe -c 'soothed lines-off'")
            self.assert_low(pi, K1, BUZZER)
            # A daemon that starts anew resumes nothing.
            device.spawn()
            device.until(lambda: device.says_status() is not None, 20, "another daemon answers")
            self.assertIsNotNone(device.says_status()["interrupted"])
            self.assert_low(pi, K1)
            self.assert_no_pulses(pi)


class Start(LiveTest):
    def test_a_daemon_that_starts_energises_nothing(self):
        with started() as (pi, world, device):
            took = device.start()
            for pin in (K1, BUZZER):
                self.assertTrue(pi.is_output(pin))
                self.assertEqual(pi.latch(pin), 0)
            time.sleep(1)
            self.assertEqual([edge for edge in pi.edges if edge[1] in (K1, K2_PULSE, BUZZER)], [])
            print(f"start: healthy after {took:.1f} s")


if __name__ == "__main__":
    unittest.main()
