"""A Raspberry Pi 3 in QEMU: booted, saved, started again, its pins seen and its sensors set from outside.

What QEMU does not model, and what follows from it: an input has no level of its own, so tests write the pin's latch; a
pin that became an input keeps its latch, so the level is judged together with its mode; edges are told only of pins that
are outputs. The thermometers are a module's in the guest, which finds what they
show in words of memory that the kernel does not use.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from channel import Channel, EmulatorError, read_all

OUT = Path(os.environ.get("PI_CACHE", Path(__file__).parents[1] / ".cache/pi")) / "out"
PERIPHERALS = 0x3F000000
GPIO = PERIPHERALS + 0x200000
#: Counts microseconds of the machine's own time.
TIMER = PERIPHERALS + 0x3004
#: Above what the kernel uses; `emu_w1` looks for its sensors here, and `emu_i2c` for its chips a page further.
MAILBOX = 0x3A000000
OUTPUT = 1
#: What a thermometer does: it answers; with a wrong check-sum; without ever converting.
PLUGGED, BAD_CRC, NO_CONVERSION = 1, 2, 4
DISK_MB = 32
#: The guest's address in QEMU's network, which leads nowhere but to the port that is forwarded.
ADDRESS, HTTP_PORT = "10.0.2.15", 8737
APPEND = ("console=ttyAMA0,115200 panic=-1 loglevel=4 mem=928M maxcpus=4 "
          # As Raspberry Pi OS has it: a line keeps its level when the program that held it dies.
          "pinctrl_bcm2835.persist_gpio_outputs=1")


def make_disk(path):
    """An empty file system for what must outlive a power cut."""
    with open(path, "wb") as file:
        file.truncate(DISK_MB << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(path)], check=True)


def free_port():
    """A port of this host that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Pi:
    """One machine. `state` is a file of `save`, and `disk` then a copy of the disk as it was at that moment; `fast`
    skips the time in which the machine is idle."""

    def __init__(self, disk, state=None, fast=False):
        self.disk, self.state, self.fast = disk, state, fast
        self.edges = []
        self.events = []
        self.moved = threading.Condition()
        self.folder = self.process = None
        self.has_card = False
        self._commands = 0
        self._locks = {"qmp": threading.Lock(), "qtest": threading.Lock(), "console": threading.Lock()}

    # ---- its life ----

    def start(self):
        """Starts it, from its state or by booting."""
        for left in reversed(range(4)):
            self._spawn()
            try:
                if self.state is None:
                    self.until_booted()
                else:
                    # A state can be one in which a timer never fires again: each CPU must sleep and wake.
                    self.sh("for cpu in 1 2 4 8; do taskset $cpu usleep 15000; done", timeout=5)
                return self
            except EmulatorError:
                self.stop()
                if not left or self.state is None:
                    raise

    def _spawn(self):
        self.folder = Path(tempfile.mkdtemp(prefix="soothe-pi-"))
        self.port = free_port()
        self.edges.clear()
        self.events.clear()
        at = lambda name: self.folder / name
        command = [
            # It goes with whoever runs the test.
            "setpriv", "--pdeathsig", "KILL", "qemu-system-aarch64", "-M", "raspi3b", "-accel", "tcg,thread=single",
            "-kernel", OUT / "vmlinuz", "-initrd", OUT / "initrd.gz", "-dtb", OUT / "pi3.dtb",
            "-display", "none", "-nodefaults", "-no-user-config",
            "-chardev", f"socket,id=console,path={at('console')},server=on,wait=off,logfile={at('console.log')}",
            "-serial", "chardev:console",
            "-qmp", f"unix:{at('qmp')},server=on,wait=off",
            "-qtest", f"unix:{at('qtest')},server=on,wait=off", "-qtest-log", "none",
            "-drive", f"if=sd,format=raw,file={self.disk}",
            "-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-{ADDRESS}:{HTTP_PORT}",
            "-device", "pca9548,id=mux,bus=i2c-bus.1,address=0x70",
            "-device", "tmp105,id=tmp,bus=i2c.0,address=0x48",
            "-append", APPEND,
        ]
        if self.fast:
            # It takes what is left of a core, and none from a machine in real time.
            command = ["nice", "-n", "5", *command, "-icount", "shift=3,sleep=off"]
        if self.state is not None:
            command += ["-incoming", "defer"]
        with open(at("qemu.err"), "wb") as errors:
            self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                            stdout=errors, stderr=errors)
        try:
            self.channels = {name: Channel(str(at(name)), 10) for name in ("console", "qmp", "qtest")}
        except EmulatorError:
            raise EmulatorError("QEMU did not start: " + at("qemu.err").read_text()) from None
        self.channels["qmp"].hook = self._on_qmp
        self.channels["qtest"].hook = self._on_qtest
        read_all(self.channels.values())
        self.qmp("qmp_capabilities")
        if self.state is not None:
            self.qmp("migrate-incoming", uri=f"file:{self.state}")
            self.until(lambda: self.qmp("query-status")["status"] != "inmigrate", 20, "the state is read")
            self._give_card_to_its_host()
        self.qtest("irq_intercept_out /machine/soc/peripherals/gpio")
        if self.state is not None:
            self._know_high_pins()
            self.qmp("cont")
            self.edges.clear()

    def _give_card_to_its_host(self):
        # Which of the two controllers has the SD card hangs on the mode of pins 48 to 53. A state restores the modes but
        # not who has the card: only a change of them gives it away.
        fsel4, fsel5 = self.read(GPIO + 0x10), self.read(GPIO + 0x14)
        self.write(GPIO + 0x10, fsel4 & ~(0o77 << 24))
        self.write(GPIO + 0x14, fsel5 & ~0o7777)
        self.write(GPIO + 0x10, fsel4)
        self.write(GPIO + 0x14, fsel5)

    def _know_high_pins(self):
        # QEMU's test protocol takes every pin for low at first, and would not tell that a high one goes low.
        for pin in range(28):
            if self.level(pin):
                self.drive(pin, 0)
                self.drive(pin, 1)

    def until_booted(self):
        """Waits until its first process is ready."""
        end = time.monotonic() + 120
        while not self.channels["console"].line(end - time.monotonic()).startswith("PI-READY"):
            pass

    def join_network(self):
        """Gives it a network. One that ever had one cannot be saved."""
        if not self.has_card:
            self.qmp("device_add", driver="usb-net", netdev="net", id="card")
            self.has_card = True
        self.sh("for module in phy-generic dwc2 cdc_ether; do modprobe $module; done;"
                "i=0; while [ ! -e /sys/class/net/eth0 ] && [ $i -lt 200 ]; do usleep 50000; i=$((i+1)); done;"
                f"ip addr add {ADDRESS}/24 dev eth0; ip link set eth0 up", timeout=60)

    def leave_network(self):
        """Switches the USB host off, for good: it wants to be served a thousand times a second, which keeps a fast
        machine busy."""
        self.sh("echo 3f980000.usb > /sys/bus/platform/drivers/dwc2/unbind")

    def save(self, path):
        """Writes the whole machine to a file. Ends it."""
        self.qmp("stop")
        self.qmp("migrate", uri=f"file:{path}")
        self.until(lambda: self.qmp("query-migrate").get("status") == "completed", 60, "the state is saved")
        self.stop()

    def cut_power(self):
        """Ends it as a power cut does: what the machine had not yet given to its disk is lost."""
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    stop = cut_power

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        if kind is not None and (self.folder / "console.log").exists():
            print((self.folder / "console.log").read_text(errors="replace")[-2000:])
        self.stop()

    # ---- QEMU's own doors ----

    def _on_qmp(self, now, line):
        message = json.loads(line)
        if "event" in message:
            self.events.append((now, message["event"]))
        return "event" in message or "QMP" in message

    def _on_qtest(self, now, line):
        if not line.startswith("IRQ "):
            return False
        _, what, pin = line.split()
        with self.moved:
            self.edges.append((now, int(pin), int(what == "raise")))
            self.moved.notify_all()
        return True

    def qmp(self, command, **arguments):
        """What QEMU answers to a command of its machine protocol."""
        with self._locks["qmp"]:
            self.channels["qmp"].send(json.dumps({"execute": command, "arguments": arguments}) + "\n")
            answer = json.loads(self.channels["qmp"].line(20))
        if "error" in answer:
            raise EmulatorError(f"{command}: {answer['error']['desc']}")
        return answer["return"]

    def qtest(self, command):
        """What QEMU answers to a command of its test protocol."""
        with self._locks["qtest"]:
            self.channels["qtest"].send(command + "\n")
            answer = self.channels["qtest"].line(20)
        if not answer.startswith("OK"):
            raise EmulatorError(f"{command}: {answer}")
        return answer[2:].strip()

    def read(self, address):
        """A word of the machine's memory or registers."""
        return int(self.qtest(f"readl {address:#x}"), 16)

    def write(self, address, word):
        """Sets one."""
        self.qtest(f"writel {address:#x} {word & 0xFFFFFFFF:#x}")

    @staticmethod
    def until(done, timeout, what):
        """Waits, in the host's time."""
        end = time.monotonic() + timeout
        while not done():
            if time.monotonic() > end:
                raise EmulatorError(f"waited in vain until {what}")
            time.sleep(0.005)

    # ---- pins ----

    def function(self, pin):
        """What a pin is: an input, an output, or a device's."""
        return self.read(GPIO + 4 * (pin // 10)) >> 3 * (pin % 10) & 7

    def is_output(self, pin):
        """Whether the machine drives a pin."""
        return self.function(pin) == OUTPUT

    def latch(self, pin):
        """The level that was written to a pin last, by whomever."""
        return self.read(GPIO + 0x34) >> pin & 1

    def level(self, pin):
        """What a circuit sees that pulls the pin down: its level while it is driven, else low."""
        return self.latch(pin) and int(self.is_output(pin))

    def drive(self, pin, level):
        """Gives an input its level."""
        self.write(GPIO + (0x1C if level else 0x28), 1 << pin)

    def wait_for_level(self, pin, level, timeout, since=0.0):
        """The host's time of the first edge of a pin to a level after `since`; none within timeout is none."""
        def found():
            return next((t for t, p, l in self.edges if t >= since and p == pin and l == level), None)
        with self.moved:
            self.moved.wait_for(lambda: found() is not None, timeout)
            return found()

    # ---- sensors, clock ----

    def show(self, sensor, celsius=None, does=PLUGGED):
        """Sets what a thermometer on the 1-Wire bus shows, and how it is."""
        if celsius is not None:
            self.write(MAILBOX + 16 * sensor, round(celsius * 16))
        self.write(MAILBOX + 16 * sensor + 4, does)

    def show_chip(self, celsius):
        """Sets what the TMP105 on the I2C bus measures."""
        self.qmp("qom-set", path="/machine/peripheral/tmp", property="temperature", value=round(celsius * 1000))

    def plug_chip(self, plugged):
        """Has it answer, or not: a switch stands between it and the bus, open at first and after a start from a state."""
        self.sh(f"i2cset -y 1 0x70 {int(plugged)} c")

    def micros(self):
        """The low word of the machine's own clock."""
        return self.read(TIMER)

    # ---- the shell on the console ----

    def sh(self, command, timeout=30.0, check=True):
        """Runs a command as root; what it says."""
        with self._locks["console"]:
            return self._sh(command, timeout, check)

    def _sh(self, command, timeout, check):
        console = self.channels["console"]
        self._commands += 1
        tag = f"@{self._commands}@"
        # The marks are put together by the shell, so that an echo of the command is none.
        console.send(f"echo B'{tag}'; {command}\necho E'{tag}'$?\n")
        end = time.monotonic() + timeout
        said, began = [], False
        while True:
            line = console.line(end - time.monotonic())
            if not began:
                began = line.endswith("B" + tag)
                continue
            ended = re.search(f"E{tag}([0-9]+)$", line)
            if ended is None:
                said.append(line)
                continue
            said += [line[:ended.start()]] if ended.start() else []
            if check and ended[1] != "0":
                raise EmulatorError(f"{command!r} ended with {ended[1]}:\n" + "\n".join(said))
            return "\n".join(said)
