"""Thermometers that lie or die while the pad is heated, and a switch that does not open."""
import time
import unittest

from emulator import BAD_CRC, NO_CONVERSION, PLUGGED
from machine import heating, started
from undisturbed import LiveTest
from world import K1, K2_PULSE

#: HL-H12: off 3 s after the last good reading, which took 0.75 s and may have begun a second before; and a cycle.
LOST = 5.0
#: HL-H12: four errors in a row latch, or 10 s of silence.
LATCHED = 13.0


class Sensor(LiveTest):
    def assert_off_and_latched(self, device, off_within, latched_within, kind):
        """K1 is low within so long of now, and a fault of that kind latches."""
        pi, since = device.pi, time.monotonic()
        low = pi.wait_for_level(K1, 0, off_within, since)
        self.assertIsNotNone(low, f"K1 is low within {off_within} s: {device.says_status()}")
        device.until(lambda: device.says_status()["state"] == "fault", latched_within, "a fault has latched")
        latched = time.monotonic() - since
        status = device.says_status()
        self.assertEqual(status["fault"]["kind"], kind, status["fault"])
        before = len(pi.edges)
        time.sleep(0.5)
        self.assertEqual([edge for edge in pi.edges[before:] if edge[1] in (K1, K2_PULSE)], [], "all stays off")
        print(f"{self._testMethodName}: K1 low after {low - since:.2f} s, {kind} latched within {latched:.1f} s")

    def test_one_that_is_unplugged(self):
        with heating() as (pi, world, device):
            world.does[0] = 0
            self.assert_off_and_latched(device, LOST, LATCHED, "contact-lost")

    def test_one_whose_check_sums_are_wrong(self):
        with heating() as (pi, world, device):
            world.does[1] = PLUGGED | BAD_CRC
            self.assert_off_and_latched(device, LOST, LATCHED, "contact-lost")

    def test_one_that_lost_its_supply_and_tells_85_degrees(self):
        # In the machine's own time: what reads 43 degrees or more switches off at once, and latches when it stays (HL-H2).
        with started(fast=True, network=False) as (pi, world, device):
            device.heat_by_command()
            device.until(world.is_heated, 10, "the pad is heated")
            world.does[0] = PLUGGED | NO_CONVERSION
            lost = world.now
            world.wait(LOST)
            self.assertFalse(world.is_heated())
            self.assertEqual(device.says_status()["last"]["rule"], "HL-H2")
            off = next(t for t, k1, _, _ in reversed(world.trace) if k1)
            while device.says_status()["state"] != "fault":
                self.assertLess(world.now, lost + 130, "it latches")
                world.wait(5.0)
            self.assertEqual(device.says_status()["fault"]["rule"], "HL-H2")
            print(f"{self._testMethodName}: K1 low after {off - lost:.2f} s, latched within {world.now - lost:.0f} s")

    def test_one_that_is_frozen_while_the_other_moves(self):
        with heating() as (pi, world, device):
            world.shows[1] = world.pad.felt
            self.assert_off_and_latched(device, 60.0, LATCHED, "frozen-sensor")

    def test_two_that_disagree(self):
        with heating() as (pi, world, device):
            world.shows[1] = world.pad.felt + 8.0
            self.assert_off_and_latched(device, LOST, LATCHED, "disagree")

    def test_one_on_i2c_that_is_unplugged(self):
        with started(network=False) as (pi, world, device):
            world.has_chip = True
            pi.plug_chip(True)
            device.heat_by_command("--config /etc/soothe/i2c.toml")
            world.wait(3.0)
            self.assertEqual(device.says_status()["state"], "heating")
            pi.plug_chip(False)
            self.assert_off_and_latched(device, LOST, LATCHED, "contact-lost")

    def test_one_on_i2c_that_was_never_there_lets_no_heat_begin(self):
        with started(network=False) as (pi, world, device):
            device.spawn("--config /etc/soothe/i2c.toml")
            device.until(lambda: device.says_status() is not None, 30, "the daemon answers")
            device.soothe("checklist answer --none")
            world.wait(3.0)
            said = device.soothe("heat --target 40 --for 15m --site left-shoulder --detach", check=False)
            self.assertIn("1 of 2 contact sensors", said)
            self.assertFalse(any(k1 for _, k1, _, _ in world.trace))

    def test_k1_that_is_welded_is_opened_by_k2(self):
        with heating() as (pi, world, device):
            world.k1_welded = True
            device.soothe("stop")
            device.until(lambda: not world.is_heated(), 2.0, "K2 has opened")
            device.until(lambda: device.says_status()["state"] == "fault", 10, "a fault has latched")
            status = device.says_status()
            self.assertEqual(status["fault"]["kind"], "stray-current", status["fault"])
            self.assertTrue(world.pad.surface < 43)


if __name__ == "__main__":
    unittest.main()
