"""What is wrong with a machine or its configuration: a clear sentence, an exit code, and nothing energised."""
import unittest

from machine import started
from world import BUZZER, K1, K2_PULSE


class Refuses(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.parts = started(network=False)
        cls.pi, cls.world, cls.device = cls.parts.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.parts.__exit__(None, None, None)

    def assert_refused(self, code, *words, config="", user="soothe"):
        """A daemon with that much of a configuration changed ends with that code, says these words, moves no pin."""
        pi = self.pi
        pi.sh(f"sed '{config}' /etc/soothe/soothed.toml > /tmp/changed.toml")
        before = len(pi.edges)
        said = pi.sh(f"su {user} -c 'timeout 20 soothed --config /tmp/changed.toml 2>&1'; echo code $?")
        self.assertIn(f"code {code}", said)
        for word in words:
            self.assertIn(word, said)
        self.assertEqual([edge for edge in pi.edges[before:] if edge[1] in (K1, K2_PULSE, BUZZER)], [])
        for pin in (K1, BUZZER):
            self.assertEqual(pi.level(pin), 0)

    def test_a_pin_that_is_named_twice(self):
        self.assert_refused(2, "k2_pulse = 17", "k1 has this pin", config="s/^\\[pins\\]/[pins]\\nk2_pulse = 17/")

    def test_a_pin_that_firmware_uses(self):
        self.assert_refused(2, "k1 = 14", "firmware may use", config="s/^\\[pins\\]/[pins]\\nk1 = 14/")

    def test_one_contact_sensor_instead_of_two(self):
        self.assert_refused(2, "contact", config="s/, \"28-0000000000d2\"//")

    def test_an_id_that_no_sensor_has(self):
        self.assert_refused(2, "28-d2", config="s/28-0000000000d2/28-d2/")

    def test_one_sensor_for_two_roles(self):
        self.assert_refused(2, "named twice", config="s/28-0000000000d2/28-0000000000d1/")

    def test_a_user_without_permission(self):
        own = "s#^socket.*#socket = \"/tmp/nobody.sock\"#; s#^data.*#data = \"/tmp/nobody\"#"
        self.assert_refused(1, "/dev/gpio", "ermission", config=own, user="nobody")

    def test_a_machine_without_gpio_memory(self):
        self.pi.sh("mv /dev/gpiomem /dev/gpiomem.away")
        try:
            self.assert_refused(1, "gpio")
        finally:
            self.pi.sh("mv /dev/gpiomem.away /dev/gpiomem")

    def test_a_folder_of_the_log_that_cannot_be_written(self):
        self.assert_refused(1, "/proc/none", config="s#^data = .*#data = \"/proc/none\"#")

    def test_lines_that_another_daemon_drives(self):
        self.device.spawn()
        self.device.until(lambda: self.device.says_status() is not None, 20, "the daemon answers")
        try:
            other = ("s#^listen.*#listen = \"127.0.0.1:8738\"#; s#^socket.*#socket = \"/tmp/other.sock\"#;"
                     "s#^data.*#data = \"/tmp/other\"#")
            self.assert_refused(1, "another soothed drives these lines", config=other)
        finally:
            self.pi.sh(f"kill {self.device.pid()}")


if __name__ == "__main__":
    unittest.main()
