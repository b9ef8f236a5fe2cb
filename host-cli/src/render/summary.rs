//! What became of a session, and what the device is doing, in a few lines.

use jiff::tz::TimeZone;
use soothe_therapy::{Site, limits};
use soothe_wire::record::SessionSummary;
use soothe_wire::{EventRecord, Sensor, SensorFreshness, SessionDetail, State, Status};

use crate::render::advice::advice;
use crate::render::paint::Paint;
use crate::render::table::{Column, table};
use crate::render::words::{celsius, clock, countdown, dose, wall_clock};

/// A session in a few lines, with how to see its curve.
pub(crate) fn session(detail: &SessionDetail, paint: Paint) -> String {
    let summary = &detail.summary;
    let simulated = if summary.simulated { " (simulated)" } else { "" };
    let mut text = format!("{}{simulated}\n", headline(summary, paint));
    let ran = format!("{} of {}", clock(summary.elapsed_s), clock(summary.duration_s));
    let limit = limits::SESSION_DOSE_MAX.get();
    let end = reason(summary).map(|reason| ("end", reason));
    for (label, value) in end.into_iter().chain([
        ("site", site_label(&summary.site)),
        ("ran", ran),
        ("target", target(detail)),
        ("highest", celsius(summary.hottest_c)),
        ("dose", format!("{} of at most {limit:.0}", dose(summary.dose_cem43))),
    ]) {
        text += &format!("  {label:<8} {value}\n");
    }
    text
}

/// `Session 7 completed`
fn headline(summary: &SessionSummary, paint: Paint) -> String {
    let outcome = match summary.outcome.as_str() {
        "completed" => paint.green("completed"),
        "running" => paint.bold("is running"),
        "interrupted" => paint.yellow("was interrupted"),
        "limit" => paint.yellow("was ended by a limit"),
        "fault" => paint.red("was ended by a fault"),
        other => paint.bold(other),
    };
    format!("Session {} {outcome}", summary.id)
}

/// Why it ended, with the rule where the reason does not name it.
fn reason(summary: &SessionSummary) -> Option<String> {
    let reason = summary.reason.as_ref()?;
    let rule = summary.rule.as_ref().filter(|rule| !reason.contains(rule.as_str()));
    Some(rule.map_or_else(|| reason.clone(), |rule| format!("{reason} ({rule})")))
}

fn target(detail: &SessionDetail) -> String {
    let target = celsius(Some(detail.summary.target_c));
    match detail.events.iter().find(|event| event.kind == "target-reached") {
        Some(event) => format!("{target}, reached after {}", clock(event.t_s)),
        None => format!("{target}, not reached"),
    }
}

/// The events of a session, one a line. A fault that ended it is told once; an interrupted session
/// has a line for the moment at which it was cut off, which the log itself could not write.
pub(crate) fn events(detail: &SessionDetail) -> String {
    let summary = &detail.summary;
    let told_already = |event: &EventRecord| {
        event.kind == "latched"
            && detail
                .events
                .iter()
                .any(|other| other.kind == "ended" && other.message == event.message)
    };
    let mut events: Vec<EventRecord> =
        detail.events.iter().filter(|event| !told_already(event)).cloned().collect();
    if summary.outcome == "interrupted" {
        let cut_off = EventRecord {
            t_s: summary.elapsed_s,
            kind: "cut-off".to_owned(),
            message: "the session was cut off: the daemon died or lost its power".to_owned(),
            rule: None,
        };
        // A person can only have looked afterwards.
        let looked = events.iter().position(|event| event.kind == "acknowledged");
        events.insert(looked.unwrap_or(events.len()), cut_off);
    }
    events.iter().map(event_line).collect()
}

fn event_line(event: &EventRecord) -> String {
    let kind = match event.kind.as_str() {
        "refused" => "refused: ",
        "latched" => "fault: ",
        "cleared" => "cleared: ",
        // The others say in their sentence what they are.
        _ => "",
    };
    let rule = event.rule.as_ref().filter(|id| !event.message.contains(id.as_str()));
    let rule = rule.map_or_else(String::new, |rule| format!(" ({rule})"));
    format!("  {:>7}  {kind}{}{rule}\n", clock(event.t_s), event.message)
}

/// The state of the device in a few lines.
pub(crate) fn status(status: &Status, paint: Paint) -> String {
    let mut text = headline_of_state(status, paint);
    let contact: Vec<String> = status.contact.iter().map(sensor).collect();
    let outputs = match (status.heater_on, status.armed) {
        (true, _) => "heater on",
        (false, true) => "heater off, armed",
        (false, false) => "off",
    };
    let mut lines = Vec::new();
    if let Some(fault) = &status.fault {
        let rule = if fault.message.contains(&fault.rule) {
            String::new()
        } else {
            format!(" ({})", fault.rule)
        };
        lines.push(("fault", paint.red(&format!("{}{rule}", fault.message))));
        let what = format!("{} Then clear the fault: `soothe clear`.", advice(fault));
        lines.push(("to do", paint.yellow(&what)));
    }
    lines.extend([
        ("pad", contact.join(", ")),
        ("room", sensor(&status.ambient)),
        ("outputs", outputs.to_owned()),
    ]);
    if let Some(session) = &status.session {
        lines.push((
            "left",
            format!("{} of {}", countdown(session.remaining_s), clock(session.duration_s)),
        ));
        let limit = session.dose_max_cem43;
        lines.push(("dose", format!("{} of at most {limit:.0}", dose(session.dose_cem43))));
    }
    if status.estop_open {
        lines.push(("e-stop", paint.red("open: pressed, or its wire is broken")));
    }
    if let Some(failure) = &status.log_failure {
        lines.push((
            "log",
            paint.red(&format!("cannot be written, so nothing can start: {failure}")),
        ));
    }
    if let Some(cut_off) = &status.interrupted {
        let notice =
            format!("session {} was cut off: look at the skin, then `soothe clear`", cut_off.id);
        lines.push(("notice", paint.yellow(&notice)));
    }
    lines.extend(simulated(status).map(|text| ("device", text)));
    if let Some(last) = &status.last {
        // Its sentence stands above.
        let this_fault = status.fault.as_ref().is_some_and(|fault| fault.message == last.reason);
        lines.push(if this_fault {
            ("last", format!("session {} was ended by this fault", last.id))
        } else {
            ("last", format!("session {} {}: {}", last.id, last.outcome, last.reason))
        });
    }
    for (label, value) in lines {
        text += &format!("  {label:<8} {value}\n");
    }
    text
}

fn headline_of_state(status: &Status, paint: Paint) -> String {
    let what = match (status.state, &status.session) {
        (State::Heating, Some(session)) => {
            let target = celsius(Some(session.target_c));
            let progress = if session.target_reached { "holding" } else { "warming up to" };
            format!(
                "{}: session {}, {progress} {target} on {}",
                paint.bold("Heating"),
                session.id,
                session.site
            )
        }
        (State::Fault, _) => paint.red("A fault is latched; outputs are off"),
        (State::Idle | State::Heating, _) => paint.bold("Idle"),
    };
    format!("{what}\n")
}

/// That nothing gets warm, where it is so.
pub(crate) fn simulated(status: &Status) -> Option<String> {
    status.simulated.then(|| match status.speed {
        0 | 1 => "simulated: a model is heated, not a pad".to_owned(),
        speed => format!("simulated: a model is heated, {speed} times as fast as life"),
    })
}

fn sensor(sensor: &Sensor) -> String {
    match sensor.freshness {
        SensorFreshness::Fresh => celsius(sensor.reading_c),
        SensorFreshness::Ageing => {
            format!("{} ({:.1} s old)", celsius(sensor.reading_c), sensor.age_s)
        }
        SensorFreshness::Lost => "lost".to_owned(),
    }
}

/// The site's name for people; the name itself when a newer daemon knows more sites.
pub(crate) fn site_label(name: &str) -> String {
    name.parse::<Site>().map_or_else(|_| name.to_owned(), |site| site.label().to_owned())
}

/// The list of sessions; simulated ones carry a mark.
pub(crate) fn list(sessions: &[SessionSummary], total: u64, zone: &TimeZone) -> String {
    if sessions.is_empty() {
        return "The log is empty: no session was ever started.\n".to_owned();
    }
    let columns =
        ["ID", "STARTED", "SITE", "SET/MAX °C", "RAN", "DOSE", "OUTCOME"].map(|heading| Column {
            heading,
            right: !matches!(heading, "STARTED" | "SITE" | "OUTCOME"),
        });
    let rows: Vec<Vec<String>> = sessions
        .iter()
        .map(|session| {
            let mark = if session.simulated { "*" } else { "" };
            let hottest =
                session.hottest_c.map_or_else(|| "--.-".to_owned(), |c| format!("{c:.1}"));
            vec![
                session.id.to_string(),
                wall_clock(session.started_unix_ms, zone),
                session.site.clone(),
                format!("{:.1}/{hottest}", session.target_c),
                clock(session.elapsed_s),
                format!("{:.2}", session.dose_cem43),
                format!("{}{mark}", session.outcome),
            ]
        })
        .collect();
    let mut text: String = table(&columns, &rows).iter().map(|line| format!("{line}\n")).collect();
    if sessions.iter().any(|session| session.simulated) {
        text += "* simulated: a model was heated, not a pad\n";
    }
    if total > sessions.len() as u64 {
        text += &format!("{} of {total} sessions; --limit shows more\n", sessions.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{detail, fault, heating_status, idle_status, summary};

    #[test]
    fn a_completed_session() {
        insta::assert_snapshot!(
            session(&detail("completed"), Paint::new(false)) + &events(&detail("completed"))
        );
    }

    #[test]
    fn a_rule_that_ended_a_session_is_named_once() {
        let mut ended = detail("limit");
        ended.summary.reason = Some("the session's dose of 10 CEM43 was reached".to_owned());
        ended.summary.rule = Some("HL-H5".to_owned());
        assert!(session(&ended, Paint::new(false)).contains("was reached (HL-H5)"));
        ended.summary.reason =
            Some("the contact temperature reached 44 °C (HL-H3, read 44.1 °C)".to_owned());
        ended.summary.rule = Some("HL-H3".to_owned());
        assert_eq!(session(&ended, Paint::new(false)).matches("HL-H3").count(), 1);
    }

    #[test]
    fn events_tell_what_was_refused_and_tell_a_fault_once() {
        let event = |t_s, kind: &str, message: &str, rule: Option<&str>| EventRecord {
            t_s,
            kind: kind.to_owned(),
            message: message.to_owned(),
            rule: rule.map(str::to_owned),
        };
        let too_hot = fault().message;
        let mut faulty = detail("fault");
        faulty.events = vec![
            event(3.0, "refused", "session 7 is running; stop it first", None),
            event(60.0, "ended", &too_hot, Some("HL-H3")),
            event(60.0, "latched", &too_hot, Some("HL-H3")),
            event(70.0, "refused", "the room is at 8.0 °C", Some("HL-H22")),
            event(90.0, "cleared", &too_hot, Some("HL-H3")),
        ];
        assert_eq!(
            events(&faulty),
            format!(
                "     0:03  refused: session 7 is running; stop it first\n     1:00  {too_hot}\n     \
                 1:10  refused: the room is at 8.0 °C (HL-H22)\n     1:30  cleared: {too_hot}\n"
            )
        );
        faulty.events.remove(1);
        assert!(events(&faulty).contains(&format!("1:00  fault: {too_hot}")));
    }

    #[test]
    fn an_interrupted_session_ends_with_the_cut_off() {
        let mut cut_off = detail("interrupted");
        cut_off.summary.elapsed_s = 312.0;
        cut_off.events.pop();
        assert!(
            events(&cut_off)
                .ends_with("  5:12  the session was cut off: the daemon died or lost its power\n")
        );
        let looked = EventRecord {
            t_s: 4000.0,
            kind: "acknowledged".to_owned(),
            message: "the interruption of session 7 was acknowledged".to_owned(),
            rule: None,
        };
        cut_off.events.push(looked);
        let text = events(&cut_off);
        let lines: Vec<&str> = text.lines().rev().collect();
        assert!(lines[0].contains("acknowledged") && lines[1].contains("cut off"), "{text}");
    }

    #[test]
    fn the_state_of_the_device() {
        let plain = Paint::new(false);
        let broken = Status {
            state: State::Fault,
            fault: Some(fault()),
            estop_open: true,
            log_failure: Some("no space left on the disk".to_owned()),
            interrupted: Some(summary("interrupted")),
            ..idle_status()
        };
        let shown = [idle_status(), heating_status(), broken].map(|state| status(&state, plain));
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn a_fault_that_ended_a_session_is_told_once() {
        let last = soothe_wire::record::EndedRecord {
            id: 7,
            outcome: "fault".to_owned(),
            reason: fault().message,
            rule: Some("HL-H3".to_owned()),
            elapsed_s: 60.0,
            dose_cem43: 0.0,
        };
        let faulty = Status { fault: Some(fault()), last: Some(last), ..idle_status() };
        let text = status(&faulty, Paint::new(false));
        assert_eq!(text.matches("reached 44").count(), 1, "{text}");
        assert!(text.contains("session 7 was ended by this fault"), "{text}");
        let cleared = Status { fault: None, ..faulty };
        assert!(status(&cleared, Paint::new(false)).contains("session 7 fault: the contact"));
    }

    #[test]
    fn the_list_fits_80_columns() {
        let mut long = summary("interrupted");
        long.id = 123;
        long.site = "right-lower-back".to_owned();
        long.simulated = false;
        let text = list(&[long, summary("completed")], 40, &TimeZone::UTC);
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        insta::assert_snapshot!(text);
        assert!(list(&[], 0, &TimeZone::UTC).contains("empty"));
    }
}
