//! States and sessions that the tests of this folder show.

use soothe_therapy::Profile;
use soothe_wire::record::SessionSummary;
use soothe_wire::{
    CareStatus, ChecklistStatus, EventRecord, FaultStatus, Lines, Phase, PhaseStatus, Relay,
    Sensor, SensorFreshness, SessionDetail, SessionStatus, State, Status,
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
        skin: None,
        hottest_c: Some(22.1),
        heater_on: false,
        armed: false,
        lines: Lines {
            estop_open: false,
            cutout_open: Some(false),
            pad_current: Some(false),
            undervoltage: false,
            guard_lost: false,
        },
        alarm: None,
        pack_left_on: false,
        checklist: ChecklistStatus {
            due: false,
            answered_s_ago: Some(259_200.0),
            valid_for_s: Some(2_332_800.0),
            forbids: Vec::new(),
            forbidding: Vec::new(),
        },
        care: CareStatus::default(),
        sites: Vec::new(),
        record_lost: None,
        relay: Relay { operations: 1234, warn: false },
        profile: "default".to_owned(),
        profile_fixed: false,
        profile_takes: Profile::Default.into(),
        reminders: Vec::new(),
        log_failure: None,
    }
}

fn heating_phase() -> PhaseStatus {
    let phase = Phase {
        kind: "heat".to_owned(),
        target_c: Some(40.0),
        duration_s: 900.0,
        until_normal: false,
        tens: None,
        exercise: None,
    };
    PhaseStatus {
        number: 1,
        of: 1,
        phase,
        left_s: Some(600.0),
        say: None,
        asked: None,
        pack_on: false,
        analgesia: false,
        awaits_pad: false,
        awaits_break: false,
        level: None,
        pause_left_s: None,
        next: None,
    }
}

pub(crate) fn heating_status() -> Status {
    let session = SessionStatus {
        id: 7,
        protocol: "heat".to_owned(),
        site: "left-shoulder".to_owned(),
        site_label: "Left shoulder".to_owned(),
        target_c: Some(40.0),
        duration_s: 900.0,
        phase: heating_phase(),
        elapsed_s: 300.0,
        remaining_s: 600.0,
        target_reached: false,
        dose_cem43: 0.1213,
        dose_max_cem43: 10.0,
        dose_before_cem43: 1.5,
        day_dose_max_cem43: 20.0,
        duty: 0.7,
        ahead: None,
        misfit: None,
        asks_in_s: Some(300.0),
        answer_within_s: None,
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
        message: "the contact temperature reached 44 °C (the hottest read 44.1 °C)".to_owned(),
        limit: "44.0 °C".to_owned(),
        reading: "44.1 °C".to_owned(),
        advice: "Take the pad off and look at the skin.".to_owned(),
        unplug: false,
        opens: "when the cause is gone and a person has cleared the fault".to_owned(),
        latched_unix_ms: Some(1_700_000_000_000),
    }
}

pub(crate) fn summary(outcome: &str) -> SessionSummary {
    SessionSummary {
        id: 7,
        protocol: "heat".to_owned(),
        site: "left-shoulder".to_owned(),
        target_c: Some(40.0),
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
