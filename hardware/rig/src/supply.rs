//! The supply's voltage, as a Raspberry Pi's firmware reports it.
//!
//! Reading the report asks the firmware, so a thread of its own does that once a second, and the control
//! thread copies what it found. A machine that reports nothing has no under-voltage.
//!
//! What counts is now, and since the last look. What the report remembers of the time before this program
//! says nothing about a session, but something about the supply ([`Voltage`]).

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use crate::lines::RigError;

/// Where the kernel of Raspberry Pi OS shows the firmware's report, in hexadecimal.
pub const REPORT: &str = "/sys/devices/platform/soc/soc:firmware/get_throttled";

/// The voltage is too low now.
const LOW_NOW: u32 = 1 << 0;
/// The voltage was too low at some time; stays.
const WAS_LOW: u32 = 1 << 16;

/// How often the report is read.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What one report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voltage {
    /// It is too low.
    pub low_now: bool,
    /// It was too low at some time since the machine started.
    pub was_low: bool,
}

impl Voltage {
    /// Reads a report; none where it is no report.
    #[must_use]
    pub fn of(report: &str) -> Option<Self> {
        let digits = report.trim().trim_start_matches("0x");
        let bits = u32::from_str_radix(digits, 16).ok()?;
        Some(Self { low_now: bits & LOW_NOW != 0, was_low: bits & WAS_LOW != 0 })
    }
}

/// What is known of the supply. The thread that looks ends with it.
pub(crate) struct Supply(Arc<Found>);

#[derive(Default)]
struct Found {
    low: AtomicBool,
    untold: AtomicBool,
}

impl Supply {
    /// Starts to look at `report`.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(crate) fn start(report: impl Into<PathBuf>) -> Result<Self, RigError> {
        Self::start_at(LOOK_EVERY, report.into())
    }

    fn start_at(every: Duration, report: PathBuf) -> Result<Self, RigError> {
        let found = Arc::new(Found::default());
        let weak = Arc::downgrade(&found);
        thread::Builder::new()
            .name("supply".to_owned())
            .spawn(move || look(every, &report, &weak))
            .map_err(|e| RigError {
                line: "the supply".into(),
                problem: format!("no thread: {e}"),
            })?;
        Ok(Self(found))
    }

    /// Whether the voltage is too low, or was since the last call.
    pub(crate) fn is_low(&self) -> bool {
        self.0.untold.swap(false, Ordering::SeqCst) || self.0.low.load(Ordering::SeqCst)
    }
}

fn look(every: Duration, report: &PathBuf, found: &Weak<Found>) {
    let mut history = History::default();
    while let Some(found) = found.upgrade() {
        let low = fs::read_to_string(report).is_ok_and(|text| history.is_low(&text));
        found.low.store(low, Ordering::SeqCst);
        found.untold.fetch_or(low, Ordering::SeqCst);
        drop(found);
        thread::sleep(every);
    }
}

/// What the report remembered when it was read last; none before the first time.
#[derive(Default)]
struct History {
    was_low: Option<bool>,
}

impl History {
    /// Whether this report says that the voltage is too low, or was since the one before.
    fn is_low(&mut self, report: &str) -> bool {
        let Some(Voltage { low_now, was_low }) = Voltage::of(report) else { return false };
        let before = self.was_low.replace(was_low).unwrap_or(was_low);
        low_now || (was_low && !before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hl_s9_under_voltage_counts_now_and_since_the_last_look_but_not_from_before() {
        let mut history = History::default();
        let reports = [
            ("50000\n", false, "it was low before this program started"),
            ("50005\n", true, "it is low"),
            ("50000\n", false, "it is over"),
            ("0\n", false, "the kernel cleared what was remembered"),
            ("0x10000\n", true, "it was low between two looks"),
            ("0x10000\n", false, "that is known by now"),
            ("4\n", false, "it is throttled by its heat, not by its supply"),
            ("", false, "no report"),
            ("what?", false, "no report"),
        ];
        for (report, low, why) in reports {
            assert_eq!(history.is_low(report), low, "{report:?}: {why}");
        }
    }

    #[test]
    fn hl_s9_what_was_found_is_told_once_more_when_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("get_throttled");
        let supply = Supply::start_at(Duration::from_millis(1), report.clone()).unwrap();
        let wait = |low| {
            while supply.0.low.load(Ordering::SeqCst) != low {
                thread::yield_now();
            }
        };
        assert!(!supply.is_low(), "there is no report");
        fs::write(&report, "1").unwrap();
        wait(true);
        assert!(supply.is_low() && supply.is_low(), "for as long as it lasts");
        wait(true);
        fs::remove_file(&report).unwrap();
        wait(false);
        supply.is_low();
        fs::write(&report, "1").unwrap();
        wait(true);
        fs::remove_file(&report).unwrap();
        wait(false);
        assert!(supply.is_low(), "nobody looked while it was low");
        assert!(!supply.is_low());
    }
}
