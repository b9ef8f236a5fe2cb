//! What became of a session, and what the device is doing, in a few lines.

use jiff::tz::TimeZone;
use soothe_therapy::{Plan, Profile, Site, limits};
use soothe_wire::reason::lasting;
use soothe_wire::record::SessionSummary;
use soothe_wire::{
    EventRecord, FaultStatus, Sensor, SensorFreshness, SessionDetail, SessionStatus, Status,
};

use crate::commands::hand;
use crate::render::paint::Paint;
use crate::render::table::{Column, table_within};
use crate::render::words::{self, celsius, clock, countdown, dose, wall_clock};
use crate::render::{account, headline};

/// A session in a few lines, with how to see its curve.
pub(crate) fn session(detail: &SessionDetail, paint: Paint) -> String {
    let summary = &detail.summary;
    let simulated = if summary.simulated { " (simulated)" } else { "" };
    let mut text = format!("{}{simulated}\n", headline(summary, paint));
    let ran = format!("{} of {}", clock(summary.elapsed_s), clock(summary.duration_s));
    let limit = limits::SESSION_DOSE_MAX.get();
    let end = reason(summary).map(|reason| ("end", reason));
    for (label, value) in end.into_iter().chain(found(detail)).chain([
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
    let what = if is_tuning(summary) { "Tuning" } else { "Session" };
    let outcome = match summary.outcome.as_str() {
        "completed" if is_tuning(summary) => paint.bold("is over"),
        "completed" => paint.green("completed"),
        "running" => paint.bold("is running"),
        "interrupted" => paint.yellow("was interrupted"),
        "limit" => paint.yellow("was ended by a limit"),
        "fault" => paint.red("was ended by a fault"),
        other => paint.bold(other),
    };
    format!("{what} {} {outcome}", summary.id)
}

/// It found out about the pad, and held no target.
fn is_tuning(summary: &SessionSummary) -> bool {
    summary.protocol == "tune"
}

/// What came of a tuning that is over.
fn found(detail: &SessionDetail) -> Option<(&'static str, String)> {
    let told = |kind: &str| {
        detail.events.iter().find(|event| event.kind == kind).map(|event| event.message.clone())
    };
    let nothing = |why: String| {
        let why = why.trim_start_matches("nothing was found: ");
        format!("nothing, and nothing changed: {why}")
    };
    let found = told("tuned").or_else(|| told("not-tuned").map(nothing))?;
    Some(("found", found))
}

/// Why it ended, with the rule where the reason does not name it.
fn reason(summary: &SessionSummary) -> Option<String> {
    let reason = summary.reason.as_ref()?;
    let rule = summary.rule.as_ref().filter(|rule| !reason.contains(rule.as_str()));
    Some(rule.map_or_else(|| reason.clone(), |rule| format!("{reason} ({rule})")))
}

fn target(detail: &SessionDetail) -> String {
    let Some(target_c) = detail.summary.target_c else { return "none: nothing heats".to_owned() };
    let target = celsius(Some(target_c));
    if is_tuning(&detail.summary) {
        return format!("{target} at most");
    }
    match detail.events.iter().find(|event| event.kind == "target-reached") {
        Some(event) => format!("{target}, reached after {}", clock(event.t_s)),
        None => format!("{target}, not reached"),
    }
}

/// The events of a session, one a line. A fault that ended it is told once; an interrupted session
/// has a line for the moment at which it was cut off, which the log itself could not write.
pub(crate) fn events(detail: &SessionDetail) -> String {
    let summary = &detail.summary;
    let ended = detail.events.iter().find(|event| event.kind == "ended");
    let told_already = |event: &EventRecord| {
        event.kind == "latched" && ended.is_some_and(|ended| ended.message == event.message)
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
pub(crate) fn status(status: &Status, paint: Paint, zone: &TimeZone) -> String {
    let mut lines: Lines = status.fault.iter().flat_map(|it| fault(it, paint, zone)).collect();
    if status.pack_left_on {
        let text =
            "the session is over, and nobody has said that the pack is off: `soothe confirm`";
        lines.push(("to do", paint.red(text)));
    }
    let contact: Vec<String> = status.contact.iter().map(sensor).collect();
    let flows = hand::level_of(status).filter(|ma| *ma > 0);
    let outputs = match (status.heater_on, status.armed, flows) {
        (true, ..) => "heater on".to_owned(),
        (false, _, Some(ma)) => format!("heater off, TENS on at {ma} mA"),
        (false, true, None) => "heater off, armed".to_owned(),
        (false, false, None) => "off".to_owned(),
    };
    lines.extend([
        ("pad", contact.join(", ")),
        ("room", sensor(&status.ambient)),
        ("outputs", outputs),
    ]);
    if status.profile != Profile::Default.name() {
        let by = if status.profile_fixed { ", by the device's configuration" } else { "" };
        lines.push(("profile", format!("{}: limits are stricter{by}", status.profile)));
    }
    lines.extend(status.skin.iter().map(|it| ("pack probe", sensor(it))));
    if status.session.as_ref().is_some_and(|it| it.phase.analgesia) {
        lines.push(("enough", "the skin is numb to pain; `soothe numb` ends the ice".to_owned()));
    }
    lines.extend(status.session.iter().flat_map(|it| of_session(it, paint)));
    lines.extend(senses(&status.lines, paint));
    if let Some(failure) = &status.log_failure {
        let text = format!("cannot be written, so nothing can start: {failure}");
        lines.push(("log", paint.red(&text)));
    }
    if let Some(interrupted) = &status.interrupted {
        let what = cut_off(interrupted, zone);
        let notice = format!("{what}: look at skin, pad and cable, then `soothe clear`");
        lines.push(("notice", paint.yellow(&notice)));
    }
    lines.extend(account::lines(status, paint));
    lines.extend(simulated(status).map(|text| ("device", text)));
    if let Some(last) = &status.last {
        // Its sentence stands above.
        let this_fault = status.fault.as_ref().is_some_and(|fault| fault.message == last.reason);
        lines.push(if this_fault {
            ("last", format!("session {} was ended by this fault", last.id))
        } else {
            let opens = last.opens.as_ref().map_or_else(String::new, |it| format!("; opens {it}"));
            ("last", format!("session {} {}: {}{opens}", last.id, last.outcome, last.reason))
        });
    }
    headline::of_state(status, paint) + &labelled(&lines)
}

/// Which session was cut off, and when.
pub(crate) fn cut_off(session: &SessionSummary, zone: &TimeZone) -> String {
    let SessionSummary { id, site, protocol, target_c, started_unix_ms, elapsed_s, .. } = session;
    let at = target_c.map_or_else(String::new, |c| format!(" at {}", celsius(Some(c))));
    let what = if is_tuning(session) { "a tuning".to_owned() } else { format!("{protocol}{at}") };
    format!(
        "session {id}, {what} on {site}, begun {}, cut off after {}",
        wall_clock(*started_unix_ms, zone),
        clock(*elapsed_s)
    )
}

/// When the fault latched and which session it ended, as far as the daemon knows.
pub(crate) fn latched(status: &Status, zone: &TimeZone) -> Option<String> {
    let fault = status.fault.as_ref()?;
    let at = fault.latched_unix_ms.map(|ms| wall_clock(ms, zone));
    let ended = status.last.as_ref().filter(|last| last.reason == fault.message);
    let ended = ended.map(|last| format!("it ended session {}", last.id));
    at.into_iter().chain(ended).reduce(|at, ended| format!("{at}, {ended}"))
}

/// Lines with a label each.
pub(crate) type Lines = Vec<(&'static str, String)>;

/// One line for each label, the values under each other.
pub(crate) fn labelled(lines: &[(&'static str, String)]) -> String {
    lines.iter().map(|(label, value)| format!("  {label:<8} {value}\n")).collect()
}

/// A latched fault: what it is, and what to do about it.
pub(crate) fn fault(fault: &FaultStatus, paint: Paint, zone: &TimeZone) -> Lines {
    let FaultStatus { message, rule, limit, reading, advice, .. } = fault;
    let latched = fault.latched_unix_ms.map(|ms| ("latched", wall_clock(ms, zone)));
    let to_do = format!("{advice} Then clear the fault: `soothe clear`.");
    let to_do = if fault.unplug { paint.red(&to_do) } else { paint.yellow(&to_do) };
    let what = [
        ("fault", paint.red(message)),
        ("rule", format!("{rule}, limit: {limit}, reading: {reading}")),
    ];
    what.into_iter().chain(latched).chain([("to do", to_do)]).collect()
}

fn of_session(session: &SessionStatus, paint: Paint) -> Lines {
    let left = format!("{} of {}", countdown(session.remaining_s), clock(session.duration_s));
    let day = session.dose_before_cem43 + session.dose_cem43;
    let dose = format!(
        "{} of at most {:.0}; this site's last 24 h {day:.2} of {:.0}",
        dose(session.dose_cem43),
        session.dose_max_cem43,
        session.day_dose_max_cem43
    );
    let sign = match (session.asks_in_s, session.answer_within_s) {
        (_, Some(left_s)) => {
            paint.red(&format!("asked for NOW: `soothe confirm` within {}", lasting(left_s)))
        }
        (Some(asks_in_s), None) => format!("asked for in {}", countdown(asks_in_s)),
        (None, None) => "not asked for".to_owned(),
    };
    let reached = session.ahead.as_ref().map(|ahead| match ahead.target_in_s {
        Some(in_s) => format!("expected in {}", countdown(in_s)),
        None => "not expected before the end".to_owned(),
    });
    let phase = &session.phase;
    let asked = phase
        .asked
        .as_ref()
        .map(|asked| ("to do", paint.yellow(&format!("{}, then `soothe confirm`", asked.text))));
    let how = phase.asked.as_ref().and_then(|asked| asked.how.clone()).map(|how| ("how", how));
    let says = words::of_phase(phase).map(|says| ("says", says));
    let next = phase.next.as_ref().map(|next| ("next", words::phase(next)));
    let warning = session.misfit.as_ref().map(|it| ("warning", paint.yellow(&it.message)));
    let reached = reached.map(|text| ("target", text));
    let lines = [("left", left), ("dose", dose), ("sign", sign)];
    let asked = says.into_iter().chain(asked);
    asked.chain(how).chain(reached).chain(lines).chain(next).chain(warning).collect()
}

/// What the sense lines say, where there are any, and what is not in order.
fn senses(lines: &soothe_wire::Lines, paint: Paint) -> Lines {
    let fitted = |is: Option<bool>, yes: &str, no: &str| {
        is.map(|is| if is { yes.to_owned() } else { no.to_owned() })
    };
    let current = fitted(lines.pad_current, "current flows", "no current flows");
    let cutout = fitted(lines.cutout_open, "the cut-out is open", "the cut-out is closed");
    let sensed: Vec<String> = current.into_iter().chain(cutout).collect();
    let sensed = (!sensed.is_empty()).then(|| ("sensed", sensed.join(", ")));
    let wrong = [
        (lines.estop_open, "e-stop", "open: pressed, or its wire is broken"),
        (lines.undervoltage, "supply", "its voltage is too low"),
        (lines.guard_lost, "guard", "the guard process is gone"),
    ];
    let wrong = wrong.into_iter().filter(|(is, ..)| *is);
    sensed.into_iter().chain(wrong.map(|(_, label, text)| (label, paint.red(text)))).collect()
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

/// How it ended, in a word. A tuning that has measured enough may still have found nothing.
fn outcome(session: &SessionSummary) -> &str {
    match session.outcome.as_str() {
        "completed" if is_tuning(session) => "measured",
        other => other,
    }
}

/// The column of the list that gives way where there is no room: what a session was.
const WHAT: usize = 3;

/// What a session was: a protocol by its name, heat with its set-point, or a tuning.
fn what(session: &SessionSummary) -> String {
    match (session.protocol.as_str(), session.target_c) {
        (Plan::HEAT, Some(c)) => format!("heat {c:.1} °C"),
        (Plan::TUNE, _) => "tuning".to_owned(),
        (name, _) => name.to_owned(),
    }
}

/// The list of sessions; simulated ones carry a mark.
pub(crate) fn list(
    sessions: &[SessionSummary],
    total: u64,
    width: usize,
    zone: &TimeZone,
) -> String {
    if sessions.is_empty() {
        return "The log is empty: no session was ever started.\n".to_owned();
    }
    let columns = ["ID", "STARTED", "SITE", "WHAT", "RAN", "DOSE", "OUTCOME"]
        .map(|heading| Column { heading, right: matches!(heading, "ID" | "RAN" | "DOSE") });
    let rows: Vec<Vec<String>> = sessions
        .iter()
        .map(|session| {
            let mark = if session.simulated { "*" } else { "" };
            vec![
                session.id.to_string(),
                wall_clock(session.started_unix_ms, zone),
                session.site.clone(),
                what(session),
                clock(session.elapsed_s),
                format!("{:.2}", session.dose_cem43),
                format!("{}{mark}", outcome(session)),
            ]
        })
        .collect();
    let lines = table_within(width, WHAT, &columns, rows);
    let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
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
    use soothe_wire::{Lines, State};

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
                "     0:03  refused: session 7 is running; stop it first\n     1:00  {too_hot} (HL-H3)\n     \
                 1:10  refused: the room is at 8.0 °C (HL-H22)\n     1:30  cleared: {too_hot} (HL-H3)\n"
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
            lines: Lines { estop_open: true, ..idle_status().lines },
            log_failure: Some("no space left on the disk".to_owned()),
            interrupted: Some(summary("interrupted")),
            ..idle_status()
        };
        let shown = [idle_status(), heating_status(), broken]
            .map(|state| status(&state, plain, &TimeZone::UTC));
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn a_fault_that_ended_a_session_is_told_once() {
        let last = soothe_wire::record::EndedRecord {
            id: 7,
            outcome: "fault".to_owned(),
            reason: fault().message,
            rule: Some("HL-H3".to_owned()),
            limit: Some("44.0 °C".to_owned()),
            reading: Some("44.1 °C".to_owned()),
            opens: None,
            elapsed_s: 60.0,
            dose_cem43: 0.0,
        };
        let faulty = Status { fault: Some(fault()), last: Some(last), ..idle_status() };
        let text = status(&faulty, Paint::new(false), &TimeZone::UTC);
        assert_eq!(text.matches("reached 44").count(), 1, "{text}");
        assert!(text.contains("session 7 was ended by this fault"), "{text}");
        let cleared = Status { fault: None, ..faulty };
        let text = status(&cleared, Paint::new(false), &TimeZone::UTC);
        assert!(text.contains("session 7 fault: the contact"));
    }

    #[test]
    fn the_list_fits_80_columns() {
        let mut long = summary("interrupted");
        long.id = 123;
        long.site = "right-lower-back".to_owned();
        long.protocol = "tens-conventional".to_owned();
        let mut tuning = summary("completed");
        (tuning.id, tuning.protocol) = (12, "tune".to_owned());
        tuning.simulated = false;
        let sessions = [long, tuning, summary("completed")];
        let text = list(&sessions, 40, 80, &TimeZone::UTC);
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        insta::assert_snapshot!(text);
        assert!(list(&sessions, 40, 90, &TimeZone::UTC).contains("tens-conventional"));
        assert!(list(&[], 0, 80, &TimeZone::UTC).contains("empty"));
    }
}
