//! Who takes part: each with its tuner, if it has one, and what it makes of the gains.

use soothe_therapy::{Heater, RelayKind, TunedPad};

use crate::controller::{Controller, Law, Windowed};
use crate::ours::{Ours, Tuning};
use crate::pad::Pad;
use crate::peers::esphome::Rule;
use crate::peers::{Gains, esphome, kiln, klipper, on_off, simple_pid};
use crate::simulation::{Trace, Tuned, run, tune};

/// One that takes part.
pub struct Contestant {
    /// How `--only` and the files of plots name it.
    pub key: &'static str,
    /// How the tables name it.
    pub name: &'static str,
    prepare: fn(&Pad, u64) -> Option<Prepared>,
}

/// A tuning run, as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct TuningRun {
    /// What was found, with its name.
    pub found: Vec<(&'static str, f64)>,
    /// How long it took, s.
    pub took_s: u32,
    /// The hottest that the surface got, °C.
    pub peak_c: f64,
}

/// Makes a controller that has seen nothing, for a pad.
type Maker = dyn Fn(&Pad) -> Box<dyn Controller>;

/// A contestant that is ready for a pad.
pub struct Prepared {
    /// Its tuning run, if it had one.
    pub tuning: Option<TuningRun>,
    make: Box<Maker>,
}

impl Prepared {
    fn new<C: Controller + 'static>(
        tuning: Option<TuningRun>,
        make: impl Fn(&Pad) -> C + 'static,
    ) -> Self {
        Self { tuning, make: Box::new(move |pad| Box::new(make(pad))) }
    }

    /// Lives through the hour of a pad, which need not be that of the tuning run.
    #[must_use]
    pub fn run(&self, pad: &Pad, seed: u64) -> Trace {
        run(pad, seed, (self.make)(pad).as_mut())
    }
}

impl Contestant {
    /// Tunes on a pad; none when its tuner finds nothing there.
    #[must_use]
    pub fn prepare(&self, pad: &Pad, tuning_seed: u64) -> Option<Prepared> {
        (self.prepare)(pad, tuning_seed)
    }

    /// It never stores what would carry the surface above the ceiling when the blanket comes back.
    #[must_use]
    pub fn keeps_the_ceiling(&self) -> bool {
        self.is_called("soothe") && !self.key.contains("free")
    }

    /// Whether a name of `--only` means it: its key, or the first words of it.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.key == name || self.key.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
    }
}

/// A heater of which nothing is known but its switch.
const fn heater(relay: RelayKind) -> Heater {
    Heater { relay, tuned: None }
}

/// What `soothe tune` finds on a pad, and how, for a heater with this switch; none when it refuses.
fn tuned(pad: &Pad, seed: u64, relay: RelayKind) -> Option<(Heater, TuningRun)> {
    let mut tuner = Tuning::new(pad);
    let run = tune(pad, seed, |at_s, reading_c| tuner.sample(at_s, reading_c))?;
    let found = run.gains?;
    let tuning = TuningRun {
        found: vec![("power, W", found.power_w()), ("mass", found.mass()), ("loss", found.loss())],
        took_s: run.took_s,
        peak_c: run.peak_c,
    };
    Some((Heater { relay, tuned: Some(TunedPad::of(found).proven(true)) }, tuning))
}

/// soothe with what its own tuning found.
fn tuned_ours(pad: &Pad, seed: u64, relay: RelayKind) -> Option<Prepared> {
    let (found, tuning) = tuned(pad, seed, relay)?;
    Some(Prepared::new(Some(tuning), move |pad| Ours::new(pad, found)))
}

/// All, in the order of the tables.
pub const ALL: [Contestant; 21] = [
    Contestant {
        key: "soothe",
        name: "soothe, transistor",
        prepare: |_, _| untuned(|pad| Ours::new(pad, heater(RelayKind::Mosfet))),
    },
    Contestant {
        key: "soothe-relay",
        name: "soothe, mechanical relay",
        prepare: |_, _| untuned(|pad| Ours::new(pad, heater(RelayKind::Mechanical))),
    },
    Contestant {
        key: "soothe-tuned",
        name: "soothe, transistor, tuned",
        prepare: |pad, seed| tuned_ours(pad, seed, RelayKind::Mosfet),
    },
    Contestant {
        key: "soothe-tuned-relay",
        name: "soothe, mechanical relay, tuned",
        prepare: |pad, seed| tuned_ours(pad, seed, RelayKind::Mechanical),
    },
    Contestant {
        key: "soothe-tuned-free",
        name: "soothe, transistor, tuned, no ceiling for what is stored",
        prepare: |pad, seed| {
            let (found, tuning) = tuned(pad, seed, RelayKind::Mosfet)?;
            let make = move |pad: &Pad| Ours::new(pad, found).without_ceiling();
            Some(Prepared::new(Some(tuning), make))
        },
    },
    Contestant {
        key: "soothe-free",
        name: "soothe, transistor, no ceiling for what is stored",
        prepare: |_, _| untuned(|pad| Ours::new(pad, heater(RelayKind::Mosfet)).without_ceiling()),
    },
    Contestant {
        key: "soothe-free-relay",
        name: "soothe, mechanical relay, no ceiling for what is stored",
        prepare: |_, _| {
            untuned(|pad| Ours::new(pad, heater(RelayKind::Mechanical)).without_ceiling())
        },
    },
    Contestant {
        key: "klipper-pid",
        name: "Klipper PID (PID_CALIBRATE)",
        prepare: |pad, seed| Some(klipper(pad, seed)?.with(klipper::Pid::new)),
    },
    Contestant {
        key: "klipper-halved",
        name: "Klipper PID, gains halved (true relay d)",
        prepare: |pad, seed| {
            Some(klipper(pad, seed)?.with(|gains| klipper::Pid::new(gains.times(0.5))))
        },
    },
    Contestant {
        key: "klipper-watermark",
        name: "Klipper watermark (max_delta 2)",
        prepare: |_, _| untuned(|_| klipper::watermark()),
    },
    Contestant {
        key: "esphome-zn-pid",
        name: "ESPHome zn-pid (its default)",
        prepare: |pad, seed| Some(esphome(pad, seed, Rule::ZN_PID)?.with(esphome::Pid::new)),
    },
    Contestant {
        key: "esphome-zn-pi",
        name: "ESPHome zn-pi",
        prepare: |pad, seed| Some(esphome(pad, seed, Rule::ZN_PI)?.with(esphome::Pid::new)),
    },
    Contestant {
        key: "esphome-pessen",
        name: "ESPHome pessen",
        prepare: |pad, seed| Some(esphome(pad, seed, Rule::PESSEN)?.with(esphome::Pid::new)),
    },
    Contestant {
        key: "esphome-some-overshoot",
        name: "ESPHome some-overshoot",
        prepare: |pad, seed| {
            Some(esphome(pad, seed, Rule::SOME_OVERSHOOT)?.with(esphome::Pid::new))
        },
    },
    Contestant {
        key: "esphome-no-overshoot",
        name: "ESPHome no-overshoot",
        prepare: |pad, seed| Some(esphome(pad, seed, Rule::NO_OVERSHOOT)?.with(esphome::Pid::new)),
    },
    Contestant {
        key: "kiln-tuned",
        name: "kiln-controller (kiln-tuner, throttle off)",
        prepare: |pad, seed| Some(kiln(pad, seed)?.with(|gains| kiln::Pid::new(gains, 1.0))),
    },
    Contestant {
        key: "kiln-throttled",
        name: "kiln-controller (default 20% throttle)",
        prepare: |pad, seed| {
            Some(kiln(pad, seed)?.with(|gains| kiln::Pid::new(gains, kiln::SHIPPED_THROTTLE)))
        },
    },
    Contestant {
        key: "kiln-shipped",
        name: "kiln-controller (shipped gains, throttle off)",
        prepare: |_, _| untuned(|_| Windowed::new(kiln::Pid::new(kiln::SHIPPED, 1.0))),
    },
    Contestant {
        key: "simple-pid-klipper",
        name: "simple-pid, Klipper gains",
        prepare: |pad, seed| Some(klipper(pad, seed)?.with(simple_pid::Pid::new)),
    },
    Contestant {
        key: "simple-pid-zn",
        name: "simple-pid, ZN gains (ESPHome Ku,Pu)",
        prepare: |pad, seed| Some(esphome(pad, seed, Rule::ZN_PID)?.with(simple_pid::Pid::new)),
    },
    Contestant {
        key: "on-off",
        name: "on/off 0.5 K (own, 1 Hz)",
        prepare: |_, _| untuned(|_| on_off::thermostat()),
    },
];

/// One that needs no tuning.
fn untuned<C: Controller + 'static>(make: impl Fn(&Pad) -> C + 'static) -> Option<Prepared> {
    Some(Prepared::new(None, make))
}

/// Gains, and the run that found them.
struct Found {
    gains: Gains,
    run: TuningRun,
}

impl Found {
    fn new<G>(tuned: &Tuned<G>, gains: Gains, found: Vec<(&'static str, f64)>) -> Self {
        Self { gains, run: TuningRun { found, took_s: tuned.took_s, peak_c: tuned.peak_c } }
    }

    /// Puts the gains into a law, behind the benchmark's relay.
    fn with<L: Law + 'static>(self, law: impl Fn(Gains) -> L + 'static) -> Prepared {
        Prepared::new(Some(self.run), move |_| Windowed::new(law(self.gains)))
    }
}

fn klipper(pad: &Pad, seed: u64) -> Option<Found> {
    let mut calibration = klipper::Calibration::new(pad.timeline.target_c);
    let tuned = tune(pad, seed, |at_s, reading_c| calibration.sample(at_s, reading_c))?;
    // As Klipper writes them.
    let Gains { kp, ki, kd } = tuned.gains.times(klipper::PARAM_BASE);
    Some(Found::new(&tuned, tuned.gains, vec![("Kp", kp), ("Ki", ki), ("Kd", kd)]))
}

fn esphome(pad: &Pad, seed: u64, rule: Rule) -> Option<Found> {
    let mut tuner = esphome::Autotuner::new(pad.timeline.target_c);
    let tuned = tune(pad, seed, |at_s, reading_c| tuner.sample(at_s, reading_c))?;
    let found = vec![("Ku", tuned.gains.gain), ("Pu, s", tuned.gains.period_s)];
    Some(Found::new(&tuned, rule.gains(tuned.gains), found))
}

fn kiln(pad: &Pad, seed: u64) -> Option<Found> {
    let mut tuner = kiln::Tuner::new(pad.timeline.target_c);
    let tuned = tune(pad, seed, |at_s, reading_c| tuner.sample(at_s, reading_c))?;
    let gains = tuned.gains?;
    let found = vec![("pid_kp", gains.kp), ("pid_ki", 1.0 / gains.ki), ("pid_kd", gains.kd)];
    Some(Found::new(&tuned, gains, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pad::Sensor;

    #[test]
    fn a_name_means_itself_and_what_begins_with_its_words() {
        let called = |name: &str| ALL.iter().filter(|it| it.is_called(name)).count();
        assert_eq!(
            ["soothe", "klipper", "klipper-pid", "esphome", "klip"].map(called),
            [7, 3, 1, 5, 0]
        );
    }

    #[test]
    fn a_pad_that_cannot_reach_the_target_leaves_the_tuners_without_a_result() {
        let weak = Pad::NOMINAL.scaled(1.0, 0.1);
        for contestant in &ALL {
            let found = contestant.prepare(&weak, 1000).map(|it| it.tuning.is_some());
            assert_ne!(found, Some(true), "{}", contestant.name);
        }
    }

    #[test]
    fn whatever_the_pad_the_surface_has_a_temperature() {
        let sensor = Pad::NOMINAL.sensor;
        let with = |sensor| Pad { sensor, ..Pad::NOMINAL };
        let pads = [
            with(Sensor { quantum_k: 5.0, ..sensor }),
            with(Sensor { noise_k: 5.0, ..sensor }),
            with(Sensor { lag_s: 300.0, delay_s: 10.0, ..sensor }),
            Pad { ambient_c: 41.5, ..Pad::NOMINAL },
            Pad { c1_j_k: 5.0, c2_j_k: 5.0, g12_w_k: 20.0, power_w: 200.0, ..Pad::NOMINAL },
            Pad { g2a_w_k: 0.01, g1a_w_k: 0.01, power_w: 200.0, ..Pad::NOMINAL },
        ];
        for pad in pads {
            for contestant in &ALL {
                let Some(prepared) = contestant.prepare(&pad, 1000) else {
                    continue;
                };
                let trace = prepared.run(&pad, 5000);
                let finite = trace.surface_c.iter().all(|c| c.is_finite());
                assert!(finite, "{} on {pad:?}", contestant.name);
            }
        }
    }
}
