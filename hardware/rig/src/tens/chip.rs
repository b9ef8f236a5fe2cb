//! Which PWM drives a pin: chips are numbered as the kernel finds them, so they are told by their device.
//!
//! A Raspberry Pi 5 has its PWM in the chip RP1 at `1f00098000.pwm`; with kernels before 6.12 it is pwmchip2, later
//! pwmchip0 (raspberrypi/linux issue 6818). All before it have one at `...20c000.pwm` with two channels, each on
//! two pins.

use std::fs;
use std::path::Path;

use crate::lines::RigError;

/// Where the kernel shows the chips.
pub const CHIPS: &str = "/sys/class/pwm";

/// A chip's number and a channel of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The number after `pwmchip`.
    pub chip: u8,
    /// The channel that drives the pin.
    pub channel: u8,
}

/// Finds what drives a pin, below `root` (usually [`CHIPS`]).
///
/// # Errors
/// When no chip of a Raspberry Pi is there, or the pin has no PWM.
pub fn find(root: &Path, pin: u8) -> Result<Channel, RigError> {
    let line = format!("tens_trigger = {pin}");
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let found = entries.filter_map(|entry| {
        let name = entry.file_name();
        let chip = name.to_str()?.strip_prefix("pwmchip")?.parse().ok()?;
        let device = fs::read_link(entry.path().join("device")).ok()?;
        let channel = channel(device.file_name()?.to_str()?, pin)?;
        Some(Channel { chip, channel })
    });
    found.min_by_key(|it| it.chip).ok_or_else(|| RigError {
        line,
        problem: format!(
            "there is no hardware PWM for it in {}; is dtoverlay=pwm-2chan or dtoverlay=pwm with this pin in \
             /boot/firmware/config.txt?",
            root.display()
        ),
    })
}

/// The channel of a chip that drives a pin.
fn channel(device: &str, pin: u8) -> Option<u8> {
    let channels: [(u8, u8); 4] = match device {
        "1f00098000.pwm" => [(12, 0), (13, 1), (18, 2), (19, 3)],
        _ if device.ends_with("20c000.pwm") => [(12, 0), (13, 1), (18, 0), (19, 1)],
        _ => return None,
    };
    channels.into_iter().find(|it| it.0 == pin).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// Chips by number, each with the device that it links to.
    fn found(chips: &[(&str, &str)], pin: u8) -> Result<(u8, u8), String> {
        let root = tempfile::tempdir().unwrap();
        for (name, device) in chips {
            fs::create_dir(root.path().join(name)).unwrap();
            symlink(format!("../../../{device}"), root.path().join(name).join("device")).unwrap();
        }
        find(root.path(), pin).map(|it| (it.chip, it.channel)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_pi_5_has_four_channels_wherever_the_kernel_puts_the_chip() {
        let fan = ("pwmchip1", "1f0009c000.pwm");
        for name in ["pwmchip0", "pwmchip2"] {
            let chips = [(name, "1f00098000.pwm"), fan];
            let number = name.trim_start_matches("pwmchip").parse().unwrap();
            for (pin, channel) in [(12, 0), (13, 1), (18, 2), (19, 3)] {
                assert_eq!(found(&chips, pin), Ok((number, channel)), "{name}");
            }
        }
    }

    #[test]
    fn those_before_it_have_two_each_on_two_pins() {
        for device in ["2020c000.pwm", "3f20c000.pwm", "fe20c000.pwm"] {
            for (pin, channel) in [(12, 0), (13, 1), (18, 0), (19, 1)] {
                assert_eq!(found(&[("pwmchip0", device)], pin), Ok((0, channel)), "{device}");
            }
        }
    }

    #[test]
    fn without_a_pis_pwm_the_error_names_the_overlay() {
        for chips in [&[][..], &[("pwmchip0", "backlight")], &[("chip0", "fe20c000.pwm")]] {
            let error = found(chips, 18).unwrap_err();
            assert!(
                error.starts_with("tens_trigger = 18: ") && error.contains("dtoverlay=pwm"),
                "{error}"
            );
        }
        assert!(found(&[("pwmchip0", "fe20c000.pwm")], 20).is_err(), "this pin has none");
    }
}
