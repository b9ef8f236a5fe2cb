//! The Pi's `config.txt`: which of its lines count on this model.

use std::collections::BTreeSet;

use super::host::Host;
use super::machine::pi_model;

/// Where the file lies, on newer and on older systems.
const FILES: [&str; 2] = ["/boot/firmware/config.txt", "/boot/config.txt"];

/// The lines of `config.txt` that count on this model.
#[derive(Debug, Default)]
pub(super) struct BootConfig {
    file: Option<&'static str>,
    /// `dtoverlay=NAME,PARAMETERS` and `dtparam=PARAMETERS`, without what stands before the `=`.
    overlays: Vec<String>,
    params: Vec<String>,
}

impl BootConfig {
    pub(super) fn of(host: &Host) -> Self {
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
    pub(super) fn file(&self) -> &'static str {
        self.file.unwrap_or(FILES[0])
    }

    /// What a parameter of the board's own was set to last.
    fn param(&self, name: &str) -> Option<&str> {
        let value = |param: &'_ str| param.split_once('=').is_some_and(|it| it.0 == name);
        let last = self.params.iter().rev().find(|it| value(it))?;
        last.split_once('=').map(|it| it.1)
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.param(name).is_some_and(|value| ["on", "yes", "1", "true"].contains(&value))
    }

    /// The pins that 1-Wire is told to use, each once; without a word it is GPIO 4.
    pub(super) fn w1_pins(&self) -> BTreeSet<u8> {
        let ours = |overlay: &String| {
            let (name, parameters) = overlay.split_once(',').unwrap_or((overlay, ""));
            let pin = parameters.split(',').find_map(|it| it.trim().strip_prefix("gpiopin="));
            ["w1-gpio", "w1-gpio-pullup", "w1-gpio-pi5"]
                .contains(&name.trim())
                .then(|| pin.and_then(|pin| pin.parse().ok()).unwrap_or(4))
        };
        self.overlays.iter().filter_map(ours).collect()
    }

    /// Whether `strict_gpiod` is named.
    pub(super) fn is_strict(&self) -> bool {
        self.params.iter().any(|it| it.starts_with("strict_gpiod"))
    }

    pub(super) fn has_overlay(&self, name: &str) -> bool {
        self.overlays.iter().any(|it| it.split(',').next() == Some(name))
    }
}

/// Whether a section with this filter counts on this model. Of filters by other things than the model nothing is
/// known, so that what they guard does not count.
pub(super) fn is_for(filter: &str, model: &str) -> bool {
    let number = model.strip_prefix("Raspberry Pi ").unwrap_or_default();
    // A Compute Module counts as the model of its number.
    let number = number.strip_prefix("Compute Module ").unwrap_or(number);
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
