"""Heat from beginning to end, in the machine's own time, which passes faster than the host's."""
import unittest

from machine import started
from world import K1, K2_PULSE


class Heat(unittest.TestCase):
    def wait(self, world, device, seconds, done, what):
        """Waits in the machine's time."""
        end = world.now + seconds
        device.until(lambda: done() or world.now > end or world.error, 300, what)
        self.assertTrue(done(), f"{what} within {seconds} s of the machine's time; {device.log()}")

    def test_a_cycle_at_40_degrees_by_the_command_line_and_one_by_http(self):
        with started(fast=True) as (pi, world, device):
            device.start()
            device.soothe("checklist answer --none")
            device.until(lambda: device.began("heat --target 40 --for 15m --site left-shoulder --detach"), 60, "it heats")
            began = world.now
            self.wait(world, device, 600, lambda: world.pad.surface > 39.5, "the pad is warm")
            warm = world.now
            self.wait(world, device, 700, lambda: world.now > began + 605, "somebody is asked for")
            world.button_down = True
            self.wait(world, device, 5, lambda: world.now > began + 606, "the button is held")
            world.button_down = False
            self.wait(world, device, 320, lambda: device.status()["state"] == "idle", "the session ends")
            ended = next(t for t, k1, k2, _ in reversed(world.trace) if k1 and k2)
            held = [surface for t, _, _, surface in world.trace if warm + 30 < t < began + 900]
            print(f"40 °C: warm after {warm - began:.0f} s, then {min(held):.2f} to {max(held):.2f} °C, "
                  f"K1 moved {world.switches} times, ended after {ended - began:.1f} s")
            self.assertLess(max(held), 40.6)
            self.assertGreater(min(held), 39.4)
            self.assertLess(abs(ended - began - 900), 25)
            session = device.get("/api/v1/sessions")
            print(session)


if __name__ == "__main__":
    unittest.main()
