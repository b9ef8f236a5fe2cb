//! The TENS level, pauses and going on, over HTTP.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;

use crate::testing::{Bench, START};

const TENS: &str = r#"{"protocol":"tens-knot","site":"left-calf"}"#;

/// A session whose electrodes lie.
async fn laid() -> Bench {
    let bench = Bench::start();
    let (status, body) = bench.post("/api/v1/session", TENS).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let (status, body) = bench.post("/api/v1/confirm", r#"{"session":1,"prompt":1}"#).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    bench.until_told("a level", |it| it["session"]["phase"]["level"]["level_ma"] == 0).await;
    bench
}

async fn level(bench: &Bench, ma: u8) -> (StatusCode, Value) {
    bench.put("/api/v1/level", &format!(r#"{{"level_ma":{ma},"raise":true}}"#)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn hl_t9_the_level_rises_by_1_ma_and_falls_by_any() {
    let bench = laid().await;
    let (status, body) = level(&bench, 2).await;
    assert_eq!((status, &body["rule"]), (StatusCode::CONFLICT, &"HL-T9".into()), "{body}");
    for ma in 1..=2 {
        tokio::time::sleep(Duration::from_millis(600)).await;
        let (status, body) = level(&bench, ma).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }
    let stimulus = bench.world.levels().stimulus.expect("pulses");
    assert_eq!(stimulus.level_ma(), 2);
    assert!(!bench.world.is_on(), "K1 is open");
    let (_, told) = bench.get("/api/v1/status").await;
    assert_eq!(told["state"], "stimulating");
    // 2 mA of peak current through 2 x 250 µs, 100 times a second.
    assert_eq!(told["session"]["phase"]["level"]["rms_ma"], 0.4472);
    // Whoever wants less gets no more, however old what is shown to them.
    let (status, _) = bench.put("/api/v1/level", r#"{"level_ma":3}"#).await;
    let now_ma = bench.world.levels().stimulus.map(|it| it.level_ma());
    assert_eq!((status, now_ma), (StatusCode::OK, Some(2)));
    let (status, _) = bench.put("/api/v1/level", r#"{"level_ma":0}"#).await;
    assert_eq!((status, bench.world.levels().stimulus), (StatusCode::OK, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_is_none_is_refused_in_words() {
    let bench = Bench::start();
    for bad in ["31", "-1", "1.5", "\"2\"", "null", "256", "1e99"] {
        let (status, body) = bench.put("/api/v1/level", &format!(r#"{{"level_ma":{bad}}}"#)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}: {body}");
    }
    let (status, body) = level(&bench, 1).await;
    assert_eq!((status, &body["detail"]), (StatusCode::CONFLICT, &"no TENS is on".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn hl_t11_pulses_end_in_the_very_cycle_whose_reading_shows_an_electrode_off() {
    let bench = laid().await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(level(&bench, 1).await.0, StatusCode::OK);
    bench.world.electrode_off.store(true, Ordering::SeqCst);
    bench.until("off", |it| it.world.off_after_readings().is_some()).await;
    // The third in a row shows it; the lines are written before the next sample is taken.
    assert_eq!(bench.world.off_after_readings(), Some(3));
    bench
        .until_told("asked again", |it| it["session"]["phase"]["asked"]["kind"] == "electrodes")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hl_s11_a_pause_is_off_and_only_a_person_goes_on() {
    let bench = Bench::start();
    assert_eq!(bench.post("/api/v1/pause", "").await.0, StatusCode::CONFLICT);
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
    bench.until("heat", |it| it.world.heats()).await;
    let (status, told) = bench.post("/api/v1/pause", "").await;
    assert_eq!((status, &told["state"]), (StatusCode::OK, &"paused".into()));
    assert!(!bench.world.heats());
    assert!(told["session"]["phase"]["pause_left_s"].as_f64().is_some_and(|s| s > 299.0));
    let writes = bench.world.writes();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!bench.world.was_on_since(writes));
    assert_eq!(bench.post("/api/v1/resume", "").await.0, StatusCode::OK);
    // HL-H21: the relay closes again only once its 20 s are over.
    bench.until_told("it to go on", |status| status["state"] == "heating").await;
    assert!(!bench.world.heats());
    bench.until_within(Duration::from_secs(25), "heat", |it| it.world.heats()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_is_no_error_where_nothing_runs() {
    let bench = Bench::start();
    assert_eq!(bench.post("/api/v1/heartbeat", "").await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_of_the_button_confirms_what_is_asked() {
    let bench = Bench::start();
    let ice = r#"{"protocol":"ice-10","site":"left-hip"}"#;
    let (status, body) = bench.post("/api/v1/session", ice).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    tokio::time::sleep(Duration::from_millis(1200)).await;
    bench.world.pressed.store(true, Ordering::SeqCst);
    let counts = |it: &Value| {
        let phase = &it["session"]["phase"];
        phase["asked"].is_null() && phase["pack_on"] == true
    };
    bench.until_told("that the pack is on", counts).await;
}
