"""Ice and contrast, led by the button alone: nobody touches a phone or the command line after the start."""
import unittest

from device import SITE
from machine import started


class Protocols(unittest.TestCase):
    def lead(self, world, device, name, minutes):
        """Starts the daemon, runs a protocol to its end and presses the button for whatever is asked; the phases' kinds as they came."""
        device.spawn()
        device.until(lambda: device.says_status() is not None, 30, "the daemon answers")
        device.soothe("checklist answer --none")
        device.until(lambda: device.began(f"start {name} --site {SITE} --detach"), 60, f"{name} begins")
        began, kinds = world.now, []
        while True:
            status = device.says_status()
            session = status["session"]
            if session is None:
                return kinds, status["last"], began
            self.assertLess(world.now - began, 60 * minutes, status)
            phase = session["phase"]
            if not kinds or kinds[-1] != phase["kind"]:
                kinds.append(phase["kind"])
            if phase["asked"] is not None or session["answer_within_s"] is not None:
                world.press()
            else:
                world.wait(10.0)
            if phase["kind"] == "ice":
                self.assertFalse(world.is_heated(), "heat and cold never meet")

    def test_ice_by_the_button(self):
        with started(fast=True, network=False) as (pi, world, device):
            kinds, last, began = self.lead(world, device, "ice-cautious", 20)
            self.assertEqual(last["outcome"], "completed", last)
            self.assertIn("ice", kinds)
            self.assertFalse(any(k1 for _, k1, _, _ in world.trace), "K1 was never closed")
            print(f"ice-cautious: {kinds} in {world.now - began:.0f} s")

    def test_contrast_by_the_button(self):
        with started(fast=True, network=False) as (pi, world, device):
            kinds, last, began = self.lead(world, device, "/etc/soothe/contrast.toml", 30)
            self.assertEqual(last["outcome"], "completed", last)
            self.assertGreater(kinds.count("heat"), 1)
            self.assertGreater(kinds.count("ice"), 1)
            self.assertTrue(any(k1 and k2 for _, k1, k2, _ in world.trace))
            print(f"contrast: {kinds} in {world.now - began:.0f} s")


if __name__ == "__main__":
    unittest.main()
