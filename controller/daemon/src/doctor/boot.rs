//! What the Pi is told at its start: `config.txt`, and what of it is in force.

use std::collections::BTreeSet;
use std::path::Path;

use soothe_rig::tens::chip;
use soothe_rig::w1;

use super::boot_config::{BootConfig, is_for};
use super::finding::Finding;
use super::host::Host;
use super::machine::pi_model;
use super::parts::pwm_function;
use crate::config::Build;

/// Buses that docs/wiring.md takes for thermometers, in their order: contact 1, contact 2, room, skin.
const W1_PINS: [u8; 4] = [4, 20, 10, 9];
/// The longest that a kernel may hang, s; what a Pi's own watchdog counts to.
const WATCHDOG_MAX_S: u64 = 15;

/// Looks at what this build needs.
pub(super) fn findings(host: &Host, build: &Build) -> Vec<Finding> {
    let config = BootConfig::of(host);
    [
        one_wire(host, build, &config),
        i2c(host, build, &config),
        hardware_trigger(host, build, &config),
        Some(strict_gpiod(&config)),
        Some(watchdog(host)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What to do so that `line`s are in force.
fn write_in(
    finding: Finding,
    config: &BootConfig,
    lines: impl IntoIterator<Item = String>,
) -> Finding {
    finding
        .mend(format!("# into {}, at its end, then reboot:", config.file()))
        .mend("[all]")
        .mends(lines)
}

fn one_wire(host: &Host, build: &Build, config: &BootConfig) -> Option<Finding> {
    const CHECK: &str = "1-wire";
    // Without a word of thermometers, those of the reference build are meant.
    let ids: Option<Vec<_>> = build.probes.as_ref().map(|it| it.one_wire().collect());
    let needed = ids.as_ref().map_or(3, Vec::len);
    let pins = config.w1_pins();
    if let Some((line, pin)) =
        build.pins.lines().map(|it| (it.0, it.1)).find(|it| pins.contains(&it.1))
    {
        let says =
            format!("{} gives GPIO {pin} to 1-Wire, and [pins] gives it to {line}", config.file());
        let other = another_bus(build, &pins);
        let other = other.map(|line| format!("# another pin for the sensor: {line}"));
        return Some(Finding::wrong(CHECK, says).mends(other));
    }
    if needed == 0 {
        return None;
    }
    let root = host.path(w1::W1_ROOT);
    let buses = w1::buses(&root);
    if buses < needed && pins.len() >= needed {
        let says = format!(
            "{} has {} for 1-Wire, and the kernel drives {}: was it restarted since, and has something else these pins \
             (spi, i2s)?",
            config.file(),
            plural(pins.len(), "bus", "buses"),
            plural(buses, "bus", "buses")
        );
        return Some(
            Finding::wrong(CHECK, says)
                .mends(["sudo reboot", "sudo dmesg | grep -iE 'w1|onewire'"]),
        );
    }
    if buses < needed {
        let says = format!(
            "the kernel drives {}, and {needed} DS18B20 need a bus each: it holds a bus for as long as a sensor on it converts",
            plural(buses, "1-Wire bus", "1-Wire buses"),
        );
        let missing = free_pins(build, &pins).take(needed - pins.len());
        let missing = missing.map(|pin| format!("dtoverlay=w1-gpio,gpiopin={pin}"));
        return Some(write_in(Finding::wrong(CHECK, says), config, missing));
    }
    if let Some(bus) = w1::shared_bus(&root, &ids.unwrap_or_default()) {
        let says = format!("several thermometers are on {bus}, so that each is read too seldom");
        let other = another_bus(build, &pins);
        let other = other.map(|line| format!("{line}     # and one sensor's data wire there"));
        return Some(write_in(Finding::wrong(CHECK, says), config, other));
    }
    Some(Finding::ok(CHECK, format!("{}, one for each sensor", plural(buses, "bus", "buses"))))
}

/// Pins for more 1-Wire buses: those of docs/wiring.md first, then any that nothing of ours has.
fn free_pins(build: &Build, taken: &BTreeSet<u8>) -> impl Iterator<Item = u8> {
    let others = (4..=27).filter(|pin| !W1_PINS.contains(pin));
    let is_free = |pin: &u8| !taken.contains(pin) && build.pins.lines().all(|it| it.1 != *pin);
    W1_PINS.into_iter().chain(others).filter(is_free)
}

/// The overlay that makes one bus more.
fn another_bus(build: &Build, taken: &BTreeSet<u8>) -> Option<String> {
    free_pins(build, taken).next().map(|pin| format!("dtoverlay=w1-gpio,gpiopin={pin}"))
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

fn hardware_trigger(host: &Host, build: &Build, config: &BootConfig) -> Option<Finding> {
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
            let says =
                format!("the kernel drives no PWM for GPIO {pin}, the TENS module's trigger");
            let line = format!("dtoverlay=pwm,pin={pin},func={}", pwm_function(pin));
            Some(write_in(Finding::wrong(CHECK, says), config, [line]))
        }
    }
}

fn strict_gpiod(config: &BootConfig) -> Finding {
    let set = if config.is_strict() { "set" } else { "not set" };
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
        None => set(Finding::look(
            CHECK,
            "systemd leaves it to the driver how long a kernel may hang; after 10 s a Pi would be reset, and K1 fall",
        )),
        Some(0) => set(Finding::look(
            CHECK,
            "nobody feeds the machine's watchdog: a kernel that hangs stays as it is, K2 open and K1 as it was",
        )),
        Some(_) => set(Finding::look(
            CHECK,
            format!(
                "a kernel may hang for {told} before the Pi is reset, K2 open and K1 as it was; 10 s will do"
            ),
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
    match n {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}
