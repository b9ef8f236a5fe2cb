//! How long it takes from the moment at which a trouble shows until everything is off.

use soothe_plant::{Contact, Fault};
use soothe_therapy::{Moment, Outcome, Span};

use crate::history::History;
use crate::trouble::{Kind, Trouble};
use crate::world::Seen;

/// A reading this far from what a whole sensor would say shows that something is wrong, K.
const OFF_BY: f64 = 0.5;

/// By what a trouble shows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    /// The reading of this contact sensor.
    Reading(Contact),
    /// Current that was not written, or none that was.
    Current,
    /// The places of the two contact sensors differ.
    Places,
    /// It is there at once.
    Itself,
    /// Nobody controls: it is measured how long current flows on.
    Standstill,
}

/// One trouble that is watched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    kind: Kind,
    sign: Sign,
    began: Moment,
    shows: Option<Moment>,
    last_heat: Option<Moment>,
    /// Something was on when it was looked at last.
    was_on: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Found {
    /// Everything was off after this, because it was noticed.
    Off(Kind, Span),
    /// Everything was off after this for another reason; it had not been noticed until then.
    Unnoticed(Kind, Span),
}

impl Watch {
    /// Watches a trouble that begins `now`, while something is on or not; none for one of which
    /// nothing can be measured.
    pub(crate) fn new(kind: Kind, trouble: Trouble, now: Moment, is_on: bool) -> Option<Self> {
        let sign = sign(trouble)?;
        let shows = (is_on && sign == Sign::Itself).then_some(now);
        Some(Self { kind, sign, began: now, shows, last_heat: None, was_on: is_on })
    }

    /// Looks; gives what came of it once that is known.
    pub(crate) fn look(&mut self, seen: &Seen<'_>, history: &History) -> Option<Found> {
        if self.sign == Sign::Standstill {
            return self.look_at_standstill(seen);
        }
        // Where nothing is on, nothing has to go off.
        let is_on = history.session.is_some() || seen.truth.heating;
        if self.shows.is_none() && (is_on || self.was_on) && self.is_shown(seen) {
            self.shows = Some(seen.now);
        }
        self.was_on = is_on;
        let since = seen.now.since(self.shows?);
        let cycle = seen.cycle.filter(|_| !is_on)?;
        let snapshot = &cycle.output.snapshot;
        let noticed = snapshot.fault.is_some()
            || snapshot.last.is_some_and(|last| matches!(last.outcome, Outcome::Limit(_)));
        let found = if noticed { Found::Off } else { Found::Unnoticed };
        Some(found(self.kind, since))
    }

    fn look_at_standstill(&mut self, seen: &Seen<'_>) -> Option<Found> {
        if seen.truth.heating {
            self.last_heat = Some(seen.now);
        }
        // A step of the engine is its end, unless it is the one in which it began.
        seen.cycle.filter(|_| seen.now > self.began)?;
        let heated = self.last_heat.map_or(Span::ZERO, |at| at.since(self.began));
        Some(Found::Off(self.kind, heated))
    }

    fn is_shown(&self, seen: &Seen<'_>) -> bool {
        match self.sign {
            Sign::Itself => true,
            Sign::Standstill => false,
            Sign::Reading(contact) => reading_is_off(contact, seen),
            Sign::Current => {
                let gate = seen.host.gate();
                let pulsed = gate
                    .last_edge()
                    .is_some_and(|edge| seen.now.since(edge) < soothe_plant::K2_HOLD);
                seen.truth.heating != (gate.k1() && pulsed)
            }
            Sign::Places => {
                let apart = Contact::ALL.map(|contact| seen.plant.should_tell(contact).get());
                (apart[0] - apart[1]).abs() > OFF_BY
            }
        }
    }
}

fn reading_is_off(contact: Contact, seen: &Seen<'_>) -> bool {
    let Some(raw) = seen.plant.readings().contact[contact.index()] else { return false };
    let age = seen.now.since(raw.began);
    // Between conversions the pad may have moved on; a late one is compared with what is now.
    if age > Span::from_ms(100) && age < Span::from_ms(1500) {
        return false;
    }
    let should = seen.plant.should_tell(contact).get();
    raw.outcome.map_or(true, |t| (t.get() - should).abs() > OFF_BY)
}

fn sign(trouble: Trouble) -> Option<Sign> {
    match trouble {
        Trouble::Plant(fault) => match fault {
            Fault::Contact(at, _) | Fault::Lifted(at, _) | Fault::Swapped(at) => {
                Some(Sign::Reading(at))
            }
            Fault::K1(_) | Fault::K2(_) => Some(Sign::Current),
            Fault::Pad(soothe_plant::PadFault::OpenCircuit) => Some(Sign::Current),
            Fault::Pad(soothe_plant::PadFault::Folded) => Some(Sign::Places),
            Fault::Pad(soothe_plant::PadFault::Power(_))
            | Fault::Room(_)
            | Fault::CutOut(_)
            | Fault::CurrentSense(_)
            | Fault::CutOutSense(_) => None,
        },
        Trouble::EStop | Trouble::Undervoltage | Trouble::GuardLost => Some(Sign::Itself),
        Trouble::Standstill { .. } => Some(Sign::Standstill),
        Trouble::Cover(_)
        | Trouble::CyclesLate(_)
        | Trouble::ClockJumps(_)
        | Trouble::ClockDrifts { .. }
        | Trouble::WallClockBack(_)
        | Trouble::Store(_)
        | Trouble::ClientLost
        | Trouble::Storm => None,
    }
}
