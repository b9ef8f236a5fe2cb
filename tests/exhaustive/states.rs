//! Every state of the core, and how it comes about.

use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::ledger::{PastUse, SiteUse};
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

/// A session on the site that every start asks for.
fn used(heated_min: u64, dose: f64, ago: Span) -> PastUse {
    let (heated, dose) = (Span::from_min(heated_min), Cem43::literal(dose));
    PastUse { used: SiteUse { site: Site::LeftShoulder, heated, dose }, age: ago }
}

fn after(uses: &[PastUse]) -> Boot {
    let mut boot = ready();
    boot.history.uses.extend(uses.iter().copied());
    boot
}

fn hours(h: u64) -> Span {
    Span::from_min(60 * h)
}

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
        idle("relay-worn", Boot { relay_operations: limits::RELAY_OPERATIONS_MAX, ..ready() }),
        running("proving-k1", true, Span::from_ms(500)),
        running("proving-k2", true, Span::from_ms(1500)),
        running("proving-by-drift", false, Span::from_s(15)),
        running("proving-by-warmth-k1", false, Span::from_s(30)),
        running("proving-by-warmth-k2", false, Span::from_s(50)),
        running("heating", true, Span::from_s(12)),
        running("heating-unsensed", false, Span::from_s(106)),
        running("heating-at-rest", true, Span::from_s(18)),
        running("asked-for-a-sign", true, Span::from_s(612)),
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
