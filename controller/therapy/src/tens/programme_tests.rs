//! What is parsed is within every limit, and what is reported is what flows.

use proptest::prelude::*;
use std::string::ToString;

use super::*;
use crate::rules::Rule;
use crate::tens::limits;
use crate::tens::mode::Mode;
use crate::tens::waveform::{Gate, Pulse};

const LEVEL: Milliamp = Milliamp::literal(20.0);

fn programme(mode: Mode) -> Programme {
    Programme::new(mode.waveform(), Cap::DEFAULT, 25.0, Span::from_min(20)).unwrap()
}

/// What flows, sampled every microsecond for 12 s or a whole cycle.
#[derive(Default)]
struct Flow {
    square_ma2: f64,
    net_uc: f64,
    widest_phase_uc: f64,
    pulses: u32,
    s: f64,
}

impl Flow {
    /// A trigger of the rate asked for makes a pulse each time that its phase has turned once; at an opening
    /// of the gate it starts anew.
    fn through(programme: &Programme, level: Milliamp) -> Self {
        let mut flow = Self { s: 12.0, ..Self::default() };
        let (mut turned, mut left_us, mut width_us, mut was_open) = (1.0, 0.0, 0.0, false);
        let mut phase_uc = 0.0;
        for us in 0..12_000_000_u64 {
            let drive = programme.waveform().pulse_at(Span::from_ms(us / 1000));
            let open = drive.gate == Gate::Open;
            if open && !was_open {
                turned = 1.0;
            }
            was_open = open;
            if open && turned >= 1.0 - 1e-9 {
                turned -= 1.0;
                width_us = drive.pulse.width.get();
                left_us = 2.0 * width_us;
                phase_uc = 0.0;
                flow.pulses += 1;
            }
            turned += drive.pulse.rate.get() * 1e-6;
            if left_us > 0.0 {
                // The last sample of a phase may be a part of one.
                let first = left_us > width_us;
                let part_us = if first { (left_us - width_us).min(1.0) } else { left_us.min(1.0) };
                let ma = if first { level.get() } else { -level.get() };
                flow.square_ma2 += ma * ma * part_us * 1e-6;
                flow.net_uc += ma * part_us * 1e-3;
                phase_uc += if first { ma * part_us * 1e-3 } else { 0.0 };
                flow.widest_phase_uc = flow.widest_phase_uc.max(phase_uc);
                left_us -= part_us;
            }
        }
        flow
    }

    fn rms_ma(&self) -> f64 {
        libm::sqrt(self.square_ma2 / self.s)
    }
}

#[test]
fn what_is_reported_is_what_flows_to_a_hundredth() {
    for mode in Mode::ALL {
        let programme = programme(*mode);
        let (flow, told) = (Flow::through(&programme, LEVEL), programme.reported(LEVEL));
        let rms_ma = flow.rms_ma();
        assert!((rms_ma - told.rms_ma).abs() < 0.01 * rms_ma, "{mode}: {rms_ma} and {told:?}");
        let charge_uc = flow.widest_phase_uc;
        let off = (charge_uc - told.charge_uc).abs();
        assert!(off < 0.01 * charge_uc, "{mode}: {charge_uc} and {told:?}");
    }
}

#[test]
fn hl_t8_no_charge_stays_in_the_skin() {
    for mode in Mode::ALL {
        let flow = Flow::through(&programme(*mode), LEVEL);
        assert!(flow.net_uc.abs() < 1e-6, "{mode}: {} µC", flow.net_uc);
    }
}

#[test]
fn each_mode_makes_the_pulses_that_it_is_known_for() {
    // In 12 s. The sweep's rate is 63.5 Hz in the mean.
    for (mode, want) in [
        (Mode::Conventional, 1200),
        (Mode::Knot, 1200),
        (Mode::Burst, 24 * 7),
        (Mode::Modulated, 762),
        (Mode::LowFrequency, 48),
    ] {
        let pulses = Flow::through(&programme(mode), LEVEL).pulses;
        assert!(pulses.abs_diff(want) <= 1, "{mode}: {pulses}");
    }
}

#[test]
fn a_sweep_goes_there_and_back_in_straight_lines() {
    let waveform = Mode::Modulated.waveform();
    for (s, rate_hz, width_us) in
        [(0, 2.0, 200.0), (3, 63.5, 150.0), (6, 125.0, 100.0), (9, 63.5, 150.0), (12, 2.0, 200.0)]
    {
        let pulse = waveform.pulse_at(Span::from_s(s)).pulse;
        assert!((pulse.rate.get() - rate_hz).abs() < 1e-9, "{s} s: {pulse:?}");
        assert!((pulse.width.get() - width_us).abs() < 1e-9, "{s} s: {pulse:?}");
    }
}

#[test]
fn a_gate_that_stays_open_is_within_the_limits() {
    let burst = programme(Mode::Burst);
    let (worst, told) = (burst.worst(LEVEL), burst.reported(LEVEL));
    // 100 Hz instead of 14.
    assert!((worst.rms_ma / told.rms_ma - libm::sqrt(100.0 / 14.0)).abs() < 1e-9);
    let sweep = programme(Mode::Modulated).worst(LEVEL);
    assert!((sweep.rms_ma - 20.0 * libm::sqrt(2.0 * 200e-6 * 125.0)).abs() < 1e-9);
}

#[test]
fn hl_t1_a_cap_beyond_30_ma_is_refused() {
    assert_eq!(Cap::new(30.0), Ok(Cap::HARD));
    for bad in [0.0, 0.9, 30.1, -5.0, 4200.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Cap::new(bad).unwrap_err().rule(), Rule::T1);
    }
}

#[test]
fn hl_t2_hl_t3_hl_t8_a_pulse_outside_the_modes_is_refused() {
    for (rate_hz, widths_us, rule) in [
        (100.0, [49.0, 49.0], Rule::T2),
        (100.0, [251.0, 251.0], Rule::T2),
        (100.0, [f64::NAN, 100.0], Rule::T2),
        (0.9, [100.0, 100.0], Rule::T3),
        (151.0, [100.0, 100.0], Rule::T3),
        (f64::NAN, [100.0, 100.0], Rule::T3),
        (100.0, [100.0, 0.0], Rule::T8),
        (100.0, [100.0, 98.0], Rule::T8),
        (100.0, [100.0, 102.0], Rule::T8),
        (100.0, [100.0, f64::NAN], Rule::T8),
    ] {
        let refused = Pulse::new(rate_hz, widths_us).unwrap_err();
        assert_eq!(refused.rule(), rule, "{refused}");
    }
    assert_eq!(Pulse::new(100.0, [100.0, 99.5]), Pulse::new(100.0, [100.0, 100.0]));
}

#[test]
fn hl_t3_trains_and_sweeps_outside_the_modes_are_refused() {
    let pulse = Pulse::new(100.0, [200.0; 2]).unwrap();
    for (pulses, trains_hz) in [(7, 5.1), (7, 0.5), (11, 2.0), (0, 2.0), (7, f64::NAN)] {
        let refused = Waveform::burst(pulse, pulses, trains_hz).unwrap_err();
        assert_eq!(refused.rule(), Rule::T3, "{refused}");
    }
    for s in [0, 1, 61] {
        assert!(Waveform::sweep(pulse, pulse, Span::from_s(s)).is_err());
    }
}

#[test]
fn hl_t5_small_electrodes_are_refused() {
    let wide = Waveform::steady(Pulse::new(150.0, [250.0; 2]).unwrap());
    let on = |area_cm2| Programme::new(wide, Cap::HARD, area_cm2, limits::SESSION_DEFAULT);
    // 8.22 mA rms on half of 8 cm² are 2.05 mA/cm².
    let refused = on(8.0).unwrap_err();
    assert_eq!(refused.rule(), Rule::T5);
    assert!(refused.to_string().ends_with("at most 2 mA/cm²"), "{refused}");
    assert!(on(8.3).is_ok());
    for bad in [0.0, 3.9, 201.0, f64::NAN] {
        assert_eq!(on(bad).unwrap_err().bound, Bound::ElectrodeArea);
    }
}

#[test]
fn hl_t6_the_power_that_a_square_centimetre_takes_is_bounded() {
    let refused = Bound::PowerDensity.check(250.1).unwrap_err();
    assert_eq!(refused.rule(), Rule::T6);
    assert!(Bound::PowerDensity.check(limits::POWER_MAX_MW_PER_CM2).is_ok());
}

#[test]
fn hl_t7_the_energy_of_a_pulse_is_bounded() {
    let refused = Bound::PulseEnergy.check(1.001).unwrap_err();
    assert_eq!(refused.rule(), Rule::T7);
    assert!(Bound::PulseEnergy.check(limits::ENERGY_MAX_MJ).is_ok());
}

#[test]
fn hl_t14_a_session_lasts_an_hour_at_most() {
    for (span, fits) in
        [(Span::from_min(60), true), (Span::from_min(61), false), (Span::ZERO, false)]
    {
        let asked = Programme::new(Mode::Knot.waveform(), Cap::DEFAULT, 25.0, span);
        assert_eq!(asked.is_ok(), fits, "{span}");
        assert!(fits || asked.unwrap_err().rule() == Rule::T14);
    }
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<u64>().prop_map(f64::from_bits), 0.0..300.0]
}

proptest! {
    #[test]
    fn no_programme_exceeds_a_limit_even_with_its_gate_stuck(
        pulses in [(number(), number()), (number(), number())],
        (shape, count, trains_hz, area_cm2, cap_ma) in (0..3, any::<u8>(), number(), number(), number()),
        (sweep_ms, duration_ms) in (0..70_000_u64, 0..4_000_000_u64),
        at_ms in any::<u64>(),
    ) {
        let pulse = |(rate_hz, width_us)| Pulse::new(rate_hz, [width_us; 2]);
        let (Ok(one), Ok(two), Ok(cap)) = (pulse(pulses[0]), pulse(pulses[1]), Cap::new(cap_ma)) else {
            return Ok(());
        };
        let waveform = match shape {
            0 => Ok(Waveform::steady(one)),
            1 => Waveform::burst(one, count, trains_hz),
            _ => Waveform::sweep(one, two, Span::from_ms(sweep_ms)),
        };
        let Ok(waveform) = waveform else { return Ok(()) };
        let Ok(programme) = Programme::new(waveform, cap, area_cm2, Span::from_ms(duration_ms)) else {
            return Ok(());
        };
        let drive = waveform.pulse_at(Span::from_ms(at_ms));
        let worst = waveform.worst();
        prop_assert!(drive.pulse.rate <= worst.rate && drive.pulse.width <= worst.width);
        prop_assert!(waveform.on_share() <= worst.on_share() * (1.0 + 1e-9));
        let figures = programme.worst(cap.current());
        prop_assert!(figures.peak.get() <= limits::PEAK_MAX_MA);
        prop_assert!(figures.rms_ma <= limits::RMS_MAX_MA);
        prop_assert!(figures.current_density_ma_per_cm2 <= limits::DENSITY_MAX_MA_PER_CM2);
        prop_assert!(figures.power_density_mw_per_cm2 <= limits::POWER_MAX_MW_PER_CM2);
        prop_assert!(figures.energy_mj <= limits::ENERGY_MAX_MJ);
        prop_assert!(programme.duration() <= limits::SESSION_MAX);
    }
}
