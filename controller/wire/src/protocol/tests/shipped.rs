//! The built-in protocols, and what docs/protocols.md says.

use soothe_therapy::protocol::{NAME_MAX, PHASES_MAX};
use soothe_therapy::{Span, limits, tens};

use super::super::builtin::TEXTS;
use super::super::*;

/// What section 8 of the collected safety numbers has: name, phases, minutes and dose.
#[test]
fn the_built_in_protocols_are_those_of_the_safety_numbers() {
    let table = [
        ("heat-gentle", "heat 40.0 °C 15 min", 15.0, 0.47),
        ("heat-firm", "heat 42.0 °C 12 min", 12.0, 6.0),
        ("heat-long", "heat 39.0 °C 30 min", 30.0, 0.23),
        ("heat-sensitive", "heat 38.0 °C 10 min", 10.0, 0.02),
        ("ice-10", "ice 10 min", 10.0, 0.0),
        ("ice-intermittent", "ice 10 min, rest 10 min, ice 10 min", 30.0, 0.0),
        ("ice-cautious", "ice 5 min", 5.0, 0.0),
        (
            "contrast-classic",
            "heat 40.0 °C 10 min, swap 1 min 30 s, ice 1 min, swap 1 min 30 s, heat 40.0 °C 4 min, \
             swap 1 min 30 s, ice 1 min, swap 1 min 30 s, heat 40.0 °C 4 min, swap 1 min 30 s, ice 1 \
             min, swap 1 min 30 s, heat 40.0 °C 4 min",
            34.0,
            0.69,
        ),
        (
            "alternate-knot",
            "heat 40.0 °C 15 min, swap 1 min 30 s, ice 10 min, rest 5 min until normal, heat 39.0 °C 10 \
             min",
            41.5,
            0.55,
        ),
        ("flare-up", "ice 10 min, rest 20 min, ice 10 min", 40.0, 0.0),
        ("tens-conventional", "tens conventional 20 mA 30 min", 30.0, 0.0),
        ("tens-knot", "tens knot 20 mA 15 min", 15.0, 0.0),
        ("tens-burst", "tens burst 20 mA 10 min", 10.0, 0.0),
        ("tens-modulated", "tens modulated 20 mA 30 min", 30.0, 0.0),
        ("tens-low", "tens low-frequency 20 mA 20 min", 20.0, 0.0),
        ("heat-then-tens", "heat 40.0 °C 15 min, swap 2 min, tens wide 20 mA 20 min", 37.0, 0.47),
        (
            "heat-and-loosen",
            "heat 40.0 °C 15 min, massage shoulder-squeeze 2 min, stretch neck-tilt 2 min",
            19.0,
            0.47,
        ),
        (
            "desk-break",
            "stretch neck-tilt 1 min 30 s, stretch chest-opener 1 min 15 s, stretch cat-back 1 min 15 s",
            4.0,
            0.0,
        ),
    ];
    assert_eq!(builtin().count(), table.len());
    for (file, (name, phases, minutes, dose)) in builtin().zip(table) {
        let protocol = &file.protocol;
        assert_eq!((protocol.name().as_str(), words(protocol).as_str()), (name, phases));
        assert!((protocol.duration().as_s() / 60.0 - minutes).abs() < 1e-9, "{name}");
        assert!((protocol.dose().get() - dose).abs() <= 0.005, "{name}: {}", protocol.dose());
        assert_eq!(find(name), Some(file));
    }
    assert_eq!(find("heat"), None);
    for (name, text) in TEXTS {
        assert!(text.contains(&format!("\nname = \"{name}\"\n")), "{name}");
        assert!(text.lines().all(|line| line.chars().count() <= 110), "{name}");
    }
}

fn words(protocol: &Protocol) -> String {
    let one = |phase: &Phase| match phase {
        Phase::Heat { target, duration } => format!("heat {target} {duration}"),
        Phase::Tens { mode, cap, duration, .. } => {
            format!("tens {mode} {} mA {duration}", cap.ma())
        }
        Phase::Exercise { exercise, duration } => {
            format!("{} {exercise} {duration}", exercise.kind().name())
        }
        Phase::Rest { duration, until_normal: true } => format!("rest {duration} until normal"),
        other @ (Phase::Ice { .. } | Phase::Swap { .. } | Phase::Rest { .. }) => {
            format!("{} {}", other.name(), other.duration())
        }
    };
    protocol.phases().iter().map(one).collect::<Vec<_>>().join(", ")
}

const DOC: &str = include_str!("../../../../../docs/protocols.md");

#[test]
fn the_documented_example_is_accepted() {
    let example = DOC.split("```toml\n").nth(1).expect("there is one");
    let example = example.split("```").next().expect("it ends");
    let file = ProtocolFile::own(example.as_bytes(), "my-knot").expect(example);
    assert_eq!(file.phases().count(), 5);
}

#[test]
fn the_documented_table_is_that_of_the_built_in_protocols() {
    let rows = DOC.lines().filter(|line| line.starts_with("| `") && line.ends_with(" |"));
    for file in builtin() {
        let protocol = &file.protocol;
        let beginning = format!("| `{}` | ", protocol.name());
        let row = rows.clone().find(|row| row.starts_with(&beginning)).expect(&beginning);
        let (minutes, dose) = (protocol.duration().as_s() / 60.0, protocol.dose().get());
        assert!(row.contains(&format!(" | {minutes} | {dose:.2} | ")), "{row}");
        let phases = match protocol.name().as_str() {
            "contrast-classic" => {
                let round = "swap 90 s, ice 1 min, swap 90 s, heat 40.0 °C 4 min";
                let unrolled = [round; 3].join(", ").replace("90 s", "1 min 30 s");
                assert_eq!(words(protocol), format!("heat 40.0 °C 10 min, {unrolled}"));
                format!("heat 40.0 °C 10 min, 3 × ({round})")
            }
            _ => words(protocol).replace("1 min 30 s", "90 s").replace("1 min 15 s", "75 s"),
        };
        assert!(row.starts_with(&format!("{beginning}{phases} | ")), "{row}");
    }
}

#[test]
fn the_documented_ranges_are_those_of_the_limits() {
    let doc = DOC.split_whitespace().collect::<Vec<_>>().join(" ");
    let min = |span: Span| span.as_ms() / 60_000;
    let (least, most) = (limits::TARGET_MIN.get(), limits::TARGET_MAX.get());
    let ice = limits::ICE_MAX_UNWATCHED;
    let gentle = limits::GENTLE_TARGET.get();
    for said in [
        format!("| {least:.1} to {most:.1} °C | HL-H1 |"),
        format!(
            "| {} to {} min up to {gentle:.1} °C, {0} to {} min above | HL-H7 |",
            min(limits::HEAT_PHASE_MIN),
            min(limits::HEAT_PHASE_MAX_GENTLE),
            min(limits::HEAT_PHASE_MAX)
        ),
        format!(
            "| {} to {}, more than {ice} only with a skin probe that gives readings; at most {} where",
            limits::ICE_MIN,
            limits::ICE_MAX_WATCHED,
            limits::ICE_MAX_NERVE
        ),
        format!("| {} to {} | |", limits::SWAP_MIN, limits::SWAP_MAX),
        format!("| {} to {} | |", limits::REST_MIN, limits::REST_MAX),
        format!("| {} to {} | |", limits::EXERCISE_MIN, limits::EXERCISE_MAX),
        format!("whole mA from 1 to {:.0}", tens::limits::PEAK_MAX_MA),
        format!("left out: {:.0}", tens::limits::PEAK_DEFAULT_MA),
        format!(
            "{:.0} to {:.0} cm²; left out: 25",
            tens::limits::AREA_MIN_CM2,
            tens::limits::AREA_MAX_CM2
        ),
        format!("| {} to {} | HL-T14 |", tens::limits::SESSION_MIN, tens::limits::SESSION_MAX),
        format!("1 to {TITLE_MAX} characters"),
        format!("1 to {PROSE_MAX} characters"),
        format!("1 to {SAY_MAX} characters"),
        format!("1 to {PHASES_MAX} tables"),
        format!("1 to {NAME_MAX} of a-z"),
        format!("at most {} KiB", FILE_MAX / 1024),
        format!("more than {} altogether", limits::SESSION_MAX),
        format!("more than {} CEM43", limits::SESSION_DOSE_MAX.get()),
        format!("more than {} of ice", limits::COLD_NUMBS_AFTER),
        format!(
            "more than {:.1} °C in the first {}",
            limits::TARGET_MAX_AFTER_COLD.get(),
            limits::GENTLE_AFTER_COLD_FOR
        ),
        format!("a sign every {} minutes", min(limits::ATTENDANCE_EVERY)),
        format!("ice for longer than {} minutes", min(ice)),
    ] {
        assert!(doc.contains(&said), "{said}");
    }
}
