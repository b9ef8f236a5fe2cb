//! Why a command failed: the exit code, and what is printed to standard error.

use jiff::tz::TimeZone;
use serde_json::json;
use soothe_therapy::{HeatError, ProtocolError, Refusal, Rule};
use soothe_wire::client::{BadEndpoint, Cause, ClientError};
use soothe_wire::reason::opening;
use soothe_wire::record::EndedRecord;
use soothe_wire::{FaultStatus, Problem, Status, Stopped};

use crate::render::summary;

/// Why a command failed. The variants are the exit codes.
#[derive(Debug, PartialEq)]
pub(crate) enum Failure {
    /// 0: whoever read the output had enough of it, as with `| head`. Nothing is said.
    ReaderGone,
    /// 1: neither the person's doing nor the device's.
    Other(String),
    /// 2: the command line is wrong or names what does not exist.
    Usage(String),
    /// 3: a rule or an order of things declines.
    Refused(Box<Refused>),
    /// 4: no daemon.
    Unreachable(String),
    /// 5: a fault is latched.
    Latched(Box<Refused>),
    /// 5 too: the result that was printed has told all about the latched fault.
    LatchedAsShown,
}

/// What a person needs to know about a refusal.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Refused {
    /// What it is, in one sentence.
    pub(crate) message: String,
    /// The rule's id.
    pub(crate) rule: Option<String>,
    /// What would be accepted.
    pub(crate) limit: Option<String>,
    /// What was read, counted or asked for instead.
    pub(crate) reading: Option<String>,
    /// What happened earlier and is in the way, with its time.
    pub(crate) earlier: Option<String>,
    /// What a person must look at.
    pub(crate) check: Option<String>,
    /// When it opens again.
    pub(crate) opens: Option<String>,
    /// In how many seconds it opens by itself, where that is known.
    pub(crate) opens_in_s: Option<f64>,
}

/// How to get a daemon.
const HOW_TO_START: &str =
    "start one with `soothed --sim` (a simulated pad), or point at one with --url or SOOTHE_URL";

/// A daemon was lost that may have heated: what is known, what is not, and what to do.
pub(crate) const UNSEEN: &str = "If the daemon died, its guard, a process of its own, switches the pad off; \
    whether it did cannot be seen from here. Look at the pad now: if it is warm and does not cool, pull the \
    plug. Then start the daemon again, and `soothe status` says how things stand";

/// How a latched fault opens.
const CLEAR_FAULT: &str = "by hand, when its cause is gone: look, then `soothe clear`";
/// How the notice of an interruption opens (HL-S6).
const CLEAR_NOTICE: &str = "by hand: look, then `soothe clear`";
/// What to look at after an interruption (HL-S6): nobody may have been there when it was cut off.
const AFTER_CUT_OFF: &str = "the skin under the pad: no pain, blister or mark that stays; the pad and its \
    cable: no scorch, no break; the pad is not warm by itself";

impl Failure {
    /// From clap's explanation: its first paragraph is what is wrong, the rest is how to ask for help.
    pub(crate) fn usage(explanation: &str) -> Self {
        let paragraph = explanation.split("\n\n").next().unwrap_or_default();
        let what = paragraph.trim().trim_start_matches("error: ");
        Self::Usage(what.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The process's exit code.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::ReaderGone => 0,
            Self::Other(_) => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
            Self::Unreachable(_) => 4,
            Self::Latched(_) | Self::LatchedAsShown => 5,
        }
    }

    /// What went wrong in one word, for programs.
    const fn kind(&self) -> &'static str {
        match self {
            Self::ReaderGone => "reader-gone",
            Self::Other(_) => "failed",
            Self::Usage(_) => "usage",
            Self::Refused(_) => "refused",
            Self::Unreachable(_) => "unreachable",
            Self::Latched(_) | Self::LatchedAsShown => "fault",
        }
    }

    /// A fault of the device that is latched.
    pub(crate) fn latched(fault: &FaultStatus) -> Self {
        Self::Latched(Box::new(Refused {
            message: format!("a fault is latched: {}", fault.message),
            rule: Some(fault.rule.clone()),
            limit: Some(fault.limit.clone()),
            reading: Some(fault.reading.clone()),
            check: Some(fault.advice.clone()),
            opens: Some(CLEAR_FAULT.to_owned()),
            ..Refused::default()
        }))
    }

    /// The same, with what happened and what to check, where a fault or an interruption is in the way.
    pub(crate) fn explained(mut self, status: &Status, zone: &TimeZone) -> Self {
        match (&mut self, &status.fault, &status.interrupted) {
            (Self::Latched(refused), Some(fault), _) => {
                refused.earlier = summary::latched(status, zone);
                refused.check = Some(fault.advice.clone());
            }
            (Self::Refused(refused), _, Some(cut_off))
                if refused.rule.as_deref() == Some(Rule::S6.id()) =>
            {
                refused.earlier = Some(summary::cut_off(cut_off, zone));
                refused.check = Some(AFTER_CUT_OFF.to_owned());
            }
            _ => {}
        }
        self
    }

    /// A limit or a fault has ended a session; none when neither did.
    pub(crate) fn of_end(ended: EndedRecord) -> Option<Self> {
        let EndedRecord { outcome, reason: message, rule, limit, reading, opens, .. } = ended;
        let refused = Refused { message, rule, limit, reading, opens, ..Refused::default() };
        match outcome.as_str() {
            "limit" => Some(Self::Refused(Box::new(refused))),
            "fault" => Some(Self::Latched(Box::new(Refused {
                message: format!("a fault is latched: {}", refused.message),
                opens: Some(CLEAR_FAULT.to_owned()),
                ..refused
            }))),
            _ => None,
        }
    }

    /// The same, with a sentence more.
    pub(crate) fn and(self, sentence: &str) -> Self {
        let longer = |message: String| format!("{message}. {sentence}");
        let further = |refused: Box<Refused>| {
            Box::new(Refused { message: longer(refused.message), ..*refused })
        };
        match self {
            Self::ReaderGone => Self::Other(sentence.to_owned()),
            Self::Other(message) => Self::Other(longer(message)),
            Self::Usage(message) => Self::Usage(longer(message)),
            Self::Unreachable(message) => Self::Unreachable(longer(message)),
            Self::Refused(refused) => Self::Refused(further(refused)),
            Self::Latched(refused) => Self::Latched(further(refused)),
            Self::LatchedAsShown => {
                let message = sentence.to_owned();
                Self::Latched(Box::new(Refused { message, ..Refused::default() }))
            }
        }
    }

    /// The same, with what came of the STOP that was tried because of it.
    pub(crate) fn after_stop(self, stopped: Result<Stopped, ClientError>) -> Self {
        match stopped {
            Ok(_) if self == Self::ReaderGone => self,
            Ok(stopped) => {
                let pack = if stopped.pack_on { "; take the cold pack off now" } else { "" };
                self.and(&format!("STOP was sent: every output is off{pack}"))
            }
            Err(error) => self.and(&format!("STOP did not get through: {error}. {UNSEEN}")),
        }
    }

    /// STOP was not carried out, or nobody said that it was: the person has to act.
    pub(crate) fn of_stop(error: &ClientError) -> Self {
        const BY_HAND: &str = "Press the e-stop or pull the plug.";
        match error {
            ClientError::Unreachable { .. } => {
                Self::Unreachable(format!("STOP did not reach the device: {error}. {BY_HAND}"))
            }
            ClientError::Problem(_) | ClientError::Garbled { .. } => {
                Self::Other(format!("STOP failed: {error}. {BY_HAND}"))
            }
        }
    }

    /// Nothing has to be said about it to standard error.
    pub(crate) const fn is_told(&self) -> bool {
        match self {
            Self::ReaderGone | Self::LatchedAsShown => true,
            Self::Other(_)
            | Self::Usage(_)
            | Self::Refused(_)
            | Self::Unreachable(_)
            | Self::Latched(_) => false,
        }
    }

    fn refusal(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) | Self::Latched(refused) => Some(refused),
            Self::ReaderGone
            | Self::Other(_)
            | Self::Usage(_)
            | Self::Unreachable(_)
            | Self::LatchedAsShown => None,
        }
    }

    fn message(&self) -> &str {
        match self {
            Self::ReaderGone => "nobody reads the output",
            Self::LatchedAsShown => "a fault is latched",
            Self::Other(message) | Self::Usage(message) | Self::Unreachable(message) => message,
            Self::Refused(refused) | Self::Latched(refused) => &refused.message,
        }
    }

    /// For people: a sentence, then what helps.
    pub(crate) fn text(&self) -> String {
        let word = match self {
            Self::Refused(_) => "refused: ",
            // A fault's sentence says that it is one.
            Self::ReaderGone
            | Self::Other(_)
            | Self::Usage(_)
            | Self::Unreachable(_)
            | Self::Latched(_)
            | Self::LatchedAsShown => "",
        };
        let mut text = format!("soothe: {word}{}\n", self.message());
        let refusal = self.refusal();
        for (label, value) in [
            ("rule", refusal.and_then(|r| r.rule.as_deref())),
            ("limit", refusal.and_then(|r| r.limit.as_deref())),
            ("reading", refusal.and_then(|r| r.reading.as_deref())),
            ("earlier", refusal.and_then(|r| r.earlier.as_deref())),
            ("check", refusal.and_then(|r| r.check.as_deref())),
            ("opens", refusal.and_then(|r| r.opens.as_deref())),
        ] {
            if let Some(value) = value {
                text += &format!("  {label:<8} {value}\n");
            }
        }
        text
    }

    /// For programs: the same as one line of JSON.
    pub(crate) fn json(&self) -> String {
        let refusal = self.refusal();
        let error = json!({"error": {
            "exit_code": self.exit_code(),
            "kind": self.kind(),
            "message": self.message(),
            "rule": refusal.and_then(|r| r.rule.as_deref()),
            "limit": refusal.and_then(|r| r.limit.as_deref()),
            "reading": refusal.and_then(|r| r.reading.as_deref()),
            "earlier": refusal.and_then(|r| r.earlier.as_deref()),
            "check": refusal.and_then(|r| r.check.as_deref()),
            "opens": refusal.and_then(|r| r.opens.as_deref()),
            "opens_in_s": refusal.and_then(|r| r.opens_in_s),
        }});
        format!("{error}\n")
    }
}

impl From<HeatError> for Failure {
    fn from(error: HeatError) -> Self {
        Problem::from(error).into()
    }
}

impl From<ProtocolError> for Failure {
    fn from(error: ProtocolError) -> Self {
        Problem::from(error).into()
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Problem::from(refusal).into()
    }
}

impl From<BadEndpoint> for Failure {
    fn from(error: BadEndpoint) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let message = error.to_string();
        match error {
            ClientError::Unreachable { cause: Cause::Absent(_), .. } => {
                Self::Unreachable(format!("{message}; {HOW_TO_START}"))
            }
            // One is there: another would not help.
            ClientError::Unreachable { cause: Cause::Silent(_), .. } => Self::Unreachable(message),
            ClientError::Garbled { .. } => Self::Other(message),
            ClientError::Problem(problem) => (*problem).into(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let latched = problem.fault.is_some();
        let refused = problem.rule.is_some() || problem.kind == "refused";
        if !latched && !refused {
            return match problem.status {
                400..=499 => Self::Usage(problem.detail),
                _ => Self::Other(problem.detail),
            };
        }
        let Problem { detail: message, rule, limit, reading, opens, opens_in_s, .. } = problem;
        let opens = opens.map(|opens| by_hand(latched, rule.as_deref(), &opens, opens_in_s));
        let refused =
            Refused { message, rule, limit, reading, opens, opens_in_s, ..Refused::default() };
        let refused = Box::new(refused);
        if latched { Self::Latched(refused) } else { Self::Refused(refused) }
    }
}

/// When something opens, with the command where only a person opens it.
fn by_hand(latched: bool, rule: Option<&str>, opens: &str, opens_in_s: Option<f64>) -> String {
    let is = |one: Rule| rule == Some(one.id());
    let opens = opening(opens, opens_in_s);
    if latched {
        CLEAR_FAULT.to_owned()
    } else if is(Rule::S6) {
        CLEAR_NOTICE.to_owned()
    } else if is(Rule::S7) {
        format!("{opens}: `soothe checklist answer`")
    } else if is(Rule::P1) {
        format!("{opens}: `soothe pain seen --site SITE`, or `soothe pain waive --site SITE`")
    } else if is(Rule::P2) {
        format!("{opens}: `soothe redflags`")
    } else if is(Rule::S8) {
        format!("{opens}: `soothe clear --forget-doses`")
    } else if is(Rule::C8) {
        format!("{opens}: `soothe confirm`")
    } else {
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;
    use soothe_therapy::checklist::ChecklistRefusal;
    use soothe_therapy::ledger::SiteRefusal;
    use soothe_therapy::{SessionId, Span};

    fn problem(kind: &str, status: u16, rule: Option<&str>, fault: Option<&str>) -> Problem {
        let detail = "the room is at 8.0 °C; 10.0 °C to 35.0 °C is accepted";
        Problem {
            rule: rule.map(str::to_owned),
            limit: rule.map(|_| "10.0 to 35.0 °C".to_owned()),
            reading: rule.map(|_| "8.0 °C".to_owned()),
            opens: Some("when the room is between 10 and 35 °C".to_owned()),
            fault: fault.map(str::to_owned),
            ..Problem::plain(kind, status, "Title", detail)
        }
    }

    #[test]
    fn each_problem_has_its_exit_code() {
        for (problem, code) in [
            (problem("refused", 409, Some("HL-H22"), None), 3),
            (problem("refused", 409, None, None), 3),
            (problem("invalid-request", 422, Some("HL-H1"), None), 3),
            (problem("refused", 409, Some("HL-H3"), Some("too-hot")), 5),
            (problem("invalid-request", 400, None, None), 2),
            (problem("not-found", 404, None, None), 2),
            (problem("internal", 500, None, None), 1),
            (problem("unavailable", 503, None, None), 1),
        ] {
            assert_eq!(Failure::from(problem.clone()).exit_code(), code, "{problem:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_reading_the_limit_the_rule_and_when_it_opens() {
        let failure = Failure::from(problem("refused", 409, Some("HL-H22"), None));
        assert_eq!(
            failure.text(),
            "soothe: refused: the room is at 8.0 °C; 10.0 °C to 35.0 °C is accepted\n\
             \x20 rule     HL-H22\n  limit    10.0 to 35.0 °C\n  reading  8.0 °C\n  opens    when the \
             room is between 10 and 35 °C\n"
        );
        let parsed: serde_json::Value = serde_json::from_str(&failure.json()).unwrap();
        assert_eq!(parsed["error"]["exit_code"], 3);
        assert_eq!(parsed["error"]["rule"], "HL-H22");
        assert_eq!(parsed["error"]["limit"], "10.0 to 35.0 °C");
        assert_eq!(parsed["error"]["reading"], "8.0 °C");
    }

    #[test]
    fn a_missing_daemon_comes_with_how_to_start_one() {
        let error = unreachable(Cause::Absent("gone".to_owned()));
        let failure = Failure::from(error);
        assert_eq!(failure.exit_code(), 4);
        assert!(failure.text().contains("`soothed --sim`"), "{}", failure.text());
    }

    #[test]
    fn a_daemon_that_hangs_is_not_said_to_be_missing() {
        let text = Failure::from(unreachable(Cause::Silent("silence".to_owned()))).text();
        assert_eq!(text, "soothe: the daemon at unix:/s does not answer: silence\n");
    }

    #[test]
    fn a_stop_that_failed_says_what_to_do_by_hand_and_nothing_else() {
        for (error, code) in [
            (unreachable(Cause::Absent("gone".to_owned())), 4),
            (unreachable(Cause::Silent("silence".to_owned())), 4),
            (ClientError::Problem(Box::new(problem("internal", 500, None, None))), 1),
            (ClientError::Problem(Box::new(problem("not-found", 404, None, None))), 1),
        ] {
            let failure = Failure::of_stop(&error);
            assert_eq!(failure.exit_code(), code, "{error:?}");
            let text = failure.text();
            assert!(text.starts_with("soothe: STOP "), "{text}");
            assert!(text.ends_with(". Press the e-stop or pull the plug.\n"), "{text}");
            assert!(!text.contains("--sim"), "{text}");
        }
    }

    #[test]
    fn what_only_a_person_can_open_names_the_command() {
        for (problem, opens) in [
            (problem("refused", 409, Some("HL-S6"), None), CLEAR_NOTICE),
            (problem("refused", 409, Some("HL-H3"), Some("too-hot")), CLEAR_FAULT),
        ] {
            let text = Failure::from(problem).text();
            assert!(text.contains(&format!("  opens    {opens}\n")), "{text}");
        }
        let checklist = Refusal::Checklist(ChecklistRefusal::Unanswered);
        let text = Failure::from(checklist).text();
        assert!(text.ends_with("answered the check-list: `soothe checklist answer`\n"), "{text}");
        let opens_in = Span::from_min(125);
        let text = Failure::from(Refusal::Site(SiteRefusal::RecordLost { opens_in })).text();
        assert!(
            text.contains("  opens    in 2 h 5 min, ") && text.contains("--forget-doses`"),
            "{text}"
        );
    }

    #[test]
    fn a_start_after_an_interruption_says_which_when_and_what_to_check() {
        let status =
            Status { interrupted: Some(samples::summary("interrupted")), ..samples::idle_status() };
        let refusal = Failure::from(Refusal::Interrupted { id: SessionId(7) });
        let text = refusal.explained(&status, &TimeZone::UTC).text();
        for part in [
            "refused: session 7 was cut off before its end",
            "  earlier  session 7, heat at 40.0 °C on left-shoulder, begun 2023-11-14 22:13, cut off \
             after 15:00\n",
            "  check    the skin under the pad: ",
            "  opens    by hand: look, then `soothe clear`\n",
        ] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
    }

    #[test]
    fn a_start_while_a_fault_is_latched_says_when_it_latched_and_what_to_do() {
        let faulty = Status { fault: Some(samples::fault()), ..samples::idle_status() };
        let refusal = Failure::from(problem("refused", 409, Some("HL-H3"), Some("too-hot")));
        let text = refusal.explained(&faulty, &TimeZone::UTC).text();
        for part in [
            "  earlier  2023-11-14 22:13\n",
            "  check    Take the pad off and look at the skin.\n",
            "  opens    by hand, when its cause is gone: look, then `soothe clear`\n",
        ] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
        let room = Failure::from(problem("refused", 409, Some("HL-H22"), None));
        assert!(!room.explained(&faulty, &TimeZone::UTC).text().contains("check"));
    }

    #[test]
    fn a_site_at_rest_opens_in_so_many_minutes() {
        let (since, opens_in) = (Span::from_min(17), Span::from_min(43));
        let failure = Failure::from(Refusal::Site(SiteRefusal::Rest { since, opens_in }));
        assert!(
            failure.text().contains("  opens    in 43 min, when the site"),
            "{}",
            failure.text()
        );
        let parsed: serde_json::Value = serde_json::from_str(&failure.json()).unwrap();
        assert_eq!(parsed["error"]["opens_in_s"], 2580.0);
    }

    #[test]
    fn a_limit_of_the_command_itself_does_not_open() {
        use soothe_therapy::{Plan, Site, Span};
        let error = Plan::heat(43.0, Span::from_min(15), Site::LeftHip).unwrap_err();
        let text = Failure::from(error).text();
        assert!(text.contains("  rule     HL-H1\n") && !text.contains("opens"), "{text}");
    }

    #[test]
    fn a_refusal_without_a_rule_has_no_line_for_it() {
        let text = Failure::from(problem("refused", 409, None, None)).text();
        assert!(text.contains("  opens    ") && !text.contains("rule"), "{text}");
    }

    fn unreachable(cause: Cause) -> ClientError {
        ClientError::Unreachable { endpoint: "unix:/s".to_owned(), cause }
    }
}
