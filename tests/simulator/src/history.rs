//! What an observer who knows everything remembers, kept without the engine's code.
//!
//! Times are true times. [`History::note`] takes in what went into a step and what was answered, before
//! the invariants look; [`History::close`] remembers what was granted, after they did.

mod joined;
mod orders;
mod pulses;
mod skin;
mod takes;
mod told;
mod watched;

use soothe_plant::Contact;
use soothe_therapy::checklist::Answers;
use soothe_therapy::{Event, FaultKind, Moment, Profile, RelayKind, Site, Span};

pub(crate) use pulses::{Pulses, Sent, Wrong};
pub(crate) use skin::SkinTold;
pub(crate) use takes::Takes;
pub(crate) use told::Told;
pub(crate) use watched::Watched;

use crate::world::{Cycle, Seen};

/// So many seconds of the past are remembered.
const PAST_S: usize = 32;

/// What a session left on its site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Used {
    pub(crate) site: Site,
    pub(crate) ended: Moment,
    pub(crate) heated: Span,
    pub(crate) dose: f64,
    pub(crate) cold: Span,
    pub(crate) tens: Span,
}

/// A pack that lay there when its session ended, and was not said to be off (HL-C8).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PackLeft {
    pub(crate) lies: bool,
    /// Since when the device has called for it.
    pub(crate) called_since: Option<Moment>,
    /// It lay there when the session of this step began.
    pub(crate) at_the_start: bool,
}

/// What was granted in a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) k1: bool,
    pub(crate) k2: bool,
    /// K2 is there for the stimulator.
    pub(crate) fed: bool,
}

impl Granted {
    /// The pad heats.
    pub(crate) const fn heats(self) -> bool {
        self.k1 && self.k2
    }
}

/// The step before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    pub(crate) at: Moment,
    pub(crate) host: Moment,
    pub(crate) granted: Granted,
    /// Its phase was one with energy.
    pub(crate) heats: bool,
    pub(crate) fault: Option<FaultKind>,
}

/// A contact sensor that reads so much less than it should has left its place,
const TELLS_WITHIN_K: f64 = 5.0;
/// and what it read so long ago tells nothing any more.
const TELLS_FOR: Span = Span::from_s(10);

/// One second of the past.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Second {
    /// The hottest good contact reading; minus infinity where there is none.
    pub(crate) hottest: f64,
}

/// Everything that is remembered.
#[derive(Clone, Debug)]
pub(crate) struct History {
    boots: u32,
    /// A start was accepted since the daemon was started.
    pub(crate) permitted: bool,
    /// A session was interrupted, this fault was committed: what the last start of the daemon found.
    pub(crate) committed: Option<FaultKind>,
    pub(crate) before: Option<Before>,
    pub(crate) told: [Told; 2],
    pub(crate) skin: SkinTold,
    pub(crate) session: Option<Watched>,
    /// The session of this step began in it.
    pub(crate) just_began: bool,
    /// What was answered when it began: later answers in the same step are not its own.
    pub(crate) began_with: Option<(Moment, Answers)>,
    /// A stop, or a clearing that was accepted, is among the commands of this step.
    pub(crate) stopped: bool,
    pub(crate) cleared: bool,
    pub(crate) used: Vec<Used>,
    pub(crate) answers: Option<(Moment, Answers)>,
    /// What a person has chosen last, as far as it is known after a kill.
    pub(crate) profile: Profile,
    /// What is known of a pack after the end of its session.
    pub(crate) left: PackLeft,
    /// Since when the two contact sensors have differed by more than 3 and 6 K.
    pub(crate) apart_since: Option<Moment>,
    pub(crate) far_apart_since: Option<Moment>,
    /// Since when both contact sensors have told of more than any set-point, and half a kelvin.
    pub(crate) above_since: Option<Moment>,
    /// Since when current has flowed that nobody granted, while a contact sensor told of its warmth.
    pub(crate) unwanted_since: Option<Moment>,
    /// Since when the sense line has told of current that was not granted, or of none that was.
    pub(crate) stray_since: Option<Moment>,
    pub(crate) missing_since: Option<Moment>,
    /// A sense line has told of the pad's current: it is silent in a cycle that came late, and there all the same.
    pub(crate) senses_current: bool,
    /// The last closings of K1, if it is a relay that wears.
    pub(crate) closings: Vec<Moment>,
    /// What goes through electrodes.
    pub(crate) pulses: Pulses,
    past: [Second; PAST_S],
    seconds: u64,
    next_second: Moment,
}

impl Default for History {
    fn default() -> Self {
        Self::since(Moment::START)
    }
}

impl History {
    /// That of an observer who comes at `now` and knows of nothing before.
    pub(crate) fn since(now: Moment) -> Self {
        Self {
            boots: 1,
            permitted: false,
            committed: None,
            before: None,
            told: [Told::default(); 2],
            skin: SkinTold::default(),
            session: None,
            just_began: false,
            began_with: None,
            stopped: false,
            cleared: false,
            used: Vec::new(),
            answers: None,
            profile: Profile::Default,
            left: PackLeft::default(),
            apart_since: None,
            far_apart_since: None,
            above_since: None,
            unwanted_since: None,
            stray_since: None,
            missing_since: None,
            senses_current: false,
            closings: Vec::new(),
            pulses: Pulses::default(),
            past: [Second::default(); PAST_S],
            seconds: 0,
            next_second: now,
        }
    }
}

/// Keeps `since` at the start of what `holds`.
fn keep(since: &mut Option<Moment>, holds: bool, now: Moment) {
    *since = if holds { since.or(Some(now)) } else { None };
}

/// Equivalent minutes at 43 °C in `s` seconds at `t` °C (Sapareto and Dewey 1984).
pub(crate) fn dose(t: f64, s: f64) -> f64 {
    let base: f64 = if t >= 43.0 { 0.5 } else { 0.25 };
    base.powf(43.0 - t) * s / 60.0
}

impl History {
    /// The hottest good contact reading of at most 3 s.
    pub(crate) fn hottest(&self, now: Moment) -> Option<f64> {
        self.told.iter().filter_map(|told| told.fresh(now)).reduce(f64::max)
    }

    /// The second `ago` seconds ago, when it is remembered.
    pub(crate) fn past(&self, ago: usize) -> Option<&Second> {
        let at = self.seconds.checked_sub(1 + ago as u64)?;
        (ago < PAST_S).then(|| &self.past[at as usize % PAST_S])
    }

    /// Remembers other seconds, the oldest first.
    #[cfg(test)]
    pub(crate) fn remember(&mut self, hottest: impl Iterator<Item = f64>) {
        for hottest in hottest {
            self.past[self.seconds as usize % PAST_S] = Second { hottest };
            self.seconds += 1;
        }
    }

    /// Takes in what led to this moment.
    pub(crate) fn note(&mut self, seen: &Seen<'_>) {
        if seen.host.boots() != self.boots {
            self.boots = seen.host.boots();
            self.reboot(seen.host.committed_profile());
        }
        let readings = seen.plant.readings();
        for (told, raw) in self.told.iter_mut().zip(readings.contact) {
            if let Some(raw) = raw {
                told.take(raw);
            }
        }
        readings.skin.into_iter().for_each(|raw| self.skin.take(raw));
        if let Some(cycle) = seen.cycle {
            self.senses_current |= cycle.input.lines.pad_current.is_some();
            self.note_commands(seen.now, cycle);
            self.skin.note(seen.now, self.session.as_ref(), &cycle.output.events);
            self.note_sense(seen.now, cycle);
            self.note_grant(seen, cycle);
            self.pulses.note(seen, cycle);
        }
        self.pulses.note_truth(seen);
        let before = self.before.map_or(Granted::default(), |before| before.granted);
        let granted = seen.cycle.map_or(before, Cycle::granted);
        let unwanted = seen.truth.heating && !granted.heats();
        let told = self.is_told(seen);
        keep(&mut self.unwanted_since, unwanted && told, seen.now);
        while seen.now >= self.next_second {
            self.next_second = self.next_second + Span::from_s(1);
            self.note_second(seen);
        }
    }

    /// A contact sensor tells of the warmth where it lies. Blind, no software can tell, and with both switches welded none
    /// could end it.
    fn is_told(&self, seen: &Seen<'_>) -> bool {
        let tells = |(told, contact): (&Told, Contact)| {
            let newest = told.good.filter(|(at, _)| seen.now.since(*at) <= TELLS_FOR);
            let least = seen.plant.should_tell(contact).get() - TELLS_WITHIN_K;
            newest.is_some_and(|(_, t)| t > least)
        };
        self.told.iter().zip(Contact::ALL).any(tells)
    }

    fn reboot(&mut self, profile: Profile) {
        (self.permitted, self.profile) = (false, profile);
        self.pulses.reboot();
        // Nothing was heated after the last step.
        if let Some(before) = self.before.take() {
            self.archive(before.at);
        }
        // A new daemon calls for it anew.
        self.left.called_since = None;
        (self.stray_since, self.missing_since) = (None, None);
    }

    fn archive(&mut self, now: Moment) {
        if let Some(it) = self.session.take() {
            let heated = it.heated + it.heat_began.map_or(Span::ZERO, |began| now.since(began));
            let cold = it.iced + it.pack_on.map_or(Span::ZERO, |on| now.since(on));
            let (site, dose, tens) = (it.plan.site(), it.dose, it.tens);
            self.used.push(Used { site, ended: now, heated, dose, cold, tens });
            self.left.lies = it.pack_on.is_some();
        }
    }

    fn note_sense(&mut self, now: Moment, cycle: &Cycle<'_>) {
        let [first, second] = self.told.map(|told| told.fresh(now));
        let apart = first.zip(second).map_or(0.0, |(a, b)| (a - b).abs());
        keep(&mut self.apart_since, apart > 3.0, now);
        keep(&mut self.far_apart_since, apart > 6.0, now);
        let above = first.zip(second).is_some_and(|(a, b)| a.min(b) > 42.5);
        keep(&mut self.above_since, above, now);
        let granted = self.before.map_or(Granted::default(), |before| before.granted);
        let flows = cycle.input.lines.pad_current;
        keep(&mut self.stray_since, flows == Some(true) && !granted.heats(), now);
        keep(&mut self.missing_since, flows == Some(false) && granted.heats(), now);
    }

    fn note_grant(&mut self, seen: &Seen<'_>, cycle: &Cycle<'_>) {
        let now = seen.now;
        let granted = cycle.granted();
        let before = self.before.map_or(Granted::default(), |before| before.granted);
        let since = self.before.map_or(Span::ZERO, |before| now.since(before.at));
        // In the proof a cycle that came late has K1 closed once more, which regulates nothing.
        let regulates = self.session.as_ref().is_some_and(|it| it.heat_began.is_some());
        let wears = seen.host.heater().relay == RelayKind::Mechanical;
        if granted.k1 && !before.k1 && regulates && wears {
            self.closings.retain(|at| now.since(*at) < Span::from_s(120));
            self.closings.push(now);
        }
        if let Some(session) = &mut self.session {
            if !session.proved {
                session.note_proof(before, since);
            }
            session.note_tens(self.pulses.before.is_some(), since, cycle);
            if before.heats() {
                session.in_vain = session.in_vain + since;
            }
            if seen.truth.heating {
                session.in_vain = Span::ZERO;
            }
            let proved = cycle.output.events.iter().any(|it| matches!(it, Event::Proved { .. }));
            session.proved |= proved || granted.heats();
            if (proved || granted.heats()) && session.heat_began.is_none() {
                session.heat_began = Some(now);
                session.warm.begins(now);
            }
            session.note_phase(now);
        }
    }

    fn note_second(&mut self, seen: &Seen<'_>) {
        let hottest = self.hottest(seen.now);
        if let Some(session) = &mut self.session {
            // Silence counts as the last that was told.
            let told = self.told.iter().filter_map(|told| told.good).map(|(_, t)| t);
            let told = hottest.or(told.reduce(f64::max)).unwrap_or(0.0);
            session.dose += dose(told + 0.5, 1.0);
        }
        let hottest = hottest.unwrap_or(f64::NEG_INFINITY);
        self.past[self.seconds as usize % PAST_S] = Second { hottest };
        self.seconds += 1;
    }

    /// Remembers what this step granted.
    pub(crate) fn close(&mut self, seen: &Seen<'_>) {
        self.committed = seen.host.committed_fault();
        if let Some(cycle) = seen.cycle {
            self.pulses.close(cycle);
            let snapshot = &cycle.output.snapshot;
            self.before = Some(Before {
                at: seen.now,
                host: cycle.now,
                granted: cycle.granted(),
                heats: snapshot.session.is_some_and(|it| {
                    it.phase.phase.target().is_some() && it.phase.pause_left.is_none()
                }),
                fault: snapshot.fault.map(|fault| fault.kind),
            });
        }
    }
}

impl Cycle<'_> {
    /// What this step granted.
    pub(crate) fn granted(&self) -> Granted {
        let actuators = self.output.actuators;
        let laid = self.output.snapshot.session.is_some_and(|it| it.phase.level.is_some());
        let k2 = actuators.k2();
        Granted { k1: actuators.k1(), k2, fed: k2 && laid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_dose_has_its_published_values() {
        for (t, min, want) in [(43.0, 10.0, 10.0), (42.0, 20.0, 5.0), (44.0, 5.0, 10.0)] {
            let got = dose(t, min * 60.0);
            assert!((got - want).abs() < 1e-9, "{t} °C for {min} min: {got}");
        }
    }
}
