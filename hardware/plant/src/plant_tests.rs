//! The model against its check values, and against every way of cutting time into steps.

use proptest::prelude::*;
use soothe_therapy::{Moment, Readings, Span};

use super::*;

/// Holds K2 in and K1 at `on` until `to`, with a pulse edge every 100 ms.
fn drive(plant: &mut Plant, from_ms: u64, to_ms: u64, on: bool) {
    let mut pulse = plant.k2_pulse;
    for ms in (from_ms..to_ms).step_by(100) {
        plant.advance(Moment::from_ms(ms));
        pulse = !pulse;
        plant.write(on, pulse);
    }
    plant.advance(Moment::from_ms(to_ms));
}

fn told(readings: &Readings) -> [f64; 3] {
    [readings.contact[0], readings.contact[1], readings.ambient]
        .map(|raw| raw.unwrap().outcome.unwrap().get())
}

#[test]
fn full_power_on_the_nominal_pad_gives_the_check_values() {
    // T1, T2 and Tf after so many seconds at 40 W, from the definition of the control benchmark.
    let rows = [
        (30, 28.040, 23.031, 22.812),
        (60, 33.176, 25.277, 24.944),
        (120, 41.863, 30.802, 30.427),
        (240, 55.512, 41.078, 40.772),
        (600, 79.450, 59.689, 59.555),
        (1800, 96.731, 73.138, 73.129),
    ];
    // A resolution so fine that the reading shows the lag itself.
    let spec = PadSpec::from_toml("sensor_noise = 0\nsensor_quantum = 0.001\ncutout = 90").unwrap();
    let mut plant = Plant::new(spec, 1);
    let mut from = 0;
    for (s, element, surface, sensor) in rows {
        drive(&mut plant, from, s * 1000, true);
        from = s * 1000;
        let truth = plant.truth();
        for (got, want) in [
            (truth.element.get(), element),
            (truth.surface.get(), surface),
            (told(&plant.readings())[0], sensor),
        ] {
            assert!((got - want).abs() < 0.002, "after {s} s: {got} instead of {want}");
        }
    }
}

#[test]
fn current_flows_only_while_k1_is_closed_and_k2_is_pulsed() {
    for (k1, pulsed, heats) in
        [(false, false, false), (true, false, false), (false, true, false), (true, true, true)]
    {
        let mut plant = Plant::new(PadSpec::nominal(), 1);
        for ms in (0..10_000).step_by(100) {
            plant.advance(Moment::from_ms(ms));
            plant.write(k1, pulsed && ms % 200 == 0);
        }
        plant.advance(Moment::from_ms(10_000));
        assert_eq!(plant.truth().heating, heats, "K1 {k1}, pulses {pulsed}");
        assert_eq!(plant.truth().element.get() > 22.5, heats, "K1 {k1}, pulses {pulsed}");
    }
}

#[test]
fn a_pulse_line_that_stays_high_does_not_hold_k2_in() {
    let mut plant = Plant::new(PadSpec::nominal(), 1);
    plant.advance(Moment::from_ms(0));
    plant.write(true, true);
    for ms in (0..60_000).step_by(100) {
        plant.advance(Moment::from_ms(ms));
        plant.write(true, true);
        assert_eq!(plant.truth().heating, ms < 700, "at {ms} ms");
    }
}

#[test]
fn k2_drops_out_700_ms_after_the_last_edge() {
    let mut plant = Plant::new(PadSpec::nominal(), 1);
    drive(&mut plant, 0, 1_000, true);
    // The last edge was at 900 ms.
    plant.advance(Moment::from_ms(1_599));
    assert!(plant.truth().heating);
    plant.advance(Moment::from_ms(1_600));
    assert!(!plant.truth().heating);
    // Its energy is that of 1.6 s, also when nobody looked in between.
    let mut unseen = Plant::new(PadSpec::nominal(), 1);
    drive(&mut unseen, 0, 1_000, true);
    unseen.advance(Moment::from_ms(1_600));
    assert_eq!(unseen.truth(), plant.truth());
    plant.advance(Moment::from_ms(60_000));
    assert!(plant.truth().element.get() < 22.4, "{:?}", plant.truth());
}

#[test]
fn the_estop_breaks_the_circuit_and_releasing_it_needs_an_edge_to_heat_again() {
    let mut plant = Plant::new(PadSpec::nominal(), 1);
    drive(&mut plant, 0, 1_000, true);
    assert!(plant.truth().heating);
    plant.open_estop(true);
    assert!(plant.estop_open() && !plant.truth().heating);
    drive(&mut plant, 1_000, 2_000, true);
    assert!(!plant.truth().heating);
    plant.advance(Moment::from_ms(3_000));
    plant.open_estop(false);
    assert!(!plant.truth().heating);
    drive(&mut plant, 3_000, 3_100, true);
    assert!(plant.truth().heating);
}

#[test]
fn sensors_convert_once_a_second_counted_from_the_first_moment() {
    let mut plant = Plant::new(PadSpec::nominal(), 1);
    assert_eq!(plant.readings(), Readings::default());
    for (ms, began) in [(5_130, 5_130), (6_129, 5_130), (6_130, 6_130), (9_999, 9_130)] {
        plant.advance(Moment::from_ms(ms));
        let readings = plant.readings();
        for raw in [readings.contact[0], readings.contact[1], readings.ambient] {
            assert_eq!(raw.unwrap().began, Moment::from_ms(began), "at {ms} ms");
        }
    }
}

#[test]
fn a_moment_that_has_passed_changes_nothing() {
    let mut plant = Plant::new(PadSpec::nominal(), 1);
    drive(&mut plant, 0, 5_000, true);
    let before = (plant.truth(), plant.readings());
    plant.advance(Moment::from_ms(1_000));
    assert_eq!((plant.truth(), plant.readings()), before);
}

#[test]
fn the_settings_of_each_sensor_show_in_its_readings() {
    let text = "start = 35\nsensor_noise = 0\n[[contact]]\noffset = 1\n[[contact]]\nquantum = 2.0";
    let mut plant = Plant::new(PadSpec::from_toml(text).unwrap(), 1);
    plant.advance(Moment::START);
    assert_eq!(told(&plant.readings()), [36.0, 36.0, 22.0]);
    let ideal = PadSpec::from_toml(text).unwrap().ideal();
    let mut plant = Plant::new(ideal, 1);
    plant.advance(Moment::START);
    assert_eq!(told(&plant.readings()), [35.0, 36.0, 22.0]);
}

#[test]
fn twice_the_loss_cools_the_surface() {
    let mut plant = Plant::new(PadSpec::from_toml("cutout = 90").unwrap(), 1);
    drive(&mut plant, 0, 600_000, true);
    let mut bare = plant.clone();
    bare.set_loss(Factor::literal(2.0));
    drive(&mut plant, 600_000, 700_000, true);
    drive(&mut bare, 600_000, 700_000, true);
    assert!((plant.truth().surface - bare.truth().surface).get() > 5.0);
}

#[test]
fn the_same_seed_gives_the_same_readings_and_another_seed_others() {
    let run = |seed| {
        let mut plant = Plant::new(PadSpec::nominal(), seed);
        let mut all = Vec::new();
        for s in 0..60 {
            drive(&mut plant, s * 1000, (s + 1) * 1000, true);
            all.push(told(&plant.readings()));
        }
        all
    };
    assert_eq!(run(5000), run(5000));
    assert_ne!(run(5000), run(5001));
}

#[test]
fn the_readings_of_a_seed_are_the_same_on_every_machine_and_in_every_release() {
    // Much noise and a fine resolution, so that many digits of every draw are compared.
    let spec = PadSpec::from_toml("sensor_noise = 5\nsensor_quantum = 0.001").unwrap();
    let mut plant = Plant::new(spec, 5000);
    let thousandths = [0, 1, 60].map(|s| {
        drive(&mut plant, s * 1000, (s + 1) * 1000, true);
        told(&plant.readings()).map(|t| (t * 1000.0).round() as i64)
    });
    let expected = [[22844, 29446, 16976], [22306, 20113, 24275], [19031, 17354, 20944]];
    assert_eq!(thousandths, expected);
}

#[test]
fn an_ideal_pad_reads_the_same_with_every_seed() {
    let run = |seed| {
        let mut plant = Plant::new(PadSpec::nominal().ideal(), seed);
        drive(&mut plant, 0, 100_000, true);
        told(&plant.readings())
    };
    assert_eq!(run(1), run(2));
}

/// A pad within the accepted ranges, including their corners.
fn any_pad() -> impl Strategy<Value = PadSpec> {
    let c = prop_oneof![Just(5.0), 5.0..=10_000.0];
    let g = || prop_oneof![Just(20.0), Just(0.01), 0.01..=20.0];
    (c.clone(), c, g(), g(), g(), 1.0..=200.0_f64, -20.0..=50.0_f64, 0.1..=300.0_f64).prop_map(
        |(c1, c2, g12, g2a, g1a, power, ambient, lag)| {
            let text = format!(
                "c1={c1:?}\nc2={c2:?}\ng12={g12:?}\ng2a={g2a:?}\ng1a={g1a:?}\npower={power:?}\n\
                 ambient={ambient:?}\nsensor_lag_s={lag:?}\nsensor_noise=0.0"
            );
            PadSpec::from_toml(&text).unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn how_time_is_cut_changes_no_bit(
        cuts in proptest::collection::vec(0_u64..20_000, 0..60),
        origin in 0_u64..1_000_000,
        seed in any::<u64>(),
    ) {
        // Writes happen at whole seconds; between them one plant is asked often, the other not.
        let (mut seen, mut unseen) =
            (Plant::new(PadSpec::nominal(), seed), Plant::new(PadSpec::nominal(), seed));
        let mut cuts = cuts;
        cuts.sort_unstable();
        let at = |ms: u64| Moment::from_ms(origin + ms);
        for s in 0..20_u64 {
            for plant in [&mut seen, &mut unseen] {
                plant.advance(at(s * 1000));
                plant.write(s % 5 != 4, s % 2 == 0);
            }
            for ms in cuts.iter().filter(|ms| **ms / 1000 == s) {
                seen.advance(at(*ms));
            }
            seen.advance(at((s + 1) * 1000));
            unseen.advance(at((s + 1) * 1000));
            prop_assert_eq!(seen.truth(), unseen.truth());
            prop_assert_eq!(seen.readings(), unseen.readings());
        }
    }

    #[test]
    fn no_accepted_pad_is_unstable(spec in any_pad(), factor in 0.0..=4.0) {
        let ambient = spec.ambient;
        let mut plant = Plant::new(spec, 1);
        plant.set_loss(Factor::new(factor).unwrap());
        drive(&mut plant, 0, 20_000, true);
        let hottest = plant.truth().element.get();
        for s in 20..120 {
            plant.advance(Moment::START + Span::from_s(s));
            // Once K2 has dropped out, nothing is hotter than the element was, nor colder than the room.
            let Truth { element, surface, .. } = plant.truth();
            for t in [element.get(), surface.get()] {
                prop_assert!(t >= ambient - 1e-9, "{t} in a room of {ambient}");
                prop_assert!(s < 22 || t <= hottest + 40.0, "{t} after {hottest}");
            }
        }
    }
}
