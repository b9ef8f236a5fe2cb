//! `soothe-control-bench`: prints the tables of the control benchmark, and draws its plots.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use soothe_control_bench::bound::Bound;
use soothe_control_bench::comparison::{Entry, TunedOn, compare};
use soothe_control_bench::contestant::{self, Contestant};
use soothe_control_bench::pad::Pad;
use soothe_control_bench::{plot, table};
use soothe_therapy::limits;

/// Runs soothe's regulator and re-implementations of others on one heating pad, and prints tables.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Examples:\n  \
        soothe-control-bench > tables.md\n  \
        soothe-control-bench --only soothe,klipper --plots plots\n  \
        soothe-control-bench --pad my-pad.toml --seeds 5\n\n\
        Pad files: tests/control/pads/nominal.toml has every key. What is measured: docs/control.md."
)]
struct Args {
    /// The pad, instead of the nominal one
    #[arg(long, value_name = "FILE")]
    pad: Option<PathBuf>,
    /// How many runs each figure is made of, each with noise of its own
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    seeds: u32,
    /// Only these: a name, or the first word of several
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    only: Vec<String>,
    /// Draw temperature and power of one run of each into this folder, as SVG
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
}

/// Why nothing could be printed, in a sentence.
#[derive(Debug)]
struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), Failure> {
    let contestants = chosen(&args.only)?;
    let (name, pad) = match &args.pad {
        Some(path) => (path.display().to_string(), read(path)?),
        None => ("the nominal pad".to_owned(), Pad::NOMINAL),
    };
    if let Some(folder) = &args.plots {
        draw(folder, &contestants, &pad)?;
    }
    print(&name, pad, &contestants, args.seeds)
}

/// Those who were asked for; everybody when nobody was.
fn chosen(names: &[String]) -> Result<Vec<&'static Contestant>, Failure> {
    let all = || contestant::ALL.iter();
    if let Some(unknown) = names.iter().find(|name| !all().any(|it| it.is_called(name))) {
        let keys: Vec<&str> = all().map(|it| it.key).collect();
        return Err(Failure(format!(
            "nobody is called {unknown:?}; there are {}",
            keys.join(", ")
        )));
    }
    let asked = |it: &&Contestant| names.is_empty() || names.iter().any(|name| it.is_called(name));
    Ok(all().filter(asked).collect())
}

fn read(path: &Path) -> Result<Pad, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Failure(format!("{} cannot be read: {e}", path.display())))?;
    Pad::from_toml(&text).map_err(|e| Failure(format!("{}: {e}", path.display())))
}

fn draw(folder: &Path, contestants: &[&Contestant], pad: &Pad) -> Result<(), Failure> {
    plot::draw(folder, contestants, pad)
        .map_err(|e| Failure(format!("no plots in {}: {e}", folder.display())))
}

fn print(
    name: &str,
    pad: Pad,
    contestants: &[&'static Contestant],
    seeds: u32,
) -> Result<(), Failure> {
    let (names, pads): (Vec<&str>, Vec<Pad>) = pad.variants().into_iter().unzip();
    let bounds: Result<Vec<Bound>, _> = pads.iter().map(Bound::of).collect();
    let failed = |e| Failure(format!("the bound was not found: {e}"));
    let bounds = bounds.map_err(failed)?;
    let ceiling_c = limits::STORED_CEILING.get();
    let capped: Result<Vec<Bound>, _> =
        pads.iter().map(|pad| Bound::with_ceiling(pad, ceiling_c)).collect();
    let capped = capped.map_err(failed)?;
    // What the peers' own code did, it did on this pad.
    let with_reference = pad == Pad::NOMINAL;

    let plural = if seeds == 1 { "" } else { "s" };
    println!("# The control benchmark on {name}, {seeds} seed{plural}\n");
    println!("## What physics allows\n\n{}", table::bounds(&names, &bounds));
    println!("The same without storing what would carry the surface above {ceiling_c} °C:\n");
    println!("{}", table::bounds(&names, &capped));
    let entries = compare(contestants, &pads, seeds, TunedOn::TheFirst);
    println!("## Tuning runs\n\n{}", table::tunings(&entries, with_reference));
    println!("## Control quality\n\n{}", table::quality(&entries, &bounds[0], with_reference));
    if with_reference {
        let (within, all) = table::within(&entries);
        println!("{within} of {all} medians lie within the range of the peer's own code.\n");
    }
    println!(
        "## The pad varied, gains kept\n\n{}",
        table::varied(&entries, &names, with_reference)
    );
    let tuned = entries.iter().filter(|it| !it.tunings.is_empty());
    let tuned: Vec<_> = tuned.map(|it| it.contestant).collect();
    print_ratios(entries, &names, &bounds, &capped);
    if !tuned.is_empty() {
        let entries = compare(&tuned, &pads, seeds, TunedOn::Each);
        let varied = table::varied(&entries, &names, false);
        println!("## The pad varied, tuned on each\n\n{varied}");
        print_ratios(entries, &names, &bounds, &capped);
    }
    for (sensor, pad) in [
        ("A sensor of the LM75's class: steps of 0.5 K", pad.with_lm75()),
        ("A DS18B20, which tells what it found 750 ms ago", pad.with_ds18b20()),
    ] {
        let entries = compare(contestants, &[pad], seeds, TunedOn::TheFirst);
        println!("## {sensor}\n\n{}", table::quality(&entries, &bounds[0], false));
    }
    Ok(())
}

/// What was left of the error, over what physics allows, with the ceiling for those who keep it.
fn print_ratios(entries: Vec<Entry>, names: &[&str], bounds: &[Bound], capped: &[Bound]) {
    println!("{}", table::ratios("IAE ÷ bound", &entries, names, bounds));
    let keep: Vec<_> = entries.into_iter().filter(|it| it.contestant.keeps_the_ceiling()).collect();
    println!("{}", table::ratios("IAE ÷ bound with the ceiling", &keep, names, capped));
    println!("{}", table::settled("settled ÷ own rise", &keep, names));
}
