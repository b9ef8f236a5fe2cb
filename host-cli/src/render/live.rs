//! The one line that shows what the device is doing now.

use soothe_therapy::Plan;
use soothe_wire::{Sensor, SensorFreshness, SessionStatus, State, Status};

use crate::render::paint::Paint;
use crate::render::words::{self, celsius, clock, countdown, dose};

/// The progress bar's bounds in columns, without its brackets.
const BAR_MIN: usize = 8;
const BAR_MAX: usize = 40;

/// One line of at most `width` columns. `stale_s` is the age of what is shown once it is stale: then
/// it is grey, and the heater's state, which nobody knows any more, gives way to the age.
pub(crate) fn line(status: &Status, stale_s: Option<u64>, width: usize, paint: Paint) -> String {
    let text = match (status.state, &status.session) {
        (State::Heating, Some(session)) if tunes(session) => tuning(status, session, stale_s),
        (State::Heating, Some(session)) => heating(status, session, stale_s, width),
        (State::Proving, Some(session)) => {
            Line::of(&["testing the heat path".to_owned(), pad(status), left(session)], stale_s)
        }
        (State::Guided, Some(session)) => guided(status, session, stale_s),
        (State::Stimulating, Some(session)) => stimulating(session, stale_s),
        (State::Paused, Some(session)) => paused(session, stale_s),
        (State::Fault, _) => Line::of(&[fault(status).to_owned(), pad(status)], stale_s),
        (
            State::Idle
            | State::Proving
            | State::Heating
            | State::Guided
            | State::Stimulating
            | State::Paused,
            _,
        ) => Line::of(&["idle, outputs off".to_owned(), pad(status), room(status)], stale_s),
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
            State::Proving
            | State::Heating
            | State::Guided
            | State::Stimulating
            | State::Paused => paint.bold(&self.head),
            State::Fault => paint.red(&self.head),
        };
        head + &self.rest
    }
}

fn heating(status: &Status, session: &SessionStatus, stale_s: Option<u64>, width: usize) -> Line {
    let head = celsius(status.hottest_c);
    let heater = if status.heater_on { "heater on" } else { "heater off" };
    let now = session.answer_within_s.map_or_else(|| heater.to_owned(), sign);
    let state = stale_s.map_or(now, stale);
    let before = format!(" of {}{}  ", celsius(session.phase.phase.target_c), reached_in(session));
    let left = format!("  {:>10}  {state:<10}", left(session));
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

/// A phase that a person carries out.
fn guided(status: &Status, session: &SessionStatus, stale_s: Option<u64>) -> Line {
    let phase = &session.phase;
    let skin = status.skin.as_ref().filter(|_| phase.pack_on).map(skin);
    let enough =
        (phase.analgesia && phase.asked.is_none()).then(|| "enough: `soothe numb`".to_owned());
    let now = match (&phase.asked, phase.left_s) {
        (Some(asked), _) => format!("{}: waits for you", asked.kind),
        (None, Some(left_s)) => format!("{} {}", phase.phase.kind, countdown(left_s)),
        (None, None) => "waits for the pad".to_owned(),
    };
    let next = phase.next.as_ref().map(|next| format!("then {}", words::phase(next)));
    let sign = session.answer_within_s.map(sign);
    let of = format!("phase {} of {}", phase.number, phase.of);
    let parts = [Some(now), sign, skin, enough, next, Some(of), Some(left(session))];
    Line::of(&parts.into_iter().flatten().collect::<Vec<_>>(), stale_s)
}

/// TENS: the level, and what is left of it.
fn stimulating(session: &SessionStatus, stale_s: Option<u64>) -> Line {
    let phase = &session.phase;
    let level = phase.level.as_ref().map_or_else(
        || "TENS".to_owned(),
        |it| format!("TENS {} of {} mA", it.level_ma, it.cap_ma),
    );
    let mode = phase.phase.tens.as_ref().map(|it| it.mode.clone());
    let here = phase.left_s.map(|left_s| format!("{} of it", countdown(left_s)));
    let sign = session.answer_within_s.map(sign);
    let parts = [Some(level), sign, mode, here, Some(left(session))];
    Line::of(&parts.into_iter().flatten().collect::<Vec<_>>(), stale_s)
}

/// A pause, and how long it may last.
fn paused(session: &SessionStatus, stale_s: Option<u64>) -> Line {
    let ends = session.phase.pause_left_s.unwrap_or(0.0);
    let sign = session.answer_within_s.map(sign);
    let paused = "paused, everything off".to_owned();
    let parts = [Some(paused), sign, Some(format!("ends in {}", countdown(ends)))];
    let parts = parts.into_iter().flatten().chain([left(session)]);
    Line::of(&parts.collect::<Vec<_>>(), stale_s)
}

fn tunes(session: &SessionStatus) -> bool {
    session.protocol == Plan::TUNE
}

/// Whether a tuning has cut the power and only looks on.
pub(crate) fn only_watches(session: &SessionStatus) -> bool {
    tunes(session) && session.duty == 0.0
}

fn tuning(status: &Status, session: &SessionStatus, stale_s: Option<u64>) -> Line {
    let phase =
        if only_watches(session) { "watching how it cools" } else { "heating at full power" };
    let (gone, most) = (clock(session.elapsed_s), clock(session.duration_s));
    let sign = session.answer_within_s.map(sign);
    let parts = [phase.to_owned(), pad(status), format!("{gone} of at most {most}")];
    let parts: Vec<String> = parts.into_iter().chain(sign).collect();
    Line::of(&parts, stale_s)
}

/// Time left, as the part of the bar that is still full.
fn bar(session: &SessionStatus, columns: usize) -> String {
    let left = (session.remaining_s / session.duration_s.max(1.0)).clamp(0.0, 1.0);
    let full = (left * columns as f64).ceil() as usize;
    "█".repeat(full) + &"·".repeat(columns - full)
}

fn left(session: &SessionStatus) -> String {
    format!("{} left", countdown(session.remaining_s))
}

/// In how long the target is reached, where that is known.
fn reached_in(session: &SessionStatus) -> String {
    let in_s = session.ahead.as_ref().and_then(|ahead| ahead.target_in_s);
    in_s.map_or_else(String::new, |in_s| format!(" in {}", countdown(in_s)))
}

/// A sign is asked for, which matters more than the heater's state.
fn sign(left_s: f64) -> String {
    format!("sign? {left_s:.0} s")
}

fn fault(status: &Status) -> &'static str {
    match &status.fault {
        Some(fault) if fault.unplug => "UNPLUG THE PAD NOW: fault latched",
        Some(_) | None => "fault latched, outputs off",
    }
}

fn stale(s: u64) -> String {
    format!("stale {s} s")
}

fn pad(status: &Status) -> String {
    format!("pad {}", celsius(status.hottest_c))
}

/// The skin under the cold pack; what is lost is no temperature.
fn skin(sensor: &Sensor) -> String {
    let believed = sensor.reading_c.filter(|_| sensor.freshness != SensorFreshness::Lost);
    format!("under it {}", celsius(believed))
}

fn room(status: &Status) -> String {
    format!("room {}", celsius(status.ambient.reading_c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{fault, heating_status, idle_status};
    use soothe_wire::{Ahead, FaultStatus};

    fn plain(status: &Status, stale_s: Option<u64>, width: usize) -> String {
        line(status, stale_s, width, Paint::new(false))
    }

    #[test]
    fn a_heating_pad_shows_everything_on_79_columns() {
        let text = plain(&heating_status(), None, 79);
        assert_eq!(
            text,
            "38.4 °C of 40.0 °C  [██████████████·······]  10:00 left  heater on   0.12 CEM43"
        );
        assert!(text.chars().count() <= 79, "{text}");
    }

    #[test]
    fn a_pad_on_its_way_tells_when_it_will_be_there() {
        let mut status = heating_status();
        let ahead = Ahead { target_in_s: Some(84.0), every_s: 15.0, surface_c: Vec::new() };
        status.session.iter_mut().for_each(|session| session.ahead = Some(ahead.clone()));
        let text = plain(&status, None, 79);
        assert!(text.starts_with("38.4 °C of 40.0 °C in 1:24  [█"), "{text}");
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
        assert_eq!(text, "38.4 °C of 40.0 °C  [██████████····]  10:00 left  stale 4 s ");
    }

    #[test]
    fn the_bar_is_full_at_the_start_and_empty_at_the_end() {
        let at = |remaining_s| {
            let mut status = heating_status();
            status.session.iter_mut().for_each(|session| session.remaining_s = remaining_s);
            plain(&status, None, 60).matches('█').count()
        };
        assert_eq!([900.0, 450.0, 1.0, 0.0].map(at), [14, 7, 1, 0]);
    }

    #[test]
    fn a_proof_is_told_as_what_it_is() {
        let text = plain(&Status { state: State::Proving, ..heating_status() }, None, 79);
        assert_eq!(text, "testing the heat path  pad 38.4 °C  10:00 left");
    }

    #[test]
    fn a_tuning_tells_what_it_is_at() {
        let mut status = heating_status();
        let shown = |status: &Status| plain(status, None, 79);
        status.session.iter_mut().for_each(|session| session.protocol = "tune".to_owned());
        assert_eq!(shown(&status), "heating at full power  pad 38.4 °C  5:00 of at most 15:00");
        status.session.iter_mut().for_each(|session| session.duty = 0.0);
        assert!(shown(&status).starts_with("watching how it cools  pad 38.4 °C"));
    }

    #[test]
    fn a_phase_that_a_person_carries_out_tells_what_is_to_be_done_and_what_comes() {
        let mut status = Status { state: State::Guided, ..heating_status() };
        let heat = heating_status().session.map(|session| session.phase.phase);
        let ice = soothe_wire::Phase {
            kind: "ice".to_owned(),
            target_c: None,
            duration_s: 600.0,
            until_normal: false,
            tens: None,
            exercise: None,
        };
        let phase = status.session.as_mut().map(|session| &mut session.phase).unwrap();
        (phase.number, phase.of, phase.next) = (3, 5, heat);
        (phase.phase, phase.left_s) = (ice, Some(241.0));
        let shown = plain(&status, None, 79);
        assert_eq!(shown, "ice 4:01  then heat at 40.0 °C  phase 3 of 5  10:00 left");
        status.skin = Some(Sensor { reading_c: Some(13.5), ..status.ambient.clone() });
        let phase = status.session.as_mut().map(|session| &mut session.phase).unwrap();
        (phase.pack_on, phase.analgesia) = (true, true);
        let shown = plain(&status, None, 79);
        assert!(
            shown.starts_with("ice 4:01  under it 13.5 °C  enough: `soothe numb`  "),
            "{shown}"
        );
        status.skin = None;
        let phase = status.session.as_mut().map(|session| &mut session.phase).unwrap();
        let (kind, text) = ("pack-off".to_owned(), "take the cold pack off".to_owned());
        phase.asked = Some(soothe_wire::Prompt { number: 2, kind, text, how: None });
        assert!(plain(&status, None, 79).starts_with("pack-off: waits for you  then heat"));
    }

    #[test]
    fn tens_tells_its_level_and_a_pause_when_it_ends() {
        let mut status = Status { state: State::Stimulating, ..heating_status() };
        let phase = status.session.as_mut().map(|session| &mut session.phase).unwrap();
        phase.level = Some(soothe_wire::LevelStatus {
            level_ma: 7,
            cap_ma: 20,
            zeroed_by: None,
            rms_ma: 1.0,
        });
        assert_eq!(plain(&status, None, 79), "TENS 7 of 20 mA  10:00 of it  10:00 left");
        let phase = status.session.as_mut().map(|session| &mut session.phase).unwrap();
        phase.pause_left_s = Some(271.0);
        status.state = State::Paused;
        let text = plain(&status, None, 79);
        assert_eq!(text, "paused, everything off  ends in 4:31  10:00 left");
    }

    #[test]
    fn a_sign_that_is_asked_for_takes_the_place_of_the_heaters_state() {
        let mut status = heating_status();
        status.session.iter_mut().for_each(|session| session.answer_within_s = Some(44.6));
        let text = plain(&status, None, 79);
        assert!(text.contains("  sign? 45 s  0.12 CEM43"), "{text}");
    }

    #[test]
    fn a_pad_that_must_be_unplugged_is_told_first() {
        let fault = Some(FaultStatus { unplug: true, ..fault() });
        let text = plain(&Status { state: State::Fault, fault, ..idle_status() }, None, 79);
        assert!(text.starts_with("UNPLUG THE PAD NOW"), "{text}");
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
