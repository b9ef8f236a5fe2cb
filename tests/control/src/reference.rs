//! What the peers' own code did on the nominal pad: read from `reference.md`.

use crate::metrics::Metric;
use crate::spread::Spread;

const TEXT: &str = include_str!("../reference.md");

/// The cells of the first row that begins with these, after them.
fn row(begins: &[&str], of_table: usize) -> Option<Vec<&'static str>> {
    let tables = TEXT.split("\n## ").skip(1);
    let mut rows = tables.skip(of_table).take(1).flat_map(str::lines);
    rows.find_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells.starts_with(begins).then(|| cells[begins.len()..].to_vec())
    })
}

/// A figure of a tuner's own code.
#[must_use]
pub fn tuning(name: &str, found: &str) -> Option<Spread> {
    Spread::parse(row(&[name, found], 0)?.first()?)
}

/// A metric of a contestant's own code.
#[must_use]
pub fn metric(name: &str, metric: Metric) -> Option<Spread> {
    let cells = [row(&[name], 1)?, row(&[name], 2)?].concat();
    Spread::parse(cells.get(metric as usize)?)
}

/// The row of a contestant's own code on the five pads, as it is printed.
#[must_use]
pub fn varied(name: &str) -> Option<Vec<&'static str>> {
    row(&[name], 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contestant;

    #[test]
    fn every_contestant_but_ours_has_all_its_figures() {
        for it in contestant::ALL.iter().filter(|it| !it.key.starts_with("soothe")) {
            for of in Metric::ALL {
                assert!(metric(it.name, of).is_some(), "{}: {of:?}", it.name);
            }
            assert_eq!(varied(it.name).map(|cells| cells.len()), Some(8), "{}", it.name);
        }
        assert_eq!(metric("soothe", Metric::Rise), None);
    }

    #[test]
    fn the_columns_are_those_of_the_metrics() {
        let heads = [row(&["algorithm"], 1), row(&["algorithm"], 2)].map(|it| it.expect("a head"));
        let titles: Vec<&str> = Metric::ALL.into_iter().map(Metric::title).collect();
        assert_eq!(heads.concat(), titles);
    }
}
