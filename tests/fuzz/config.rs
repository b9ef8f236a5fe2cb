//! The daemon's configuration, through the very function that reads it at the start.

use std::fs;
use std::path::PathBuf;

use soothe_rig::rpi::PinNumbers;
use soothe_tests::repo;
use soothed::args::{Args, LinesOffArgs};
use soothed::config::{Drive, Lines, Settings};
use tempfile::TempDir;

use crate::drive::Target;
use crate::place;

/// Writes each input to a file and starts from it.
pub(crate) struct Config {
    path: PathBuf,
    _folder: TempDir,
}

impl Config {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let folder = place::folder()?;
        Ok(Self { path: folder.path().join("soothed.toml"), _folder: folder })
    }

    fn gather(&self, simulated: bool) -> Option<Settings> {
        let args = Args {
            command: None,
            sim: simulated.then_some(None),
            speed: 1,
            unanswered: false,
            lines: None,
            listen: None,
            data: Some("/data".into()),
            config: Some(self.path.clone()),
            socket: None,
            licenses: false,
        };
        // Reading is not enough: the daemon says what is wrong.
        Settings::gather(&args).map_err(|error| error.to_string()).ok()
    }

    fn gather_off(&self) -> Option<Lines> {
        let args = LinesOffArgs { config: Some(self.path.clone()), sim: false, lines: None };
        Lines::gather(&args).map_err(|error| error.to_string()).ok()
    }
}

impl Target for Config {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let shipped = repo::text("deploy/soothed.toml");
        let mut wired = shipped.replace("#[probes]", "[probes]");
        for key in ["contact", "ambient", "pad_current", "cutout_sense", "socket", "data"] {
            wired = wired.replace(&format!("#{key} = "), &format!("{key} = "));
        }
        let mut stimulates = wired.replace("#[tens]", "[tens]");
        for key in ["tens_enable", "tens_trigger", "led", "module", "bus", "dac", "adc"] {
            stimulates = stimulates.replace(&format!("#{key} = "), &format!("{key} = "));
        }
        for key in ["full_scale_ma", "current_ma_per_v", "voltage_v_per_v", "mean_ua_per_mv"] {
            stimulates = stimulates.replace(&format!("#{key} = "), &format!("{key} = "));
        }
        let bare: Vec<&str> = wired.lines().filter(|line| !line.starts_with('#')).collect();
        let (bare, boots) = (bare.join("\n"), wired.replace("_pins = false", "_pins = true"));
        let chips = wired
            .replace("28-0000075a0b11", "i2c-1:0x48:tmp117")
            .replace("28-0000075a0b12", "i2c-1:0x49:tmp117:0123456789ab")
            .replace("28-0000075a0b13", "i2c-1:0x4a:lm75");
        [shipped, wired, stimulates, bare, boots, chips].map(String::into_bytes).to_vec()
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        fs::write(&self.path, input).map_err(|error| error.to_string())?;
        let (on_the_pi, simulated) = (self.gather(false), self.gather(true));
        if on_the_pi.is_some() && simulated.is_none() {
            return Err("what a Pi accepts a model refuses".to_owned());
        }
        let Some(settings) = on_the_pi else { return Ok(simulated.is_some()) };
        let Drive::Pi { pins, probes, .. } = &settings.drive else {
            return Err("a model is driven that nobody asked for".to_owned());
        };
        check(pins.numbers())?;
        let [one, two] = &probes.contact;
        let all = [one, two, &probes.ambient].into_iter().chain(&probes.skin);
        // An address on a bus is one chip; whatever follows it is what it is taken for.
        let mut places: Vec<String> =
            all.map(|id| id.to_string().split(':').take(2).collect::<Vec<_>>().join(":")).collect();
        let named = places.len();
        places.sort_unstable();
        places.dedup();
        if places.len() != named {
            return Err(format!("one thermometer is two: {probes:?}"));
        }
        // Whoever switches off must find the lines of the daemon that switched on.
        if self.gather_off() != Some(settings.drive.lines()) {
            return Err("lines-off does not switch the daemon's lines off".to_owned());
        }
        Ok(true)
    }
}

/// What docs/wiring.md demands of pins, in other words than the parser's.
fn check(pins: PinNumbers) -> Result<(), String> {
    let PinNumbers { k1, k2_pulse, estop_sense, buzzer, pad_current, cutout_sense, .. } = pins;
    let PinNumbers { tens_enable, tens_trigger, led, .. } = pins;
    let outputs = [k1, k2_pulse, buzzer].into_iter().chain(tens_enable).chain(tens_trigger);
    let outputs: Vec<u8> = outputs.chain(led).collect();
    let inputs = [estop_sense].into_iter().chain(pad_current).chain(cutout_sense);
    let all: Vec<u8> = outputs.iter().copied().chain(inputs).collect();
    let mut different = all.clone();
    different.sort_unstable();
    different.dedup();
    let quiet = |pin: &u8| matches!(pin, 2..=5 | 7..=13 | 17..=27);
    let low_at_boot = |pin: &u8| *pin >= 9;
    let has_pwm = |pin: &u8| matches!(pin, 12 | 13 | 18 | 19);
    let accepted = different.len() == all.len()
        && tens_trigger.iter().all(has_pwm)
        && all.iter().all(|pin| *pin <= 27)
        && (pins.allow_boot_pins || all.iter().all(quiet) && outputs.iter().all(low_at_boot));
    if accepted { Ok(()) } else { Err(format!("pins that may switch on at boot: {pins:?}")) }
}
