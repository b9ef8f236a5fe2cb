//! What the Pi is told at its start: `config.txt`, and what of it is in force.

use std::path::Path;

use soothe_rig::rpi::Pins;
use soothe_rig::tens::chip;
use soothe_rig::w1;

use super::finding::Finding;
use super::host::Host;
use super::machine::pi_model;
use crate::config::Build;

/// Where the file lies, on newer and on older systems.
const FILES: [&str; 2] = ["/boot/firmware/config.txt", "/boot/config.txt"];
/// Buses that docs/wiring.md takes for thermometers, in their order: contact 1, contact 2, room, skin.
const W1_PINS: [u8; 4] = [4, 20, 10, 9];
/// What a Pi's own watchdog counts to at most, s.
const WATCHDOG_MAX_S: u64 = 15;

/// Looks at what this build needs.
pub(super) fn findings(host: &Host, build: &Build) -> Vec<Finding> {
    let config = BootConfig::of(host);
    [
        one_wire(host, build, &config),
        i2c(host, build, &config),
        pwm(host, build, &config),
        Some(strict_gpiod(&config)),
        Some(watchdog(host)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The lines of `config.txt` that count on this model.
#[derive(Debug, Default, PartialEq, Eq)]
struct BootConfig {
    file: Option<&'static str>,
    /// `dtoverlay=NAME,PARAMETERS` and `dtparam=PARAMETERS`, without what stands before the `=`.
    overlays: Vec<String>,
    params: Vec<String>,
}

impl BootConfig {
    fn of(host: &Host) -> Self {
        let found = FILES.into_iter().find_map(|file| Some((file, host.read(file)?)));
        let Some((file, text)) = found else { return Self::default() };
        let model = pi_model(host).unwrap_or_default();
        let mut config = Self { file: Some(file), ..Self::default() };
        let mut counts = true;
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if let Some(filter) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                counts = is_for(filter, &model);
            } else if let Some((key, value)) = line.split_once('=').filter(|_| counts) {
                match key.trim() {
                    "dtoverlay" => config.overlays.push(value.trim().to_owned()),
                    "dtparam" => {
                        config.params.extend(value.split(',').map(|it| it.trim().to_owned()))
                    }
                    _ => {}
                }
            }
        }
        config
    }

    /// The file that is to be written into.
    fn file(&self) -> &'static str {
        self.file.unwrap_or(FILES[0])
    }

    /// What a parameter of the board's own was set to last.
    fn param(&self, name: &str) -> Option<&str> {
        let value = |param: &'_ str| param.split_once('=').is_some_and(|it| it.0 == name);
        let last = self.params.iter().rev().find(|it| value(it))?;
        last.split_once('=').map(|it| it.1)
    }

    fn is_on(&self, name: &str) -> bool {
        self.param(name).is_some_and(|value| ["on", "yes", "1", "true"].contains(&value))
    }

    /// The pins that 1-Wire is told to use; without a word it is GPIO 4.
    fn w1_pins(&self) -> Vec<u8> {
        let ours = |overlay: &String| {
            let (name, parameters) = overlay.split_once(',').unwrap_or((overlay, ""));
            let pin = parameters.split(',').find_map(|it| it.trim().strip_prefix("gpiopin="));
            ["w1-gpio", "w1-gpio-pullup", "w1-gpio-pi5"]
                .contains(&name.trim())
                .then(|| pin.and_then(|pin| pin.parse().ok()).unwrap_or(W1_PINS[0]))
        };
        self.overlays.iter().filter_map(ours).collect()
    }

    fn has_overlay(&self, name: &str) -> bool {
        self.overlays.iter().any(|it| it.split(',').next() == Some(name))
    }
}

/// Whether a section with this filter counts on this model. Of filters by other things than the model nothing is
/// known, so that what they guard does not count.
fn is_for(filter: &str, model: &str) -> bool {
    let number = model.strip_prefix("Raspberry Pi ").unwrap_or_default();
    match filter.to_ascii_lowercase().as_str() {
        "all" => true,
        "pi3" => number.starts_with('3'),
        "pi4" => number.starts_with('4'),
        "pi400" => number.starts_with("400"),
        "pi5" => number.starts_with('5'),
        "pi500" => number.starts_with("500"),
        "pi02" => number.starts_with("Zero 2"),
        "pi0" => number.starts_with("Zero"),
        _ => false,
    }
}

/// What to do so that `line`s are in force.
fn write_in(
    finding: Finding,
    config: &BootConfig,
    lines: impl IntoIterator<Item = String>,
) -> Finding {
    finding.mend(format!("# into {}, then reboot:", config.file())).mends(lines)
}

fn one_wire(host: &Host, build: &Build, config: &BootConfig) -> Option<Finding> {
    const CHECK: &str = "1-wire";
    // Without a word of thermometers, those of the reference build are meant.
    let ids: Option<Vec<_>> = build.probes.as_ref().map(|it| it.one_wire().collect());
    let needed = ids.as_ref().map_or(3, Vec::len);
    if needed == 0 {
        return None;
    }
    let pins = config.w1_pins();
    if let Some((line, pin)) = clash(&build.pins, &pins) {
        return Some(Finding::wrong(
            CHECK,
            format!(
                "{} gives GPIO {pin} to 1-Wire, and [pins] gives it to {line}: one of them must move",
                config.file()
            ),
        ));
    }
    let root = host.path(w1::W1_ROOT);
    let buses = w1::buses(&root);
    let missing = || {
        let taken = |pin: &u8| !pins.contains(pin);
        let free = W1_PINS.into_iter().filter(taken).take(needed.saturating_sub(pins.len()));
        free.map(|pin| format!("dtoverlay=w1-gpio,gpiopin={pin}")).collect::<Vec<_>>()
    };
    if buses < needed && pins.len() >= needed {
        let says = format!(
            "{} has {} for 1-Wire, and the kernel drives {buses}: was it restarted since?",
            config.file(),
            plural(pins.len(), "bus", "buses")
        );
        return Some(Finding::wrong(CHECK, says).mend("sudo reboot"));
    }
    if buses < needed {
        let says = format!(
            "the kernel drives {}, and {} DS18B20 need one each: it holds a bus for as long as a sensor on it converts",
            plural(buses, "1-Wire bus", "1-Wire buses"),
            needed
        );
        return Some(write_in(Finding::wrong(CHECK, says), config, missing()));
    }
    if let Some(bus) = w1::shared_bus(&root, &ids.unwrap_or_default()) {
        let says = format!(
            "several thermometers are on {bus}, so that each is read too seldom: give each its own pin"
        );
        return Some(Finding::wrong(CHECK, says));
    }
    Some(Finding::ok(CHECK, format!("{}, one for each sensor", plural(buses, "bus", "buses"))))
}

/// A line of ours whose pin a bus has.
fn clash(pins: &Pins, taken: &[u8]) -> Option<(&'static str, u8)> {
    pins.lines().find(|line| taken.contains(&line.1)).map(|(name, number, _)| (name, number))
}

fn i2c(host: &Host, build: &Build, config: &BootConfig) -> Option<Finding> {
    const CHECK: &str = "i2c";
    let buses = build.i2c_buses();
    let lost = buses.iter().find(|bus| !host.exists(format!("/dev/i2c-{bus}")));
    let Some(bus) = lost else {
        let names: Vec<_> = buses.iter().map(|bus| format!("/dev/i2c-{bus}")).collect();
        return (!names.is_empty()).then(|| Finding::ok(CHECK, names.join(", ")));
    };
    let says = format!("/dev/i2c-{bus} is not there");
    if host.exists(format!("/sys/bus/i2c/devices/i2c-{bus}")) {
        let says =
            format!("{says}, though the kernel drives that bus: its module i2c-dev is not loaded");
        let finding = Finding::wrong(CHECK, says);
        return Some(finding.mend(
            "echo i2c-dev | sudo tee /etc/modules-load.d/i2c.conf && sudo modprobe i2c-dev",
        ));
    }
    if *bus != 1 {
        return Some(Finding::wrong(CHECK, format!("{says}; bus 1 is the one on the header")));
    }
    if config.is_on("i2c_arm") {
        let says = format!(
            "{says}, though {} has dtparam=i2c_arm=on: was it restarted since?",
            config.file()
        );
        return Some(Finding::wrong(CHECK, says).mend("sudo reboot"));
    }
    Some(write_in(Finding::wrong(CHECK, says), config, ["dtparam=i2c_arm=on".to_owned()]))
}

fn pwm(host: &Host, build: &Build, config: &BootConfig) -> Option<Finding> {
    const CHECK: &str = "pwm";
    let pin = build.trigger()?;
    let is_pi_5 =
        pi_model(host).is_some_and(|model| is_for("pi5", &model) || is_for("pi500", &model));
    if !is_pi_5 && config.is_on("audio") {
        let says =
            format!("{} has dtparam=audio=on: the analogue sound uses the same PWM", config.file());
        return Some(write_in(
            Finding::wrong(CHECK, says),
            config,
            ["dtparam=audio=off".to_owned()],
        ));
    }
    match chip::find(&host.path(Path::new(chip::CHIPS)), pin) {
        Ok(found) => Some(Finding::ok(
            CHECK,
            format!("GPIO {pin} is channel {} of pwmchip{}", found.channel, found.chip),
        )),
        Err(_) if config.has_overlay("pwm") || config.has_overlay("pwm-2chan") => {
            let says = format!(
                "{} has the overlay, and the kernel drives no PWM for GPIO {pin}: was it restarted since?",
                config.file()
            );
            Some(Finding::wrong(CHECK, says).mend("sudo reboot"))
        }
        Err(_) => {
            let function = if [12, 13].contains(&pin) { 4 } else { 2 };
            let says =
                format!("the kernel drives no PWM for GPIO {pin}, the TENS module's trigger");
            let line = format!("dtoverlay=pwm,pin={pin},func={function}");
            Some(write_in(Finding::wrong(CHECK, says), config, [line]))
        }
    }
}

fn strict_gpiod(config: &BootConfig) -> Finding {
    let set = if config.params.iter().any(|it| it.starts_with("strict_gpiod")) {
        "set"
    } else {
        "not set"
    };
    Finding::ok(
        "strict-gpiod",
        format!(
            "{set}; either will do: pins that soothe drives fall by its guard and by K2, not by the kernel"
        ),
    )
}

/// The machine's own watchdog, for a kernel that hangs.
fn watchdog(host: &Host) -> Finding {
    const CHECK: &str = "watchdog";
    let set = |finding: Finding| {
        finding.mends([
            "sudo mkdir -p /etc/systemd/system.conf.d",
            r"printf '[Manager]\nRuntimeWatchdogSec=10\n' | sudo tee /etc/systemd/system.conf.d/90-watchdog.conf",
            "sudo reboot",
        ])
    };
    if !host.exists("/dev/watchdog") {
        return Finding::look(
            CHECK,
            "this machine has no watchdog: a kernel that hangs stays as it is, K2 open and K1 as it was",
        );
    }
    let Some(said) = host.systemd(None, &["RuntimeWatchdogUSec"]) else {
        return Finding::unseen(
            CHECK,
            "systemd does not say whether it feeds the machine's watchdog",
        );
    };
    let told = said.concat();
    match seconds(&told) {
        Some(s) if (1..=WATCHDOG_MAX_S).contains(&s) => {
            Finding::ok(CHECK, format!("a kernel that hangs is reset after {told}"))
        }
        Some(0) | None => set(Finding::look(
            CHECK,
            "nobody feeds the machine's watchdog: a kernel that hangs stays as it is, K2 open and K1 as it was",
        )),
        Some(_) => set(Finding::look(
            CHECK,
            format!("systemd wants it to wait for {told}, and a Pi's counts to {WATCHDOG_MAX_S} s"),
        )),
    }
}

/// A span as systemd tells it, such as `1min 30s`, in whole seconds; none for `infinity`, and for what it is not.
fn seconds(text: &str) -> Option<u64> {
    let part = |word: &str| {
        let at = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let number: u64 = word[..at].parse().ok()?;
        match &word[at..] {
            "" | "us" | "ms" => Some(number.min(1)),
            "s" => Some(number),
            "min" => Some(number * 60),
            "h" => Some(number * 3600),
            _ => None,
        }
    };
    text.split_whitespace().map(part).sum()
}

fn plural(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
