//! What phases are a protocol, and what is said of those that are none.

use std::string::{String, ToString as _};
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::rules::Rule;

fn heat(target_c: f64, min: u64) -> Phase {
    Phase::Heat { target: Celsius::literal(target_c), duration: Span::from_min(min) }
}

fn ice(min: u64) -> Phase {
    Phase::Ice { duration: Span::from_min(min) }
}

const SWAP: Phase = Phase::Swap { duration: Span::from_s(90) };
const REST: Phase = Phase::Rest { duration: Span::from_min(5), until_normal: false };
const NORMAL: Phase = Phase::Rest { duration: Span::from_min(5), until_normal: true };

fn refused(phases: &[Phase]) -> (Option<Rule>, String) {
    let error = Protocol::new("test", phases).expect_err("refused");
    (error.rule(), error.to_string())
}

#[test]
fn hl_h1_targets_outside_30_to_42_are_refused() {
    let minutes = Span::from_min(10);
    assert!(Phase::heat(30.0, minutes).is_ok() && Phase::heat(42.0, minutes).is_ok());
    for bad in [29.9, 42.1, -40.0, 0.0, 4200.0, f64::NAN, f64::INFINITY] {
        let error = Phase::heat(bad, minutes).unwrap_err();
        assert_eq!(error.rule(), Rule::H1);
        assert!(error.to_string().contains("30.0 to 42.0 °C"), "{error}");
    }
}

#[test]
fn fahrenheit_is_recognised() {
    let text = Phase::heat(104.0, Span::from_min(10)).unwrap_err().to_string();
    assert!(text.contains("104 °F? that is 40.0 °C"), "{text}");
}

#[test]
fn hl_h7_minutes_are_bounded_by_the_target() {
    let phase = |c, min| Phase::heat(c, Span::from_min(min));
    assert!(phase(40.0, 30).is_ok() && phase(42.0, 20).is_ok());
    for (target, min) in [(40.0, 31), (40.1, 21), (42.0, 21), (40.0, 0)] {
        assert_eq!(phase(target, min).unwrap_err().rule(), Rule::H7);
    }
}

#[test]
fn hl_h7_heat_phases_that_follow_each_other_count_as_one() {
    let (rule, text) = refused(&[heat(41.0, 12), heat(39.0, 9)]);
    assert_eq!(rule, Some(Rule::H7));
    assert!(text.contains("phase 2") && text.contains("21 min"), "{text}");
    assert!(Protocol::new("gentle", &[heat(40.0, 12), heat(39.0, 18)]).is_ok());
    let stretch = Phase::Exercise { exercise: Exercise::ALL[0], duration: Span::from_min(5) };
    assert_eq!(refused(&[heat(41.0, 12), stretch, heat(39.0, 9)]).0, Some(Rule::H7));
}

#[test]
fn hl_h7_a_break_of_five_minutes_with_the_pad_off_parts_heat_from_heat() {
    let rest = |s| Phase::Rest { duration: Span::from_s(s), until_normal: false };
    let between = |phases: &[Phase]| {
        let all = [&[heat(41.0, 12)][..], phases, &[heat(39.0, 9)]].concat();
        Protocol::new("apart", &all).map_err(ProtocolError::rule)
    };
    assert!(between(&[rest(300)]).is_ok());
    assert!(between(&[rest(200), SWAP, rest(100)]).is_ok());
    assert!(between(&[SWAP, ice(2), SWAP]).is_ok());
    let stretch = Phase::Exercise { exercise: Exercise::ALL[0], duration: Span::from_min(5) };
    assert!(between(&[SWAP, stretch]).is_ok());
    for brief in [&[rest(10)][..], &[rest(100), SWAP, rest(100)], &[SWAP, ice(1), SWAP], &[stretch]]
    {
        assert_eq!(between(brief).err(), Some(Some(Rule::H7)), "{brief:?}");
    }
    let (_, text) = refused(&[heat(41.0, 12), rest(10), heat(39.0, 9)]);
    assert!(
        text.contains("phase 3") && text.contains("5 min in between with the pad off"),
        "{text}"
    );
}

#[test]
fn hl_c2_ice_lies_for_20_min_at_most() {
    assert!(Protocol::new("ice", &[ice(20)]).is_ok());
    let (rule, text) = refused(&[ice(21)]);
    assert_eq!(rule, Some(Rule::C2));
    assert!(text.starts_with("phase 1: ice for 21 min"), "{text}");
    assert!(text.contains("15 min") && text.contains("20 min where a skin probe"), "{text}");
    assert_eq!(refused(&[Phase::Ice { duration: Span::from_s(5) }]).0, Some(Rule::C1));
}

#[test]
fn hl_c1_c2_ice_with_a_shorter_break_than_it_lay_counts_as_one() {
    let brief = Phase::Rest { duration: Span::from_s(10), until_normal: false };
    let (rule, text) = refused(&[ice(15), brief, ice(15)]);
    assert_eq!(rule, Some(Rule::C2));
    assert!(text.contains("phase 3: with the ice before it this comes to 30 min"), "{text}");
    assert_eq!(refused(&[ice(7), REST, ice(7), REST, ice(7)]).0, Some(Rule::C2));
    let longest = |phases: &[Phase]| Protocol::new("ok", phases).expect("a protocol").longest_ice();
    assert_eq!(longest(&[ice(10), REST, ice(10)]), Span::from_min(20), "it needs a probe");
    assert_eq!(longest(&[ice(10), REST, REST, ice(10), REST, REST, ice(10)]), Span::from_min(10));
    assert_eq!(longest(&[ice(1), SWAP, heat(40.0, 5), SWAP, ice(2)]), Span::from_min(2));
}

#[test]
fn hl_c6_heat_after_numbing_cold_needs_a_word_and_begins_gently() {
    assert_eq!(refused(&[ice(10), SWAP, heat(39.0, 10)]).0, Some(Rule::C6));
    assert_eq!(refused(&[ice(10), NORMAL, heat(40.5, 10)]).0, Some(Rule::C6));
    assert!(Protocol::new("ok", &[ice(10), NORMAL, heat(40.0, 5), heat(41.0, 5)]).is_ok());
    assert_eq!(refused(&[ice(10), NORMAL, heat(40.0, 4), heat(41.0, 5)]).0, Some(Rule::C6));
    assert!(Protocol::new("brief", &[ice(3), SWAP, heat(42.0, 5)]).is_ok());
    // In pieces it numbs as well, whatever the pauses; only warmth for as long parts them.
    assert_eq!(refused(&[ice(2), REST, REST, ice(2), SWAP, heat(42.0, 5)]).0, Some(Rule::C6));
    let warmed = [ice(2), SWAP, heat(42.0, 2), SWAP, ice(2), SWAP, heat(42.0, 5)];
    assert!(Protocol::new("warmed", &warmed).is_ok());
    let hardly = [ice(2), SWAP, heat(42.0, 1), SWAP, ice(2), SWAP, heat(42.0, 5)];
    assert_eq!(refused(&hardly).0, Some(Rule::C6));
}

#[test]
fn pad_and_pack_do_not_change_places_at_once() {
    for phases in [[heat(40.0, 5), ice(1)], [ice(1), heat(40.0, 5)]] {
        let (rule, text) = refused(&phases);
        assert_eq!(rule, None);
        assert!(text.contains("phase 2") && text.contains("swap"), "{text}");
    }
}

#[test]
fn hl_h5_heat_phases_may_not_sum_to_more_than_a_sessions_dose() {
    let (rule, text) = refused(&[heat(42.0, 20), REST, heat(42.0, 1)]);
    assert_eq!(rule, Some(Rule::H5));
    assert!(text.contains("10.5 CEM43; at most 10"), "{text}");
}

#[test]
fn hl_h10_phases_may_not_sum_to_more_than_a_session() {
    let rests: Vec<Phase> = (0..13).map(|_| REST).collect();
    let (rule, text) = refused(&rests);
    assert_eq!(rule, Some(Rule::H10));
    assert!(text.contains("65 min") && text.contains("60 min"), "{text}");
    assert!(Protocol::new("rests", &rests[..12]).is_ok());
}

#[test]
fn there_are_1_to_64_phases() {
    let short = Phase::Rest { duration: Span::from_s(10), until_normal: false };
    let phases = |count| (0..count).map(|_| short).collect::<Vec<_>>();
    assert_eq!(Protocol::new("none", &[]), Err(ProtocolError::Empty));
    assert_eq!(Protocol::new("most", &phases(64)).expect("a protocol").phases(), phases(64));
    assert!(refused(&phases(65)).1.contains("65 phases are too many: at most 64"));
}

#[test]
fn a_name_can_be_a_files() {
    for good in ["a", "heat-gentle", "knot2", &"x".repeat(NAME_MAX)] {
        assert_eq!(Protocol::new(good, &[REST]).expect(good).name().as_str(), good);
    }
    for bad in ["", "-a", "2a", "Heat", "a b", "../a", "ä", "a\n", &"x".repeat(NAME_MAX + 1)] {
        assert_eq!(Protocol::new(bad, &[REST]), Err(ProtocolError::Name), "{bad:?}");
    }
}

#[test]
fn the_sums_are_those_of_the_phases() {
    let phases = [heat(40.0, 10), SWAP, ice(1), SWAP, heat(40.0, 4)];
    let protocol = Protocol::new("contrast", &phases).expect("a protocol");
    assert_eq!(protocol.heats_for(), Span::from_min(14));
    assert_eq!(protocol.ices_for(), Span::from_min(1));
    assert_eq!(protocol.duration(), Span::from_min(18));
    assert_eq!(protocol.target(), Some(Celsius::literal(40.0)));
    // 14 min at 40.5 °C: 4^-2.5 equivalent minutes each.
    assert!((protocol.dose().get() - 14.0 / 32.0).abs() < 1e-9, "{}", protocol.dose());
}

fn any_phase() -> impl Strategy<Value = Phase> {
    let ms = |range: core::ops::Range<u64>| range.prop_map(Span::from_ms);
    prop_oneof![
        (25.0f64..48.0, ms(0..2_000_000))
            .prop_map(|(c, duration)| Phase::Heat { target: Celsius::literal(c), duration }),
        ms(0..1_500_000).prop_map(|duration| Phase::Ice { duration }),
        ms(0..400_000).prop_map(|duration| Phase::Swap { duration }),
        (prop::sample::select(Mode::ALL), 1.0f64..=30.0, 4.0f64..40.0, ms(0..4_000_000)).prop_map(
            |(mode, cap_ma, area_cm2, duration)| Phase::Tens {
                mode,
                cap: Cap::new(cap_ma).expect("within HL-T1"),
                area: ElectrodeArea::literal(area_cm2),
                duration,
            },
        ),
        (prop::sample::select(Exercise::ALL), ms(0..1_000_000))
            .prop_map(|(exercise, duration)| Phase::Exercise { exercise, duration }),
        (ms(0..1_000_000), any::<bool>())
            .prop_map(|(duration, until_normal)| Phase::Rest { duration, until_normal }),
    ]
}

proptest! {
    #[test]
    fn no_protocol_exceeds_a_limit(phases in prop::collection::vec(any_phase(), 0..6)) {
        let Ok(protocol) = Protocol::new("any", &phases) else { return Ok(()) };
        prop_assert!(protocol.duration() <= limits::SESSION_MAX);
        prop_assert!(protocol.dose() <= limits::SESSION_DOSE_MAX);
        let mut numb = false;
        for phase in protocol.phases() {
            match *phase {
                Phase::Heat { target, duration } => {
                    prop_assert!(!numb && target <= limits::TARGET_MAX);
                    prop_assert!(duration <= limits::heat_phase_max(target));
                }
                Phase::Ice { duration } => {
                    prop_assert!(duration <= limits::ICE_MAX_WATCHED);
                    prop_assert!(duration <= protocol.longest_ice());
                    numb |= duration > limits::COLD_NUMBS_AFTER;
                }
                Phase::Rest { until_normal, .. } => numb &= !until_normal,
                Phase::Tens { mode, cap, area, duration } => {
                    prop_assert!(Programme::new(mode.waveform(), cap, area.get(), duration).is_ok());
                }
                Phase::Exercise { .. } | Phase::Swap { .. } => {}
            }
        }
    }
}

fn tens(min: u64) -> Phase {
    let (cap, area) = (Cap::DEFAULT, ElectrodeArea::literal(25.0));
    Phase::Tens { mode: Mode::Knot, cap, area, duration: Span::from_min(min) }
}

#[test]
fn hl_t15_pad_pack_and_electrodes_make_room_for_each_other_in_a_swap_or_a_rest() {
    let heat = Phase::Heat { target: Celsius::literal(40.0), duration: Span::from_min(5) };
    let ice = Phase::Ice { duration: Span::from_min(2) };
    let stretch = Phase::Exercise {
        exercise: *Exercise::ALL.first().expect("an exercise"),
        duration: Span::from_min(1),
    };
    let swap = Phase::Swap { duration: Span::from_s(90) };
    let rest = Phase::Rest { duration: Span::from_min(1), until_normal: false };
    for (one, other) in [(heat, tens(5)), (tens(5), heat), (ice, tens(5)), (tens(5), ice)] {
        // An exercise in between takes nothing off.
        for refused in [&[one, other][..], &[one, stretch, other]] {
            let error = Protocol::new("x", refused).unwrap_err();
            let phase = refused.len() - 1;
            assert_eq!(error, ProtocolError::Phase { phase, problem: PhaseProblem::NoSwap });
        }
        for between in [swap, rest] {
            assert!(Protocol::new("x", &[one, between, other]).is_ok());
        }
    }
    assert!(Protocol::new("x", &[tens(5), tens(5), stretch, tens(5)]).is_ok());
}

#[test]
fn hl_t14_hl_t5_a_stimulation_beyond_its_limits_is_no_protocol() {
    assert_eq!(Protocol::new("x", &[tens(0)]).unwrap_err().rule(), Some(Rule::T14));
    let small = Phase::Tens {
        mode: Mode::Knot,
        cap: Cap::HARD,
        area: ElectrodeArea::literal(6.0),
        duration: Span::from_min(10),
    };
    assert_eq!(Protocol::new("x", &[small]).unwrap_err().rule(), Some(Rule::T5));
}
