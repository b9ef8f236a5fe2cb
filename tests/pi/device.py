"""The daemon on the emulated Pi, and what a person and a phone do with it."""
import json
import time
import urllib.error
import urllib.request

from emulator import EmulatorError
from stimulator import ENABLE
from world import K1

SITE = "left-shoulder"
SITES = [SITE] + [f"{side}-{part}" for part in ("forearm", "upper-arm", "hip", "thigh", "calf", "neck", "upper-back",
                                                "lower-back") for side in ("left", "right")]
#: What its unit allows it: real-time priority, and memory that is locked.
LIMITS = "ulimit -r 41 -l 65536"


class Refused(Exception):
    """An answer that is no yes, with its status and body."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Device:
    """`soothed` as its own user and with the limits of its unit, as the service manager would start it."""

    def __init__(self, pi):
        self.pi = pi
        self.turn = 1

    def start(self, options="", within=20.0):
        """Starts it and waits until it is healthy; returns the seconds that took."""
        began = time.monotonic()
        self.spawn(options)
        self.until(lambda: self.healthy(), within, "the daemon is healthy")
        return time.monotonic() - began

    def spawn(self, options=""):
        """Starts it and does not wait."""
        self.pi.sh(f"({LIMITS}; su soothe -c 'setsid soothed {options} > /tmp/soothed.log 2>&1 &')")

    def healthy(self):
        try:
            return self.get("/healthz", text=True).strip() == "ok"
        except (OSError, Refused):
            return False

    def pid(self, name="soothed"):
        """The process that goes by that name; the guard is the same file by another."""
        return int(self.pi.sh(f"grep -lxs {name} /proc/[0-9]*/comm", check=False).split("/")[2])

    def log(self):
        """What it said."""
        return self.pi.sh("cat /tmp/soothed.log", check=False)

    def soothe(self, arguments, timeout=60.0, check=True):
        """The command line in the machine, as the same user."""
        return self.pi.sh(f"su soothe -c 'soothe {arguments}'", timeout=timeout, check=check)

    def began(self, arguments):
        """Whether a start by the command line was accepted. One that can be sent again in a moment was not; any other
        refusal is an error."""
        said = self.soothe(arguments, check=False)
        if "refused" not in said:
            return True
        if "HL-S4" not in said and "fresh reading" not in said:
            raise EmulatorError(said)
        return False

    def begins_anew(self):
        """Whether another session was accepted, on the next site of the body in a row: one that was heated rests."""
        accepted = self.began(f"heat --target 40 --for 15m --site {SITES[self.turn % len(SITES)]} --detach")
        self.turn += accepted
        return accepted

    def manage(self):
        """Has a service manager start it, which feeds the machine's watchdog for as long as it is told to."""
        self.pi.sh(f"({LIMITS}; manager 1000 1000 997 /app/soothed > /tmp/soothed.log 2>&1 &)")
        self.until(lambda: self.says_status() is not None, 20, "the daemon answers")

    def heat_by_command(self, options=""):
        """Starts it, with nothing remembered, and heats by the command line until K1 is closed."""
        self.pi.sh("rm -rf /var/lib/soothe/*")
        self.spawn(options)
        self.until(lambda: self.says_status() is not None, 30, "the daemon answers")
        self.soothe("checklist answer --none")
        # A busy host can make thermometers late, and a start is refused then.
        self.until(lambda: self.began(f"heat --target 40 --for 15m --site {SITE} --detach"), 30, "it heats")
        self.until(lambda: self.pi.level(K1), 10, "K1 is closed")

    def strike(self, mark, *processes):
        """Kills processes, a pin that is marked telling when; the host's time at which that was."""
        self.pi.sh(f"strike {mark} {' '.join(map(str, processes))}")
        return next(t for t, pin, level in reversed(self.pi.edges) if (pin, level) == (mark, 1))

    def connect_stimulator(self):
        """Connects a TENS module that is well, unless there is one."""
        self.pi.sh("[ -e /dev/i2c-7 ] || setsid stimulator > /tmp/stimulator.log 2>&1 &")
        self.until(lambda: "uevent" in self.pi.sh("ps -o comm"), 20, "a TENS module is connected")

    def stimulate_by_command(self, level_ma, options="--config /etc/soothe/tens.toml"):
        """Connects a TENS module, starts the daemon with nothing remembered, and raises the level by the command line,
        while somebody watches."""
        self.connect_stimulator()
        self.pi.sh("rm -rf /var/lib/soothe/*")
        self.spawn(options)
        self.until(lambda: self.says_status() is not None, 30, "the daemon answers")
        self.soothe("checklist answer --none")
        self.until(lambda: self.began(f"start tens-knot --site {SITE} --detach"), 30, "it begins")
        self.pi.sh("su soothe -c 'soothe watch > /dev/null 2>&1 &'")
        self.raise_to(level_ma)

    def raise_to(self, level_ma):
        """Raises the level step by step by the command line, electrodes confirmed where they are asked for, until it flows.
        A busy host can make a driver so late that it is zero again."""
        self.until(lambda: self._raises(level_ma) and self.pi.level(ENABLE), 30, f"the level is {level_ma} mA")

    def _raises(self, level_ma):
        session = self.says_status()["session"]
        if session is None:
            raise EmulatorError(f"no session is on any more:\n{self.log()}")
        phase = session["phase"]
        if phase["asked"] is not None:
            self.soothe("confirm")
        elif phase["level"]["level_ma"] < level_ma:
            # One that comes too soon after the last is refused.
            self.soothe("level +", check=False)
        return phase["level"] is not None and phase["level"]["level_ma"] == level_ma

    def level_ma(self):
        """The level in force; none while no electrodes lie."""
        session = self.says_status()["session"]
        return session and session["phase"]["level"] and session["phase"]["level"]["level_ma"]

    def uses(self):
        """Threads, open files and memory (RSS) of the daemon."""
        folder = f"/proc/{self.pid()}"
        said = dict(line.split(":\t") for line in self.pi.sh(f"grep -E 'VmRSS|Threads' {folder}/status").splitlines())
        return {"threads": int(said["Threads"]), "kb": int(said["VmRSS"].split()[0]),
                "files": int(self.pi.sh(f"ls {folder}/fd | wc -l"))}

    def cpu_s(self):
        """The CPU time that it has used, s."""
        # In hundredths: the 14th and the 15th of what the kernel says, counted from the bracket after the name.
        fields = self.pi.sh(f"cat /proc/{self.pid()}/stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def says(self, arguments):
        """What the command line says as JSON."""
        return json.loads(self.soothe(arguments + " --json"))

    def says_status(self):
        """The snapshot as the command line gives it; none where no daemon answers."""
        said = self.soothe("status --json", check=False)
        try:
            # A latched fault is told beside it, on a line of its own; without a daemon an error alone.
            status = json.loads(said.split("\n")[0])
        except ValueError:
            return None
        return status if "state" in status else None

    # ---- HTTP from outside ----

    def get(self, path, text=False):
        return self._ask("GET", path, None, text)

    def post(self, path, body=None, method="POST"):
        return self._ask(method, path, {} if body is None else body, False)

    def _ask(self, method, path, body, text):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.pi.port}{path}", data=data, method=method,
                                         headers={"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                said = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode()) from None
        return said if text else json.loads(said)

    def status(self):
        return self.get("/api/v1/status")

    def heat(self, target=40.0, seconds=900, site=SITE):
        """Heats by HTTP; returns the session's number."""
        return self.start_by_http({"protocol": "heat", "target_c": target, "duration_s": seconds}, site)

    def start_by_http(self, session, site=SITE):
        """Answers the check-list, waits for thermometers and starts; returns the session's number."""
        self.post("/api/v1/checklist", {"yes": []}, "PUT")
        end = time.monotonic() + 30
        while True:
            try:
                return self.post("/api/v1/session", {**session, "site": site})["id"]
            except Refused as refused:
                if "sensor" not in refused.body or time.monotonic() > end:
                    raise
                time.sleep(0.3)

    def until(self, done, within, what):
        """Waits, in the host's time."""
        end = time.monotonic() + within
        while not done():
            if time.monotonic() > end:
                raise EmulatorError(f"waited {within} s in vain until {what}; the daemon said:\n{self.log()}")
            time.sleep(0.02)
