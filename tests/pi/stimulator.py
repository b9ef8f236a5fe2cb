"""The TENS module on the emulated Pi: the chips that `emu_i2c` plays, and the registers of the PWM that triggers it."""
import collections

from emulator import MAILBOX, PERIPHERALS

ENABLE, TRIGGER = 26, 18
#: What is connected, in words of the mailbox, and what the chips were told.
WORDS = MAILBOX + 0x1000
LOAD, FLAGS, GAIN, MEAN, WRITES, CONVERSIONS, LAST = 0, 1, 2, 3, 8, 9, 16
RING = 64
DAC, ADC, NEVER_ENDS, HANGS, OWN_PULSES = 1, 2, 4, 8, 16
#: A load of skin, and leads that nothing touches, Ohm.
SKIN, OPEN = 1000, 1_000_000
DAC_ADDRESS = 0x60
#: As in guest/tens.toml.
FULL_SCALE_MA, CODE_MAX = 40.0, 4095
PWM = PERIPHERALS + 0x20C000
#: How the second function of a pin that has the PWM as its sixth is named in its register.
ALT5 = 2

#: One write to a DAC: where, its two bytes, whether the enable line was high, and the machine's time, s.
Write = collections.namedtuple("Write", "address code enabled at")


def code(level_ma):
    """The DAC's code for a level: never more than it."""
    return int(level_ma / FULL_SCALE_MA * CODE_MAX)


class Stimulator:
    """What the outside sees of it and does to it."""

    def __init__(self, pi):
        self.pi = pi

    def connect(self, load=SKIN, does=DAC | ADC, gain=1.0, mean_ua=0):
        """Sets what is wired, and what is broken of it: the load, who answers, how much more flows than is asked for,
        and how much of it is direct current."""
        for word, value in ((LOAD, load), (GAIN, round(1000 * gain)), (MEAN, mean_ua), (FLAGS, does)):
            self.pi.write(WORDS + 4 * word, value)

    def is_well(self):
        """Whether there is one, and its chips do what they should."""
        return self.pi.read(WORDS + 4 * FLAGS) & ~OWN_PULSES == DAC | ADC

    def conversions(self):
        """Conversions of the ADC that were begun so far."""
        return self.pi.read(WORDS + 4 * CONVERSIONS)

    def count(self):
        """Writes to a DAC so far."""
        return self.pi.read(WORDS + 4 * WRITES)

    def writes(self, since=0):
        """Those from a count on, as far as they are remembered."""
        until = self.count()
        return [self._write(number % RING) for number in range(max(since, until - RING), until)]

    def _write(self, place):
        at = WORDS + 4 * (LAST + 2 * place)
        what, micros = self.pi.read(at), self.pi.read(at + 4)
        return Write(what >> 16 & 0x7F, what & 0xFFFF, bool(what >> 31), micros / 1e6)

    def pulses(self):
        """Rate in Hz and width in us of what the PWM sends by its registers; none while it is off."""
        if not self.pi.read(PWM) & 1:
            return None
        hz = int(self.pi.sh("cat /sys/kernel/debug/clk/pwm/clk_rate"))
        period, width = self.pi.read(PWM + 0x10), self.pi.read(PWM + 0x14)
        return hz / period, 1e6 * width / hz

    def is_triggered_by_pin(self):
        """Whether the PWM has its pin."""
        return self.pi.function(TRIGGER) == ALT5
