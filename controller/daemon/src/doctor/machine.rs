//! Which machine this is: model, system, kernel, supply.

use soothe_rig::supply::{REPORT, Voltage};

use super::finding::Finding;
use super::host::Host;

/// The oldest Debian, and with it Raspberry Pi OS, that the package is made for.
const DEBIAN_MIN: u32 = 12;
/// The kernel of that Debian; nothing older was ever tried.
const KERNEL_MIN: (u32, u32) = (6, 1);

/// What a Raspberry Pi says of itself, such as `Raspberry Pi 3 Model B Rev 1.2`; none on any other machine.
pub(super) fn pi_model(host: &Host) -> Option<String> {
    host.read("/proc/device-tree/model").filter(|model| model.starts_with("Raspberry Pi"))
}

/// Looks at all of it.
pub(super) fn findings(host: &Host) -> Vec<Finding> {
    [Some(model(host)), Some(system(host)), Some(kernel(host)), supply(host)]
        .into_iter()
        .flatten()
        .collect()
}

fn model(host: &Host) -> Finding {
    match pi_model(host) {
        Some(model) => Finding::ok("model", model),
        None => Finding::wrong("model", "this is no Raspberry Pi: no pad can be driven here")
            .mend("soothed --sim        # a simulated pad, on any machine"),
    }
}

fn system(host: &Host) -> Finding {
    let text = host.read("/etc/os-release").unwrap_or_default();
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.map(|value| value.trim_matches('"').to_owned())
    };
    let name = value("PRETTY_NAME").unwrap_or_else(|| "an unknown system".to_owned());
    let name = format!("{name}, {}", std::env::consts::ARCH);
    let is_debian = value("ID").is_some_and(|id| ["debian", "raspbian"].contains(&id.as_str()));
    let version = value("VERSION_ID").and_then(|it| it.parse::<u32>().ok());
    match version {
        Some(version) if is_debian && version >= DEBIAN_MIN => Finding::ok("system", name),
        Some(_) | None => Finding::look(
            "system",
            format!(
                "{name}; made for and tried on Debian {DEBIAN_MIN} and newer, as Raspberry Pi OS is"
            ),
        ),
    }
}

fn kernel(host: &Host) -> Finding {
    let release = host.read("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release.split(['.', '-', '+']).map_while(|part| part.parse::<u32>().ok());
    let (least, of) = KERNEL_MIN;
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) >= KERNEL_MIN => Finding::ok("kernel", release),
        (Some(_), Some(_)) => Finding::wrong(
            "kernel",
            format!("{release} is older than {least}.{of}: its drivers for 1-Wire, I2C and PWM were never tried with soothe"),
        )
        .mend("sudo apt update && sudo apt full-upgrade && sudo reboot"),
        (_, None) | (None, Some(_)) => Finding::unseen("kernel", format!("its version is not told: {release:?}")),
    }
}

/// What the firmware reports; nothing where there is none.
fn supply(host: &Host) -> Option<Finding> {
    let Voltage { low_now, was_low } = Voltage::of(&host.read(REPORT)?)?;
    Some(match (low_now, was_low) {
        (true, _) => Finding::wrong(
            "supply",
            "the Pi's voltage is too low now: a session would end (HL-S9). Take a stronger supply, a shorter and thicker cable, \
             and nothing but the Pi on it",
        ),
        (false, true) => Finding::look(
            "supply",
            "the Pi's voltage was too low since it started; a session in that moment would have ended (HL-S9)",
        ),
        (false, false) => {
            Finding::ok("supply", "the Pi's voltage was never too low since it started")
        }
    })
}
