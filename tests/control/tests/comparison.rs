//! The whole comparison: the peers do what their own code did, and the command says what is wrong.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use soothe_control_bench::bound::Bound;
use soothe_control_bench::comparison::{TunedOn, compare};
use soothe_control_bench::contestant::{self, Contestant};
use soothe_control_bench::metrics::Metric;
use soothe_control_bench::pad::Pad;
use soothe_control_bench::reference;
use soothe_therapy::limits;

#[test]
fn every_peer_does_what_its_own_code_did() {
    let everybody: Vec<&'static Contestant> = contestant::ALL.iter().collect();
    let entries = compare(&everybody, &[Pad::NOMINAL], 20, TunedOn::TheFirst);
    let mut compared = 0;
    for entry in &entries {
        let name = entry.contestant.name;
        for metric in Metric::ALL {
            let Some(own) = reference::metric(name, metric) else {
                continue;
            };
            let median = entry.spread(0, metric).expect("it was tuned").median;
            let digits = metric.digits();
            assert!(own.holds(median, digits), "{name}: {metric:?} is {median}, not in {own:?}");
            compared += 1;
        }
    }
    let peers = contestant::ALL.iter().filter(|it| !it.key.starts_with("soothe")).count();
    assert_eq!(compared, peers * Metric::ALL.len());
}

/// What is asked of soothe's regulator, each pad after a tuning of its own: docs/control.md.
#[test]
fn soothe_is_near_what_physics_allows_on_every_pad() {
    let ours =
        contestant::ALL.iter().filter(|it| it.keeps_the_ceiling() && it.key.contains("tuned"));
    let ours: Vec<&'static Contestant> = ours.collect();
    let pads = Pad::NOMINAL.variants().map(|(_, pad)| pad);
    let ceiling_c = limits::STORED_CEILING.get();
    let entries = compare(&ours, &pads, 20, TunedOn::Each);
    assert_eq!(entries.len(), 2, "a transistor and a mechanical relay");
    for entry in &entries {
        let relay = entry.contestant.key == "soothe-tuned-relay";
        assert_eq!(entry.tunings.len(), 20 * pads.len());
        for (i, pad) in pads.iter().enumerate() {
            let figure = |metric| entry.spread(i, metric).expect("it was tuned");
            let name = format!("{}, pad {i}", entry.contestant.name);
            let bound = Bound::with_ceiling(pad, ceiling_c).expect("it is solved").total_k_min();
            let ratio = figure(Metric::Iae).median / bound;
            assert!(ratio <= if relay { 1.26 } else { 1.10 }, "{name}: {ratio}");
            assert!(figure(Metric::Overshoot).max <= 0.5, "{name}");
            let settled = figure(Metric::Settled).median / figure(Metric::Rise).median;
            assert!(settled <= 1.05, "{name}: {settled}");
            assert!(figure(Metric::Rebound).max <= 0.8, "{name}");
            assert!(figure(Metric::Undershoot).median <= 0.3, "{name}");
        }
        let nominal = entry.spread(0, Metric::Iae).expect("it was tuned").median;
        let bound = Bound::of(&Pad::NOMINAL).expect("it is solved").total_k_min();
        assert!(nominal / bound <= if relay { 1.2 } else { 1.1 }, "{nominal} K min");
        assert!(entry.spread(0, Metric::Overshoot).expect("it was tuned").median <= 0.25);
        for run in &entry.tunings {
            assert!(run.took_s <= 480 && run.peak_c <= 42.3, "{run:?}");
        }
    }
}

#[test]
fn soothe_tunes_and_holds_a_pad_whose_sensor_reads_in_steps_of_half_a_kelvin() {
    let ours = contestant::ALL.iter().find(|it| it.key == "soothe-tuned").expect("it takes part");
    let entries = compare(&[ours], &[Pad::NOMINAL.with_lm75()], 20, TunedOn::TheFirst);
    let found = entries[0].tunings.len();
    assert!(found >= 18, "{found} of 20 tunings found the pad");
    let figure = |metric| entries[0].spread(0, metric).expect("it was tuned");
    assert!(figure(Metric::Overshoot).max <= 0.5);
    // The best of the peers leaves 77.5 K min there.
    assert!(figure(Metric::Iae).median < 77.5);
}

fn bench(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soothe-control-bench"));
    command.args(args).output().expect("it runs")
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("it is written");
    path
}

#[test]
fn the_command_prints_tables_and_draws_plots_of_any_pad() {
    let text = include_str!("../pads/nominal.toml").replace("c1 = 180.0", "c1 = 150.0");
    let pad = file("light.toml", &text);
    let plots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plots");
    let (pad, folder) = (pad.to_str().expect("text"), plots.to_str().expect("text"));
    let output =
        bench(&["--pad", pad, "--seeds", "1", "--only", "soothe,on-off", "--plots", folder]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}");
    for heading in ["What physics allows", "Control quality", "tuned on each", "LM75", "DS18B20"] {
        assert!(said.contains(heading), "no {heading} in {said}");
    }
    // The figures of the peers' own code are of another pad.
    assert!(!said.contains("↳"));
    assert!(["soothe.svg", "on-off.svg", "all.svg"].iter().all(|name| plots.join(name).exists()));
}

#[test]
fn the_command_says_what_is_wrong_with_a_pad_or_a_name() {
    let pad = file("zero.toml", "c1 = 0\n");
    let name = pad.to_str().expect("text");
    for (args, expected) in [
        (
            ["--pad", name],
            format!(
                "{name}: line 1, column 6: c1 must be a heat capacity in J/K from 5 to 10000, not 0"
            ),
        ),
        (["--pad", "no-such.toml"], "no-such.toml cannot be read: ".to_owned()),
        (
            ["--only", "marlin"],
            "nobody is called \"marlin\"; there are soothe, soothe-relay,".to_owned(),
        ),
        (["--seeds", "0"], "0 is not in 1..=1000".to_owned()),
    ] {
        let output = bench(&args);
        let said = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(&expected), "{expected:?} is not in {said}");
        assert!(output.stdout.is_empty());
    }
}
