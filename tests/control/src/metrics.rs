//! What a run is judged by. All on the true temperature of the surface, at each whole second.

use crate::pad::Pad;
use crate::simulation::Trace;

/// What counts as settled, K.
const SETTLED_K: f64 = 0.5;
/// The steady state is judged over so long before the first event, s.
const STEADY_S: usize = 300;

/// A figure of a run, in the order of the tables. What never happens takes for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Until it is first within 0.5 K of the target, s.
    Rise,
    /// The greatest excess over the target before the blanket is taken off, K.
    Overshoot,
    /// After the last moment before that at which it was more than 0.5 K off, s.
    Settled,
    /// The sum of |error| over the whole time, K·min.
    Iae,
    /// Its part before the blanket is taken off.
    IaeStep,
    /// Its part from there to the setback.
    IaeBlanket,
    /// Its part from the setback on.
    IaeSetback,
    /// From the least to the most in the last 5 min before the blanket is taken off, K.
    Ripple,
    /// The mean error in the same time, K.
    Offset,
    /// Edges of the relay in an hour.
    Switches,
    /// The sum of |error| times the time since the start, before the blanket is taken off, K·min².
    ItaeStep,
    /// How far below the target it gets while the blanket is off, K.
    Dip,
    /// How far above once it is back, K.
    Rebound,
    /// After the last moment before the setback at which it was more than 0.5 K off, from the
    /// blanket's return, s.
    Recovered,
    /// How far below the second set-point it gets, K.
    Undershoot,
    /// After the last moment at which it is more than 0.5 K off, from the setback, s.
    SetbackSettled,
    /// The hottest that the element gets, °C.
    ElementMax,
}

impl Metric {
    /// All, in the order of the tables.
    pub const ALL: [Self; 17] = [
        Self::Rise,
        Self::Overshoot,
        Self::Settled,
        Self::Iae,
        Self::IaeStep,
        Self::IaeBlanket,
        Self::IaeSetback,
        Self::Ripple,
        Self::Offset,
        Self::Switches,
        Self::ItaeStep,
        Self::Dip,
        Self::Rebound,
        Self::Recovered,
        Self::Undershoot,
        Self::SetbackSettled,
        Self::ElementMax,
    ];

    /// What heads its column.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rise => "rise to ±0.5 K, s",
            Self::Overshoot => "overshoot, K",
            Self::Settled => "settled ±0.5 K, s",
            Self::Iae => "IAE, K·min",
            Self::IaeStep => "IAE step",
            Self::IaeBlanket => "IAE blanket",
            Self::IaeSetback => "IAE setback",
            Self::Ripple => "ripple p-p, K",
            Self::Offset => "mean offset, K",
            Self::Switches => "relay edges/h",
            Self::ItaeStep => "ITAE step, K·min²",
            Self::Dip => "blanket dip, K",
            Self::Rebound => "rebound, K",
            Self::Recovered => "recovered after blanket back, s",
            Self::Undershoot => "setback undershoot, K",
            Self::SetbackSettled => "setback settled, s",
            Self::ElementMax => "element max, °C",
        }
    }

    /// How many digits it is told with.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::Rise
            | Self::Settled
            | Self::Switches
            | Self::ItaeStep
            | Self::Recovered
            | Self::SetbackSettled => 0,
            Self::Iae | Self::IaeStep | Self::IaeBlanket | Self::IaeSetback | Self::ElementMax => 1,
            Self::Overshoot
            | Self::Ripple
            | Self::Offset
            | Self::Dip
            | Self::Rebound
            | Self::Undershoot => 2,
        }
    }
}

/// The figures of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics([f64; Metric::ALL.len()]);

impl Metrics {
    /// Judges a trace of a pad's timeline.
    ///
    /// # Panics
    /// When the trace is not as long as the timeline.
    #[must_use]
    pub fn of(trace: &Trace, pad: &Pad) -> Self {
        let timeline = &pad.timeline;
        let [blanket_from, blanket_to, setback_from, end] = [
            timeline.blanket_from_s,
            timeline.blanket_to_s,
            timeline.setback_from_s,
            timeline.end_s,
        ]
        .map(|at_s| at_s as usize);
        // What is asked for at the end itself is what was asked for until then.
        let error_k = |(at_s, surface_c): (usize, &f64)| {
            surface_c - timeline.setpoint_c(u32::try_from(at_s).expect("an hour or two"))
        };
        let errors_k: Vec<f64> = trace.surface_c.iter().enumerate().map(error_k).collect();
        let step = &errors_k[..blanket_from];
        let steady = &step[blanket_from - STEADY_S..];
        let (bare, covered) =
            (&errors_k[blanket_from..blanket_to], &errors_k[blanket_to..setback_from]);
        let setback = &errors_k[setback_from..];
        let iae = [
            iae_k_min(step),
            iae_k_min(&errors_k[blanket_from..setback_from]),
            iae_k_min(&errors_k[setback_from..end]),
        ];
        let rise = step.iter().position(|k| *k >= -SETTLED_K);
        let itae_k_s2: f64 = step.iter().enumerate().map(|(at_s, k)| at_s as f64 * k.abs()).sum();
        let hours = f64::from(timeline.end_s) / 3600.0;
        Self(Metric::ALL.map(|metric| match metric {
            Metric::Rise => rise.map_or(f64::INFINITY, |at_s| at_s as f64),
            Metric::Overshoot => most(step),
            Metric::Settled => settled_s(step),
            Metric::Iae => iae.iter().sum(),
            Metric::IaeStep => iae[0],
            Metric::IaeBlanket => iae[1],
            Metric::IaeSetback => iae[2],
            Metric::Ripple => most(steady) - least(steady),
            Metric::Offset => steady.iter().sum::<f64>() / steady.len() as f64,
            Metric::Switches => f64::from(trace.edges) / hours,
            Metric::ItaeStep => itae_k_s2 / 3600.0,
            Metric::Dip => -least(bare),
            Metric::Rebound => most(covered),
            Metric::Recovered => settled_s(covered),
            Metric::Undershoot => -least(setback),
            Metric::SetbackSettled => settled_s(setback),
            Metric::ElementMax => trace.element_max_c,
        }))
    }

    /// One of the figures.
    #[must_use]
    pub const fn get(&self, metric: Metric) -> f64 {
        // The figures stand in the order in which the metrics are declared.
        self.0[metric as usize]
    }
}

fn iae_k_min(errors_k: &[f64]) -> f64 {
    errors_k.iter().map(|k| k.abs()).sum::<f64>() / 60.0
}

fn most(errors_k: &[f64]) -> f64 {
    errors_k.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn least(errors_k: &[f64]) -> f64 {
    errors_k.iter().copied().fold(f64::INFINITY, f64::min)
}

/// When the error is small for good; never when it is not at the end.
fn settled_s(errors_k: &[f64]) -> f64 {
    match errors_k.iter().rposition(|k| k.abs() > SETTLED_K) {
        None => 0.0,
        Some(last) if last + 1 == errors_k.len() => f64::INFINITY,
        Some(last) => (last + 1) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A trace in which the surface is where `surface_c` says.
    fn metrics(surface_c: impl Fn(usize) -> f64) -> Metrics {
        let trace = Trace {
            surface_c: (0..=3600).map(surface_c).collect(),
            edges: 360,
            element_max_c: 61.5,
            ..Trace::default()
        };
        Metrics::of(&trace, &Pad::NOMINAL)
    }

    fn close(metrics: &Metrics, metric: Metric, expected: f64) {
        let got = metrics.get(metric);
        assert!((got - expected).abs() < 1e-6, "{metric:?} is {got}, not {expected}");
    }

    #[test]
    fn a_perfect_run_has_nothing_but_its_edges() {
        let it = metrics(|at_s| if at_s < 2700 { 42.0 } else { 38.0 });
        close(&it, Metric::Switches, 360.0);
        close(&it, Metric::ElementMax, 61.5);
        for metric in Metric::ALL {
            if metric != Metric::Switches && metric != Metric::ElementMax {
                close(&it, metric, 0.0);
            }
        }
    }

    #[test]
    fn a_ramp_that_overshoots_is_measured_by_hand() {
        // From 22 °C by 0.1 K a second to 43 °C, there for a minute, then 42 °C.
        let it = metrics(|at_s| match at_s {
            0..210 => 22.0 + 0.1 * at_s as f64,
            210..270 => 43.0,
            270..2700 => 42.0,
            _ => 38.0,
        });
        close(&it, Metric::Rise, 195.0);
        close(&it, Metric::Overshoot, 1.0);
        close(&it, Metric::Settled, 270.0);
        let below_k: f64 = (0..200).map(|at_s| 20.0 - 0.1 * f64::from(at_s)).sum();
        let above_k: f64 = (201..210).map(|at_s| 0.1 * f64::from(at_s) - 20.0).sum::<f64>() + 60.0;
        close(&it, Metric::IaeStep, (below_k + above_k) / 60.0);
        close(&it, Metric::Iae, (below_k + above_k) / 60.0);
    }

    #[test]
    fn the_events_are_measured_in_their_own_time() {
        let it = metrics(|at_s| match at_s {
            1500..1510 => 42.3,
            1510..1520 => 41.8,
            1800..2100 => 40.5,
            2100..2160 => 44.0,
            2700..2800 => 37.25,
            0..2700 => 42.0,
            _ => 38.0,
        });
        close(&it, Metric::Ripple, 0.5);
        close(&it, Metric::Offset, (3.0 - 2.0) / 300.0);
        close(&it, Metric::Dip, 1.5);
        close(&it, Metric::Rebound, 2.0);
        close(&it, Metric::Recovered, 60.0);
        close(&it, Metric::IaeBlanket, (300.0 * 1.5 + 60.0 * 2.0) / 60.0);
        close(&it, Metric::Undershoot, 0.75);
        close(&it, Metric::SetbackSettled, 100.0);
        close(&it, Metric::IaeSetback, 1.25);
    }

    #[test]
    fn what_never_happens_takes_for_ever() {
        let it = metrics(|_| 40.0);
        for metric in [Metric::Rise, Metric::Settled, Metric::Recovered, Metric::SetbackSettled] {
            assert_eq!(it.get(metric), f64::INFINITY, "{metric:?}");
        }
        close(&it, Metric::ItaeStep, (0..1800).sum::<usize>() as f64 * 2.0 / 3600.0);
    }
}
