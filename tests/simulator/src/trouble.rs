//! What goes wrong: every kind of trouble by name, and how one of a kind is drawn.

use soothe_plant::{
    Contact, Electrode, ElectrodeFault, ElectrodePart, Factor, Fault, Lift, Pack, PadFault, Part,
    Peel, Plant, ProbeFault, SwitchFault,
};
use soothe_therapy::tens::Microamp;
use soothe_therapy::{Celsius, Kelvin, Moment, ProbeError, Span};

use crate::chance::Chance;
use crate::host::Standstill;
use crate::store::Health;
use crate::world::World;

macro_rules! kinds {
    ($($variant:ident = $name:literal: $text:literal;)*) => {
        /// A kind of trouble.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $text] $variant,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

kinds! {
    ContactLost = "contact-lost": "A contact sensor gives errors.";
    ContactSilent = "contact-silent": "A contact sensor says nothing more.";
    ContactLate = "contact-late": "A contact sensor converts seldom.";
    ContactFrozen = "contact-frozen": "A contact sensor repeats its last value.";
    ContactGarbage = "contact-garbage": "A contact sensor tells a value that no pad has.";
    ContactStuck = "contact-stuck": "A contact sensor tells one believable value for ever.";
    ContactDrifting = "contact-drifting": "A contact sensor is off by more each minute.";
    ContactOffset = "contact-offset": "A contact sensor is off.";
    ContactSlow = "contact-slow": "A contact sensor lags.";
    ContactNoisy = "contact-noisy": "A contact sensor has much noise.";
    OffSkin = "off-skin": "A contact sensor hangs in the air.";
    HalfLifted = "half-lifted": "A contact sensor is half lifted.";
    Swapped = "swapped": "A contact sensor and the room sensor have changed names.";
    RoomLost = "room-lost": "The room sensor gives errors.";
    RoomWrong = "room-wrong": "The room sensor is stuck, frozen, drifting, slow, late or noisy.";
    K1Welded = "k1-welded": "K1 is closed, whatever is written.";
    K1Open = "k1-open": "K1 does not close.";
    K1Slow = "k1-slow": "K1 opens late.";
    K1Chattering = "k1-chattering": "K1 bounces.";
    K2Welded = "k2-welded": "K2 is closed, whatever is pulsed.";
    K2Open = "k2-open": "K2 does not close.";
    K2Slow = "k2-slow": "K2 drops out late.";
    K2Chattering = "k2-chattering": "K2 bounces.";
    PadFolded = "pad-folded": "The pad is folded at the second contact sensor.";
    PadCovered = "pad-covered": "Something keeps the heat in.";
    PadBroken = "pad-broken": "The element is broken.";
    PadPower = "pad-power": "The element has another power.";
    CutOutLow = "cut-out-low": "The cut-out opens too early.";
    CurrentSenseStuck = "current-sense-stuck": "The line that senses current is stuck.";
    CutOutSenseStuck = "cut-out-sense-stuck": "The line that senses the cut-out is stuck.";
    EStop = "e-stop": "Somebody presses the e-stop.";
    Undervoltage = "undervoltage": "The supply sags.";
    CyclesLate = "cycles-late": "Control cycles come late.";
    Hung = "hung": "The control thread hangs.";
    Frozen = "frozen": "The whole process stands still.";
    Killed = "killed": "The daemon is killed and started again.";
    KilledWithGuard = "killed-with-guard": "The daemon and its guard are killed.";
    GuardLost = "guard-lost": "The guard process is gone.";
    ClockJumps = "clock-jumps": "The steady clock jumps ahead.";
    ClockDrifts = "clock-drifts": "The steady clock runs fast or slow.";
    WallClockBack = "wall-clock-back": "The wall clock is set back.";
    StoreFailing = "store-failing": "The session log cannot be written.";
    StoreSlow = "store-slow": "The session log is slow.";
    ClientLost = "client-lost": "The person's phone is gone.";
    Storm = "storm": "Commands come in a storm, twice, and long after they were given.";
    SkinLost = "skin-lost": "The skin probe gives errors, or says nothing more.";
    SkinWrong = "skin-wrong": "The skin probe is stuck, frozen, drifting, slow, late or tells no skin's value.";
    PackTooCold = "pack-too-cold": "The cold pack is colder than the usual one.";
    ElectrodePeels = "electrode-peels": "An electrode comes half off.";
    ElectrodeOff = "electrode-off": "An electrode comes off, or its lead.";
    ElectrodeDry = "electrode-dry": "The gel of an electrode is dry.";
    ElectrodesShort = "electrodes-short": "The leads of the electrodes touch each other.";
    StimulatorStrong = "stimulator-strong": "The stimulator gives more current than it is asked for.";
    StimulatorWeak = "stimulator-weak": "The stimulator gives less than half of the current.";
    StimulatorDirect = "stimulator-direct": "The stimulator gives direct current.";
    StimulatorSilent = "stimulator-silent": "The stimulator measures nothing.";
    StimulatorGone = "stimulator-gone": "The stimulator does not answer.";
}

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Trouble {
    Plant(Fault),
    Cover(Factor),
    EStop,
    Undervoltage,
    CyclesLate(Span),
    Standstill { how: Standstill, span: Span, guard_dies: bool },
    GuardLost,
    ClockJumps(Span),
    ClockDrifts { ppm: i64 },
    WallClockBack(Span),
    Store(Health),
    ClientLost,
    Storm,
}

const ERRORS: [ProbeError; 4] =
    [ProbeError::Missing, ProbeError::Checksum, ProbeError::Garbled, ProbeError::Bus];

/// Values that a DS18B20, its driver or a bad wire come up with.
const GARBAGE_C: [f64; 9] = [85.0, 127.94, -127.0, 0.0, -0.0625, 25.0, 4.9, 60.1, 43.0];

/// Packs that are colder than the usual one.
const TOO_COLD: [Pack; 3] = [Pack::Peas, Pack::ColdPeas, Pack::Freezer];

/// So far a sensor may be off and still be believed.
const OFF_K: (f64, f64) = (1.0, 8.0);

impl Kind {
    /// What befalls heat.
    pub(crate) fn of_heat() -> &'static [Self] {
        Self::ALL.split_at(Self::SkinLost as usize).0
    }

    /// What befalls ice and the probe under it.
    pub(crate) fn of_cold() -> &'static [Self] {
        let to = Self::ALL.split_at(Self::ElectrodePeels as usize).0;
        to.split_at(Self::SkinLost as usize).1
    }

    /// What befalls electrodes, leads and stimulator.
    pub(crate) fn of_electrodes() -> &'static [Self] {
        Self::ALL.split_at(Self::ElectrodePeels as usize).1
    }

    /// Whether it is no fault of the device that would have to latch.
    pub(crate) const fn latches_nothing(self) -> bool {
        matches!(
            self,
            Self::ElectrodePeels
                | Self::ElectrodeOff
                | Self::ElectrodeDry
                | Self::StimulatorWeak
                | Self::StimulatorSilent
                | Self::StimulatorGone
        )
    }

    /// Draws one of this kind.
    pub(crate) fn draw(self, chance: &mut Chance) -> Trouble {
        let contact = chance.one_of(&Contact::ALL);
        let probe = |fault| Trouble::Plant(Fault::Contact(contact, fault));
        let electrode = match contact {
            Contact::First => Electrode::First,
            Contact::Second => Electrode::Second,
        };
        let electrodes = |fault| Trouble::Plant(Fault::Electrodes(fault));
        let k1 = |fault| Trouble::Plant(Fault::K1(fault));
        let k2 = |fault| Trouble::Plant(Fault::K2(fault));
        let s = Span::from_s;
        match self {
            Self::ContactLost => probe(ProbeFault::Lost(chance.one_of(&ERRORS))),
            Self::ContactSilent => probe(ProbeFault::Late { every: s(3600) }),
            Self::ContactLate => probe(late(chance)),
            Self::ContactFrozen => probe(ProbeFault::Frozen),
            Self::ContactGarbage => probe(garbage(chance)),
            Self::ContactStuck => probe(stuck(chance)),
            Self::ContactDrifting => probe(drifting(chance)),
            Self::ContactOffset => probe(ProbeFault::Offset(off(chance))),
            Self::ContactSlow => probe(slow(chance)),
            Self::ContactNoisy => probe(noisy(chance)),
            Self::OffSkin => Trouble::Plant(Fault::Lifted(contact, Lift::Off)),
            Self::HalfLifted => Trouble::Plant(Fault::Lifted(contact, Lift::Half)),
            Self::Swapped => Trouble::Plant(Fault::Swapped(contact)),
            Self::RoomLost => Trouble::Plant(Fault::Room(ProbeFault::Lost(chance.one_of(&ERRORS)))),
            Self::RoomWrong => Trouble::Plant(Fault::Room(wrong(chance))),
            Self::K1Welded => k1(SwitchFault::Welded),
            Self::K1Open => k1(SwitchFault::Open),
            Self::K1Slow => k1(opens_late(chance)),
            Self::K1Chattering => k1(SwitchFault::Chattering),
            Self::K2Welded => k2(SwitchFault::Welded),
            Self::K2Open => k2(SwitchFault::Open),
            Self::K2Slow => k2(opens_late(chance)),
            Self::K2Chattering => k2(SwitchFault::Chattering),
            Self::PadFolded => Trouble::Plant(Fault::Pad(PadFault::Folded)),
            // Whatever lies on it, the skin below goes on taking its share.
            Self::PadCovered => Trouble::Cover(factor(chance, 0.35, 0.8)),
            Self::PadBroken => Trouble::Plant(Fault::Pad(PadFault::OpenCircuit)),
            Self::PadPower => Trouble::Plant(Fault::Pad(PadFault::Power(factor(chance, 0.4, 1.8)))),
            Self::CutOutLow => {
                Trouble::Plant(Fault::CutOut(Celsius::literal(chance.between(20.0, 42.0))))
            }
            Self::CurrentSenseStuck => Trouble::Plant(Fault::CurrentSense(chance.happens(0.5))),
            Self::CutOutSenseStuck => Trouble::Plant(Fault::CutOutSense(chance.happens(0.5))),
            Self::EStop => Trouble::EStop,
            Self::Undervoltage => Trouble::Undervoltage,
            Self::CyclesLate => {
                Trouble::CyclesLate(chance.span(Span::from_ms(20), Span::from_ms(900)))
            }
            Self::Hung => stands(Standstill::Hung, false, chance.span(Span::from_ms(150), s(20))),
            Self::Frozen => {
                stands(Standstill::Frozen, false, chance.span(Span::from_ms(150), s(20)))
            }
            Self::Killed => stands(Standstill::Dead, false, chance.span(Span::from_ms(200), s(60))),
            Self::KilledWithGuard => stands(Standstill::Dead, true, chance.span(s(1), s(60))),
            Self::GuardLost => Trouble::GuardLost,
            Self::ClockJumps => Trouble::ClockJumps(chance.span(Span::from_ms(50), s(30))),
            Self::ClockDrifts => Trouble::ClockDrifts { ppm: chance.whole(0, 1000) as i64 - 500 },
            Self::WallClockBack => Trouble::WallClockBack(chance.span(s(1), s(100_000))),
            Self::StoreFailing => Trouble::Store(Health::Failing),
            Self::StoreSlow => Trouble::Store(Health::Slow(chance.span(Span::from_ms(200), s(20)))),
            Self::ClientLost => Trouble::ClientLost,
            Self::Storm => Trouble::Storm,
            Self::SkinLost => Trouble::Plant(Fault::Skin(lost(chance))),
            Self::SkinWrong => Trouble::Plant(Fault::Skin(wrong_skin(chance))),
            Self::PackTooCold => Trouble::Plant(Fault::Pack(chance.one_of(&TOO_COLD))),
            Self::ElectrodePeels => electrodes(ElectrodeFault::Peeled(electrode, Peel::Half)),
            Self::ElectrodeOff => electrodes(ElectrodeFault::Peeled(electrode, Peel::Off)),
            Self::ElectrodeDry => electrodes(ElectrodeFault::Dry(electrode)),
            Self::ElectrodesShort => electrodes(ElectrodeFault::Short),
            Self::StimulatorStrong => electrodes(ElectrodeFault::Gain(factor(chance, 1.7, 3.0))),
            Self::StimulatorWeak => electrodes(ElectrodeFault::Gain(factor(chance, 0.1, 0.4))),
            Self::StimulatorDirect => electrodes(ElectrodeFault::Direct(direct(chance))),
            Self::StimulatorSilent => electrodes(ElectrodeFault::Silent),
            Self::StimulatorGone => electrodes(ElectrodeFault::Absent),
        }
    }
}

fn stands(how: Standstill, guard_dies: bool, span: Span) -> Trouble {
    Trouble::Standstill { how, span, guard_dies }
}

fn factor(chance: &mut Chance, low: f64, high: f64) -> Factor {
    Factor::literal(chance.between(low, high))
}

/// A difference of either sign that is still believed.
fn off(chance: &mut Chance) -> Kelvin {
    let by = chance.between(OFF_K.0, OFF_K.1);
    Kelvin::literal(if chance.happens(0.5) { by } else { -by })
}

fn direct(chance: &mut Chance) -> Microamp {
    let ua = chance.between(80.0, 500.0);
    Microamp::literal(if chance.happens(0.5) { ua } else { -ua })
}

fn late(chance: &mut Chance) -> ProbeFault {
    ProbeFault::Late { every: chance.span(Span::from_ms(1500), Span::from_s(12)) }
}

fn garbage(chance: &mut Chance) -> ProbeFault {
    ProbeFault::Stuck(Celsius::literal(chance.one_of(&GARBAGE_C)))
}

fn stuck(chance: &mut Chance) -> ProbeFault {
    ProbeFault::Stuck(Celsius::literal(chance.between(15.0, 45.0)))
}

fn drifting(chance: &mut Chance) -> ProbeFault {
    let per_min = chance.between(0.2, 4.0);
    let per_min = if chance.happens(0.5) { per_min } else { -per_min };
    ProbeFault::Drifting { per_min: Kelvin::literal(per_min) }
}

fn slow(chance: &mut Chance) -> ProbeFault {
    ProbeFault::Slow { lag: chance.span(Span::from_s(10), Span::from_s(120)) }
}

fn noisy(chance: &mut Chance) -> ProbeFault {
    ProbeFault::Noisy { sigma: Kelvin::literal(chance.between(0.3, 3.0)) }
}

fn opens_late(chance: &mut Chance) -> SwitchFault {
    SwitchFault::Slow { by: chance.span(Span::from_ms(20), Span::from_s(5)) }
}

fn wrong(chance: &mut Chance) -> ProbeFault {
    match chance.whole(0, 6) {
        0 => ProbeFault::Frozen,
        1 => garbage(chance),
        2 => stuck(chance),
        3 => drifting(chance),
        4 => slow(chance),
        5 => noisy(chance),
        _ => late(chance),
    }
}

fn lost(chance: &mut Chance) -> ProbeFault {
    if chance.happens(0.3) {
        return ProbeFault::Late { every: Span::from_s(3600) };
    }
    ProbeFault::Lost(chance.one_of(&ERRORS))
}

fn wrong_skin(chance: &mut Chance) -> ProbeFault {
    match chance.whole(0, 5) {
        0 => ProbeFault::Frozen,
        1 => garbage(chance),
        2 => ProbeFault::Stuck(Celsius::literal(chance.between(4.0, 35.0))),
        3 => drifting(chance),
        4 => slow(chance),
        _ => late(chance),
    }
}

/// A world in which this has happened; what people notice of it is not here.
pub(crate) fn begin(trouble: Trouble, world: &mut World) {
    let World { now, plant, host } = world;
    let now: Moment = *now;
    match trouble {
        Trouble::Plant(fault) => plant.inject(fault),
        Trouble::Cover(factor) => plant.set_loss(factor),
        Trouble::EStop => plant.open_estop(true),
        Trouble::Undervoltage => plant.set_undervoltage(true),
        Trouble::CyclesLate(by) => host.set_jitter(by),
        Trouble::Standstill { how, span, guard_dies } => {
            if guard_dies {
                host.set_guard(false);
            }
            host.stand_still(now, how, span);
        }
        Trouble::GuardLost => host.set_guard(false),
        Trouble::ClockJumps(by) => host.clock.jump(now, by),
        Trouble::ClockDrifts { ppm } => host.clock.drift(now, ppm),
        Trouble::WallClockBack(by) => host.clock.set_back(by),
        Trouble::Store(health) => host.store.set_health(health),
        Trouble::ClientLost | Trouble::Storm => {}
    }
}

/// A person lays both electrodes anew: what they see is right again. At times they lie badly.
pub(crate) fn lay(plant: &mut Plant, chance: &mut Chance) {
    const SEEN: [ElectrodePart; 6] = [
        ElectrodePart::Place(Electrode::First),
        ElectrodePart::Place(Electrode::Second),
        ElectrodePart::Gel(Electrode::First),
        ElectrodePart::Gel(Electrode::Second),
        ElectrodePart::Leads,
        ElectrodePart::Plug,
    ];
    SEEN.iter().for_each(|part| plant.heal(Part::Electrodes(*part)));
    if chance.happens(0.1) {
        let badly = [Kind::ElectrodePeels, Kind::ElectrodeOff, Kind::ElectrodeDry];
        if let Trouble::Plant(fault) = chance.one_of(&badly).draw(chance) {
            plant.inject(fault);
        }
    }
}

/// A person presses both electrodes on.
pub(crate) fn press(plant: &mut Plant) {
    for electrode in [Electrode::First, Electrode::Second] {
        plant.heal(Part::Electrodes(ElectrodePart::Place(electrode)));
    }
}

/// A world in which this is over. What happens in one moment is over by itself.
pub(crate) fn end(trouble: Trouble, world: &mut World) {
    let World { now, plant, host } = world;
    match trouble {
        Trouble::Plant(fault) => plant.heal(fault.part()),
        Trouble::Cover(_) => plant.set_loss(Factor::ONE),
        Trouble::EStop => plant.open_estop(false),
        Trouble::Undervoltage => plant.set_undervoltage(false),
        Trouble::CyclesLate(_) => host.set_jitter(Span::ZERO),
        Trouble::GuardLost => host.set_guard(true),
        Trouble::ClockDrifts { .. } => host.clock.drift(*now, 0),
        Trouble::Store(_) => host.store.set_health(Health::Well),
        // A daemon that starts again brings its guard along.
        Trouble::Standstill { .. }
        | Trouble::ClockJumps(_)
        | Trouble::WallClockBack(_)
        | Trouble::ClientLost
        | Trouble::Storm => {}
    }
}

/// A world in which nothing is wrong any more.
pub(crate) fn heal_all(world: &mut World) {
    world.plant.heal_all();
    world.host.heal(world.now);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Stream;

    #[test]
    fn every_kind_can_be_drawn_begun_and_ended() {
        let mut chance = Chance::new(3, Stream::Trouble);
        for kind in Kind::ALL {
            let mut world =
                World::new(soothe_plant::PadSpec::nominal(), soothe_therapy::Heater::default(), 1);
            for _ in 0..20 {
                let trouble = kind.draw(&mut chance);
                begin(trouble, &mut world);
                end(trouble, &mut world);
            }
            heal_all(&mut world);
            let mut cycles = 0;
            for _ in 0..10 {
                let count = &mut |seen: &crate::world::Seen<'_>| {
                    cycles += u32::from(seen.cycle.is_some());
                };
                world.live(Span::from_ms(100), count);
            }
            assert!(cycles >= 8, "{kind:?}: {cycles}");
            assert!(soothe_plant::Part::ALL.into_iter().all(|part| world.plant.is_whole(part)));
        }
    }

    #[test]
    fn no_two_kinds_have_one_name() {
        let mut names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Kind::ALL.len());
    }
}
