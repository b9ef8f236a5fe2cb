"""Thermometers that lie or die while the pad is heated, and a switch that does not open."""
import time
import unittest

from emulator import BAD_CRC, NO_CONVERSION, PLUGGED
from machine import heating
from world import K1, K2_PULSE

#: HL-H12: off 3 s after the last good reading, which took 0.75 s and may have begun a second before; and a cycle.
LOST = 5.0
#: HL-H12: four errors in a row latch, or 10 s of silence.
LATCHED = 13.0


class Sensor(unittest.TestCase):
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

    def test_one_that_is_frozen_while_the_other_moves(self):
        with heating() as (pi, world, device):
            world.shows[1] = world.pad.felt
            self.assert_off_and_latched(device, 60.0, LATCHED, "frozen-sensor")

    def test_two_that_disagree(self):
        with heating() as (pi, world, device):
            world.shows[1] = world.pad.felt + 8.0
            self.assert_off_and_latched(device, LOST, LATCHED, "disagree")

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
