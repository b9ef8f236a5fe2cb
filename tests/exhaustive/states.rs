//! Every state of the core, and how it comes about.

use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::ledger::{PastUse, SiteUse};
use soothe_therapy::pain::care::{PastCare, SiteCare, Taken};
use soothe_therapy::pain::red_flags::{RedFlag, RedFlags};
use soothe_therapy::{Boot, Cem43, Fault, FaultKind, Moment, SessionId, Site, Span, limits};

use crate::around::Around;
use crate::bench::Bench;
use crate::command::Asked;
use crate::heard::Heard;

/// A state, as the way to it.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) name: String,
    boot: Boot,
    /// The build senses current and cut-out.
    sensed: bool,
    /// A session was started so long before.
    started: Option<Span>,
}

/// What is known of a device that someone has made ready.
pub(crate) fn ready() -> Boot {
    let answers = PastAnswers { answers: Answers::NONE, age: Span::from_min(60) };
    Boot { checklist: Some(answers), ..Boot::default() }
}

/// HL-P1: the site that every start asks for is locked.
fn made_worse() -> PastCare {
    let locked = SiteCare { taken: Taken::Locked, before: None };
    PastCare::default().with(Site::LeftShoulder, locked)
}

/// HL-P2: there is a sign of an emergency.
fn emergency() -> PastCare {
    PastCare::default().with_red_flags(RedFlags::NONE.and(RedFlag::Chest))
}

/// A session on the site that every start asks for.
fn used(heated_min: u64, dose: f64, ago: Span) -> PastUse {
    let (heated, dose) = (Span::from_min(heated_min), Cem43::literal(dose));
    let (site, cold, tens) = (Site::LeftShoulder, Span::ZERO, Span::ZERO);
    PastUse { used: SiteUse { site, heated, dose, cold, tens }, age: ago }
}

fn after(uses: &[PastUse]) -> Boot {
    let mut boot = ready();
    boot.history.uses.extend(uses.iter().copied());
    boot
}

fn hours(h: u64) -> Span {
    Span::from_min(60 * h)
}

/// So long after the proof both switches are closed, and neither is: the evidence may have been on its way
/// for 25 s by then. What the regulator does with a steady reading decides it; a test looks whether it is so.
const HEATS: Span = Span::from_s(60);
const RESTS: Span = Span::from_s(18);
/// So long after a sign was asked for both switches are closed.
const ASKED_AND_HEATS: Span = Span::from_s(15);

/// All of them.
pub(crate) fn all() -> Vec<State> {
    let idle =
        |name: &str, boot: Boot| State { name: name.to_owned(), boot, sensed: true, started: None };
    let running = |name: &str, sensed: bool, started: Span| State {
        name: name.to_owned(),
        boot: ready(),
        sensed,
        started: Some(started),
    };
    let proved = limits::PROOF_SENSED + limits::PROOF_SENSED;
    let proved_by_warmth =
        limits::PROOF_DRIFT + limits::PROOF_THERMAL + limits::PROOF_THERMAL + limits::PROOF_WATCH;
    let mut lost = ready();
    lost.history.lost = Some(hours(1));
    let outdated = PastAnswers { answers: Answers::NONE, age: limits::CHECKLIST_VALID };
    let mut states = vec![
        idle("idle", ready()),
        State { sensed: false, ..idle("idle-unsensed", ready()) },
        idle("interrupted", Boot { interrupted: Some(SessionId(1)), ..ready() }),
        idle("record-lost", lost),
        idle("check-list-due", Boot { checklist: None, ..ready() }),
        idle("check-list-outdated", Boot { checklist: Some(outdated), ..ready() }),
        idle("site-rests", after(&[used(10, 0.5, hours(0))])),
        idle("site-had-its-dose", after(&[used(20, 20.0, hours(5))])),
        idle("site-had-its-time", after(&[used(60, 0.5, hours(9)), used(60, 0.5, hours(5))])),
        idle("site-had-its-sessions", after(&[used(10, 0.5, hours(5)); 4])),
        idle("site-made-worse", Boot { care: made_worse(), ..ready() }),
        idle("emergency", Boot { care: emergency(), ..ready() }),
        idle("relay-worn", Boot { relay_operations: limits::RELAY_OPERATIONS_MAX, ..ready() }),
        running("proving-k1", true, Span::from_ms(500)),
        running("proving-k2", true, Span::from_ms(1500)),
        running("proving-by-drift", false, Span::from_s(30)),
        running("proving-by-warmth-k1", false, limits::PROOF_DRIFT + Span::from_s(10)),
        running("proving-by-warmth-k2", false, limits::PROOF_DRIFT + Span::from_s(30)),
        running("heating", true, proved + HEATS),
        running("heating-unsensed", false, proved_by_warmth + HEATS),
        running("heating-at-rest", true, proved + RESTS),
        running("asked-for-a-sign", true, limits::ATTENDANCE_EVERY + ASKED_AND_HEATS),
    ];
    let latched = |kind| Boot { latched: Some(Fault { kind, reading: None }), ..ready() };
    let faulted = FaultKind::ALL.iter();
    states.extend(faulted.map(|kind| idle(&format!("fault-{}", kind.name()), latched(*kind))));
    let both = Boot { interrupted: Some(SessionId(1)), ..latched(FaultKind::TooHot) };
    states.push(idle("fault-too-hot-and-interrupted", both));
    states
}

/// What a device may know when it is started; of the latched faults one, the others can be come to.
pub(crate) fn boots() -> Vec<Boot> {
    let latched = |boot: &Boot| boot.latched.is_some_and(|it| it.kind != FaultKind::TooHot);
    let idle = all().into_iter().filter(|state| state.started.is_none() && state.sensed);
    idle.map(|state| state.boot).filter(|boot| !latched(boot)).collect()
}

/// The moment at which every state is looked at.
pub(crate) const DUE: Moment = Moment::from_ms(1_000_000);

impl State {
    /// An engine in this state that is `lead` before [`DUE`]; none when the state begins only later.
    pub(crate) fn reach(&self, lead: Span) -> Option<Bench> {
        let begins = DUE.before(self.started.unwrap_or(lead + Span::from_s(2)));
        let looked_at = DUE.before(lead);
        if looked_at < begins + limits::CYCLE {
            return None;
        }
        let mut bench = Bench::new(&self.boot, self.sensed, begins);
        let asked = if self.started.is_some() { Asked::Start } else { Asked::Nothing };
        let first = bench
            .step(Span::ZERO, DUE, Heard::Fresh, Around::Good, asked.command(begins, None))
            .expect("a build can say that all is well");
        assert!(first.replies.iter().all(Result::is_ok), "{}: {:?}", self.name, first.replies);
        bench.wait(looked_at, DUE);
        Some(bench)
    }
}

#[test]
fn every_state_is_what_it_is_called() {
    for state in all() {
        let bench = state.reach(limits::CYCLE).expect("every state can be reached");
        let output = bench.last.expect("it has been stepped");
        let snapshot = output.snapshot;
        let (k1, k2) = (output.actuators.k1(), output.actuators.k2());
        let is = match (snapshot.fault, snapshot.session) {
            (Some(fault), _) => state.name.starts_with(&format!("fault-{}", fault.kind.name())),
            (None, Some(session)) if session.proving => match (k1, k2) {
                (true, false) => state.name.ends_with("k1"),
                (false, true) => state.name.ends_with("k2"),
                (false, false) => state.name == "proving-by-drift",
                (true, true) => false,
            },
            (None, Some(_)) if snapshot.alarm.is_some() => state.name == "asked-for-a-sign",
            (None, Some(_)) if k1 && k2 => ["heating", "heating-unsensed"].contains(&&*state.name),
            (None, Some(_)) => state.name == "heating-at-rest" && !k1 && !k2,
            (None, None) => state.started.is_none() && !state.name.starts_with("fault"),
        };
        assert!(is, "{}: {snapshot:?}", state.name);
    }
}
