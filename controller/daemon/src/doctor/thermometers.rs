//! The thermometers: what each tells, and whether the two between pad and skin agree.

use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use soothe_rig::{Probe, ProbeId, RigError, w1};
use soothe_therapy::checkup::{self, Checkup};
use soothe_therapy::{Celsius, ProbeError, RawReading};
use soothe_wire::status::{Sensor, SensorFreshness};

use super::finding::Finding;
use super::host::Host;
use super::service::Told;
use crate::backend;
use crate::clock::Clock;
use crate::config::{Build, ProbeIds};

/// How often each thermometer is read.
const READINGS: usize = 5;

/// What each thermometer is for.
pub(super) fn roles(ids: &ProbeIds) -> Vec<(&'static str, &ProbeId)> {
    let [first, second] = &ids.contact;
    let skin = ids.skin.iter().map(|id| ("skin", id));
    [("contact 1", first), ("contact 2", second), ("ambient", &ids.ambient)]
        .into_iter()
        .chain(skin)
        .collect()
}

/// The thermometers as the daemon has them.
pub(super) fn told(ids: &ProbeIds, status: &Told) -> Vec<Finding> {
    let sensors = status.contact.iter().chain([&status.ambient]).chain(&status.skin);
    let told = |((role, id), sensor): ((&str, &ProbeId), &Sensor)| {
        let says = |what: String| format!("{role} ({id}): {what}");
        match (sensor.freshness, sensor.reading_c) {
            (SensorFreshness::Fresh, Some(t)) => {
                Finding::ok("sensors", says(format!("{t:.1} °C, {:.1} s old", sensor.age_s)))
            }
            (SensorFreshness::Ageing, _) | (SensorFreshness::Lost, _) | (_, None) => {
                Finding::wrong(
                    "sensors",
                    says(
                        "the daemon has no fresh reading of it (HL-H12): is it plugged in?"
                            .to_owned(),
                    ),
                )
            }
        }
    };
    roles(ids).into_iter().zip(sensors).map(told).collect()
}

pub(super) fn findings(host: &Host, build: &Build, clock: Clock) -> Vec<Finding> {
    const CHECK: &str = "sensors";
    let on_bus = w1::sensors(&host.path(w1::W1_ROOT)).unwrap_or_default();
    let Some(ids) = &build.probes else {
        let found: Vec<String> = on_bus.iter().map(ToString::to_string).collect();
        let found = if found.is_empty() {
            "none is on 1-Wire".to_owned()
        } else {
            format!("on 1-Wire are {}", found.join(", "))
        };
        return vec![
            Finding::wrong(CHECK, format!("no thermometer is named in [probes]; {found}"))
                .mend("sudo soothe doctor --wiring     # finds out which is which"),
        ];
    };
    let all: Vec<&ProbeId> = roles(ids).into_iter().map(|it| it.1).collect();
    let read = read_all(host, &all, clock);
    let found: Vec<Checkup> =
        read.iter().map(|it| it.as_ref().map_or(Checkup::Unread, |it| Checkup::of(it))).collect();
    let mut findings: Vec<Finding> = roles(ids)
        .into_iter()
        .zip(&read)
        .zip(&found)
        .map(|(((role, id), read), found)| match read {
            Ok(_) => judged(role, id, found),
            Err(error) => Finding::wrong(CHECK, format!("{role} ({id}): {error}")),
        })
        .collect();
    findings.extend(agreement(&found));
    let strangers = on_bus.iter().filter(|id| !ids.one_wire().any(|it| it == *id));
    findings
        .extend(strangers.map(|id| {
            Finding::look(CHECK, format!("{id} is on 1-Wire and not named in [probes]"))
        }));
    findings
}

/// What the check-up of one says.
fn judged(role: &str, id: &ProbeId, found: &Checkup) -> Finding {
    const CHECK: &str = "sensors";
    let says = |what: String| format!("{role} ({id}): {what}");
    match found {
        Checkup::Well { mean, scatter } => {
            Finding::ok(CHECK, says(format!("{:.2} °C, steady within {:.2} K", mean.get(), scatter.get())))
        }
        Checkup::Restless { mean, scatter } => Finding::look(
            CHECK,
            says(format!(
                "{:.2} °C, but {:.2} K between its lowest and its highest of {READINGS}: leave it alone and ask again; a loose \
                 wire or one beside the pad's makes it jump",
                mean.get(),
                scatter.get()
            )),
        ),
        Checkup::Seldom => Finding::wrong(CHECK, says("it is read every 2 s at most (HL-H12): it needs a bus of its own".to_owned())),
        Checkup::WokeUp => Finding::wrong(
            CHECK,
            says("85 °C, with which a DS18B20 wakes: it loses its supply, or has two wires instead of three".to_owned()),
        ),
        Checkup::Implausible(t) => Finding::wrong(CHECK, says(format!("{} °C, which is no temperature of a pad or a room", t.get()))),
        Checkup::Fails { failed, of, last } => {
            Finding::wrong(CHECK, says(format!("{failed} of {of} readings failed, the last because {}", why(*last))))
        }
        Checkup::Unread => Finding::unseen(CHECK, says("it was not read".to_owned())),
    }
}

const fn why(error: ProbeError) -> &'static str {
    match error {
        ProbeError::Missing => "it is not there: unplugged, another id, or its wire is broken",
        ProbeError::Checksum => {
            "its check-sum was wrong: a long or disturbed wire, a missing 4.7 kΩ pull-up"
        }
        ProbeError::Garbled => {
            "what it says is no temperature: data shorted to 0 V, or another kind of chip"
        }
        ProbeError::Bus => "its bus does not work",
    }
}

fn agreement(found: &[Checkup]) -> Option<Finding> {
    let (Some(first), Some(second)) = (found.first()?.mean(), found.get(1)?.mean()) else {
        return None;
    };
    let apart = (first - second).abs().get();
    Some(if checkup::agree(first, second) {
        Finding::ok("sensors", format!("the contact sensors agree within {apart:.2} K"))
    } else {
        let says = format!(
            "the contact sensors are {apart:.1} K apart: heat would end for it (HL-H13). Lay them side by side for some minutes and \
             ask again; then sort out the one that is wrong"
        );
        Finding::wrong("sensors", says)
    })
}

/// Reads some thermometers side by side, each [`READINGS`] times.
fn read_all(host: &Host, ids: &[&ProbeId], clock: Clock) -> Vec<Result<Vec<RawReading>, RigError>> {
    let readings = |mut probe: Box<dyn Probe>| {
        let read = |_| {
            let began = clock.now();
            let outcome = probe.read();
            let rest = host.reads_every.saturating_sub(clock.now().since(began));
            thread::sleep(Duration::from_millis(rest.as_ms()));
            RawReading { began, outcome }
        };
        (0..READINGS).map(read).collect()
    };
    side_by_side(host, ids, |probe| probe.map(readings))
}

/// One reading of each, side by side; none of one that gives none.
pub(super) fn read_once(host: &Host, ids: &[ProbeId]) -> Vec<Option<Celsius>> {
    side_by_side(host, &ids.iter().collect::<Vec<_>>(), |probe| probe.ok()?.read().ok())
}

/// Does the same with each thermometer, in a thread each: a reading may take a second.
fn side_by_side<T: Send>(
    host: &Host,
    ids: &[&ProbeId],
    with: impl Fn(Result<Box<dyn Probe>, RigError>) -> T + Sync,
) -> Vec<T> {
    let root = host.path(w1::W1_ROOT);
    let one = |id| with(backend::open_probe(id, &root));
    thread::scope(|scope| {
        let threads: Vec<_> = ids.iter().map(|id| scope.spawn(|| one(id))).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|it| it.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}
