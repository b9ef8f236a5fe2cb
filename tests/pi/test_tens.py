"""TENS by a module whose chips are played in the machine: what reaches DAC, PWM and enable line, and all that takes it away."""
import statistics
import time
import unittest

from device import Refused
from machine import started, stimulating
from stimulator import (ADC, CODE_MAX, DAC, DAC_ADDRESS, ENABLE, HANGS, NEVER_ENDS, OPEN, OWN_PULSES, SKIN, Stimulator,
                        code)
from undisturbed import LiveTest
from world import DROP_OUT, K1, K2_PULSE

#: A pin that tells the outside of the moment at which something happens in the machine.
MARK = 20
#: The pulses of a knot: Hz, us.
KNOT = (100.0, 250.0)
#: A turn of the driver, a cycle of the control thread, and what an emulator on a busy host is late by, s.
TURN, CYCLE, SLACK = 0.05, 0.1, 0.1
#: HL-T11: three readings in a row by which an electrode is off, each told in the next cycle, the first after a turn.
SEEN = TURN + 3 * CYCLE + CYCLE + SLACK
#: HL-T11: without a whole round for so long the module is gone.
GONE = 0.5
#: HL-T9: from one step up to the next, s.
STEP_EVERY = 0.5


class Tens(LiveTest):
    def falls(self, pi, since, within):
        """Seconds from `since` to the enable line's going low."""
        low = pi.wait_for_level(ENABLE, 0, within + 1, since)
        self.assertIsNotNone(low, f"the enable line is low within {within} s")
        self.assertLessEqual(low - since, within)
        self.assertTrue(pi.is_output(ENABLE), "it stays driven")
        return low - since

    def assert_nothing_is_sent(self, pi, device):
        """Enable is low and stays so, the DAC is at zero, and the PWM is off."""
        module = Stimulator(pi)
        device.until(lambda: module.writes()[-1].code == 0 and module.pulses() is None, 1.0, "DAC and PWM are off")
        before = len(pi.edges)
        time.sleep(1.0)
        self.assertEqual([edge for edge in pi.edges[before:] if edge[1] == ENABLE], [])
        self.assertEqual(pi.latch(ENABLE), 0)

    def assert_climbs(self, writes, level_ma):
        """Nothing went to the DAC but the fast command of its register: zero, then each step of the climb once, the first
        with the line low, and never two within half a second."""
        self.assertEqual({write.address for write in writes}, {DAC_ADDRESS})
        self.assertLessEqual(max(write.code for write in writes), CODE_MAX, "neither memory nor power-down")
        first = next(n for n, write in enumerate(writes) if write.code)
        self.assertGreater(first, 0, "it wakes at half of its scale, so zero is written first")
        climb = writes[first:]
        self.assertEqual([write.code for write in climb], [code(ma) for ma in range(1, level_ma + 1)])
        self.assertFalse(any(write.enabled for write in writes[:first + 1]), "enable comes after the level")
        # The machine may carry out one write a little late, and the next in time.
        gaps = [after.at - before.at for before, after in zip(climb, climb[1:])]
        self.assertGreaterEqual(min(gaps), STEP_EVERY - TURN, gaps)

    # ---- what is sent ----

    def test_a_session_by_the_command_line_sends_what_was_asked_for_and_nothing_above_it(self):
        with started(network=False) as (pi, world, device):
            level_ma = 5
            device.stimulate_by_command(level_ma)
            module = Stimulator(pi)
            device.until(lambda: module.writes()[-1].code == code(level_ma), 2, "the level is in the DAC")
            time.sleep(1.0)
            self.assert_climbs(module.writes(), level_ma)
            self.assertEqual(module.pulses(), KNOT)
            self.assertTrue(module.is_triggered_by_pin())
            self.assertEqual(pi.level(ENABLE), 1)
            self.assertEqual([level for _, pin, level in pi.edges if pin == ENABLE], [1], "it rose once")
            # Down by any, at once: a gap in the pulses until the DAC holds no more than that.
            known, lowered = module.count(), time.monotonic()
            device.soothe("level 2")
            device.until(lambda: module.count() > known, 1, "the DAC is told")
            (lower,) = module.writes(known)
            self.assertEqual((lower.code, lower.enabled), (code(2), False))
            self.assertIsNotNone(pi.wait_for_level(ENABLE, 1, 1, lowered), "it goes on")
            asked = time.monotonic()
            device.soothe("stop")
            answered = time.monotonic()
            took = self.falls(pi, asked, answered - asked)
            self.assert_nothing_is_sent(pi, device)
            self.assertEqual(device.says_status()["last"]["outcome"], "stopped")
            self.assertFalse(any(k1 for _, k1, _, _ in world.trace), "K1 was never closed")
            print(f"TENS: soothe stop: enable low after {1e3 * took:.0f} ms, done after {1e3 * (answered - asked):.0f} ms")

    def test_by_http_the_level_rises_by_one_step_of_a_hand_alone(self):
        with started() as (pi, world, device):
            module = Stimulator(pi)
            device.connect_stimulator()
            device.start("--config /etc/soothe/tens.toml")
            number = device.start_by_http({"protocol": "tens-knot"})
            device.until(lambda: device.status()["session"]["phase"]["asked"], 10, "electrodes are asked for")
            self.assertIsNone(module.pulses())
            device.post("/api/v1/confirm", {"session": number, "prompt": 1})
            raised = lambda ma: device.post("/api/v1/level", {"level_ma": ma, "raise": True}, "PUT")
            with self.assertRaises(Refused) as refused:
                raised(2)
            self.assertIn("HL-T9", refused.exception.body)
            self.assertEqual(pi.level(ENABLE), 0)
            time.sleep(STEP_EVERY)
            self.assertEqual(raised(1)["session"]["phase"]["level"]["level_ma"], 1)
            with self.assertRaises(Refused):
                raised(2)
            device.post("/api/v1/heartbeat")
            device.until(lambda: pi.level(ENABLE), 2, "it flows")
            self.assertEqual([write.code for write in module.writes()], [0, code(1)])
            self.assertEqual(module.pulses(), KNOT)
            asked = time.monotonic()
            self.assertTrue(device.post("/api/v1/stop")["off"])
            self.falls(pi, asked, time.monotonic() - asked)
            self.assert_nothing_is_sent(pi, device)

    def test_without_its_pwm_the_line_stays_low_whatever_is_asked_for(self):
        with stimulating() as (pi, world, device):
            device.soothe("level 0")
            self.assert_nothing_is_sent(pi, device)
            pi.sh("echo 3f20c000.pwm > /sys/bus/platform/drivers/bcm2835-pwm/unbind")
            before, known = len(pi.edges), Stimulator(pi).count()
            device.soothe("level 1")
            device.until(lambda: Stimulator(pi).count() > known, 2, "the DAC is told")
            time.sleep(1.0)
            self.assertEqual([edge for edge in pi.edges[before:] if edge[1] == ENABLE], [])
            self.assertFalse(any(write.enabled for write in Stimulator(pi).writes(known)))

    def test_a_module_that_makes_its_own_pulses_gets_the_level_of_its_own_mode_alone(self):
        with started(network=False) as (pi, world, device):
            module = Stimulator(pi)
            simple = "s/triggered/simple/; s/^bus/mode = \"knot\"\\n&/; /^tens_trigger/d"
            pi.sh(f"sed '{simple}' /etc/soothe/tens.toml > /tmp/simple.toml")
            device.connect_stimulator()
            module.connect(does=DAC | ADC | OWN_PULSES)
            device.stimulate_by_command(2, "--config /tmp/simple.toml")
            device.until(lambda: module.writes()[-1].code == code(2), 2, "the level is in the DAC")
            self.assert_climbs(module.writes(), 2)
            self.assertIsNone(module.pulses())
            self.assertEqual(pi.level(ENABLE), 1)

    # ---- what takes it away ----

    def test_an_electrode_that_is_off(self):
        took = []
        with stimulating() as (pi, world, device):
            module = Stimulator(pi)
            for _ in range(5):
                off = time.monotonic()
                module.connect(load=OPEN)
                took.append(self.falls(pi, off, SEEN))
                device.until(lambda: device.says_status()["session"]["phase"]["asked"], 2, "both are asked for again")
                # Touching again switches nothing on.
                module.connect(load=SKIN)
                self.assert_nothing_is_sent(pi, device)
                device.raise_to(1)
        print(f"electrode off: enable low, median {1e3 * statistics.median(took):.0f} ms, at most {1e3 * max(took):.0f} ms")

    def assert_ends(self, within, what, **broken):
        """Enable is low so soon after something broke, and nothing is sent any more."""
        with stimulating() as (pi, world, device):
            broke = time.monotonic()
            Stimulator(pi).connect(**broken)
            took = self.falls(pi, broke, within)
            print(f"{what}: enable low after {1e3 * took:.0f} ms")
            device.until(lambda: not device.level_ma(), 2, "the level is zero")
            return device.says_status()

    def test_a_dac_that_does_not_answer(self):
        self.assert_ends(TURN + CYCLE + SLACK, "the DAC is silent", does=ADC)

    def test_an_adc_that_does_not_answer(self):
        self.assert_ends(GONE + CYCLE + SLACK, "the ADC is silent", does=DAC)

    def test_an_adc_that_never_converts(self):
        self.assert_ends(GONE + CYCLE + SLACK, "the ADC never converts", does=DAC | ADC | NEVER_ENDS)

    def test_a_bus_that_hangs(self):
        self.assert_ends(GONE + CYCLE + SLACK, "the bus hangs", does=DAC | ADC | HANGS)

    def assert_latches(self, rule, **broken):
        self.assertEqual(self.assert_ends(SEEN, rule, **broken)["fault"]["rule"], rule)

    def test_more_current_than_the_level_latches(self):
        self.assert_latches("HL-T1", gain=1.3)

    def test_direct_current_latches(self):
        self.assert_latches("HL-T8", mean_ua=80)

    def test_electrodes_that_touch_latch(self):
        self.assert_latches("HL-T12", load=50)

    def test_the_e_stop(self):
        with stimulating() as (pi, world, device):
            pressed = time.monotonic()
            world.estop_pressed = True
            pi.drive(22, 1)
            took = self.falls(pi, pressed, CYCLE + SLACK)
            self.assert_nothing_is_sent(pi, device)
            self.assertEqual(device.says_status()["fault"]["rule"], "HL-S5")
            print(f"e-stop: enable low after {1e3 * took:.0f} ms")

    def test_kill_9_the_guard_writes_the_line_low_though_the_pwm_goes_on(self):
        took = []
        with stimulating() as (pi, world, device):
            for turn in range(5):
                struck = device.strike(MARK, device.pid())
                took.append(self.falls(pi, struck, CYCLE))
                self.assertEqual(pi.latch(K1), 0)
                self.assertEqual(Stimulator(pi).pulses(), KNOT, "which is why there is such a line")
                time.sleep(max(0.0, struck + DROP_OUT + 0.2 - time.monotonic()))
                self.assertEqual([t for t, pin, _ in pi.edges if pin == K2_PULSE and t > struck + CYCLE], [])
                pi.sh("killall soothe", check=False)
                if turn < 4:
                    device.stimulate_by_command(1)
        print(f"kill -9: enable low by the guard, median {1e3 * statistics.median(took):.1f} ms, at most "
              f"{1e3 * max(took):.1f} ms, n = {len(took)}")

    def test_kill_9_of_the_guard(self):
        with stimulating() as (pi, world, device):
            took = self.falls(pi, device.strike(MARK, device.pid("soothe-guard")), 2 * CYCLE + SLACK)
            self.assert_nothing_is_sent(pi, device)
            self.assertEqual(device.says_status()["fault"]["rule"], "HL-S10")
            print(f"kill -9 of the guard: enable low after {1e3 * took:.0f} ms")

    def test_kill_9_of_both_ends_what_feeds_the_module(self):
        with stimulating() as (pi, world, device):
            struck = device.strike(MARK, device.pid("soothe-guard"), device.pid())
            time.sleep(max(0.0, struck + DROP_OUT + 0.3 - time.monotonic()))
            self.assertEqual(pi.level(ENABLE), 1, "nobody is left to write it")
            self.assertFalse(world.trace[-1][2], "K2 has dropped out")
            # What the service manager does then (ExecStopPost).
            pi.sh("su soothe -c 'soothed lines-off --config /etc/soothe/tens.toml'")
            self.assertEqual(pi.latch(ENABLE), 0)
            self.assertTrue(pi.is_output(ENABLE))


if __name__ == "__main__":
    unittest.main()
