//! Machines that are played: a folder with the files that one shows, and what systemd would say.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::finding::{Finding, Report, Verdict};
use super::host::Host;
use super::{Build, look};
use crate::clock::Clock;

/// What systemd says on a machine where all is well.
fn well(program: &str, args: &[&str]) -> Option<String> {
    match (program, args) {
        ("systemctl", ["show", "--property=RuntimeWatchdogUSec"]) => {
            Some("RuntimeWatchdogUSec=10s\n".to_owned())
        }
        ("systemctl", ["show", _, "soothed.service"]) => Some(
            "LoadState=loaded\nActiveState=inactive\nUnitFileState=enabled\nNRestarts=0\n"
                .to_owned(),
        ),
        _ => None,
    }
}

/// A Raspberry Pi with the reference build, on which nothing is wrong but that it is no real one.
struct Machine {
    folder: tempfile::TempDir,
    ask: fn(&str, &[&str]) -> Option<String>,
}

const IDS: [&str; 3] = ["28-0000075a0b11", "28-0000075a0b12", "28-0000075a0b13"];

impl Machine {
    fn new() -> Self {
        let machine = Self { folder: tempfile::tempdir().unwrap(), ask: well };
        let gid = fs::metadata(machine.root()).unwrap().gid();
        machine.write("/proc/device-tree/model", "Raspberry Pi 3 Model B Rev 1.2\0");
        machine.write(
            "/etc/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nID=debian\nVERSION_ID=\"13\"\n",
        );
        machine.write("/proc/sys/kernel/osrelease", "6.12.47+rpt-rpi-v8\n");
        machine.write("/sys/devices/platform/soc/soc:firmware/get_throttled", "0\n");
        machine.write(
            "/boot/firmware/config.txt",
            "# as delivered\ndtparam=audio=on\n[pi5]\ndtparam=audio=off\n[all]\ndtparam=i2c_arm=on,audio=off\n\
             dtoverlay=w1-gpio,gpiopin=4\ndtoverlay=w1-gpio,gpiopin=20\ndtoverlay=w1-gpio,gpiopin=10\n",
        );
        machine.write("/dev/watchdog", "");
        machine.write("/dev/gpiomem", "");
        machine.write(
            "/etc/passwd",
            "root:x:0:0::/root:/bin/sh\nsoothe:x:4242:4243::/var/lib/soothe:/bin/false\n",
        );
        machine.write("/etc/group", &format!("gpio:x:{gid}:pi,soothe\nsoothe:x:4243:\n"));
        machine.mode("/dev/gpiomem", 0o660);
        machine.write("/run/systemd/timesync/synchronized", "");
        machine.write("/var/lib/soothe/soothe.db", "");
        for (number, id) in IDS.iter().enumerate() {
            let bus = format!("/sys/devices/w1_bus_master{}", number + 1);
            machine.sensor(&format!("{bus}/{id}"), 21.0 + 0.125 * number as f64);
            machine.link(
                &format!("/sys/bus/w1/devices/{id}"),
                &format!("../../../devices/w1_bus_master{}/{id}", number + 1),
            );
            machine.link(
                &format!("/sys/bus/w1/devices/w1_bus_master{}", number + 1),
                &format!("../../../devices/w1_bus_master{}", number + 1),
            );
        }
        machine.configure("");
        machine
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn link(&self, path: &str, to: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(to, path).unwrap();
    }

    /// A sensor's file, as the kernel writes it.
    fn sensor(&self, folder: &str, t: f64) {
        let [low, high] = ((t * 16.0) as i16).to_le_bytes();
        let bytes = format!("{low:02x} {high:02x} 4b 46 7f ff 0d 10 d3");
        let text = format!("{bytes} : crc=d3 YES\n{bytes} t={}\n", (t * 1000.0) as i32);
        self.write(&format!("{folder}/w1_slave"), &text);
    }

    fn configure(&self, more: &str) {
        let [first, second, room] = IDS;
        let text = format!(
            "socket = \"{}/none.sock\"\n{more}\n[probes]\ncontact = [\"{first}\", \"{second}\"]\nambient = \"{room}\"\n",
            self.root().display()
        );
        self.write("/etc/soothe/soothed.toml", &text);
    }

    fn looked_at(&self) -> Report {
        let host = Host::played(self.root(), self.ask);
        look(&host, Build::gather(Some(&self.at("/etc/soothe/soothed.toml"))), Clock::start())
    }

    /// Of a check, the one finding that there is.
    fn found(&self, check: &str) -> Finding {
        let findings = self.looked_at().findings;
        let mut found = findings.iter().filter(|it| it.check == check);
        let (Some(first), None) = (found.next(), found.next()) else {
            panic!("not one finding of {check}: {findings:#?}")
        };
        first.clone()
    }

    fn expect(&self, check: &str, verdict: Verdict, says: &str, mend: &str) {
        let found = self.found(check);
        assert_eq!(found.verdict, verdict, "{found:?}");
        assert!(found.says.contains(says), "{found:?}");
        assert!(found.mend.join("\n").contains(mend), "{found:?}");
        assert_eq!(found.mend.is_empty(), mend.is_empty(), "{found:?}");
    }
}

use Verdict::{Look, Ok, Unseen, Wrong};

#[test]
fn where_all_is_well_it_is_said_of_each_thing() {
    let report = Machine::new().looked_at();
    // Only the pins of a real Pi can be looked at.
    let bad: Vec<_> = report
        .findings
        .iter()
        .filter(|it| it.verdict != Ok && it.check != "pins")
        .map(|it| (it.check, it.says.clone()))
        .collect();
    assert_eq!(bad, [("service", "it does not run".to_owned())]);
    let checks: Vec<_> = report.findings.iter().map(|it| it.check).collect();
    assert_eq!(
        checks,
        [
            "model",
            "system",
            "kernel",
            "supply",
            "config",
            "1-wire",
            "strict-gpiod",
            "watchdog",
            "rights",
            "pins",
            "sensors",
            "sensors",
            "sensors",
            "sensors",
            "service",
            "daemon",
            "disk",
            "clock"
        ]
    );
}

#[test]
fn a_machine_that_is_no_pi_is_told_what_runs_on_it() {
    let machine = Machine::new();
    fs::remove_file(machine.at("/proc/device-tree/model")).unwrap();
    machine.expect("model", Wrong, "no Raspberry Pi", "soothed --sim");
    let checks: Vec<_> = machine.looked_at().findings.iter().map(|it| it.check).collect();
    assert_eq!(
        checks,
        ["model", "system", "kernel", "supply", "service", "daemon", "disk", "clock"]
    );
    machine.write("/proc/device-tree/model", "Radxa ROCK 5B\0");
    machine.expect("model", Wrong, "no Raspberry Pi", "soothed --sim");
}

#[test]
fn an_old_kernel_is_wrong_and_another_system_is_worth_a_look() {
    let machine = Machine::new();
    machine.write("/proc/sys/kernel/osrelease", "5.10.103-v7l+\n");
    machine.expect("kernel", Wrong, "5.10.103-v7l+ is older than 6.1", "full-upgrade");
    machine.write("/proc/sys/kernel/osrelease", "6.1.0-rpi7\n");
    machine.expect("kernel", Ok, "6.1.0-rpi7", "");
    machine.write("/proc/sys/kernel/osrelease", "next\n");
    machine.expect("kernel", Unseen, "next", "");
    machine
        .write("/etc/os-release", "PRETTY_NAME=\"Raspbian 11\"\nID=raspbian\nVERSION_ID=\"11\"\n");
    machine.expect("system", Look, "Raspbian 11", "");
}

#[test]
fn hl_s9_a_supply_that_sags_is_told_from_one_that_did() {
    let machine = Machine::new();
    let report = "/sys/devices/platform/soc/soc:firmware/get_throttled";
    for (text, verdict, says) in
        [("50005\n", Wrong, "too low now"), ("50000\n", Look, "was too low"), ("0\n", Ok, "never")]
    {
        machine.write(report, text);
        machine.expect("supply", verdict, says, "");
    }
}

#[test]
fn one_wire_that_is_off_is_mended_by_the_lines_that_are_missing() {
    let machine = Machine::new();
    fs::remove_dir_all(machine.at("/sys/bus/w1")).unwrap();
    machine.expect_one_wire(
        "dtoverlay=w1-gpio,gpiopin=4\n",
        "no 1-Wire bus, and 3",
        &["dtoverlay=w1-gpio,gpiopin=20", "dtoverlay=w1-gpio,gpiopin=10"],
    );
    // What stands in another model's section does not count, nor does what is commented out.
    machine.expect_one_wire(
        "[pi4]\ndtoverlay=w1-gpio,gpiopin=4\n[all]\n#dtoverlay=w1-gpio,gpiopin=20\n",
        "no 1-Wire bus, and 3",
        &[
            "dtoverlay=w1-gpio,gpiopin=4",
            "dtoverlay=w1-gpio,gpiopin=20",
            "dtoverlay=w1-gpio,gpiopin=10",
        ],
    );
    machine.write(
        "/boot/firmware/config.txt",
        "[pi3]\ndtoverlay=w1-gpio\ndtoverlay=w1-gpio,gpiopin=20\ndtoverlay=w1-gpio-pullup,gpiopin=10\n",
    );
    machine.expect(
        "1-wire",
        Wrong,
        "has 3 buses for 1-Wire, and the kernel drives no bus",
        "sudo reboot",
    );
}

impl Machine {
    fn expect_one_wire(&self, config: &str, says: &str, lines: &[&str]) {
        self.write("/boot/firmware/config.txt", config);
        let found = self.found("1-wire");
        assert!(found.verdict == Wrong && found.says.contains(says), "{found:?}");
        assert_eq!(found.mend[2..], *lines);
    }
}

#[test]
fn one_wire_on_a_pin_of_ours_and_two_sensors_on_one_bus_are_wrong() {
    let machine = Machine::new();
    machine.write("/boot/firmware/config.txt", "dtoverlay=w1-gpio,gpiopin=17\n");
    machine.expect(
        "1-wire",
        Wrong,
        "gives GPIO 17 to 1-Wire, and [pins] gives it to k1",
        "another pin for the sensor: dtoverlay=w1-gpio,gpiopin=4",
    );
    let machine = Machine::new();
    let second = format!("/sys/bus/w1/devices/{}", IDS[1]);
    fs::remove_file(machine.at(&second)).unwrap();
    machine.sensor(&format!("/sys/devices/w1_bus_master1/{}", IDS[1]), 21.0);
    machine.link(&second, &format!("../../../devices/w1_bus_master1/{}", IDS[1]));
    machine.expect(
        "1-wire",
        Wrong,
        "several thermometers are on w1_bus_master1",
        "dtoverlay=w1-gpio,gpiopin=9",
    );
}

const TENS: &str = "[pins]\ntens_enable = 26\ntens_trigger = 18\n[tens]\nmodule = \"triggered\"\nfull_scale_ma = 40.0\n\
                    current_ma_per_v = 20.0\nvoltage_v_per_v = 40.0\nmean_ua_per_mv = 10.0";

#[test]
fn i2c_is_mended_by_what_it_lacks() {
    let machine = Machine::new();
    machine.configure(TENS);
    machine.expect(
        "i2c",
        Wrong,
        "/dev/i2c-1 is not there, though /boot/firmware/config.txt",
        "sudo reboot",
    );
    machine.write("/boot/firmware/config.txt", "dtparam=i2c_arm=off\n");
    machine.expect("i2c", Wrong, "/dev/i2c-1 is not there", "dtparam=i2c_arm=on");
    machine.write("/sys/bus/i2c/devices/i2c-1/name", "bcm2835");
    machine.expect("i2c", Wrong, "i2c-dev is not loaded", "modprobe i2c-dev");
    machine.write("/dev/i2c-1", "");
    machine.expect("i2c", Ok, "/dev/i2c-1", "");
}

#[test]
fn hardware_pwm_is_mended_by_its_overlay_and_is_not_shared_with_sound() {
    let machine = Machine::new();
    machine.configure(TENS);
    machine.expect("pwm", Wrong, "no PWM for GPIO 18", "dtoverlay=pwm,pin=18,func=2");
    machine.write("/boot/firmware/config.txt", "dtoverlay=pwm,pin=18,func=2\n");
    machine.expect("pwm", Wrong, "has the overlay", "sudo reboot");
    fs::create_dir_all(machine.at("/sys/class/pwm/pwmchip0")).unwrap();
    machine.link("/sys/class/pwm/pwmchip0/device", "../../../3f20c000.pwm");
    machine.expect("pwm", Ok, "channel 0 of pwmchip0", "");
    machine.write("/boot/firmware/config.txt", "dtparam=audio=on\ndtoverlay=pwm,pin=18,func=2\n");
    machine.expect("pwm", Wrong, "analogue sound", "dtparam=audio=off");
    machine.write("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0");
    machine.expect("pwm", Ok, "channel 0 of pwmchip0", "");
}

#[test]
fn the_watchdog_must_be_fed_and_within_what_a_pi_counts_to() {
    let mut machine = Machine::new();
    machine.expect("watchdog", Ok, "reset after 10s", "");
    for (ask, says) in [
        (
            (|_, _| Some("RuntimeWatchdogUSec=0\n".to_owned())) as fn(&str, &[&str]) -> _,
            "nobody feeds",
        ),
        (|_, _| Some("RuntimeWatchdogUSec=infinity\n".to_owned()), "leaves it to the driver"),
        (|_, _| Some("RuntimeWatchdogUSec=1min\n".to_owned()), "may hang for 1min"),
    ] {
        machine.ask = ask;
        machine.expect("watchdog", Look, says, "RuntimeWatchdogSec=10");
    }
    machine.ask = |_, _| None;
    machine.expect("watchdog", Unseen, "does not say", "");
    fs::remove_file(machine.at("/dev/watchdog")).unwrap();
    machine.expect("watchdog", Look, "has no watchdog", "");
}

#[test]
fn who_runs_the_daemon_must_have_its_devices() {
    let machine = Machine::new();
    machine.expect("rights", Ok, "soothe may use /dev/gpiomem", "");
    let gid = fs::metadata(machine.root()).unwrap().gid();
    machine.write("/etc/group", &format!("gpio:x:{gid}:pi\n"));
    machine.expect(
        "rights",
        Wrong,
        "soothe may not use /dev/gpiomem, which is for the group gpio",
        "sudo adduser soothe gpio",
    );
    machine.mode("/dev/gpiomem", 0o600);
    machine.expect("rights", Wrong, "may not use /dev/gpiomem", "udev rule");
    machine.write("/etc/group", &format!("gpio:x:{gid}:pi,soothe\n"));
    machine.mode("/dev/gpiomem", 0o640);
    machine.expect("rights", Wrong, "may not use /dev/gpiomem", "udev rule");
    fs::remove_file(machine.at("/dev/gpiomem")).unwrap();
    machine.expect("rights", Wrong, "neither /dev/gpiomem0 nor /dev/gpiomem", "");
}

#[test]
fn hl_h12_hl_h13_thermometers_are_judged_as_a_session_would() {
    let machine = Machine::new();
    let sensors = |machine: &Machine| {
        let findings = machine.looked_at().findings.into_iter();
        findings
            .filter(|it| it.check == "sensors")
            .map(|it| (it.verdict, it.says))
            .collect::<Vec<_>>()
    };
    let place = |at: usize| format!("/sys/devices/w1_bus_master{}/{}", at + 1, IDS[at]);
    let found = sensors(&machine);
    assert_eq!(
        found[0],
        (Ok, "contact 1 (28-0000075a0b11): 21.00 °C, steady within 0.00 K".to_owned())
    );
    assert_eq!(found[3], (Ok, "the contact sensors agree within 0.12 K".to_owned()));
    machine.sensor(&place(1), 25.0);
    assert_eq!(sensors(&machine)[3].0, Wrong, "4 K apart");
    machine.sensor(&place(1), 85.0);
    assert!(sensors(&machine)[1].1.contains("85 °C, with which a DS18B20 wakes"));
    machine.sensor(&place(1), 120.0);
    assert!(sensors(&machine)[1].1.contains("120 °C, which is no temperature"));
    machine.write(&format!("{}/w1_slave", place(1)), "");
    assert!(
        sensors(&machine)[1].1.contains("5 of 5 readings failed, the last because it is not there")
    );
    machine.sensor(&place(1), 21.0);
    machine.sensor("/sys/bus/w1/devices/28-0000075a0bff", 21.0);
    let stranger = "28-0000075a0bff is on 1-Wire and not named in [probes]".to_owned();
    assert_eq!(sensors(&machine).last(), Some(&(Look, stranger)));
}

#[test]
fn a_configuration_without_thermometers_or_with_a_mistake_is_told_with_what_to_do() {
    let machine = Machine::new();
    let socket = format!("socket = \"{}/none.sock\"\n", machine.root().display());
    machine.write("/etc/soothe/soothed.toml", &socket);
    machine.expect("config", Wrong, "names no thermometers in [probes]", "soothe doctor --wiring");
    machine.expect(
        "sensors",
        Wrong,
        "on 1-Wire are 28-0000075a0b11, 28-0000075a0b12, 28-0000075a0b13",
        "--wiring",
    );
    machine.write("/etc/soothe/soothed.toml", "[pins]\nk1 = 99\n");
    machine.expect("config", Wrong, "k1 = 99: the header has GPIO 0 to 27", "");
    let checks: Vec<_> = machine.looked_at().findings.iter().map(|it| it.check).collect();
    assert_eq!(checks[4..], ["config", "service", "daemon", "disk", "clock"]);
    machine.write("/etc/soothe/soothed.toml", "[pins]\nk3 = 1\n");
    let text = machine.found("config").text(80, false);
    assert!(
        text.contains("\n                          |\n                        2 | k3 = 1\n"),
        "{text}"
    );
    machine.configure("[heater]\nrelay = \"mosfet\"");
    machine.expect("config", Wrong, "needs a line that senses the pad's current", "");
}

#[test]
fn a_service_that_failed_or_keeps_being_started_is_told() {
    fn says(load: &str, active: &str, enabled: &str, restarts: &str) -> Option<String> {
        Some(format!(
            "LoadState={load}\nActiveState={active}\nUnitFileState={enabled}\nNRestarts={restarts}\n"
        ))
    }
    let mut machine = Machine::new();
    type Ask = fn(&str, &[&str]) -> Option<String>;
    let cases: [(Ask, Verdict, &str, &str); 9] = [
        (|_, _| says("not-found", "inactive", "", "0"), Look, "not installed", ""),
        (|_, _| says("loaded", "failed", "enabled", "0"), Wrong, "it failed", "journalctl"),
        (|_, _| says("masked", "inactive", "masked", "0"), Look, "it is masked", "unmask"),
        (
            |_, _| says("loaded", "activating", "enabled", "3"),
            Wrong,
            "started anew 3 times",
            "journalctl",
        ),
        (
            |_, _| says("loaded", "deactivating", "enabled", "0"),
            Look,
            "it is deactivating",
            "status",
        ),
        (
            |_, _| says("loaded", "active", "disabled", "0"),
            Look,
            "will not after the next start",
            "enable soothed",
        ),
        (
            |_, _| says("loaded", "active", "enabled", "7"),
            Look,
            "started anew 7 times",
            "journalctl",
        ),
        (|_, _| says("loaded", "active", "enabled", "0"), Ok, "it runs, and is started", ""),
        (|_, _| None, Unseen, "systemd does not answer", ""),
    ];
    for (ask, verdict, expected, mend) in cases {
        machine.ask = ask;
        machine.expect("service", verdict, expected, mend);
    }
    // It runs, and nobody hears it: its thermometers are not taken away from it.
    machine.ask = |_, _| says("loaded", "active", "enabled", "0");
    machine.expect(
        "daemon",
        Unseen,
        "the service is active, and no daemon answers",
        "sudo soothe doctor",
    );
    machine.expect("sensors", Unseen, "a daemon has them", "");
}

#[test]
fn a_clock_that_nobody_has_set_is_worth_a_look() {
    let mut machine = Machine::new();
    machine.expect("clock", Ok, "set by the network", "");
    fs::remove_file(machine.at("/run/systemd/timesync/synchronized")).unwrap();
    machine.expect("clock", Look, "nobody has said that this is right", "timedatectl set-ntp true");
    machine.ask = |program, _| (program == "timedatectl").then(|| "yes\n".to_owned());
    machine.expect("clock", Ok, "set by the network", "");
}

#[test]
fn what_is_told_fits_a_terminal_and_what_is_typed_stays_whole() {
    let machine = Machine::new();
    machine.write("/boot/firmware/config.txt", "");
    fs::remove_dir_all(machine.at("/sys/bus/w1")).unwrap();
    let text: Vec<String> =
        machine.looked_at().findings.iter().map(|it| it.text(80, false)).collect();
    let wire = text.iter().find(|it| it.contains("1-wire")).unwrap();
    assert_eq!(
        *wire,
        "  WRONG  1-wire         the kernel drives no 1-Wire bus, and 3 DS18B20 need a\n                        \
         bus each: it holds a bus for as long as a sensor on it\n                        converts\n           \
         # into /boot/firmware/config.txt, at its end, then reboot:\n           [all]\n           dtoverlay=w1-gpio,gpiopin=4\n           \
         dtoverlay=w1-gpio,gpiopin=20\n           dtoverlay=w1-gpio,gpiopin=10\n"
    );
    machine.write("/etc/os-release", "PRETTY_NAME=\"\u{1b}]0;owned\u{7}\"\n");
    assert!(machine.found("system").says.starts_with("\u{fffd}]0;owned\u{fffd}, "));
    let coloured = Finding::wrong("x", "y").text(80, true);
    assert_eq!(coloured, "  \x1b[1;31mWRONG  \x1b[0mx              y\n");
}
