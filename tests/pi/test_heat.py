"""Heat from beginning to end, in the machine's own time, which passes some twenty times faster than the host's."""
import re
import unittest

from device import SITE
from machine import started
from world import K1

OTHER_SITE = "right-calf"
#: A busy host may take so long for what the machine does in minutes, s.
HOST = 900


class Heat(unittest.TestCase):
    def wait(self, world, device, seconds, done, what):
        """Waits in the machine's time."""
        end = world.now + seconds
        device.until(lambda: world.now > end or world.error or done(), HOST, what)
        self.assertTrue(done(), f"{what} within {seconds} s of the machine's time: {device.log()}")

    def until(self, world, device, moment):
        """Waits until a moment of the machine's time."""
        device.until(lambda: world.now >= moment or world.error, HOST, f"it is {moment:.0f} s")

    def assert_ends(self, world, device, moment):
        """A session runs until then, give or take what the command line needs to say so."""
        self.until(world, device, moment - 10)
        self.assertEqual(device.says_status()["state"], "heating")
        self.until(world, device, moment + 2)
        self.assertEqual(device.says_status()["state"], "idle")

    def assert_cycle(self, world, began, minutes, target):
        """The pad was held within 0.6 K of its target from half a minute after it got there, and heated to the end."""
        cycle = [step for step in world.trace if began <= step[0] <= began + 60 * minutes]
        warm = next(t for t, _, _, surface in cycle if surface > target - 0.5)
        held = [surface for t, _, _, surface in cycle if t > warm + 30]
        last = max(t for t, k1, k2, _ in world.trace if k1 and k2)
        closed = sum(1 for before, after in zip(cycle, cycle[1:]) if after[1] and not before[1])
        print(f"{target} °C for {minutes} min: warm after {warm - began:.0f} s, then {min(held):.2f} to {max(held):.2f} °C, "
              f"K1 closed {closed} times, current until {last - began:.1f} s")
        self.assertLess(max(surface for *_, surface in cycle), target + 0.6)
        self.assertGreater(min(held), target - 0.6)
        self.assertLess(last, began + 60 * minutes + 1.0)

    def test_a_cycle_by_the_command_line_and_one_by_http_hold_their_target_and_end_on_time(self):
        with started(fast=True, network=False) as (pi, world, device):
            device.heat_by_command()
            began = world.now
            # A sign of somebody's presence is asked for after ten minutes (HL-H11): it comes by the button.
            self.until(world, device, began + 610)
            world.button_down = True
            self.until(world, device, began + 611)
            world.button_down = False
            self.assert_ends(world, device, began + 900)
            self.assert_cycle(world, began, 15, 40.0)
            self.assertEqual(pi.level(K1), 0)

            # A warm pad lets no heat begin (HL-H22): it is hung up in a draught. Its element stays warm for longer than its
            # surface, and what it has stored would come out when the draught ends.
            still = world.pad.G2A
            world.pad.G2A = 10 * still
            self.wait(world, device, 3600, lambda: world.pad.element < 25.0, "the pad is cool")
            world.pad.G2A = still
            pi.join_network()
            number = device.heat(target=38.0, seconds=300, site=OTHER_SITE)
            began = world.now
            self.assertEqual(device.status()["session"]["id"], number)
            pi.leave_network()
            self.assert_ends(world, device, began + 300)
            self.assert_cycle(world, began, 5, 38.0)

            logged = device.says("log list")["sessions"]
            self.assertEqual([(entry["site"], entry["outcome"]) for entry in logged],
                             [(OTHER_SITE, "completed"), (SITE, "completed")])

    def test_twenty_starts_and_stops_leak_no_memory_no_files_and_no_threads(self):
        with started(fast=True, network=False) as (pi, world, device):
            device.heat_by_command()
            used = []
            for turn in range(21):
                self.wait(world, device, 10, world.is_heated, "it heats")
                device.soothe("stop")
                self.wait(world, device, 5, lambda: not world.is_heated(), "it is off")
                pi.sh("sync")
                used.append(device.uses())
                if turn < 20:
                    device.until(device.begins_anew, 60, "it heats again")
            print("start and stop, from the first to the last:", used[0], used[-1])
            # One of each for every start would be twenty more; readers of the log come and go by themselves.
            self.assertLess(used[-1]["threads"], used[0]["threads"] + 4)
            self.assertLess(used[-1]["files"], used[0]["files"] + 10)
            self.assertLess(used[-1]["kb"], used[0]["kb"] + 1024)
            self.assertLess(used[-1]["kb"], 15 * 1024)

    def test_it_is_small(self):
        # In a fast machine time is counted in instructions, 125 million a second, whatever the host does: a real Pi 3
        # carries out several times as many.
        with started(fast=True, network=False) as (pi, world, device):
            # What is measured is not the very first start, which makes the log.
            device.spawn()
            device.until(lambda: device.says_status() is not None, 20, "the daemon answers")
            pi.sh(f"kill {device.pid()}; while [ -e /proc/{device.pid()} ]; do usleep 50000; done")
            device.manage()
            ready = int(re.search("ready after ([0-9]+) ms", device.log())[1])
            device.soothe("checklist answer --none")
            device.until(device.begins_anew, 60, "it heats")
            pi.sh("su soothe -c 'soothe watch > /dev/null 2>&1 &'")
            world.wait(5.0)
            began, used = world.now, device.cpu_s()
            world.wait(60.0)
            share = (device.cpu_s() - used) / (world.now - began)
            memory = device.uses()["kb"]
            print(f"ready after {ready} ms; {100 * share:.1f} % of a CPU with one client; {memory / 1024:.1f} MB")
            self.assertLessEqual(ready, 1500)
            self.assertLessEqual(share, 0.03)
            self.assertLessEqual(memory, 15 * 1024)


if __name__ == "__main__":
    unittest.main()
