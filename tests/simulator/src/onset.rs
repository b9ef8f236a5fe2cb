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
    /// Something heated when it was looked at last.
    was_on: bool,
    /// Since when current has flowed that was not written, and for how long it did at most.
    stray: Option<Moment>,
    longest_stray: Span,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    /// Everything went off because of it, and not for another reason before.
    pub(crate) noticed: bool,
    /// When everything was off.
    pub(crate) after: Span,
    /// For how long current flowed that was not written, at most.
    pub(crate) stray: Span,
}

impl Watch {
    /// Watches a trouble that begins `now`, while something is on or not; none for one of which
    /// nothing can be measured.
    pub(crate) fn new(kind: Kind, trouble: Trouble, now: Moment, is_on: bool) -> Option<Self> {
        let sign = sign(trouble)?;
        let shows = (is_on && sign == Sign::Itself).then_some(now);
        let (last_heat, stray, longest_stray) = (None, None, Span::ZERO);
        Some(Self { kind, sign, began: now, shows, last_heat, was_on: is_on, stray, longest_stray })
    }

    const fn found(&self, noticed: bool, after: Span) -> Found {
        Found { kind: self.kind, noticed, after, stray: self.longest_stray }
    }

    /// Looks; gives what came of it once that is known.
    pub(crate) fn look(&mut self, seen: &Seen<'_>, history: &History) -> Option<Found> {
        if self.sign == Sign::Standstill {
            return self.look_at_standstill(seen);
        }
        self.look_at_stray(seen);
        // Where nothing heats, nothing has to go off: not before the proof is over.
        let heats = seen.truth.heating
            || history.session.as_ref().is_some_and(|session| session.heat_began.is_some());
        if self.shows.is_none() && (heats || self.was_on) && self.is_shown(seen) {
            self.shows = Some(seen.now);
        }
        self.was_on = heats;
        let after = seen.now.since(self.shows?);
        let is_off = history.session.is_none() && !seen.truth.heating;
        let snapshot = &seen.cycle.filter(|_| is_off)?.output.snapshot;
        let ended = snapshot.last.map(|last| last.outcome);
        let noticed = snapshot.fault.is_some() || ended.is_some_and(Outcome::found_wrong);
        Some(self.found(noticed, after))
    }

    fn look_at_stray(&mut self, seen: &Seen<'_>) {
        let flows = seen.truth.heating && !is_written(seen);
        self.stray = flows.then(|| self.stray.unwrap_or(seen.now));
        let lasts = self.stray.map_or(Span::ZERO, |since| seen.now.since(since));
        self.longest_stray = self.longest_stray.max(lasts);
    }

    fn look_at_standstill(&mut self, seen: &Seen<'_>) -> Option<Found> {
        if seen.truth.heating {
            self.last_heat = Some(seen.now);
        }
        // A step of the engine is its end, unless it is the one in which it began.
        seen.cycle.filter(|_| seen.now > self.began)?;
        let heated = self.last_heat.map_or(Span::ZERO, |at| at.since(self.began));
        Some(self.found(true, heated))
    }

    fn is_shown(&self, seen: &Seen<'_>) -> bool {
        match self.sign {
            Sign::Itself => true,
            Sign::Standstill => false,
            Sign::Reading(contact) => reading_is_off(contact, seen),
            Sign::Current => seen.truth.heating != is_written(seen),
            Sign::Places => {
                let apart = Contact::ALL.map(|contact| seen.plant.should_tell(contact).get());
                (apart[0] - apart[1]).abs() > OFF_BY
            }
        }
    }
}

/// Current is what was written to the lines, if everything is whole.
fn is_written(seen: &Seen<'_>) -> bool {
    let gate = seen.host.gate();
    let held = |edge| seen.now.since(edge) < soothe_plant::K2_HOLD;
    gate.k1() && gate.last_edge().is_some_and(held)
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
            | Fault::Skin(_)
            | Fault::Pack(_)
            | Fault::CutOut(_)
            | Fault::CurrentSense(_)
            | Fault::CutOutSense(_)
            // What they show is no heat of the pad: what must come of it the invariants say.
            | Fault::Electrodes(_) => None,
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
