"""What is left after a power cut, and after a control thread that hangs."""
import time
import unittest

from device import SITE
from emulator import Pi
from machine import started
from undisturbed import LiveTest
from world import BUZZER, DROP_OUT, K1, K2_PULSE, World

#: A pin that tells the outside of the moment at which something happens in the machine.
MARK = 26
#: As in the unit of the service: so long without a healthy cycle, s.
WATCHDOG = 3.0


class Power(LiveTest):
    def assert_interrupted_and_off(self, pi, device, number):
        """A daemon that was started anew has switched nothing on, says what was interrupted, and has kept its doses."""
        status = device.status()
        self.assertEqual(status["interrupted"]["id"], number, status)
        self.assertEqual(status["session"], None)
        (site,) = status["sites"]
        self.assertEqual(site["site"], SITE)
        self.assertGreater(site["heated_s"], 1.0, "the ledger has what was heated")
        time.sleep(1.0)
        for pin in (K1, BUZZER):
            self.assertEqual(pi.level(pin), 0, f"GPIO {pin}: {device.status()}")
        self.assertEqual([edge for edge in pi.edges if edge[1] == K2_PULSE], [])

    def test_a_power_cut_in_a_session_loses_nothing_that_was_acknowledged(self):
        with started() as (pi, world, device):
            device.start()
            first = device.post("/api/v1/pain", {"site": SITE, "nrs": 6, "kind": "before-session"})
            number = device.heat()
            device.until(world.is_heated, 10, "it heats")
            time.sleep(5)
            last = device.post("/api/v1/pain", {"site": SITE, "nrs": 4, "kind": "other"})
            world.end()
            pi.cut_power()
            with Pi(pi.disk) as again:
                world = World(again).start()
                try:
                    again.join_network()
                    device.pi = again
                    device.start()
                    self.assert_interrupted_and_off(again, device, number)
                    diary = device.get(f"/api/v1/pain?site={SITE}")["entries"]
                    self.assertEqual([entry["nrs"] for entry in diary], [4, 6], (first, last, diary))
                    logged = device.get(f"/api/v1/sessions/{number}")
                    self.assertEqual(logged["outcome"], "interrupted", logged)
                finally:
                    world.end()

    def test_a_control_thread_that_hangs_ends_the_pulses_and_the_watchdog_resets_the_machine(self):
        with started() as (pi, world, device):
            device.manage()
            device.until(device.healthy, 20, "it is heard from outside")
            number = device.heat()
            device.until(world.is_heated, 10, "it heats")
            time.sleep(2)
            pid = device.pid()
            thread = pi.sh(f"grep -lx control /proc/{pid}/task/*/comm").split("/")[4]
            pi.sh(f"hang {MARK} {thread} > /tmp/hang.log 2>&1 &")
            hung = pi.wait_for_level(MARK, 1, 5)
            self.assertIsNotNone(hung)
            low = pi.wait_for_level(K1, 0, 2, hung)
            self.assertIsNotNone(low, "the lease lapses and K1 goes low")
            self.assertLess(low - hung, 0.5)
            time.sleep(max(0.0, hung + DROP_OUT + 0.3 - time.monotonic()))
            self.assertEqual([t for t, pin, _ in pi.edges if pin == K2_PULSE and t > hung + 0.1], [])
            self.assertFalse(world.is_heated())
            resets = lambda: [t for t, event in pi.events if event == "RESET"]
            pi.until(resets, WATCHDOG + 2, "the machine is reset")
            print(f"a hang: K1 low after {1e3 * (low - hung):.0f} ms, the machine reset after {resets()[0] - hung:.1f} s")
            self.assertGreater(resets()[0] - hung, WATCHDOG - 0.6)
            self.assertFalse(pi.is_output(K1))
            pi.edges.clear()
            pi.until_booted()
            world.wire_anew()
            pi.join_network()
            device.start()
            self.assert_interrupted_and_off(pi, device, number)


if __name__ == "__main__":
    unittest.main()
