"""What is wired to the emulated Pi: switches, a pad, a person's skin under it, thermometers, e-stop, button.

The pad is the one of the control benchmark (docs/control.md). Its clock is the machine's own, so a host that is
busy changes nothing; a fast machine is held back by `pace` in it, which waits for each step of the world.
"""
import threading
import time

from emulator import PLUGGED, EmulatorError
from stimulator import ENABLE, Stimulator

K1, K2_PULSE, ESTOP, BUZZER, BUTTON, CURRENT, CUTOUT = 17, 27, 22, 23, 5, 24, 25
#: Pins that nothing is wired to: by one the machine says that its time goes on, by the other it is let go on.
TURNED, FOLLOWS = 9, 10
STEP_MS = 50
#: What senses the pad's current must follow within a control cycle (HL-H19), and a cycle is 100 ms: a host that is so
#: late, or lets the machine be so late, makes faults that are none of the machine's, s.
LATE, LATE_CYCLE = 0.05, 0.2
#: Without a whole round of reading back for half a second a TENS module is gone (HL-T11), and a round comes each 50 ms, s.
LATE_ROUND = 0.3
#: The charge pump holds K2 in for so long after the last edge, s (0.5 to 1.0 by docs/wiring.md).
DROP_OUT = 0.75
CONTACT = (0, 1)
ROOM_SENSOR = 2
ROOM = 22.0


class Pad:
    """Heating element, surface and what a sensor feels of it; J/K, W/K, W and s of the nominal pad."""
    C1, C2, G12, G2A, G1A, POWER, LAG = 180.0, 90.0, 1.2, 0.55, 0.15, 40.0, 4.0

    def __init__(self, start=ROOM):
        self.element = self.surface = self.felt = start

    def step(self, heated, seconds):
        while seconds > 0:
            h = min(seconds, 0.05)
            seconds -= h
            flow = self.G12 * (self.element - self.surface)
            watts = self.POWER if heated else 0.0
            self.felt += h * (self.surface - self.felt) / self.LAG
            self.element += h * (watts - flow - self.G1A * (self.element - ROOM)) / self.C1
            self.surface += h * (flow - self.G2A * (self.surface - ROOM)) / self.C2


class World:
    """Moves with the machine until `end`. What is broken is said by setting its fields."""

    def __init__(self, pi, pad=None, k2_held=False):
        self.pi, self.pad = pi, pad or Pad()
        #: The pad's temperature is shown to the thermometer on the I2C bus as well.
        self.has_chip = False
        self.k1_welded = False
        self.estop_pressed = False
        self.cutout_open = False
        self.button_down = False
        #: For each thermometer: how it is, and what it shows if that is not the truth.
        self.does = [PLUGGED] * 3
        self.shows = [None] * 3
        #: The host was too busy for a machine in real time: what came of it says nothing.
        self.disturbed = False
        #: (time of the machine, K1, K2, surface) for every step.
        self.trace = []
        self.now = 0.0
        self.error = None
        self._driven = {}
        self._shown = {}
        #: How many conversions the TENS module has begun, and when the last was seen, in the host's time.
        self._converted = 0, 0.0
        self._pulsed = 0.0 if k2_held else float("-inf")
        self._seen = 0
        self._ends = threading.Event()

    def start(self):
        """Begins to move."""
        self._micros = self.pi.micros()
        self._step()
        if self.pi.fast:
            self.pi.sh(f"pace {TURNED} {FOLLOWS} {STEP_MS} > /tmp/pace.log 2>&1 &")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def end(self):
        """Stands still; a fast machine stands still as well."""
        self._ends.set()
        self._thread.join()

    def wait(self, seconds):
        """Waits in the machine's time."""
        until = self.now + seconds
        while self.now < until:
            if self.error is not None:
                raise self.error
            time.sleep(0.002)

    def press(self):
        """A person presses the button for half a second and lets it go for as long."""
        for self.button_down in (True, False):
            self.wait(0.5)

    def wire_anew(self):
        """Gives every input its level again: a machine that was reset has forgotten them."""
        self._driven.clear()
        self._shown.clear()

    def is_heated(self):
        """Whether current flows through the pad now."""
        return self.trace[-1][1] and self.trace[-1][2]

    def _run(self):
        try:
            while not self._ends.is_set():
                if self.pi.fast:
                    turned = self._wait_for_turn()
                    self._step()
                    self.pi.drive(FOLLOWS, turned)
                else:
                    with self.pi.moved:
                        self.pi.moved.wait_for(lambda: len(self.pi.edges) > self._seen, STEP_MS / 1000)
                    self._notice_disturbance()
                    self._step()
        except (EmulatorError, OSError, ValueError) as error:
            self.error = error

    def _notice_disturbance(self):
        edges = self.pi.edges[max(0, self._seen - 1):]
        late = any(time.monotonic() - t > LATE for t, pin, _ in edges[-1:] if pin in (K1, K2_PULSE) and
                   len(self.pi.edges) > self._seen)
        pulses = [t for t, pin, _ in self.pi.edges[-40:] if pin == K2_PULSE]
        gaps = [after - before for before, after in zip(pulses, pulses[1:])]
        self.disturbed |= late or any(LATE_CYCLE < gap < DROP_OUT for gap in gaps) or self._is_round_late()

    def _is_round_late(self):
        """Whether nobody reads a TENS module that is well and enabled."""
        module, now = Stimulator(self.pi), time.monotonic()
        conversions = module.conversions()
        if conversions != self._converted[0] or not (self.pi.level(ENABLE) and module.is_well()):
            self._converted = conversions, now
        return now - self._converted[1] > LATE_ROUND

    def _wait_for_turn(self):
        """Waits until the machine's time has come to the next step; the level that says so."""
        def turn():
            return next((level for _, pin, level in self.pi.edges[self._seen:] if pin == TURNED), None)
        with self.pi.moved:
            while turn() is None and not self._ends.is_set():
                # The very first turn is not told: the pin was no output before.
                if not self.pi.moved.wait(0.5) and turn() is None:
                    return self.pi.latch(TURNED)
            return turn() or 0

    def _step(self):
        pi = self.pi
        micros = pi.micros()
        seconds = ((micros - self._micros) & 0xFFFFFFFF) / 1e6
        self._micros = micros
        self.now += seconds
        with pi.moved:
            edges, self._seen = pi.edges[self._seen:], len(pi.edges)
        if any(pin == K2_PULSE for _, pin, _ in edges):
            self._pulsed = self.now
        k1 = bool(pi.level(K1)) or self.k1_welded
        k2 = self.now - self._pulsed < DROP_OUT and not (self.estop_pressed or self.cutout_open)
        self.pad.step(k1 and k2, seconds)
        self._drive(CURRENT, k1 and k2)
        self._drive(CUTOUT, not self.cutout_open)
        self._drive(ESTOP, self.estop_pressed)
        self._drive(BUTTON, not self.button_down)
        truth = [self.pad.felt, self.pad.felt, ROOM]
        for sensor in range(3):
            shown = truth[sensor] if self.shows[sensor] is None else self.shows[sensor]
            shown = (round(shown * 16), self.does[sensor])
            if self._shown.get(sensor) != shown:
                self._shown[sensor] = shown
                pi.show(sensor, shown[0] / 16, shown[1])
        if self.has_chip and self._shown.get("chip") != round(self.pad.felt * 16):
            self._shown["chip"] = round(self.pad.felt * 16)
            pi.show_chip(self._shown["chip"] / 16)
        self.trace.append((self.now, k1, k2, self.pad.surface))

    def _drive(self, pin, level):
        if self._driven.get(pin) != level:
            self._driven[pin] = level
            self.pi.drive(pin, level)
