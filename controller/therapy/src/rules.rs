//! The ids of the rules that this crate enforces, and the faults that latch.
//!
//! docs/safety.md explains every id; a test checks that each has code, a test and a document.

use core::fmt;

use crate::units::Celsius;

macro_rules! rules {
    ($($variant:ident = $id:literal: $doc:literal;)*) => {
        /// A numbered safety rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $doc] $variant,)*
        }

        impl Rule {
            /// Every rule that is enforced.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The id, as docs/safety.md, the API and the log write it.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }
        }
    };
}

rules! {
    H1 = "HL-H1": "Heat set-point range.";
    H2 = "HL-H2": "Contact temperature that turns the heater off.";
    H3 = "HL-H3": "Contact temperature that latches.";
    H4 = "HL-H4": "The pad's own cut-out.";
    H5 = "HL-H5": "Dose of one session.";
    H6 = "HL-H6": "Dose of one site in 24 hours.";
    H7 = "HL-H7": "Length of one heat phase.";
    H8 = "HL-H8": "Heat on one site in 24 hours: time and sessions.";
    H9 = "HL-H9": "Rest between heat sessions on one site.";
    H10 = "HL-H10": "Length of one session.";
    H11 = "HL-H11": "Somebody is there and awake.";
    H12 = "HL-H12": "A contact reading is lost.";
    H13 = "HL-H13": "Both contact sensors are needed.";
    H14 = "HL-H14": "The contact sensors must agree.";
    H15 = "HL-H15": "Heat that is asked for raises the temperature.";
    H16 = "HL-H16": "Heat holds the temperature.";
    H17 = "HL-H17": "The temperature does not run away.";
    H18 = "HL-H18": "What is switched off cools.";
    H19 = "HL-H19": "A line does what was written.";
    H20 = "HL-H20": "Neither switch alone passes current.";
    H21 = "HL-H21": "How the relay switches.";
    H22 = "HL-H22": "Room and pad temperature before the start.";
    C1 = "HL-C1": "How long cold lies on skin that nothing measures.";
    C2 = "HL-C2": "How long cold lies on skin that a probe measures, and where a nerve is just under it.";
    C3 = "HL-C3": "Skin so cold that it feels no pain.";
    C4 = "HL-C4": "Skin so cold that it feels no damage.";
    C5 = "HL-C5": "Skin that is about to freeze.";
    C6 = "HL-C6": "Heat on skin that cold has numbed.";
    C7 = "HL-C7": "Rest between cold sessions on one site.";
    C8 = "HL-C8": "A cold pack is said to be off.";
    T1 = "HL-T1": "Peak current of TENS.";
    T2 = "HL-T2": "Width of a phase of a TENS pulse.";
    T3 = "HL-T3": "Rate of TENS pulses and trains.";
    T4 = "HL-T4": "Rms current of TENS.";
    T5 = "HL-T5": "Current density under an electrode.";
    T6 = "HL-T6": "Power density under an electrode.";
    T7 = "HL-T7": "Energy of a TENS pulse.";
    T8 = "HL-T8": "No direct current through the skin.";
    T9 = "HL-T9": "How the TENS level rises.";
    T10 = "HL-T10": "TENS on skin that cold has numbed.";
    T11 = "HL-T11": "An electrode is off.";
    T12 = "HL-T12": "The electrodes touch.";
    T13 = "HL-T13": "An electrode comes off.";
    T14 = "HL-T14": "How long and how often one site gets TENS.";
    T15 = "HL-T15": "Heat and TENS are never on together.";
    T16 = "HL-T16": "Where electrodes may lie.";
    P1 = "HL-P1": "Sessions that make the pain worse.";
    P2 = "HL-P2": "Signs of an emergency.";
    P3 = "HL-P3": "Pain that lingers.";
    S1 = "HL-S1": "The control cycle's deadline.";
    S2 = "HL-S2": "Dead-man pulses only from a healthy cycle.";
    S3 = "HL-S3": "Somebody can still be heard who could lower TENS.";
    S4 = "HL-S4": "Commands that start something expire.";
    S5 = "HL-S5": "The e-stop.";
    S6 = "HL-S6": "Nothing resumes by itself.";
    S7 = "HL-S7": "The check-list of who must not use heat.";
    S8 = "HL-S8": "What must not be forgotten can be read.";
    S9 = "HL-S9": "The supply voltage.";
    S10 = "HL-S10": "The guard process lives.";
    S11 = "HL-S11": "A pause ends by a person's hand.";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

macro_rules! fault_kinds {
    ($($variant:ident = $name:literal, $rule:ident, thermal $thermal:literal, $text:literal;)*) => {
        /// What is wrong with the physical world.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind {
            $(#[doc = $text] $variant,)*
        }

        impl FaultKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name under which the log keeps it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The rule that latched.
            #[must_use]
            pub const fn rule(self) -> Rule {
                match self { $(Self::$variant => Rule::$rule,)* }
            }

            /// What happened, in a person's words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Whether it is judged on a temperature.
            #[must_use]
            pub const fn is_thermal(self) -> bool {
                match self { $(Self::$variant => $thermal,)* }
            }

            /// Whether the pad may be heating although everything is off: only its plug helps then.
            #[must_use]
            pub const fn needs_unplugging(self) -> bool {
                matches!(self, Self::RisingWhileOff | Self::StrayCurrent)
            }

            /// The kind that the log calls `name`.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

fault_kinds! {
    StayedHot = "stayed-hot", H2, thermal true, "the contact temperature stayed at or over 43 °C for two minutes";
    TooHot = "too-hot", H3, thermal true, "the contact temperature reached 44 °C";
    ContactLost = "contact-lost", H12, thermal false, "a contact sensor gave no valid reading while it was needed";
    TooFewContacts = "too-few-contacts", H13, thermal false, "fewer than two contact sensors were valid while they were needed";
    Disagree = "disagree", H14, thermal true, "the two contact sensors disagreed";
    CycleLate = "cycle-late", S1, thermal false, "the control cycle was more than 1 s late while something was on";
    CutOut = "cut-out", H4, thermal true, "the pad's own cut-out opened";
    NoRise = "no-rise", H15, thermal true, "the pad was heated but did not get warmer";
    CannotHold = "cannot-hold", H16, thermal true, "the pad stayed too cool although it was heated";
    Runaway = "runaway", H17, thermal true, "the temperature rose faster than any pad may";
    RisingWhileOff = "rising-while-off", H18, thermal true, "the pad got warmer although it was switched off";
    FrozenSensor = "frozen-sensor", H14, thermal true, "a contact sensor stood still while the other moved";
    StrayCurrent = "stray-current", H19, thermal false, "current flows through the pad although it is switched off";
    NoCurrent = "no-current", H19, thermal false, "no current flows through the pad although it is switched on";
    SelfTest = "self-test", H20, thermal false, "one switch alone passed current in the test before the session";
    GuardLost = "guard-lost", S10, thermal false, "the guard process is gone";
    RecordLost = "record-lost", S8, thermal false, "the record of doses and faults could not be read";
    LineStuck = "line-stuck", H19, thermal false, "an output line did not follow what was written";
    OverCurrent = "over-current", T1, thermal false, "the stimulator gave more current than it was asked for";
    DirectCurrent = "direct-current", T8, thermal false, "the stimulator gave direct current, which burns skin";
    ShortCircuit = "short-circuit", T12, thermal false, "the electrodes or their leads touch each other";
    BothActive = "both-active", T15, thermal false, "the pad and the electrodes had current at the same time";
    EStop = "e-stop", S5, thermal false, "the e-stop was opened";
}

/// A limit that ends a phase without anything being wrong with the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseLimit {
    /// HL-H2: the contact temperature reached 43 °C.
    ContactTemperature,
    /// HL-H5: the session's dose was reached.
    SessionDose,
    /// HL-H6: the site's dose of 24 hours was reached.
    DayDose,
    /// HL-H10: the session has lasted for as long as one may.
    SessionTime,
    /// HL-H11: nobody answered.
    Absent,
    /// HL-C5: the skin under a cold pack is about to freeze.
    Freezing,
    /// HL-C6: cold has numbed the skin more than was planned, and the next heat is too hot for that.
    NumbSkin,
    /// HL-H20: the pad did not come to rest, so it could not be tested.
    Restless,
    /// HL-H20: the proof took all of the time that was planned for heat.
    Unheated,
    /// HL-S9: the supply was too low.
    Undervoltage,
    /// HL-S11: a pause lasted for too long.
    PauseTime,
}

impl PhaseLimit {
    /// The rule behind it.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::ContactTemperature => Rule::H2,
            Self::SessionDose => Rule::H5,
            Self::DayDose => Rule::H6,
            Self::SessionTime => Rule::H10,
            Self::Absent => Rule::H11,
            Self::Freezing => Rule::C5,
            Self::NumbSkin => Rule::C6,
            Self::Restless | Self::Unheated => Rule::H20,
            Self::Undervoltage => Rule::S9,
            Self::PauseTime => Rule::S11,
        }
    }

    /// What happened, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::ContactTemperature => "a contact sensor read 43 °C or more",
            Self::SessionDose => "the session's dose of 10 CEM43 was reached",
            Self::DayDose => "this site's dose of 20 CEM43 in 24 hours was reached",
            Self::SessionTime => "the session had lasted for 60 min",
            Self::Absent => "nobody answered within a minute",
            Self::Freezing => "the skin probe read 5 °C or less: take the cold pack off",
            Self::NumbSkin => {
                "the skin was cold for longer than planned, and the next heat is too hot for it"
            }
            Self::Unheated => {
                "the test of the switches took all of the time, so that nothing was heated"
            }
            Self::Restless => "the pad did not come to rest, so it could not be tested first",
            Self::Undervoltage => "the supply voltage was too low",
            Self::PauseTime => "nobody went on within five minutes",
        }
    }
}

/// A latched fault: outputs are off until a person clears it, which works once its cause is gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The hottest contact reading, where the fault was judged on a temperature.
    pub reading: Option<Celsius>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.text())?;
        if let Some(reading) = self.reading {
            write!(f, " (the hottest read {reading})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;
    use crate::units::Span;
    use std::format;
    use std::string::String;

    fn minutes(span: Span) -> String {
        format!("{} min", span.as_s() / 60.0)
    }

    /// The sentences are constant text, which cannot be made from the limits: each says its limit again.
    #[test]
    fn a_limit_that_a_sentence_names_is_the_limit_in_force() {
        let (off, latch) = (limits::CONTACT_OFF.get(), limits::CONTACT_LATCH.get());
        let (session, day) = (limits::SESSION_DOSE_MAX.get(), limits::DAY_DOSE_MAX.get());
        for (text, limit) in [
            (FaultKind::StayedHot.text(), format!("at or over {off} °C")),
            (FaultKind::TooHot.text(), format!("reached {latch} °C")),
            (PhaseLimit::ContactTemperature.text(), format!("{off} °C or more")),
            (PhaseLimit::SessionDose.text(), format!("dose of {session} CEM43")),
            (PhaseLimit::DayDose.text(), format!("dose of {day} CEM43")),
            (PhaseLimit::DayDose.text(), format!("in {} hours", limits::DAY.as_s() / 3600.0)),
            (PhaseLimit::SessionTime.text(), format!("for {}", minutes(limits::SESSION_MAX))),
            (
                PhaseLimit::Freezing.text(),
                format!("read {} °C or less", limits::SKIN_FREEZING.get()),
            ),
        ] {
            assert!(text.contains(&limit), "{text:?} should say {limit:?}");
        }
    }

    #[test]
    fn a_limit_that_a_sentence_names_in_words_is_the_limit_in_force() {
        for (text, words, said, limit) in [
            (FaultKind::StayedHot.text(), "two minutes", 120, limits::CONTACT_OFF_LATCH_AFTER),
            (FaultKind::CycleLate.text(), "1 s", 1, limits::CYCLE_LATE_LATCH),
            (PhaseLimit::Absent.text(), "within a minute", 60, limits::ATTENDANCE_ANSWER_WITHIN),
            (PhaseLimit::PauseTime.text(), "five minutes", 300, limits::PAUSE_MAX),
        ] {
            assert!(text.contains(words), "{text:?} should say {words:?}");
            assert_eq!(Span::from_s(said), limit, "{text:?}");
        }
        let texts = [FaultKind::TooFewContacts.text(), FaultKind::Disagree.text()];
        assert!(texts[0].contains("fewer than two") && texts[1].contains("two contact"));
        assert_eq!(limits::CONTACTS_NEEDED, 2);
    }
}
