//! Everybody on every pad, with every seed.

use crate::contestant::{Contestant, TuningRun};
use crate::metrics::{Metric, Metrics};
use crate::pad::Pad;
use crate::seeds;
use crate::spread::Spread;

/// What one contestant did.
pub struct Entry {
    /// Who.
    pub contestant: &'static Contestant,
    /// Its tuning runs, those that found something.
    pub tunings: Vec<TuningRun>,
    /// The figures of its runs, pad by pad.
    runs: Vec<Vec<Metrics>>,
}

impl Entry {
    /// A metric over the seeds on one of the pads; none when no tuning run found anything.
    #[must_use]
    pub fn spread(&self, pad: usize, metric: Metric) -> Option<Spread> {
        Spread::of(self.runs[pad].iter().map(|metrics| metrics.get(metric)))
    }
}

/// On which pad everybody is tuned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TunedOn {
    /// On the first one only: the others are as new to them.
    TheFirst,
    /// On each before it is run.
    Each,
}

/// Tunes everybody, once for each seed, and runs all of the pads with what was found.
#[must_use]
pub fn compare(
    contestants: &[&'static Contestant],
    pads: &[Pad],
    seeds: u32,
    tuned_on: TunedOn,
) -> Vec<Entry> {
    let entry = |contestant: &&'static Contestant| {
        let mut entry =
            Entry { contestant, tunings: Vec::new(), runs: vec![Vec::new(); pads.len()] };
        for (tuning, control) in seeds::tuning(seeds).zip(seeds::control(seeds)) {
            let mut prepared = None;
            for (i, (runs, pad)) in entry.runs.iter_mut().zip(pads).enumerate() {
                if i == 0 || tuned_on == TunedOn::Each {
                    prepared = contestant.prepare(pad, tuning);
                    entry.tunings.extend(prepared.iter().filter_map(|it| it.tuning.clone()));
                }
                runs.extend(prepared.iter().map(|it| Metrics::of(&it.run(pad, control), pad)));
            }
        }
        entry
    };
    contestants.iter().map(entry).collect()
}
