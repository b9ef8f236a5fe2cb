//! The tables, in Markdown: what was measured, and below it what the peers' own code did.

use std::fmt::Write as _;

use crate::bound::Bound;
use crate::comparison::Entry;
use crate::metrics::Metric;
use crate::reference;
use crate::spread::Spread;

/// What marks a median that lies outside the range of the peer's own code.
const OUTSIDE: &str = " ✗";
/// What heads the row of that code.
const OWN_CODE: &str = "↳ its own code";
/// What stands where the tuner found nothing.
const NOT_TUNED: &str = "not tuned";
/// How many of the metrics stand in the first table.
const FIRST_HALF: usize = 10;

fn row(out: &mut String, cells: &[String]) {
    writeln!(out, "| {} |", cells.join(" | ")).expect("a string takes everything");
}

fn line(out: &mut String, name: &str, cells: impl Iterator<Item = String>) {
    row(out, &std::iter::once(name.to_owned()).chain(cells).collect::<Vec<_>>());
}

fn head(out: &mut String, titles: &[&str]) {
    row(out, &titles.iter().map(|&title| title.to_owned()).collect::<Vec<_>>());
    writeln!(out, "{}|", "|---".repeat(titles.len())).expect("a string takes everything");
}

/// A figure, marked when the peer's own code never gave the like.
fn judged(spread: Spread, own: Option<Spread>, digits: usize) -> String {
    let outside = own.is_some_and(|own| !own.holds(spread.median, digits));
    format!("{}{}", spread.text(digits), if outside { OUTSIDE } else { "" })
}

/// The bound of each pad.
#[must_use]
pub fn bounds(names: &[&str], bounds: &[Bound]) -> String {
    let mut out = String::new();
    let titles = ["pad", "IAE step, K·min", "blanket off", "blanket back", "setback", "all"];
    head(&mut out, &[&titles[..], &["unavoidable dip, K", "rebound, K"]].concat());
    for (name, bound) in names.iter().zip(bounds) {
        let mut cells = vec![(*name).to_owned()];
        cells.extend(bound.segments_k_min.map(|part| format!("{part:.1}")));
        cells.push(format!("**{:.1}**", bound.total_k_min()));
        cells.extend([bound.dip_k, bound.rebound_k].map(|k| format!("{k:.2}")));
        row(&mut out, &cells);
    }
    out
}

/// What the tuning runs found. Those who share a tuner are told once.
#[must_use]
pub fn tunings(entries: &[Entry], with_reference: bool) -> String {
    let mut out = String::new();
    head(&mut out, &["tuner", "found", "median (least–greatest)", "its own code"]);
    for (index, entry) in entries.iter().enumerate() {
        let told = entries[..index].iter().any(|earlier| earlier.tunings == entry.tunings);
        let Some(first) = entry.tunings.first().filter(|_| !told) else {
            continue;
        };
        let name = entry.contestant.name;
        let mut line = |found: &str, digits: usize, values: Vec<f64>| {
            let own = reference::tuning(name, found).filter(|_| with_reference);
            let spread = Spread::of(values).expect("there is a run");
            let own_text = own.map_or_else(String::new, |own| own.text(digits));
            let measured = judged(spread, own, digits);
            row(&mut out, &[name.to_owned(), found.to_owned(), measured, own_text]);
        };
        for (at, (found, value)) in first.found.iter().enumerate() {
            let values = entry.tunings.iter().map(|run| run.found[at].1).collect();
            line(found, digits_that_count(*value), values);
        }
        line("time, s", 0, entry.tunings.iter().map(|run| f64::from(run.took_s)).collect());
        line("peak, °C", 2, entry.tunings.iter().map(|run| run.peak_c).collect());
    }
    out
}

/// How many digits after the point show four that count.
fn digits_that_count(value: f64) -> usize {
    let before = value.abs().log10().floor().clamp(-3.0, 3.0);
    (3.0 - before) as usize
}

/// Both halves of the metrics on the first pad.
#[must_use]
pub fn quality(entries: &[Entry], bound: &Bound, with_reference: bool) -> String {
    let mut out = String::new();
    for metrics in [&Metric::ALL[..FIRST_HALF], &Metric::ALL[FIRST_HALF..]] {
        let mut titles = vec!["algorithm"];
        titles.extend(metrics.iter().map(|metric| metric.title()));
        let with_ratio = metrics.contains(&Metric::Iae);
        if with_ratio {
            titles.push("IAE ÷ bound");
        }
        head(&mut out, &titles);
        for entry in entries {
            let name = entry.contestant.name;
            let own = |metric| reference::metric(name, metric).filter(|_| with_reference);
            let ratio = |iae: Option<Spread>| match iae {
                _ if !with_ratio => None,
                Some(iae) => Some(format!("{:.2}", iae.median / bound.total_k_min())),
                None => Some(NOT_TUNED.to_owned()),
            };
            let measured = metrics.iter().map(|metric| match entry.spread(0, *metric) {
                Some(spread) => judged(spread, own(*metric), metric.digits()),
                None => NOT_TUNED.to_owned(),
            });
            line(&mut out, name, measured.chain(ratio(entry.spread(0, Metric::Iae))));
            if own(Metric::Iae).is_some() {
                let texts = metrics.iter().map(|metric| {
                    own(*metric).map_or(String::new(), |own| own.text(metric.digits()))
                });
                line(&mut out, OWN_CODE, texts.chain(ratio(own(Metric::Iae))));
            }
        }
        out.push('\n');
    }
    out
}

/// How many medians of the peers lie within the range of their own code, and of how many.
#[must_use]
pub fn within(entries: &[Entry]) -> (usize, usize) {
    let mut counts = (0, 0);
    for entry in entries {
        for metric in Metric::ALL {
            let own = reference::metric(entry.contestant.name, metric);
            if let (Some(own), Some(spread)) = (own, entry.spread(0, metric)) {
                counts.0 += usize::from(own.holds(spread.median, metric.digits()));
                counts.1 += 1;
            }
        }
    }
    counts
}

/// The worst of all seeds on every pad.
#[must_use]
pub fn varied(entries: &[Entry], names: &[&str], with_reference: bool) -> String {
    let mut out = String::new();
    let mut titles = vec!["worst overshoot, K (all seeds)"];
    titles.extend(names);
    titles.extend(["worst rebound, any pad", "worst setback undershoot"]);
    titles.push("settled within ±0.5 K (median seed)");
    head(&mut out, &titles);
    for entry in entries {
        let name = entry.contestant.name;
        let pads = 0..names.len();
        let overshoots = pads.clone().map(|pad| overshoot(entry, pad));
        let worst = |metric| {
            let spreads = pads.clone().filter_map(move |pad| entry.spread(pad, metric));
            let worst_k = spreads.map(|it| it.max).reduce(f64::max);
            worst_k.map_or(NOT_TUNED.to_owned(), |it| format!("{it:.2}"))
        };
        let settled = pads.clone().filter_map(|pad| entry.spread(pad, Metric::Settled));
        let settled = settled.filter(|spread| spread.median.is_finite()).count();
        let settled = format!("{settled} of {}", names.len());
        let figures = [worst(Metric::Rebound), worst(Metric::Undershoot), settled];
        line(&mut out, name, overshoots.chain(figures));
        if let Some(own) = reference::varied(name).filter(|_| with_reference) {
            line(&mut out, OWN_CODE, own.into_iter().map(str::to_owned));
        }
    }
    out
}

/// The worst overshoot on this pad.
fn overshoot(entry: &Entry, pad: usize) -> String {
    match (entry.spread(pad, Metric::Rise), entry.spread(pad, Metric::Overshoot)) {
        (Some(rise), Some(it)) if rise.median.is_finite() => format!("{:.2}", it.max),
        (Some(_), Some(_)) => "never reaches".to_owned(),
        _ => NOT_TUNED.to_owned(),
    }
}

/// The median error on every pad over that pad's bound.
#[must_use]
pub fn ratios(title: &str, entries: &[Entry], names: &[&str], bounds: &[Bound]) -> String {
    by_pad(title, entries, names, |entry, pad| {
        Some(entry.spread(pad, Metric::Iae)?.median / bounds[pad].total_k_min())
    })
}

/// When it had settled on every pad, over when it was there first; medians.
#[must_use]
pub fn settled(title: &str, entries: &[Entry], names: &[&str]) -> String {
    by_pad(title, entries, names, |entry, pad| {
        let rise = entry.spread(pad, Metric::Rise)?.median;
        Some(entry.spread(pad, Metric::Settled)?.median / rise)
    })
}

/// One figure of everybody on every pad; none for who was not tuned.
fn by_pad(
    title: &str,
    entries: &[Entry],
    names: &[&str],
    figure: impl Fn(&Entry, usize) -> Option<f64>,
) -> String {
    let mut out = String::new();
    head(&mut out, &[&[title], names].concat());
    for entry in entries {
        let cell = |pad| match figure(entry, pad) {
            Some(it) if it.is_finite() => format!("{it:.2}"),
            Some(_) => "never".to_owned(),
            None => NOT_TUNED.to_owned(),
        };
        line(&mut out, entry.contestant.name, (0..names.len()).map(cell));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_outside_the_range_is_marked() {
        let own = Spread::parse("1.54 (0.92–2.05)");
        let judge = |median| judged(Spread { median, min: 0.5, max: 3.0 }, own, 2);
        assert_eq!(judge(1.0), "1.00 (0.50–3.00)");
        assert_eq!(judge(2.5), "2.50 (0.50–3.00) ✗");
    }

    #[test]
    fn a_table_has_as_many_cells_in_each_row() {
        let bound = Bound { segments_k_min: [43.9, 3.3, 3.3, 5.1], dip_k: 2.18, rebound_k: 2.34 };
        let table = bounds(&["nominal"], &[bound]);
        let cells: Vec<usize> = table.lines().map(|line| line.matches('|').count()).collect();
        assert_eq!(cells, [9, 9, 9]);
        assert!(table.contains("| nominal | 43.9 | 3.3 | 3.3 | 5.1 | **55.6** | 2.18 | 2.34 |"));
    }
}
