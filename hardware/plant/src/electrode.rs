//! Two electrodes on skin, the current source between them, and what is read back of a pulse.
//!
//! ```text
//! load    = contact of the first + contact of the second, each about 1 kΩ
//! contact = 1 kΩ (as this skin is) · drying (up in half an hour) · movement / share that touches
//! current = as asked, as long as 60 V drive it through the load; less beyond
//! ```
//!
//! Movement changes at whole seconds, and peeling goes on with time; both hang on the moment of the first
//! [`Electrodes::advance`], so the result is the same however the way is cut into calls. What is noise of a
//! reading is drawn with each [`Electrodes::pulse`].

use rand_pcg::Pcg64;
use rand_pcg::rand_core::SeedableRng;
use soothe_therapy::tens::{Microamp, Milliamp, Ohm, Reading};
use soothe_therapy::{Moment, Span};

use crate::fault::Factor;
use crate::sensor::normal;

/// A contact of fresh gel on skin, Ω: about what is told of electrodes of 5 by 5 cm.
const CONTACT_OHM: f64 = 1000.0;
/// Standard deviation of one contact from the next, and the farthest that is drawn.
const SKIN_SPREAD: f64 = 0.1;
const SKIN_SPREAD_MAX: f64 = 0.25;
/// Gel that dries and skin that warms add this share in the end, with this time constant in s.
const DRYING: f64 = 0.5;
const DRYING_S: f64 = 1800.0;
/// A person moves: standard deviation of a contact, and for how many seconds a movement is felt.
const MOVEMENT: f64 = 0.02;
const MOVEMENT_S: f64 = 8.0;
/// Gel that is dry.
const DRY: f64 = 6.0;
/// How long it takes an electrode to peel half off, s.
const PEEL_S: f64 = 5.0;
/// The load of an open lead, of leads that touch, and the greatest that the converter tells, Ω.
const OPEN_OHM: f64 = 1.0e6;
const SHORT_OHM: f64 = 20.0;
const TOLD_MAX_OHM: f64 = 100_000.0;
/// The voltage that drives the current, V.
const COMPLIANCE_V: f64 = 60.0;
/// Noise of what is read back: of the current, in parts and mA; of the load; of the mean current, in µA.
const CURRENT_NOISE: f64 = 0.01;
const CURRENT_NOISE_MA: f64 = 0.02;
const LOAD_NOISE: f64 = 0.02;
const MEAN_NOISE_UA: f64 = 1.0;

/// One of the two electrodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Electrode {
    /// The first.
    First,
    /// The second.
    Second,
}

/// How much of an electrode has come off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peel {
    /// Half of it, within 5 s.
    Half,
    /// All of it, or its lead, at once.
    Off,
}

/// What is wrong with electrodes, leads or stimulator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ElectrodeFault {
    /// An electrode comes off.
    Peeled(Electrode, Peel),
    /// The gel of an electrode is dry.
    Dry(Electrode),
    /// The leads touch each other.
    Short,
    /// The source gives this many times what it is asked for.
    Gain(Factor),
    /// A direct current flows beside the pulses.
    Direct(Microamp),
    /// Nothing can be read back.
    Silent,
    /// The stimulator does not answer at all.
    Absent,
}

/// What can have a fault; each has at most one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElectrodePart {
    /// How an electrode lies.
    Place(Electrode),
    /// The gel of an electrode.
    Gel(Electrode),
    /// The leads.
    Leads,
    /// What makes the current.
    Source,
    /// What keeps its mean at zero.
    Balance,
    /// What reads back.
    ReadBack,
    /// The stimulator's plug.
    Plug,
}

impl ElectrodePart {
    /// Every part.
    pub const ALL: [Self; 9] = [
        Self::Place(Electrode::First),
        Self::Place(Electrode::Second),
        Self::Gel(Electrode::First),
        Self::Gel(Electrode::Second),
        Self::Leads,
        Self::Source,
        Self::Balance,
        Self::ReadBack,
        Self::Plug,
    ];
}

impl ElectrodeFault {
    /// The part that it belongs to.
    #[must_use]
    pub const fn part(&self) -> ElectrodePart {
        match self {
            Self::Peeled(electrode, _) => ElectrodePart::Place(*electrode),
            Self::Dry(electrode) => ElectrodePart::Gel(*electrode),
            Self::Short => ElectrodePart::Leads,
            Self::Gain(_) => ElectrodePart::Source,
            Self::Direct(_) => ElectrodePart::Balance,
            Self::Silent => ElectrodePart::ReadBack,
            Self::Absent => ElectrodePart::Plug,
        }
    }
}

/// One electrode on its piece of skin.
#[derive(Clone, Debug)]
struct Contact {
    /// Of fresh gel at rest, Ω.
    fresh_ohm: f64,
    /// By what share a movement has changed it.
    movement: f64,
    /// What has come off, and when that began.
    peel: Option<(Peel, Span)>,
    dry: bool,
    chance: Pcg64,
}

/// A pair of electrodes being lived with; time passes only in [`Electrodes::advance`].
#[derive(Clone, Debug)]
pub struct Electrodes {
    contacts: [Contact; 2],
    short: bool,
    gain: Factor,
    direct_ua: f64,
    silent: bool,
    absent: bool,
    chance: Pcg64,
    origin: Option<Moment>,
    elapsed: Span,
}

impl Electrodes {
    /// Freshly laid on skin that is drawn from `seed`, as all noise is.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            contacts: [Contact::new(seed, 0), Contact::new(seed, 1)],
            short: false,
            gain: Factor::ONE,
            direct_ua: 0.0,
            silent: false,
            absent: false,
            chance: Pcg64::seed_from_u64(seed ^ (2 << 62)),
            origin: None,
            elapsed: Span::ZERO,
        }
    }

    /// Breaks something; what was wrong with the same part before is replaced.
    pub fn inject(&mut self, fault: ElectrodeFault) {
        match fault {
            ElectrodeFault::Peeled(electrode, peel) => {
                self.contact(electrode).peel = Some((peel, self.elapsed));
            }
            ElectrodeFault::Dry(electrode) => self.contact(electrode).dry = true,
            ElectrodeFault::Short => self.short = true,
            ElectrodeFault::Gain(gain) => self.gain = gain,
            ElectrodeFault::Direct(mean) => self.direct_ua = mean.get(),
            ElectrodeFault::Silent => self.silent = true,
            ElectrodeFault::Absent => self.absent = true,
        }
    }

    /// Puts a part right.
    pub fn heal(&mut self, part: ElectrodePart) {
        match part {
            ElectrodePart::Place(electrode) => self.contact(electrode).peel = None,
            ElectrodePart::Gel(electrode) => self.contact(electrode).dry = false,
            ElectrodePart::Leads => self.short = false,
            ElectrodePart::Source => self.gain = Factor::ONE,
            ElectrodePart::Balance => self.direct_ua = 0.0,
            ElectrodePart::ReadBack => self.silent = false,
            ElectrodePart::Plug => self.absent = false,
        }
    }

    /// Whether nothing is wrong with a part.
    #[must_use]
    pub fn is_whole(&self, part: ElectrodePart) -> bool {
        let contact = |electrode: Electrode| match electrode {
            Electrode::First => &self.contacts[0],
            Electrode::Second => &self.contacts[1],
        };
        match part {
            ElectrodePart::Place(electrode) => contact(electrode).peel.is_none(),
            ElectrodePart::Gel(electrode) => !contact(electrode).dry,
            ElectrodePart::Leads => !self.short,
            ElectrodePart::Source => self.gain == Factor::ONE,
            ElectrodePart::Balance => self.direct_ua == 0.0,
            ElectrodePart::ReadBack => !self.silent,
            ElectrodePart::Plug => !self.absent,
        }
    }

    /// Lives on until `to`. The first call only sets where time begins; a moment that has passed already
    /// changes nothing.
    pub fn advance(&mut self, to: Moment) {
        let origin = *self.origin.get_or_insert(to);
        let until = self.elapsed.max(to.since(origin));
        for _ in self.elapsed.as_ms() / 1000..until.as_ms() / 1000 {
            for contact in &mut self.contacts {
                contact.fidget();
            }
        }
        self.elapsed = until;
    }

    /// Sends one pulse and tells what is read back of it, if anything is.
    pub fn pulse(&mut self, level: Milliamp) -> Option<Reading> {
        // Four draws for each pulse, whatever is wrong: healed, it goes on with its own noise.
        let [relative, absolute, of_load, of_mean] = [(); 4].map(|()| normal(&mut self.chance));
        let (current_ma, load_ohm) = (self.current(level).get(), self.load().get());
        let measured_ma =
            current_ma * (1.0 + CURRENT_NOISE * relative) + CURRENT_NOISE_MA * absolute;
        let told_ohm = (load_ohm * (1.0 + LOAD_NOISE * of_load)).clamp(0.0, TOLD_MAX_OHM);
        let reading = Reading {
            commanded: level,
            measured: Milliamp::literal(measured_ma.clamp(0.0, 1000.0)),
            load: Ohm::literal(told_ohm),
            mean: Microamp::literal(
                (self.direct_ua + MEAN_NOISE_UA * of_mean).clamp(-1.0e6, 1.0e6),
            ),
        };
        (!self.silent).then_some(reading)
    }

    /// The load as it really is.
    #[must_use]
    pub fn load(&self) -> Ohm {
        if self.short {
            return Ohm::literal(SHORT_OHM);
        }
        let [first, second] = self.contacts.each_ref().map(|contact| contact.ohm(self.elapsed));
        Ohm::literal((first + second).min(OPEN_OHM))
    }

    /// The peak current that a pulse of this level really has.
    #[must_use]
    pub fn current(&self, level: Milliamp) -> Milliamp {
        let driven_ma = 1000.0 * COMPLIANCE_V / self.load().get();
        Milliamp::literal((level.get() * self.gain.get()).min(driven_ma).min(1000.0))
    }

    fn contact(&mut self, electrode: Electrode) -> &mut Contact {
        match electrode {
            Electrode::First => &mut self.contacts[0],
            Electrode::Second => &mut self.contacts[1],
        }
    }
}

impl Contact {
    /// `index` keeps the chance of the two with one seed apart.
    fn new(seed: u64, index: u64) -> Self {
        let mut chance = Pcg64::seed_from_u64(seed ^ (index << 62));
        let skin = (SKIN_SPREAD * normal(&mut chance)).clamp(-SKIN_SPREAD_MAX, SKIN_SPREAD_MAX);
        let fresh_ohm = CONTACT_OHM * (1.0 + skin);
        Self { fresh_ohm, movement: 0.0, peel: None, dry: false, chance }
    }

    /// A second of a person who does not lie quite still.
    fn fidget(&mut self) {
        let keeps = 1.0 - 1.0 / MOVEMENT_S;
        let push = MOVEMENT * libm::sqrt(1.0 - keeps * keeps);
        self.movement = keeps * self.movement + push * normal(&mut self.chance);
    }

    /// Its impedance at that time, Ω.
    fn ohm(&self, at: Span) -> f64 {
        let drying = 1.0 + DRYING * (1.0 - libm::exp(-at.as_s() / DRYING_S));
        let gel = if self.dry { DRY } else { 1.0 };
        let whole_ohm = self.fresh_ohm * drying * gel * (1.0 + self.movement).max(0.5);
        match self.peel {
            None => whole_ohm,
            Some((Peel::Off, _)) => OPEN_OHM,
            Some((Peel::Half, began)) => {
                let way = (at.saturating_sub(began).as_s() / PEEL_S).min(1.0);
                whole_ohm / (1.0 - 0.5 * way)
            }
        }
    }
}

#[cfg(test)]
#[path = "electrode_tests.rs"]
mod tests;
