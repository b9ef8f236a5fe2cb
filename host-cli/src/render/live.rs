//! The one line that shows what the device is doing now.

use soothe_wire::{SessionStatus, State, Status};

use crate::render::paint::Paint;
use crate::render::words::{celsius, countdown, dose};

/// The progress bar's bounds in columns, without its brackets.
const BAR_MIN: usize = 8;
const BAR_MAX: usize = 40;

/// One line of at most `width` columns. `stale_s` is the age of what is shown once it is stale: then
/// it is grey, and the heater's state, which nobody knows any more, gives way to the age.
pub(crate) fn line(status: &Status, stale_s: Option<u64>, width: usize, paint: Paint) -> String {
    let text = match (status.state, &status.session) {
        (State::Heating, Some(session)) => heating(status, session, stale_s, width),
        (State::Fault, _) => {
            Line::of(&["fault latched, outputs off".to_owned(), pad(status)], stale_s)
        }
        (State::Idle | State::Heating, _) => {
            Line::of(&["idle, outputs off".to_owned(), pad(status), room(status)], stale_s)
        }
    };
    text.fit(width).paint(stale_s.is_some(), status, paint)
}

/// A line before it is painted: what stands out, and the rest.
struct Line {
    head: String,
    rest: String,
}

impl Line {
    fn of(parts: &[String], stale_s: Option<u64>) -> Self {
        let stale = stale_s.map(stale);
        let mut parts = parts.iter().chain(stale.as_ref()).cloned();
        let head = parts.next().unwrap_or_default();
        Self { head, rest: parts.fold(String::new(), |rest, part| rest + "  " + &part) }
    }

    fn fit(self, width: usize) -> Self {
        let rest_width = width.saturating_sub(self.head.chars().count());
        Self {
            head: self.head.chars().take(width).collect(),
            rest: self.rest.chars().take(rest_width).collect(),
        }
    }

    fn paint(self, stale: bool, status: &Status, paint: Paint) -> String {
        if stale {
            return paint.dim(&(self.head + &self.rest));
        }
        let head = match status.state {
            State::Idle => paint.bold(&self.head),
            State::Heating if status.heater_on => paint.red(&self.head),
            State::Heating => paint.bold(&self.head),
            State::Fault => paint.red(&self.head),
        };
        head + &self.rest
    }
}

fn heating(status: &Status, session: &SessionStatus, stale_s: Option<u64>, width: usize) -> Line {
    let head = celsius(status.hottest_c);
    let heater = if status.heater_on { "heater on" } else { "heater off" };
    let state = stale_s.map_or_else(|| heater.to_owned(), stale);
    let before = format!(" of {}  ", celsius(Some(session.target_c)));
    let left = format!("  {:>5} left  {state:<10}", countdown(session.remaining_s));
    let full = format!("{left}  {}", dose(session.dose_cem43));
    let taken = |after: &str| {
        head.chars().count() + before.chars().count() + after.chars().count() + "[]".len()
    };
    // The dose has room on 80 columns; on a narrow terminal the age of the data matters more.
    let after = if taken(&full) + BAR_MIN <= width { full } else { left };
    let columns = width.saturating_sub(taken(&after)).clamp(BAR_MIN, BAR_MAX);
    let rest = format!("{before}[{}]{after}", bar(session, columns));
    Line { head, rest }
}

fn bar(session: &SessionStatus, columns: usize) -> String {
    let done = (session.elapsed_s / session.duration_s.max(1.0)).clamp(0.0, 1.0);
    let full = (done * columns as f64).floor() as usize;
    "█".repeat(full) + &"·".repeat(columns - full)
}

fn stale(s: u64) -> String {
    format!("stale {s} s")
}

fn pad(status: &Status) -> String {
    format!("pad {}", celsius(status.hottest_c))
}

fn room(status: &Status) -> String {
    format!("room {}", celsius(status.ambient.reading_c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{heating_status, idle_status};

    fn plain(status: &Status, stale_s: Option<u64>, width: usize) -> String {
        line(status, stale_s, width, Paint::new(false))
    }

    #[test]
    fn a_heating_pad_shows_everything_on_79_columns() {
        let text = plain(&heating_status(), None, 79);
        assert_eq!(
            text,
            "38.4 °C of 40.0 °C  [███████··············]  10:00 left  heater on   0.12 CEM43"
        );
        assert!(text.chars().count() <= 79, "{text}");
    }

    #[test]
    fn stale_data_says_its_age_instead_of_the_heaters_state() {
        let text = plain(&heating_status(), Some(4), 79);
        assert!(text.contains("stale 4 s") && !text.contains("heater"), "{text}");
        assert!(line(&heating_status(), Some(4), 79, Paint::new(true)).starts_with("\x1b[2m"));
    }

    #[test]
    fn a_narrow_terminal_shows_no_dose_but_the_age() {
        let text = plain(&heating_status(), Some(4), 60);
        assert_eq!(text, "38.4 °C of 40.0 °C  [████··········]  10:00 left  stale 4 s ");
    }

    #[test]
    fn an_idle_device_shows_pad_and_room() {
        assert_eq!(plain(&idle_status(), None, 79), "idle, outputs off  pad 22.1 °C  room 21.9 °C");
        assert!(plain(&idle_status(), Some(5), 79).ends_with("  stale 5 s"));
    }

    #[test]
    fn a_lost_sensor_shows_no_number() {
        let status = Status { hottest_c: None, ..heating_status() };
        assert!(plain(&status, None, 79).starts_with("--.- °C of 40.0 °C"));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [1, 10, 40, 60, 79, 120] {
            for status in [heating_status(), idle_status()] {
                assert!(plain(&status, None, width).chars().count() <= width);
            }
        }
    }
}
