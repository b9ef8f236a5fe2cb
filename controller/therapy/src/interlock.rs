//! The interlock: weighs a demand against the evidence. The only maker of energised [`Actuators`].
//!
//! It knows nothing of how the demand was made: it imports neither the regulator nor the session.

mod grant;
mod weigh;

pub use grant::{Actuators, Demand, Switch};
use weigh::weigh;

use crate::limits;
use crate::lines::LineState;
use crate::rules::{Fault, FaultKind, PhaseLimit, Rule};
use crate::sense::Evidence;
use crate::tens::{self, Milliamp, Stimulator};
use crate::units::{Celsius, Cem43, Moment, Span};

/// What the interlock needs to know besides temperatures.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// Now.
    pub now: Moment,
    /// How late this step is against the cycle.
    pub late_by: Span,
    /// What the sense lines say.
    pub lines: LineState,
    /// What the skin got in this session.
    pub dose: Cem43,
    /// What the site got in the last 24 hours, before this session.
    pub dose_before: Cem43,
    /// What the temperatures show of the heat path ([`crate::verify`]).
    pub found: Option<FaultKind>,
    /// What the stimulator says.
    pub stimulator: Stimulator,
}

/// The interlock's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// The demand is granted.
    Granted(Actuators),
    /// The outputs are off for now; the session goes on.
    Withheld(Rule),
    /// The outputs are off and the phase must end.
    EndPhase(PhaseLimit),
    /// The outputs are off and a fault latches.
    Latch(Fault),
}

impl Verdict {
    /// What the lines may be: off, unless granted.
    #[must_use]
    pub const fn actuators(&self) -> Actuators {
        match self {
            Self::Granted(actuators) => *actuators,
            Self::Withheld(_) | Self::EndPhase(_) | Self::Latch(_) => Actuators::OFF,
        }
    }
}

/// Since when something has been wrong, for the rules that allow it for a while.
#[derive(Clone, Copy, Debug)]
pub struct Interlock {
    /// What was granted in the last step, and so is on the lines since.
    granted: Actuators,
    /// A sense line has told of the pad's current. It says nothing in a cycle that came late, and is there all the same.
    senses_current: bool,
    hot_since: Option<Moment>,
    lost_since: Option<Moment>,
    disagree_since: Option<Moment>,
    stray_since: Option<Moment>,
    missing_since: Option<Moment>,
    /// When the pad was last energised, and when the stimulator was (HL-T15).
    heated: Option<Moment>,
    stimulated: Option<Moment>,
    /// When K2's dead-man was last fed (HL-H20).
    k2: Option<Moment>,
}

/// Keeps `since` at the start of a condition that holds, and says for how long it has held.
fn held_for(since: &mut Option<Moment>, holds: bool, now: Moment) -> Span {
    if !holds {
        *since = None;
        return Span::ZERO;
    }
    now.since(*since.get_or_insert(now))
}

impl Default for Interlock {
    fn default() -> Self {
        Self {
            granted: Actuators::OFF,
            senses_current: false,
            hot_since: None,
            lost_since: None,
            disagree_since: None,
            stray_since: None,
            missing_since: None,
            heated: None,
            stimulated: None,
            k2: None,
        }
    }
}

impl Interlock {
    /// One that knows how long ago heat and TENS ended, whoever gave them (HL-T15).
    #[must_use]
    pub fn after(heat: Option<Span>, tens: Option<Span>, now: Moment) -> Self {
        let matters = |ago: &Span| *ago < limits::HEAT_TENS_APART;
        let at = |ago: Option<Span>| ago.filter(matters).map(|ago| now.before(ago));
        let (heated, stimulated) = (at(heat), at(tens));
        Self { heated, stimulated, k2: heated.max(stimulated), ..Self::default() }
    }

    /// What was granted in the last step.
    #[must_use]
    pub const fn granted(&self) -> Actuators {
        self.granted
    }

    /// Whether this build senses the pad's current, as far as its lines have told.
    #[must_use]
    pub const fn senses_current(&self, lines: LineState) -> bool {
        self.senses_current || lines.pad_current.is_some()
    }

    /// Whether the pad must be seen (HL-H13): where it is used, and where K2 is held for TENS while no sense line would
    /// tell that a welded K1 heats it.
    const fn must_see_pad(&self, demand: Demand) -> bool {
        demand.is_of_pad() || (matches!(demand, Demand::Stimulate(_)) && !self.senses_current)
    }

    /// Judges. Faults come before everything, and every rule is looked at in every step, whether or
    /// not data came and whatever the demand is.
    pub fn judge(
        &mut self,
        demand: Demand,
        evidence: &Evidence,
        around: &Circumstances,
    ) -> Verdict {
        self.senses_current = self.senses_current(around.lines);
        let verdict = match self.fault(demand, evidence, around) {
            Some(kind) => {
                let reading = hottest_said(evidence).filter(|_| kind.is_thermal());
                Verdict::Latch(Fault { kind, reading })
            }
            None => {
                let waits = self.apart(demand, around.now).or(self.holds_k2(demand, around.now));
                let waits = waits.or(self.begins_cool(demand, evidence));
                waits.unwrap_or_else(|| weigh(demand, self.must_see_pad(demand), evidence, around))
            }
        };
        self.granted = verdict.actuators();
        if self.granted.energises_pad() {
            self.heated = Some(around.now);
        }
        if self.granted.feeds_stimulator() {
            self.stimulated = Some(around.now);
        }
        if self.granted.k2() {
            self.k2 = Some(around.now);
        }
        verdict
    }

    /// HL-T15: what waits until the other of heat and TENS has been off for long enough.
    fn apart(&self, demand: Demand, now: Moment) -> Option<Verdict> {
        let other = match demand {
            Demand::Off | Demand::Rest => None,
            Demand::ProveK1 | Demand::Ready | Demand::Heat => self.stimulated,
            Demand::Stimulate(_) => self.heated,
        };
        other
            .filter(|at| now.since(*at) < limits::HEAT_TENS_APART)
            .map(|_| Verdict::Withheld(Rule::T15))
    }

    /// HL-H20: K1 is alone only once K2 has surely dropped out, whoever held it before.
    fn holds_k2(&self, demand: Demand, now: Moment) -> Option<Verdict> {
        let drops_out = limits::LEASE + limits::K2_DROP_OUT;
        self.k2
            .filter(|at| demand == Demand::ProveK1 && now.since(*at) < drops_out)
            .map(|_| Verdict::Withheld(Rule::H20))
    }

    /// HL-H22: TENS that only the pad's temperature watches begins beside a cool pad, each time.
    fn begins_cool(&self, demand: Demand, evidence: &Evidence) -> Option<Verdict> {
        let begins = matches!(demand, Demand::Stimulate(_)) && !self.granted.feeds_stimulator();
        let warm = evidence.hottest.is_some_and(|t| t >= limits::START_CONTACT_MAX);
        let waits = begins && warm && self.must_see_pad(demand);
        waits.then_some(Verdict::Withheld(Rule::H22))
    }

    /// The fault that the evidence shows. Temperatures are judged as measured, never as estimated.
    fn fault(
        &mut self,
        demand: Demand,
        evidence: &Evidence,
        around: &Circumstances,
    ) -> Option<FaultKind> {
        let now = around.now;
        let hot = is_hot(hottest_said(evidence));
        let hot_for = held_for(&mut self.hot_since, hot, now);
        let watches_pad = self.must_see_pad(demand);
        let lost = watches_pad && too_few_contacts(evidence);
        let lost_for = held_for(&mut self.lost_since, lost, now);
        let apart = evidence.spread.is_some_and(|s| s > limits::DISAGREE_MAX);
        let apart_for = held_for(&mut self.disagree_since, watches_pad && apart, now);
        let far_apart = evidence.spread.is_some_and(|s| s > limits::DISAGREE_AT_ONCE);

        let in_every_state = [
            // HL-S5
            (around.lines.estop_open, FaultKind::EStop),
            // HL-H3: one valid sample is enough.
            (evidence.measured.is_some_and(|t| t >= limits::CONTACT_LATCH), FaultKind::TooHot),
            // HL-H2
            (hot_for > limits::CONTACT_OFF_LATCH_AFTER, FaultKind::StayedHot),
            // HL-H4
            (around.lines.cutout_open == Some(true), FaultKind::CutOut),
            // HL-S10
            (around.lines.guard_lost, FaultKind::GuardLost),
            // HL-T15
            (self.both_active(around), FaultKind::BothActive),
            // HL-T1: whatever the session thinks, nothing flows at a level of zero, or once it is fed no more.
            (self.tens_strays(around), FaultKind::OverCurrent),
        ];
        // HL-S1
        let late = demand != Demand::Off && around.late_by > limits::CYCLE_LATE_LATCH;
        let current = self.current(around).or(late.then_some(FaultKind::CycleLate));
        let while_watched = [
            // HL-H12: errors are heard; silence is a sensor that is no longer valid.
            (evidence.errors_in_a_row >= limits::PROBE_ERRORS_LATCH, FaultKind::ContactLost),
            // HL-H12, HL-H13
            (lost_for > limits::LOST_LATCH, FaultKind::TooFewContacts),
            // HL-H14
            (far_apart || apart_for > limits::DISAGREE_FOR, FaultKind::Disagree),
        ];
        let found = |rules: &[(bool, FaultKind)]| {
            rules.iter().find(|(found, _)| *found).map(|(_, kind)| *kind)
        };
        let watched = || if watches_pad { found(&while_watched) } else { None };
        // HL-H15 to HL-H18: what the temperatures showed.
        found(&in_every_state).or(current).or_else(watched).or(around.found)
    }

    /// HL-T15: read-back shows current where the other one was granted.
    fn both_active(&self, around: &Circumstances) -> bool {
        let pad_flows = around.lines.pad_current == Some(true);
        (self.granted.energises_pad() && tens_flows(around).is_some())
            || (self.granted.feeds_stimulator() && pad_flows)
    }

    /// HL-T1: pulses that nobody asks for. The last that were granted may be told of a little later, and in a
    /// cycle that comes late by so much more.
    fn tens_strays(&self, around: &Circumstances) -> bool {
        let Some(commanded) = tens_flows(around) else { return false };
        let told_within = limits::TENS_TOLD_WITHIN + around.late_by;
        let fed = self.stimulated.is_some_and(|at| around.now.since(at) <= told_within);
        commanded == Milliamp::ZERO || !fed
    }

    /// HL-H19, HL-H20: whether current flows as the lines were written in the last step, where that is
    /// sensed. A switch takes some milliseconds, so a difference counts once it has lasted a cycle. Current
    /// that is missing counts until some flows, nobody says, or the lines were withheld: what a transistor is
    /// closed for may be a cycle each time.
    fn current(&mut self, around: &Circumstances) -> Option<FaultKind> {
        let flows = around.lines.pad_current;
        let heats = self.granted.k1() && self.granted.k2();
        let stray = flows == Some(true) && !heats;
        let stray_for = held_for(&mut self.stray_since, stray, around.now);
        if stray_for >= limits::READBACK_WITHIN {
            let proves = self.granted.proves_k1();
            return Some(if proves { FaultKind::SelfTest } else { FaultKind::StrayCurrent });
        }
        let missing = flows == Some(false) && self.granted.is_of_pad();
        if missing && !heats {
            return None;
        }
        let missing_for = held_for(&mut self.missing_since, missing, around.now);
        (missing_for >= limits::READBACK_WITHIN).then_some(FaultKind::NoCurrent)
    }

    /// Whether the cause of a latched fault is still there; a person can clear it only when it is gone.
    #[must_use]
    pub fn cause_remains(fault: Fault, evidence: &Evidence, around: &Circumstances) -> bool {
        let lines = around.lines;
        match fault.kind {
            FaultKind::StayedHot | FaultKind::TooHot => {
                hottest_said(evidence).is_none_or(|t| t >= limits::CONTACT_OFF)
            }
            FaultKind::ContactLost | FaultKind::TooFewContacts | FaultKind::FrozenSensor => {
                evidence.contacts_valid < limits::CONTACTS_NEEDED
            }
            FaultKind::Disagree => evidence.spread.is_none_or(|s| s > limits::DISAGREE_MAX),
            FaultKind::EStop => lines.estop_open,
            FaultKind::CutOut => lines.cutout_open == Some(true),
            FaultKind::GuardLost => lines.guard_lost,
            FaultKind::StrayCurrent | FaultKind::SelfTest => lines.pad_current == Some(true),
            FaultKind::BothActive => {
                lines.pad_current == Some(true) || tens_flows(around).is_some()
            }
            FaultKind::OverCurrent | FaultKind::DirectCurrent | FaultKind::ShortCircuit => {
                tens_flows(around).is_some()
            }
            FaultKind::RisingWhileOff | FaultKind::Runaway => around.found.is_some(),
            // What was late is over, and what heat did not do only the next session can show. A line
            // that still does not follow ends that at once.
            FaultKind::CycleLate
            | FaultKind::NoRise
            | FaultKind::CannotHold
            | FaultKind::NoCurrent
            | FaultKind::RecordLost
            | FaultKind::LineStuck => false,
        }
    }
}

/// The hottest of what was said, believed or not; no estimate (HL-H2).
fn hottest_said(evidence: &Evidence) -> Option<Celsius> {
    evidence.measured.into_iter().chain(evidence.said_hot).reduce(Celsius::max)
}

/// The level of a pulse by which current flows through the electrodes, if any does.
fn tens_flows(around: &Circumstances) -> Option<Milliamp> {
    let reading = around.stimulator.reading()?;
    let flows = reading.measured.get() > tens::limits::OVER_CURRENT_LEAST_MA;
    flows.then_some(reading.commanded)
}

fn is_hot(t: Option<Celsius>) -> bool {
    t.is_some_and(|t| t >= limits::CONTACT_OFF)
}

/// HL-H13
fn too_few_contacts(evidence: &Evidence) -> bool {
    evidence.contacts_valid < limits::CONTACTS_NEEDED
}

#[cfg(test)]
mod tests;
