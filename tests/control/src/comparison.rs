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

/// Tunes everybody on the first pad, once for each seed, and runs all of the pads with what was found.
#[must_use]
pub fn compare(contestants: &[&'static Contestant], pads: &[Pad], seeds: u32) -> Vec<Entry> {
    let entry = |contestant: &&'static Contestant| {
        let mut entry =
            Entry { contestant, tunings: Vec::new(), runs: vec![Vec::new(); pads.len()] };
        for (tuning, control) in seeds::tuning(seeds).zip(seeds::control(seeds)) {
            let Some(prepared) = contestant.prepare(&pads[0], tuning) else {
                continue;
            };
            for (runs, pad) in entry.runs.iter_mut().zip(pads) {
                runs.push(Metrics::of(&prepared.run(pad, control), pad));
            }
            entry.tunings.extend(prepared.tuning);
        }
        entry
    };
    contestants.iter().map(entry).collect()
}
