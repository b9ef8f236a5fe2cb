//! Each fault shows as it should, heals, and leaves every other part alone.

use proptest::prelude::*;
use soothe_therapy::tens::{Microamp, Mode, Stimulus};
use soothe_therapy::{Celsius, Kelvin, Moment, ProbeError, Span};

use super::*;
use crate::electrode::{ElectrodeFault, ElectrodePart, Peel};
use crate::fault::{Fault, Part};
use crate::fault::{Lift, ProbeFault, SwitchFault};

const FIRST: Contact = Contact::First;
const SECOND: Contact = Contact::Second;

/// A plant, its clock and its K1, driven in cycles of 100 ms.
struct World {
    plant: Plant,
    ms: u64,
    k1: bool,
}

impl World {
    /// A quiet nominal pad: readings without noise, to a thousandth.
    fn new() -> Self {
        Self::on("sensor_noise = 0\nsensor_quantum = 0.001\nskin_probe = true")
    }

    fn on(pad: &str) -> Self {
        let mut plant = Plant::new(PadSpec::from_toml(pad).unwrap(), 1);
        plant.advance(Moment::START);
        Self { plant, ms: 0, k1: false }
    }

    /// One that has been heated for `s` seconds.
    fn heated(s: u64) -> Self {
        let mut world = Self::new();
        world.heat(s);
        world
    }

    fn heat(&mut self, s: u64) {
        self.k1 = true;
        self.live(s * 1000);
    }

    fn live(&mut self, ms: u64) {
        for _ in 0..ms / 100 {
            self.plant.write(self.k1, self.ms.is_multiple_of(200));
            self.ms += 100;
            self.plant.advance(Moment::from_ms(self.ms));
        }
    }

    /// The heat goes on for a minute with `fault`; what each sensor tells then.
    fn with(mut self, fault: Fault) -> (Self, [f64; 3]) {
        self.plant.inject(fault);
        self.live(60_000);
        let told = self.told();
        (self, told)
    }

    /// The surface after two minutes of heat with a fault.
    fn surface_with(mut self, fault: Fault) -> f64 {
        self.plant.inject(fault);
        self.heat(120);
        self.plant.truth().surface.get()
    }

    fn told(&self) -> [f64; 3] {
        let Readings { contact: [first, second], ambient, skin: _ } = self.plant.readings();
        [first, second, ambient].map(|raw| raw.unwrap().outcome.unwrap().get())
    }

    fn should_tell(&self) -> f64 {
        self.plant.should_tell(FIRST).get()
    }

    fn heating(&self) -> bool {
        self.plant.truth().heating
    }
}

fn near(got: f64, want: f64, within: f64) {
    assert!((got - want).abs() <= within, "{got} instead of {want}");
}

fn c(t: f64) -> Celsius {
    Celsius::literal(t)
}

fn k(t: f64) -> Kelvin {
    Kelvin::literal(t)
}

#[test]
fn a_whole_sensor_tells_what_it_should() {
    let world = World::heated(120);
    for told in &world.told()[..2] {
        near(*told, world.should_tell(), 0.001);
    }
}

#[test]
fn a_lost_sensor_gives_its_error_and_the_others_go_on() {
    for error in [ProbeError::Missing, ProbeError::Checksum, ProbeError::Garbled, ProbeError::Bus] {
        let mut world = World::heated(60);
        world.plant.inject(Fault::Contact(FIRST, ProbeFault::Lost(error)));
        world.live(5000);
        let readings = world.plant.readings();
        assert_eq!(readings.contact[0].unwrap().outcome, Err(error));
        assert_eq!(readings.contact[0].unwrap().began, Moment::from_ms(65_000));
        near(readings.contact[1].unwrap().outcome.unwrap().get(), world.should_tell(), 0.001);
        world.plant.heal(Part::Contact(FIRST));
        world.live(1000);
        near(world.told()[0], world.should_tell(), 0.001);
    }
}

#[test]
fn a_frozen_sensor_repeats_its_last_value_with_a_new_time() {
    let world = World::heated(60);
    let before = world.told();
    let (world, told) = world.with(Fault::Contact(SECOND, ProbeFault::Frozen));
    assert_eq!(told[1], before[1]);
    assert_eq!(world.plant.readings().contact[1].unwrap().began, Moment::from_ms(120_000));
    assert!(told[0] > before[0] + 3.0);
    assert!(world.plant.should_tell(SECOND).get() > told[1] + 3.0);
}

#[test]
fn a_stuck_sensor_tells_any_value_also_one_that_no_pad_has() {
    for value in [85.0, 127.94, -127.0, 0.0] {
        let (_, told) = World::heated(1).with(Fault::Contact(FIRST, ProbeFault::Stuck(c(value))));
        assert_eq!(told[0], value);
        let (_, told) = World::heated(1).with(Fault::Room(ProbeFault::Stuck(c(value))));
        assert_eq!(told[2], value);
    }
}

#[test]
fn a_drifting_sensor_is_off_by_more_each_minute_and_none_at_first() {
    let mut world = World::heated(60);
    world.plant.inject(Fault::Contact(FIRST, ProbeFault::Drifting { per_min: k(-0.5) }));
    world.live(1000);
    near(world.told()[0], world.should_tell(), 0.001);
    world.live(180_000);
    near(world.told()[0], world.should_tell() - 1.5, 0.001);
}

#[test]
fn an_offset_and_another_noise_show_in_the_reading() {
    let (world, told) = World::heated(1).with(Fault::Contact(FIRST, ProbeFault::Offset(k(2.5))));
    near(told[0], world.should_tell() + 2.5, 0.001);

    let mut world = World::new();
    world.plant.inject(Fault::Room(ProbeFault::Noisy { sigma: k(1.0) }));
    let squares = (0..500).map(|_| {
        world.live(1000);
        (world.told()[2] - 22.0).powi(2)
    });
    near(squares.sum::<f64>() / 500.0, 1.0, 0.2);
}

#[test]
fn a_slow_sensor_lags_and_healed_it_catches_up() {
    let lag = Span::from_s(30);
    let (mut world, told) = World::heated(60).with(Fault::Contact(FIRST, ProbeFault::Slow { lag }));
    assert!(told[0] < world.should_tell() - 1.5, "{told:?}");
    world.plant.heal(Part::Contact(FIRST));
    world.live(40_000);
    near(world.told()[0], world.should_tell(), 0.01);
}

#[test]
fn a_late_sensor_keeps_its_value_and_its_time() {
    let mut world = World::heated(60);
    world.plant.inject(Fault::Contact(FIRST, ProbeFault::Late { every: Span::from_ms(2500) }));
    let began: Vec<u64> = (0..9)
        .map(|_| {
            world.live(1000);
            world.plant.readings().contact[0].unwrap().began.as_ms() / 1000
        })
        .collect();
    assert_eq!(began, [60, 60, 63, 63, 63, 66, 66, 66, 69]);
}

#[test]
fn a_sensor_off_the_skin_goes_to_the_room_with_a_lag_of_5_s() {
    let mut world = World::heated(120);
    let before = world.told()[1];
    world.plant.inject(Fault::Lifted(SECOND, Lift::Off));
    world.live(5000);
    near(world.told()[1], 22.0 + (before - 22.0) * (-1.0_f64).exp(), 0.1);
    world.live(60_000);
    near(world.told()[1], 22.0, 0.01);
    world.plant.heal(Part::Place(SECOND));
    world.live(60_000);
    near(world.told()[1], world.plant.should_tell(SECOND).get(), 0.01);
}

#[test]
fn a_sensor_half_lifted_tells_half_of_the_rise() {
    let mut world = World::heated(120);
    world.plant.inject(Fault::Lifted(FIRST, Lift::Half));
    world.k1 = false;
    world.live(120_000);
    near(world.told()[0], 22.0 + 0.5 * (world.should_tell() - 22.0), 0.05);
}

#[test]
fn swapped_sensors_are_told_under_each_others_name() {
    let (mut world, told) = World::heated(60).with(Fault::Swapped(SECOND));
    near(told[0], world.should_tell(), 0.001);
    near(told[1], 22.0, 0.001);
    near(told[2], world.plant.should_tell(SECOND).get(), 0.001);
    world.plant.heal(Part::Names);
    world.live(1000);
    near(world.told()[2], 22.0, 0.001);
}

#[test]
fn a_welded_switch_alone_passes_no_current_and_with_the_other_it_does() {
    let mut world = World::new();
    world.plant.inject(Fault::K1(SwitchFault::Welded));
    world.live(1000);
    assert!(world.heating(), "K2 is pulsed");
    assert_eq!(world.plant.lines().pad_current, Some(true));
    world.plant.advance(Moment::from_ms(3_000));
    assert!(!world.heating(), "K2 has dropped out");

    let mut world = World::new();
    world.plant.inject(Fault::K2(SwitchFault::Welded));
    world.live(1000);
    assert!(!world.heating());
    world.heat(1);
    world.plant.advance(Moment::from_ms(60_000));
    assert!(world.heating(), "no edge for a minute, and K1 is still written closed");
    world.plant.heal(Part::K2);
    assert!(!world.heating());
}

#[test]
fn an_open_switch_or_a_broken_element_passes_no_current() {
    for fault in [
        Fault::K1(SwitchFault::Open),
        Fault::K2(SwitchFault::Open),
        Fault::Pad(PadFault::OpenCircuit),
    ] {
        let (mut world, told) = World::new().with(fault);
        world.heat(60);
        assert!(!world.heating() && told[0] < 22.01, "{fault:?}");
        assert_eq!(world.plant.lines().pad_current, Some(false));
        world.plant.heal(fault.part());
        assert!(world.heating(), "{fault:?} healed");
    }
}

#[test]
fn a_slow_switch_goes_on_passing_current_for_so_long() {
    let slow = SwitchFault::Slow { by: Span::from_ms(400) };
    let mut world = World::heated(10);
    world.plant.inject(Fault::K1(slow));
    world.k1 = false;
    world.live(300);
    assert!(world.heating());
    world.live(200);
    assert!(!world.heating());

    let mut world = World::heated(10);
    world.plant.inject(Fault::K2(slow));
    // The last edge was at 9900 ms.
    world.plant.advance(Moment::from_ms(10_900));
    assert!(world.heating());
    world.plant.advance(Moment::from_ms(11_000));
    assert!(!world.heating());
}

#[test]
fn a_chattering_switch_passes_current_by_chance_while_it_is_held() {
    for fault in [Fault::K1(SwitchFault::Chattering), Fault::K2(SwitchFault::Chattering)] {
        let mut world = World::new();
        world.plant.inject(fault);
        world.k1 = true;
        let shut = (0..600).filter(|_| {
            world.live(100);
            world.heating()
        });
        let shut = shut.count();
        assert!((240..360).contains(&shut), "{fault:?}: {shut} of 600");
    }
}

#[test]
fn a_folded_pad_is_hotter_at_the_second_sensor_and_unfolded_it_comes_back() {
    let mut world = World::new();
    world.plant.inject(Fault::Pad(PadFault::Folded));
    world.heat(120);
    let [first, second, _] = world.told();
    near(second - 22.0, 2.0 * (first - 22.0), 0.01);
    let surface = world.plant.truth().surface.get();
    assert!(surface > second && surface > 39.0, "the truth is the hottest place, not {surface}");
    world.plant.heal(Part::Pad);
    world.k1 = false;
    world.live(3_600_000);
    assert!(world.plant.fold.is_none());
    near(world.told()[1], world.told()[0], 0.01);
}

#[test]
fn an_element_of_other_power_heats_in_proportion() {
    let rise = |factor| {
        let fault = Fault::Pad(PadFault::Power(Factor::literal(factor)));
        World::new().surface_with(fault) - 22.0
    };
    near(rise(1.5), 1.5 * rise(1.0), 0.01);
    near(rise(0.0), 0.0, 0.001);
}

#[test]
fn a_blanket_laid_on_warms_the_surface() {
    let mut world = World::heated(120);
    let mut covered = World::heated(120);
    covered.plant.set_loss(Factor::literal(0.3));
    world.heat(100);
    covered.heat(100);
    assert!((covered.plant.truth().surface - world.plant.truth().surface).get() > 1.0);
}

#[test]
fn the_cut_out_opens_k2_at_the_hottest_place_and_closes_10_k_lower() {
    let mut world = World::new();
    world.k1 = true;
    while world.plant.lines().cutout_open == Some(false) {
        world.live(100);
    }
    near(world.plant.truth().surface.get(), 48.0, 0.05);
    assert!(!world.heating());
    assert_eq!(world.plant.lines().pad_current, Some(false));
    let mut least = f64::MAX;
    while !world.heating() {
        world.live(100);
        least = least.min(world.plant.truth().surface.get());
    }
    near(least, 38.0, 0.05);
    world.plant.inject(Fault::CutOut(c(35.0)));
    world.live(100);
    assert_eq!(world.plant.lines().cutout_open, Some(true));
    world.plant.heal(Part::CutOut);
    world.k1 = false;
    world.live(600_000);
    assert_eq!(world.plant.lines().cutout_open, Some(false));
}

#[test]
fn the_cut_out_feels_a_fold() {
    let mut world = World::new();
    world.plant.inject(Fault::Pad(PadFault::Folded));
    world.k1 = true;
    while world.plant.lines().cutout_open == Some(false) {
        world.live(100);
    }
    near(world.told()[0], 35.0, 1.0);
}

#[test]
fn a_welded_k2_heeds_neither_the_estop_nor_the_cut_out() {
    let mut world = World::heated(10);
    world.plant.inject(Fault::K2(SwitchFault::Welded));
    world.plant.open_estop(true);
    assert!(world.heating());
    world.heat(400);
    assert_eq!(world.plant.lines().cutout_open, Some(true));
    assert!(world.heating());
}

#[test]
fn a_bare_build_senses_neither_current_nor_cut_out() {
    let mut world = World::on("sense_lines = false");
    world.heat(10);
    let lines = world.plant.lines();
    assert_eq!((lines.pad_current, lines.cutout_open), (None, None));
    world.plant.inject(Fault::CurrentSense(false));
    assert_eq!(world.plant.lines().pad_current, None);
    world.plant.open_estop(true);
    world.plant.set_undervoltage(true);
    assert!(world.plant.lines().estop_open && world.plant.lines().undervoltage);
}

#[test]
fn a_sense_line_that_is_stuck_says_one_thing() {
    for says in [false, true] {
        let mut world = World::heated(10);
        world.plant.inject(Fault::CurrentSense(says));
        world.plant.inject(Fault::CutOutSense(says));
        for _ in 0..10 {
            world.live(500);
            world.k1 ^= true;
            let lines = world.plant.lines();
            assert_eq!((lines.pad_current, lines.cutout_open), (Some(says), Some(says)));
        }
        assert!(world.plant.truth().surface > c(22.0), "the pad itself is whole");
        world.plant.heal(Part::CurrentSense);
        world.plant.heal(Part::CutOutSense);
        let lines = world.plant.lines();
        assert_eq!(lines.pad_current, Some(world.heating()));
        assert_eq!(lines.cutout_open, Some(false));
    }
}

#[test]
fn healing_everything_leaves_a_world_in_order() {
    let mut world = World::heated(60);
    for part in Part::ALL {
        let fault = any_fault_of(part);
        assert_eq!(fault.part(), part);
        assert!(world.plant.is_whole(part));
        world.plant.inject(fault);
        assert!(!world.plant.is_whole(part));
    }
    world.plant.open_estop(true);
    world.plant.set_undervoltage(true);
    world.plant.set_loss(Factor::literal(2.0));
    world.live(10_000);
    world.plant.heal_all();
    assert!(Part::ALL.into_iter().all(|part| world.plant.is_whole(part)));
    world.k1 = false;
    world.live(3_600_000);
    let in_order = soothe_therapy::LineState {
        cutout_open: Some(false),
        pad_current: Some(false),
        ..Default::default()
    };
    assert_eq!(world.plant.lines(), in_order);
    for told in world.told() {
        near(told, 22.0, 0.01);
    }
    world.heat(60);
    let whole = World::heated(60);
    for (told, want) in world.told().into_iter().zip(whole.told()) {
        near(told, want, 0.02);
    }
}

fn any_fault_of(part: Part) -> Fault {
    match part {
        Part::Contact(contact) => Fault::Contact(contact, ProbeFault::Offset(k(1.0))),
        Part::Room => Fault::Room(ProbeFault::Frozen),
        Part::Place(contact) => Fault::Lifted(contact, Lift::Off),
        Part::Names => Fault::Swapped(FIRST),
        Part::K1 => Fault::K1(SwitchFault::Welded),
        Part::K2 => Fault::K2(SwitchFault::Welded),
        Part::Pad => Fault::Pad(PadFault::Folded),
        Part::CutOut => Fault::CutOut(c(35.0)),
        Part::CurrentSense => Fault::CurrentSense(true),
        Part::CutOutSense => Fault::CutOutSense(true),
        Part::Electrodes(part) => Fault::Electrodes(any_electrode_fault_of(part)),
        Part::Skin => Fault::Skin(ProbeFault::Frozen),
        Part::Pack => Fault::Pack(Pack::Freezer),
    }
}

fn any_electrode_fault_of(part: ElectrodePart) -> ElectrodeFault {
    match part {
        ElectrodePart::Place(electrode) => ElectrodeFault::Peeled(electrode, Peel::Half),
        ElectrodePart::Gel(electrode) => ElectrodeFault::Dry(electrode),
        ElectrodePart::Leads => ElectrodeFault::Short,
        ElectrodePart::Source => ElectrodeFault::Gain(Factor::literal(1.5)),
        ElectrodePart::Balance => ElectrodeFault::Direct(Microamp::literal(80.0)),
        ElectrodePart::ReadBack => ElectrodeFault::Silent,
        ElectrodePart::Plug => ElectrodeFault::Absent,
    }
}

fn any_probe_fault() -> impl Strategy<Value = ProbeFault> {
    prop_oneof![
        Just(ProbeFault::Lost(ProbeError::Bus)),
        Just(ProbeFault::Frozen),
        (-127.0..128.0).prop_map(|t| ProbeFault::Stuck(c(t))),
        (-5.0..5.0).prop_map(|t| ProbeFault::Drifting { per_min: k(t) }),
        (-5.0..5.0).prop_map(|t| ProbeFault::Offset(k(t))),
        (0_u64..100_000).prop_map(|ms| ProbeFault::Slow { lag: Span::from_ms(ms) }),
        (0.0..3.0).prop_map(|t| ProbeFault::Noisy { sigma: k(t) }),
        (0_u64..20_000).prop_map(|ms| ProbeFault::Late { every: Span::from_ms(ms) }),
    ]
}

fn any_fault() -> impl Strategy<Value = Fault> {
    let contact = || prop_oneof![Just(FIRST), Just(SECOND)];
    let switch = || {
        prop_oneof![
            Just(SwitchFault::Welded),
            Just(SwitchFault::Open),
            (0_u64..5000).prop_map(|ms| SwitchFault::Slow { by: Span::from_ms(ms) }),
            Just(SwitchFault::Chattering),
        ]
    };
    prop_oneof![
        (contact(), any_probe_fault()).prop_map(|(at, fault)| Fault::Contact(at, fault)),
        any_probe_fault().prop_map(Fault::Room),
        (contact(), prop_oneof![Just(Lift::Off), Just(Lift::Half)])
            .prop_map(|(at, lift)| Fault::Lifted(at, lift)),
        contact().prop_map(Fault::Swapped),
        switch().prop_map(Fault::K1),
        switch().prop_map(Fault::K2),
        Just(Fault::Pad(PadFault::Folded)),
        Just(Fault::Pad(PadFault::OpenCircuit)),
        (0.0..4.0).prop_map(|by| Fault::Pad(PadFault::Power(Factor::literal(by)))),
        (23.0..50.0).prop_map(|at| Fault::CutOut(c(at))),
        any::<bool>().prop_map(Fault::CurrentSense),
        any::<bool>().prop_map(Fault::CutOutSense),
        proptest::sample::select(&ElectrodePart::ALL[..])
            .prop_map(|part| Fault::Electrodes(any_electrode_fault_of(part))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn how_time_is_cut_changes_no_bit_with_any_faults(
        faults in proptest::collection::vec((0_u64..40, any_fault(), any::<bool>()), 0..12),
        cuts in proptest::collection::vec(0_u64..40_000, 0..80),
        seed in any::<u64>(),
    ) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        let mut seen = Plant::new(PadSpec::nominal(), seed);
        let mut unseen = seen.clone();
        let at = |ms: u64| Moment::START + Span::from_ms(ms);
        for s in 0..40_u64 {
            for plant in [&mut seen, &mut unseen] {
                plant.advance(at(s * 1000));
                plant.write(s % 7 != 6, s % 2 == 0);
                let mode = Mode::ALL[(s / 5) as usize % Mode::ALL.len()];
                plant.stimulate(Stimulus::new(mode, (s % 9) as u8));
                for (_, fault, heals) in faults.iter().filter(|(when, ..)| *when == s) {
                    if *heals { plant.heal(fault.part()) } else { plant.inject(*fault) }
                }
            }
            for ms in cuts.iter().filter(|ms| **ms / 1000 == s) {
                seen.advance(at(*ms));
            }
            seen.advance(at((s + 1) * 1000));
            unseen.advance(at((s + 1) * 1000));
            prop_assert_eq!(seen.truth(), unseen.truth());
            prop_assert_eq!(seen.lines(), unseen.lines());
            prop_assert_eq!(seen.readings(), unseen.readings());
            prop_assert_eq!(seen.hear_stimulator(), unseen.hear_stimulator());
        }
    }

    #[test]
    fn a_fault_of_one_sensor_changes_no_reading_of_another(
        fault in any_probe_fault(),
        seed in any::<u64>(),
    ) {
        let (mut whole, mut broken) = (World::on(""), World::on(""));
        for world in [&mut whole, &mut broken] {
            world.plant = Plant::new(PadSpec::nominal(), seed);
            world.heat(30);
        }
        broken.plant.inject(Fault::Contact(FIRST, fault));
        for _ in 0..30 {
            whole.heat(1);
            broken.heat(1);
            let (whole, broken) = (whole.plant.readings(), broken.plant.readings());
            prop_assert_eq!(whole.contact[1], broken.contact[1]);
            prop_assert_eq!(whole.ambient, broken.ambient);
        }
    }
}
