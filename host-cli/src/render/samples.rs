//! States and sessions that the tests of this folder show.

use soothe_wire::record::SessionSummary;
use soothe_wire::{
    EventRecord, FaultStatus, Sensor, SensorFreshness, SessionDetail, SessionStatus, State, Status,
};

fn sensor(reading_c: f64) -> Sensor {
    Sensor { freshness: SensorFreshness::Fresh, reading_c: Some(reading_c), age_s: 0.4 }
}

pub(crate) fn idle_status() -> Status {
    Status {
        version: "0.1.0".to_owned(),
        simulated: true,
        speed: 20,
        seq: 7,
        at_unix_ms: 1_700_000_000_000,
        state: State::Idle,
        session: None,
        last: None,
        fault: None,
        interrupted: None,
        contact: vec![sensor(22.1), sensor(22.0)],
        ambient: sensor(21.9),
        hottest_c: Some(22.1),
        heater_on: false,
        armed: false,
        estop_open: false,
        log_failure: None,
    }
}

pub(crate) fn heating_status() -> Status {
    let session = SessionStatus {
        id: 7,
        site: "left-shoulder".to_owned(),
        site_label: "Left shoulder".to_owned(),
        target_c: 40.0,
        duration_s: 900.0,
        elapsed_s: 300.0,
        remaining_s: 600.0,
        target_reached: false,
        dose_cem43: 0.1213,
        dose_max_cem43: 10.0,
        duty: 0.7,
    };
    Status {
        state: State::Heating,
        session: Some(session),
        hottest_c: Some(38.4),
        heater_on: true,
        armed: true,
        ..idle_status()
    }
}

pub(crate) fn fault() -> FaultStatus {
    FaultStatus {
        kind: "too-hot".to_owned(),
        rule: "HL-H3".to_owned(),
        message: "the contact temperature reached 44 °C (HL-H3, read 44.1 °C)".to_owned(),
        reading_c: Some(44.1),
    }
}

pub(crate) fn summary(outcome: &str) -> SessionSummary {
    SessionSummary {
        id: 7,
        protocol: "heat".to_owned(),
        site: "left-shoulder".to_owned(),
        target_c: 40.0,
        duration_s: 900.0,
        started_unix_ms: 1_700_000_000_000,
        outcome: outcome.to_owned(),
        reason: Some("the planned time was over".to_owned()),
        rule: None,
        elapsed_s: 900.0,
        dose_cem43: 0.2314,
        hottest_c: Some(40.4),
        simulated: true,
    }
}

pub(crate) fn detail(outcome: &str) -> SessionDetail {
    let event = |t_s, kind: &str, message: &str| EventRecord {
        t_s,
        kind: kind.to_owned(),
        message: message.to_owned(),
        rule: None,
    };
    SessionDetail {
        summary: summary(outcome),
        version: "0.1.0".to_owned(),
        events: vec![
            event(0.0, "started", "heat at 40.0 °C for 15 min"),
            event(248.0, "target-reached", "the target was reached"),
            event(900.0, "ended", "the planned time was over"),
        ],
    }
}
