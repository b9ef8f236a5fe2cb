//! The steps of time in which a pad is followed. Readings come nearly once a second, some milliseconds sooner or later;
//! were each of these times another step, all pads that are tried would have to be computed anew for it.

/// So much sooner or later a reading still counts as one that came in time, s: a pad warms by 0.01 K within it.
const JITTER_S: f64 = 0.05;
/// The usual step goes so much of the way to one that did not count.
const FOLLOWS: f64 = 0.25;

/// The usual step, and how much time was left out so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    usual_s: f64,
    owed_s: f64,
}

impl Default for Steps {
    fn default() -> Self {
        Self { usual_s: 1.0, owed_s: 0.0 }
    }
}

impl Steps {
    /// The step to take for what came `dt_s` after the one before: what is left out now is made up for later.
    pub(super) fn take(&mut self, dt_s: f64) -> f64 {
        let due_s = dt_s + self.owed_s;
        let step_s = if (due_s - self.usual_s).abs() <= JITTER_S {
            self.usual_s
        } else {
            let off_s = dt_s - self.usual_s;
            self.usual_s += if off_s.abs() > JITTER_S { off_s } else { FOLLOWS * off_s };
            if due_s > 0.0 { due_s } else { dt_s }
        };
        self.owed_s = due_s - step_s;
        step_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All the steps, how often they changed, and by how much they ever were off.
    fn taken(times_s: impl Iterator<Item = f64>) -> (u32, f64) {
        let (mut steps, mut last_s, mut changed) = (Steps::default(), 1.0, 0);
        let (mut true_s, mut step_s, mut off_s) = (0.0, 0.0, 0.0_f64);
        for dt_s in times_s {
            let it_s = steps.take(dt_s);
            assert!(it_s > 0.0);
            changed += u32::from(it_s != last_s);
            last_s = it_s;
            true_s += dt_s;
            step_s += it_s;
            off_s = off_s.max((true_s - step_s).abs());
        }
        (changed, off_s)
    }

    #[test]
    fn what_comes_a_little_sooner_or_later_is_no_other_step_and_no_time_is_lost() {
        let jitter_s = |i: u32| f64::from(i * 7 % 17) / 1000.0 - 0.008;
        let (changed, off_s) = taken((0..500).map(|i| 1.0 + jitter_s(i + 1) - jitter_s(i)));
        assert!(changed == 0 && off_s < JITTER_S + 1e-9, "{changed} {off_s}");
        let (changed, off_s) = taken((0..500).map(|_| 1.013));
        assert!(changed < 50 && off_s < JITTER_S + 1e-9, "{changed} {off_s}");
        let (_, off_s) = taken((0..500).map(|i| if i % 5 == 0 { 0.004 } else { 0.75 }));
        assert!(off_s < JITTER_S + 1e-9, "{off_s}");
    }
}
