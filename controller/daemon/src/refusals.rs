//! Which refusals are recorded: someone who asks again and again must not fill the disk.

use std::mem::{Discriminant, discriminant};

use soothe_therapy::{Event, Moment, Refusal, Rule, Snapshot, Span};

/// A refusal of one kind is recorded at most this often; every one is answered.
const RECORDED_EVERY: Span = Span::from_s(60);

/// What tells one kind of refusal from another: several rules may refuse in one way.
type Kind = (Discriminant<Refusal>, Option<Rule>);

/// When each kind of refusal was recorded last.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Vec<(Kind, Moment)>);

impl Refusals {
    /// Whether an event of this moment is to be recorded: all that is no refusal, and some that are.
    pub(crate) fn keeps(&mut self, event: &Event, now: Moment) -> bool {
        let kind = match event {
            Event::Refused(refusal) => (discriminant(refusal), refusal.rule()),
            Event::Started { .. }
            | Event::TargetReached { .. }
            | Event::Misfits { .. }
            | Event::Ended(_)
            | Event::Latched(_)
            | Event::Cleared(_)
            | Event::Acknowledged { .. }
            | Event::Proved { .. }
            | Event::AskedForSign { .. }
            | Event::PhaseBegan { .. }
            | Event::Asked { .. }
            | Event::Confirmed { .. }
            | Event::Numb { .. }
            | Event::Level { .. }
            | Event::LevelZeroed { .. }
            | Event::ElectrodesOff { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::Skin { .. }
            | Event::Present { .. }
            | Event::Answered(_)
            | Event::Tuned { .. }
            | Event::NotTuned { .. }
            | Event::Refined { .. }
            | Event::PadChosen { .. }
            | Event::ProfileChosen(_)
            | Event::LossForgotten
            | Event::PackOff(_)
            | Event::Felt { .. }
            | Event::SiteLocked { .. }
            | Event::SiteSettled { .. }
            | Event::RedFlagsAnswered(_) => return true,
        };
        match self.0.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, at)) if now.since(*at) < RECORDED_EVERY => return false,
            Some((_, at)) => *at = now,
            None => self.0.push((kind, now)),
        }
        true
    }
}

/// What a start would be told in this state, whatever it wants: the log need not be asked then. The core
/// looks again at all that is let through.
pub(crate) fn of_any_start(snapshot: &Snapshot) -> Option<Refusal> {
    let running = snapshot.session.map(|session| Refusal::Running { id: session.id });
    let interrupted = snapshot.interrupted.map(|id| Refusal::Interrupted { id });
    running.or(snapshot.fault.map(Refusal::Latched)).or(interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_therapy::ledger::SiteRefusal;

    #[test]
    fn each_kind_of_refusal_is_recorded_once_a_minute() {
        let mut refusals = Refusals::default();
        let mut keeps =
            |refusal, s| refusals.keeps(&Event::Refused(refusal), Moment::START + Span::from_s(s));
        assert!(keeps(Refusal::EStop, 0));
        assert!(!keeps(Refusal::EStop, 59));
        assert!(keeps(Refusal::NoAmbient, 59), "another kind");
        assert!(keeps(Refusal::EStop, 60));
        let opens_in = Span::from_min(1);
        assert!(keeps(Refusal::Site(SiteRefusal::DaySessions { opens_in }), 60));
        let since = Span::from_min(59);
        assert!(keeps(Refusal::Site(SiteRefusal::Rest { since, opens_in }), 60), "another rule");
    }
}
