//! Every refusal as a client sees it, on the real router.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::Door;
use super::openapi::description;
use crate::testing::{Bench, START, read};

fn problem(kind: &str, status: u16, title: &str, detail: &str) -> Value {
    json!({"type": kind, "status": status, "title": title, "detail": detail})
}

fn invalid(detail: &str) -> Value {
    problem("invalid-request", 400, "The request cannot be understood", detail)
}

/// Beyond `limit`, whatever the state of the device.
fn beyond(detail: &str, rule: &str, [limit, reading]: [&str; 2]) -> Value {
    let mut it = problem("limit", 422, "Outside what is accepted", detail);
    for (field, value) in [("rule", rule), ("limit", limit), ("reading", reading)] {
        it[field] = json!(value);
    }
    it
}

/// Refused by the state of the device; `why` is the rule, its limit and the reading, where one refuses.
fn refused(detail: &str, why: Option<[&str; 3]>, opens: &str) -> Value {
    let mut it = problem("refused", 409, "The device declines", detail);
    it["opens"] = json!(opens);
    for (field, value) in ["rule", "limit", "reading"].into_iter().zip(why.into_iter().flatten()) {
        it[field] = json!(value);
    }
    it
}

/// Sends a start and asserts that it is answered so, with nothing energised.
async fn check(bench: &Bench, body: &str, expected: Value) {
    let writes = bench.world.writes();
    let (status, answer) = bench.post("/api/v1/session", body).await;
    assert_eq!(answer, expected, "{body}");
    assert_eq!(u64::from(status.as_u16()), expected["status"].as_u64().unwrap());
    tokio::time::sleep(Duration::from_millis(120)).await;
    assert!(!bench.world.was_on_since(writes), "energised by {body}");
}

fn start(target_c: &str, duration_s: &str, site: &str) -> String {
    format!(
        r#"{{"protocol":"heat","target_c":{target_c},"duration_s":{duration_s},"site":"{site}"}}"#
    )
}

#[tokio::test]
async fn a_target_beyond_the_limits_is_refused_with_its_rule() {
    let bench = Bench::start();
    for target in ["29.9", "42.1", "-40", "0"] {
        let c: f64 = target.parse().unwrap();
        let detail = format!("target {c} °C is not accepted: give 30.0 to 42.0 °C");
        let grounds = ["30.0 to 42.0 °C", &format!("{c} °C")];
        let expected = beyond(&detail, "HL-H1", grounds);
        check(&bench, &start(target, "900", "left-calf"), expected).await;
    }
    let detail = "target 104 °C is not accepted: give 30.0 to 42.0 °C \
                  (did you mean 104 °F? that is 40.0 °C)";
    let expected = beyond(detail, "HL-H1", ["30.0 to 42.0 °C", "104 °C"]);
    check(&bench, &start("104", "900", "left-calf"), expected).await;
}

#[tokio::test]
async fn minutes_beyond_the_limits_are_refused_with_their_rule() {
    let bench = Bench::start();
    for (target, seconds, grounds, detail) in [
        (
            "40",
            "0",
            ["1 to 30 min", "0 s"],
            "a heat phase of 0 s is not accepted: give 1 to 30 min at this target \
             (30 min up to 40.0 °C, 20 min above)",
        ),
        (
            "42",
            "1210",
            ["1 to 20 min", "20 min 10 s"],
            "a heat phase of 20 min 10 s is not accepted: give 1 to 20 min at this target \
             (30 min up to 40.0 °C, 20 min above)",
        ),
    ] {
        let expected = beyond(detail, "HL-H7", grounds);
        check(&bench, &start(target, seconds, "left-calf"), expected).await;
    }
}

#[tokio::test]
async fn an_unknown_site_is_refused_with_all_that_are_known() {
    let bench = Bench::start();
    let (status, answer) = bench.post("/api/v1/session", &start("40", "900", "head")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = answer["detail"].as_str().unwrap();
    assert!(detail.starts_with("site `head`: unknown site; accepted are left-neck, "), "{detail}");
    assert!(!bench.world.is_on());
}

#[tokio::test]
async fn what_is_not_the_json_that_is_wanted_is_refused_with_line_and_column() {
    let bench = Bench::start();
    for (body, detail) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{", "EOF while parsing an object at line 1 column 1"),
        (r#"{"protocol":"heat"}"#, "missing field `site` at line 1 column 19"),
        (
            "{\"protocol\":\"heat\",\n\"tarqet_c\":40}",
            "unknown field `tarqet_c`, expected one of `protocol`, `target_c`, `duration_s`, \
             `site`, `text` at line 2 column 10",
        ),
        (r#"{"protocol":7}"#, "invalid type: integer `7`, expected a string at line 1 column 13"),
        (&start("NaN", "900", "left-calf"), "expected value at line 1 column 31"),
        (&start("1e999", "900", "left-calf"), "number out of range at line 1 column 35"),
        (
            &start("40", "-5", "left-calf"),
            "invalid value: floating point `-5.0`, expected a whole number of seconds, 0 or more \
             at line 1 column 48",
        ),
        (
            &start("40", "90.5", "left-calf"),
            "invalid value: floating point `90.5`, expected a whole number of seconds, 0 or more \
             at line 1 column 50",
        ),
    ] {
        check(&bench, body, invalid(&format!("the body is not accepted: {detail}"))).await;
    }
}

#[tokio::test]
async fn hl_s4_a_body_that_does_not_arrive_starts_nothing() {
    let bench = Bench::start();
    let never = futures_util::stream::pending::<Result<Bytes, std::convert::Infallible>>();
    let request = Request::post("/api/v1/session").header("content-type", "application/json");
    let answer = bench.send(request.body(Body::from_stream(never)).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(!bench.world.is_on());
}

#[tokio::test]
async fn a_request_with_two_names_or_a_foreign_target_is_refused() {
    let bench = Bench::start();
    let twice = Request::post("/api/v1/session").header("host", "localhost");
    let twice = twice.header("host", "evil.example").body(Body::empty()).unwrap();
    let absolute = Request::post("http://evil.example/api/v1/session").header("host", "localhost");
    let absolute = absolute.body(Body::empty()).unwrap();
    for request in [twice, absolute] {
        assert_eq!(bench.send(request).await.status(), StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn only_a_json_object_is_taken_although_serde_would_take_a_list() {
    let bench = Bench::start();
    for body in [r#"["heat",40,900,"left-calf"]"#, "7", "null"] {
        let detail = "the body is not accepted: it must be a JSON object, `{..}`";
        check(&bench, body, invalid(detail)).await;
    }
}

#[tokio::test]
async fn a_whole_number_with_a_fraction_of_zero_is_accepted() {
    let bench = Bench::start();
    let (status, _) = bench.post("/api/v1/session", &start("40", "900.0", "left-calf")).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_body_of_the_wrong_type_or_size_is_refused() {
    let bench = Bench::start();
    let request = Request::post("/api/v1/session").header(header::CONTENT_TYPE, "text/plain");
    let (status, answer) = read(bench.send(request.body(START.into()).unwrap()).await).await;
    let detail = "the request has `text/plain`; `content-type: application/json` is accepted";
    assert_eq!(answer, problem("unsupported-media-type", 415, "The body is not JSON", detail));
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let request = Request::post("/api/v1/session").body(START.into()).unwrap();
    let (_, answer) = read(bench.send(request).await).await;
    let detail = "the request has no content type; `content-type: application/json` is accepted";
    assert_eq!(answer["detail"], detail);

    let long = format!("{START}{}", " ".repeat(20_000));
    let detail = "the body is too large; at most 16 KiB are accepted";
    check(&bench, &long, problem("too-large", 413, "The request is too large", detail)).await;
}

#[tokio::test]
async fn a_second_start_is_refused_while_one_runs() {
    let bench = Bench::start();
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
    let (status, answer) = bench.post("/api/v1/session", START).await;
    let detail = "session 1 is running; stop it first";
    assert_eq!(answer, refused(detail, None, "when the running session has ended or was stopped"));
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(bench.world.is_on(), "the first one goes on");
    let (_, list) = bench.get("/api/v1/sessions").await;
    assert_eq!(list["total"], 1, "the second one left no row");
}

#[tokio::test]
async fn what_the_world_does_not_allow_is_refused_with_its_rule_and_when_it_opens() {
    let bench = Bench::start();
    let set = async |c: f64, room: f64| {
        *bench.world.contact_c.lock().unwrap() = c;
        *bench.world.room_c.lock().unwrap() = room;
        let read = |status: &Value| {
            status["contact"][0]["reading_c"] == c && status["ambient"]["reading_c"] == room
        };
        bench.until_told("these readings", read).await;
    };
    set(39.0, 22.0).await;
    let detail = "the pad is at 39.0 °C; 10.0 °C to 38.0 °C is accepted";
    let opens = "when the pad is between 10 and 38 °C";
    let why = ["HL-H22", "10.0 to 38.0 °C", "39.0 °C"];
    check(&bench, START, refused(detail, Some(why), opens)).await;
    set(25.0, 5.0).await;
    let detail = "the room is at 5.0 °C; 10.0 °C to 35.0 °C is accepted";
    let opens = "when the room is between 10 and 35 °C";
    let why = ["HL-H22", "10.0 to 35.0 °C", "5.0 °C"];
    check(&bench, START, refused(detail, Some(why), opens)).await;
    let (_, list) = bench.get("/api/v1/sessions").await;
    assert_eq!(list["total"], 0, "a refused start left a row");
}

#[tokio::test]
async fn refusals_do_not_fill_the_log() {
    let bench = Bench::start();
    *bench.world.contact_c.lock().unwrap() = 39.0;
    bench.until_told("39 °C", |status| status["contact"][0]["reading_c"] == 39.0).await;
    let log = rusqlite::Connection::open(bench.folder.path().join("log.db")).unwrap();
    let count = |sql| log.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
    for _ in 0..5 {
        assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CONFLICT);
    }
    assert_eq!(count("SELECT count(*) FROM events"), 1, "each refusal is recorded");
    assert_eq!(count("SELECT count(*) FROM sessions"), 0);
    *bench.world.contact_c.lock().unwrap() = 25.0;
    bench.until_told("25 °C", |status| status["contact"][0]["reading_c"] == 25.0).await;
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
    let changes = || log.query_row("PRAGMA data_version", (), |row| row.get::<_, i64>(0)).unwrap();
    let mut untouched = 0;
    for _ in 0..20 {
        let before = changes();
        assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CONFLICT);
        untouched += i32::from(changes() == before);
    }
    assert!(untouched >= 15, "only the curve is written: {untouched} of 20 refusals wrote nothing");
}

#[tokio::test]
async fn streams_leave_room_for_others_and_none_takes_the_place_of_a_stop() {
    let bench = Bench::start();
    let stream = async |door: Door| {
        let mut request = Request::get("/api/v1/events").body(Body::empty()).unwrap();
        request.extensions_mut().insert(door);
        bench.send(request).await
    };
    let mut open = Vec::new();
    loop {
        let response = stream(Door::Network).await;
        if response.status() != StatusCode::OK {
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            break;
        }
        open.push(response);
    }
    assert_eq!(open.len(), 224);
    assert_eq!(stream(Door::Local).await.status(), StatusCode::OK, "this machine has its own door");
    open.pop();
    assert_eq!(stream(Door::Brief).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stream(Door::Network).await.status(), StatusCode::OK, "a place that was left");
}

#[tokio::test]
async fn an_open_estop_is_a_latched_fault_with_its_name() {
    let bench = Bench::start();
    bench.world.estop_open.store(true, Ordering::SeqCst);
    bench.until_told("the fault", |status| status["state"] == "fault").await;
    let mut expected = refused(
        "a fault is latched: the e-stop was opened",
        Some(["HL-S5", "closed", "open"]),
        "when the cause is gone and a person has cleared the fault",
    );
    expected["fault"] = json!("e-stop");
    check(&bench, START, expected).await;
}

#[tokio::test]
async fn an_interrupted_session_is_shown_and_must_be_acknowledged_before_the_next() {
    let bench = Bench::start();
    bench.post("/api/v1/session", START).await;
    let copy = tempfile::tempdir().unwrap();
    for name in ["log.db", "log.db-wal", "log.db.keep"] {
        std::fs::copy(bench.folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let bench = Bench::start_in(copy, None);
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!((&status["state"], &status["interrupted"]["id"]), (&json!("idle"), &json!(1)));
    let detail = "session 1 was cut off before its end, and nobody has said yet that skin, pad and cable \
                  were looked at";
    let opens = "when a person has looked at skin, pad and cable, and cleared the notice";
    let mut expected = refused(detail, None, opens);
    expected["rule"] = json!("HL-S6");
    check(&bench, START, expected).await;
    let (status, after) = bench.post("/api/v1/clear", "").await;
    assert_eq!((status, &after["interrupted"]), (StatusCode::OK, &Value::Null));
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn hl_s6_an_interrupted_session_that_the_log_lost_is_shown_and_can_be_acknowledged() {
    let bench = Bench::start();
    bench.post("/api/v1/session", START).await;
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(bench.folder.path().join("log.db.keep"), copy.path().join("log.db.keep"))
        .unwrap();
    let bench = Bench::start_in(copy, None);
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!(status["interrupted"]["id"], json!(1));
    assert_eq!(bench.post("/api/v1/session", START).await.1["rule"], json!("HL-S6"));
    let (status, after) = bench.post("/api/v1/clear", "").await;
    assert_eq!((status, &after["interrupted"]), (StatusCode::OK, &Value::Null));
    let bench = Bench::start_in(bench.shut_down().await, None);
    assert_eq!(bench.get("/api/v1/status").await.1["interrupted"], Value::Null);
}

/// Answers the check-list.
async fn answer(bench: &Bench, body: &str) -> (StatusCode, Value) {
    let request =
        Request::put("/api/v1/checklist").header(header::CONTENT_TYPE, "application/json");
    read(bench.send(request.body(body.to_owned().into()).unwrap()).await).await
}

#[tokio::test]
async fn hl_s7_a_yes_forbids_heat_with_its_reason_until_the_list_is_answered_anew() {
    let bench = Bench::start();
    let (_, list) = bench.get("/api/v1/checklist").await;
    let conditions = list["conditions"].as_array().unwrap();
    assert_eq!(conditions.len(), soothe_therapy::checklist::Condition::ALL.len());
    assert!(conditions.iter().all(|it| it["name"].is_string() && it["text"].is_string()));
    assert_eq!((&list["due"], &list["forbidding"]), (&json!(false), &json!([])));

    let (status, list) = answer(&bench, r#"{"yes":["skin","drugs","skin"]}"#).await;
    assert_eq!((status, &list["due"]), (StatusCode::OK, &json!(false)));
    assert_eq!(list["forbids"], json!(["heat", "cold", "tens"]));
    let names = |list: &Value| {
        let all = list["forbidding"].as_array().unwrap();
        all.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&list), ["skin", "drugs"]);
    let both = "an open wound, rash, damaged or scarred skin in the area; alcohol, sedatives, pain or \
                sleep medication today";
    let (detail, reading) =
        (format!("the check-list forbids heat: {both}"), format!("yes to: {both}"));
    let why = ["HL-S7", "no to every condition that forbids it", &reading];
    let opens = "when the check-list is answered again and nothing on it forbids this";
    check(&bench, START, refused(&detail, Some(why), opens)).await;

    let (_, list) = answer(&bench, r#"{"yes":[]}"#).await;
    assert_eq!((&list["due"], &list["valid_for_s"]), (&json!(false), &json!(2_592_000.0)));
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn hl_s7_answers_that_the_log_did_not_take_count_and_while_it_fails_more_are_declined() {
    let bench = Bench::start();
    let (log, away) = (bench.folder.path().join("log.db"), bench.folder.path().join("away.db"));
    std::fs::rename(&log, &away).unwrap();
    for (name, kind) in [("skin", "not-recorded"), ("drugs", "log-failed"), ("drugs", "log-failed")]
    {
        let (status, problem) = answer(&bench, &format!(r#"{{"yes":["{name}"]}}"#)).await;
        let declined = (StatusCode::SERVICE_UNAVAILABLE, &json!(kind));
        assert_eq!((status, &problem["type"]), declined);
    }
    bench.until_told("the failure", |status| status["log_failure"].is_string()).await;
    std::fs::rename(&away, &log).unwrap();
    bench.until_told("that the log works", |status| status["log_failure"].is_null()).await;
    let (_, list) = bench.get("/api/v1/checklist").await;
    assert_eq!(list["forbidding"].as_array().unwrap().len(), 1);
    assert_eq!(list["forbidding"][0]["name"], json!("skin"), "only what made the log fail waited");
}

#[tokio::test]
async fn answers_that_are_not_understood_change_nothing() {
    let bench = Bench::start();
    for (body, said) in [
        (r#"{"yes":["skin","itch"]}"#, "there is no condition `itch`; accepted are numbness, "),
        (r#"{"yes":"skin"}"#, "the body is not accepted: invalid type: string"),
        (r#"{"no":[]}"#, "the body is not accepted: unknown field `no`, expected `yes`"),
        ("[]", "the body is not accepted: it must be a JSON object"),
        ("", "the body is not accepted: EOF while parsing"),
    ] {
        let (status, problem) = answer(&bench, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert!(problem["detail"].as_str().unwrap().starts_with(said), "{problem}");
    }
    assert_eq!(bench.get("/api/v1/checklist").await.1["forbidding"], json!([]));
}

#[tokio::test]
async fn a_sign_is_taken_at_any_time_and_stands_in_the_log_of_its_session() {
    let bench = Bench::start();
    let (status, after) = bench.post("/api/v1/present", "").await;
    assert_eq!((status, &after["state"]), (StatusCode::OK, &json!("idle")));
    bench.post("/api/v1/session", START).await;
    let asks_in_s = |status: &Value| status["session"]["asks_in_s"].as_f64().unwrap();
    bench.until_told("that time goes by", |status| asks_in_s(status) < 600.0).await;
    let (_, after) = bench.post("/api/v1/present", "").await;
    assert_eq!(asks_in_s(&after), 600.0);
    assert_eq!(after["session"]["answer_within_s"], Value::Null);
    let (_, detail) = bench.get("/api/v1/sessions/1").await;
    let kinds: Vec<_> = detail["events"].as_array().unwrap().iter().map(|e| &e["kind"]).collect();
    assert_eq!(kinds, ["started", "present"]);
}

#[tokio::test]
async fn only_the_fault_that_was_shown_is_cleared() {
    let bench = Bench::start();
    bench.world.estop_open.store(true, Ordering::SeqCst);
    bench.until_told("the fault", |status| status["fault"]["kind"] == "e-stop").await;
    let (_, status) = bench.get("/api/v1/status").await;
    let fault = &status["fault"];
    assert_eq!((&fault["limit"], &fault["reading"]), (&json!("closed"), &json!("open")));
    assert_eq!((&fault["rule"], &fault["unplug"]), (&json!("HL-S5"), &json!(false)));
    assert!(fault["advice"].as_str().unwrap().contains("Release the e-stop"), "{fault}");
    let age_ms =
        status["at_unix_ms"].as_i64().unwrap() - fault["latched_unix_ms"].as_i64().unwrap();
    assert!((0..5000).contains(&age_ms), "{fault}");

    bench.world.estop_open.store(false, Ordering::SeqCst);
    bench.until_told("it is closed", |status| status["lines"]["estop_open"] == false).await;
    let (status, problem) = bench.post("/api/v1/clear", r#"{"fault":"too-hot"}"#).await;
    assert_eq!((status, &problem["fault"]), (StatusCode::CONFLICT, &json!("e-stop")));
    let detail = "another fault is latched by now: the e-stop was opened";
    assert_eq!(problem["detail"], detail);
    let (status, problem) = bench.post("/api/v1/clear", r#"{"fault":"hiccup"}"#).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let said = "there is no fault `hiccup`; accepted are stayed-hot, ";
    assert!(problem["detail"].as_str().unwrap().starts_with(said), "{problem}");
    let (status, after) = bench.post("/api/v1/clear", r#"{"fault":"e-stop"}"#).await;
    assert_eq!((status, &after["fault"]), (StatusCode::OK, &Value::Null));
}

#[tokio::test]
async fn a_clear_may_say_nothing_but_no_nonsense() {
    let bench = Bench::start();
    for body in ["", "{}", r#"{"fault":null}"#] {
        assert_eq!(bench.post("/api/v1/clear", body).await.0, StatusCode::OK, "{body}");
    }
    for body in ["[]", "{", r#"{"falt":"too-hot"}"#] {
        assert_eq!(bench.post("/api/v1/clear", body).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
    let plain = Request::post("/api/v1/clear").body("{}".into()).unwrap();
    assert_eq!(bench.send(plain).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn hl_s8_a_lost_record_is_given_up_only_at_the_device() {
    let bench = Bench::start();
    let forget = async |door: Door| {
        let mut request = Request::post("/api/v1/forget-loss").body(Body::empty()).unwrap();
        request.extensions_mut().insert(door);
        read(bench.send(request).await).await
    };
    for door in [Door::Network, Door::Brief] {
        let (status, problem) = forget(door).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert_eq!((&problem["type"], &problem["rule"]), (&json!("only-here"), &json!("HL-S8")));
    }
    let (status, after) = forget(Door::Local).await;
    assert_eq!((status, &after["record_lost"]), (StatusCode::OK, &Value::Null));
}

#[tokio::test]
async fn what_a_session_left_on_its_site_is_told_with_its_end() {
    let bench = Bench::start();
    bench.post("/api/v1/session", START).await;
    bench.until_told("heat", |status| status["state"] == "heating").await;
    // Stopped in the step in which it begins to heat, a session leaves nothing.
    let elapsed_s = |status: &Value| status["session"]["elapsed_s"].as_f64().unwrap();
    let began_s = elapsed_s(&bench.get("/api/v1/status").await.1);
    bench.until_told("more heat", |status| elapsed_s(status) > began_s).await;
    assert_eq!(bench.get("/api/v1/status").await.1["sites"], json!([]));
    bench.post("/api/v1/stop", "").await;
    bench.until_told("the end", |status| status["state"] == "idle").await;
    let (_, status) = bench.get("/api/v1/status").await;
    let [site] = status["sites"].as_array().unwrap().as_slice() else { panic!("{status}") };
    assert_eq!(
        (&site["site"], &site["site_label"]),
        (&json!("left-shoulder"), &json!("Left shoulder"))
    );
    assert!(site["heated_s"].as_f64().unwrap() > 0.0, "{site}");
    assert_eq!((&site["sessions"], &site["opens_in_s"]), (&json!(0), &json!(0.0)), "a mere try");
}

#[tokio::test]
async fn stop_takes_anything_from_anyone() {
    let bench = Bench::start();
    for (name, value) in [
        ("content-type", "text/plain"),
        ("origin", "http://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("host", "evil.example"),
    ] {
        bench.post("/api/v1/session", START).await;
        let request = Request::post("/api/v1/stop").header(name, value);
        let long = "x".repeat(100_000);
        let (status, answer) = read(bench.send(request.body(long.into()).unwrap()).await).await;
        assert_eq!((status, &answer["off"]), (StatusCode::OK, &json!(true)), "{name}: {value}");
        assert!(!bench.world.is_on());
    }
}

#[tokio::test]
async fn a_page_without_script_is_sent_back_to_the_page_after_a_stop() {
    let bench = Bench::start();
    let request = Request::post("/api/v1/stop")
        .header(header::ACCEPT, "text/html,application/xhtml+xml")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = bench.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], "/#stopped");
}

#[tokio::test]
async fn another_sites_page_can_start_nothing() {
    let bench = Bench::start();
    for (method, path) in [
        ("POST", "/api/v1/session"),
        ("POST", "/api/v1/clear"),
        ("POST", "/api/v1/present"),
        ("POST", "/api/v1/forget-loss"),
        ("PUT", "/api/v1/checklist"),
        ("PUT", "/api/v1/profile"),
        ("POST", "/api/v1/pain"),
        ("POST", "/api/v1/pain/settled"),
        ("POST", "/api/v1/treatments"),
        ("PUT", "/api/v1/red-flags"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::HOST, "127.0.0.1:8737")
            .header(header::ORIGIN, "http://evil.example")
            .header("sec-fetch-site", "cross-site");
        let response = bench.send(request.body(START.into()).unwrap()).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let (status, answer) = read(response).await;
        assert_eq!((status, &answer["type"]), (StatusCode::FORBIDDEN, &json!("cross-site")));
    }
    assert!(!bench.world.is_on());
}

#[tokio::test]
async fn a_foreign_name_is_refused_everywhere_but_at_stop() {
    let bench = Bench::start();
    bench.until("a cycle", |b| b.daemon.is_healthy()).await;
    for path in ["/", "/api/v1/status", "/api/v1/events", "/api/v1/sessions", "/healthz"] {
        let request = Request::get(path).header(header::HOST, "evil.example:8737");
        let (status, answer) = read(bench.send(request.body(Body::empty()).unwrap()).await).await;
        assert_eq!((status, &answer["type"]), (StatusCode::FORBIDDEN, &json!("unknown-host")));
        let request = Request::get(path).header(header::HOST, "soothe.local");
        let response = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn unknown_paths_methods_numbers_and_queries_are_problems() {
    let bench = Bench::start();
    let no_such = |path: &str| {
        let detail = format!("there is no `{path}`; /api/openapi.json lists what is");
        problem("not-found", 404, "There is no such thing", &detail)
    };
    assert_eq!(bench.get("/api/v2/status").await.1, no_such("/api/v2/status"));

    let response = bench.send(Request::delete("/api/v1/stop").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()[header::ALLOW], "POST");
    let (status, answer) = read(response).await;
    let detail = "`/api/v1/stop` does not take DELETE";
    assert_eq!(answer, problem("method-not-allowed", 405, "Not with this method", detail));
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);

    for (path, detail) in [
        (
            "/api/v1/sessions/first",
            "`first` is not the number of a session; a whole number from 1 is accepted",
        ),
        (
            "/api/v1/sessions/0/samples",
            "`0` is not the number of a session; a whole number from 1 is accepted",
        ),
        ("/api/v1/sessions?offset=1000001", "offset 1000001 is not accepted: give 0 to 1000000"),
        ("/api/v1/sessions?limit=0", "limit 0 is not accepted: give 1 to 500"),
    ] {
        assert_eq!(bench.get(path).await.1, invalid(detail));
    }
    let (status, answer) = bench.get("/api/v1/sessions?limt=5").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(answer["detail"].as_str().unwrap().contains("unknown field `limt`"), "{answer}");

    let (status, answer) = bench.get("/api/v1/sessions/77").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(answer["detail"], "there is no session 77; /api/v1/sessions lists them");
    assert_eq!(bench.get("/api/v1/sessions/77/samples").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_stream_says_hello_and_then_the_newest_state() {
    let bench = Bench::start();
    let request = Request::get("/api/v1/events").body(Body::empty()).unwrap();
    let response = bench.send(request).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = response.into_body();
    let mut next = async || {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        let text = String::from_utf8(frame.to_vec()).unwrap();
        assert!(text.ends_with("\n\n"), "{text}");
        let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        let event = text.lines().next().unwrap().to_owned();
        (event, serde_json::from_str::<Value>(data).unwrap())
    };
    let (event, hello) = next().await;
    assert_eq!(event, "event: hello");
    assert_eq!(hello["limits"]["target_max_c"], 42.0);
    let (event, first) = next().await;
    assert_eq!((event.as_str(), &first["state"]), ("event: status", &json!("idle")));
    bench.post("/api/v1/session", START).await;
    for _ in 0..3 {
        let (_, status) = next().await;
        if status["state"] == "proving" {
            return;
        }
    }
    panic!("the start was not told at once");
}

#[tokio::test]
async fn the_panels_page_is_served_compressed_and_not_sent_twice() {
    let bench = Bench::start();
    let request = Request::get("/").header(header::ACCEPT_ENCODING, "br;q=1.0, gzip;q=0.8");
    let response = bench.send(request.body(Body::empty()).unwrap()).await;
    let headers = response.headers().clone();
    assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
    assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("default-src"));
    let request = Request::get("/").header(header::IF_NONE_MATCH, &headers[header::ETAG]);
    let response = bench.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
}

#[tokio::test]
async fn the_drawing_of_every_exercise_is_served_as_one_and_kept_by_the_client() {
    let bench = Bench::start();
    let (status, list) = bench.get("/api/v1/exercises").await;
    assert_eq!(status, StatusCode::OK);
    for exercise in list["exercises"].as_array().unwrap() {
        let drawing = exercise["drawing"].as_str().unwrap();
        let ask = Request::get(drawing).body(Body::empty()).unwrap();
        let response = bench.send(ask).await;
        assert_eq!(response.status(), StatusCode::OK, "{drawing}");
        let headers = response.headers().clone();
        assert_eq!(headers[header::CONTENT_TYPE], "image/svg+xml");
        let again = Request::get(drawing).header(header::IF_NONE_MATCH, &headers[header::ETAG]);
        let response = bench.send(again.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{drawing}");
    }
}

#[tokio::test]
async fn the_sites_are_those_of_a_start_with_what_is_known_of_each() {
    let bench = Bench::start();
    let names = |list: &Value| {
        let all = list["sites"].as_array().unwrap().iter();
        all.map(|it| it["name"].clone()).collect::<Vec<_>>()
    };
    let (_, sites) = bench.get("/api/v1/sites").await;
    assert_eq!(names(&sites), names(&bench.get("/api/v1/limits").await.1));
    let calf = sites["sites"].as_array().unwrap().iter().find(|it| it["name"] == "left-calf");
    let note = "A nerve lies just under the skin here: ice for 10 min at most.";
    assert_eq!(calf.unwrap()["note"], note);
}

#[tokio::test]
async fn a_protocol_of_ones_own_says_its_own_words_until_another_session_runs() {
    let bench = Bench::start();
    let text = "format = 1\nname = \"mine\"\ntitle = \"t\"\nabout = \"a\"\nevidence = \"e\"\nweakness = \"w\"\n\
                [[phase]]\nkind = \"rest\"\nfor = \"5m\"\nsay = \"breathe\"\n\
                [[phase]]\nkind = \"ice\"\nfor = \"5m\"\n";
    let start = json!({"protocol": "mine", "text": text, "site": "left-thigh"}).to_string();
    let (status, answer) = bench.post("/api/v1/session", &start).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let told = |it: &Value| it["session"]["phase"]["say"] == "breathe";
    bench.until_told("the words", told).await;
    // Whoever is refused takes no words away.
    let ice = r#"{"protocol":"ice-10","site":"left-hip"}"#;
    assert_eq!(bench.post("/api/v1/session", ice).await.0, StatusCode::CONFLICT);
    assert!(told(&bench.get("/api/v1/status").await.1));
}

#[tokio::test]
async fn the_description_lists_every_route_and_every_one_of_them_answers() {
    let description = description();
    let bench = Bench::start();
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 36, "a route came or went");
    for (path, operations) in paths {
        let path = path.replace("{id}", "1");
        for (method, operation) in operations.as_object().unwrap() {
            let method = method.to_uppercase();
            let request = Request::builder().method(method.as_str()).uri(&path);
            let response = bench.send(request.body(Body::empty()).unwrap()).await;
            let status = response.status().as_u16().to_string();
            let described = operation["responses"].as_object().unwrap();
            assert!(described.contains_key(&status), "{method} {path}: {status}");
            assert_ne!(status, "405");
        }
    }
}

#[tokio::test]
async fn a_protocol_is_started_by_its_name_or_its_text_and_anything_else_says_what_is_accepted() {
    let bench = Bench::start();
    let limit = |detail: &str| problem("limit", 422, "Outside what is accepted", detail);
    let known = "heat, heat-gentle, heat-firm, heat-long, heat-sensitive, ice-10, ice-intermittent, \
                 ice-cautious, contrast-classic, alternate-knot, flare-up, tens-conventional, tens-knot, \
                 tens-burst, tens-modulated, tens-low, heat-then-tens, heat-and-loosen, desk-break, and \
                 those of your own that /api/v1/protocols lists";
    for (body, answer) in [
        (
            r#"{"protocol":"boil","site":"left-calf"}"#,
            limit(&format!("there is no protocol `boil`; accepted are {known}")),
        ),
        (
            r#"{"protocol":"heat","site":"left-calf"}"#,
            invalid("`heat` takes `target_c` and `duration_s`, and nothing else besides the site"),
        ),
        (
            r#"{"protocol":"ice-10","target_c":40,"site":"left-calf"}"#,
            invalid("only `heat` takes `target_c` and `duration_s`"),
        ),
        (
            r#"{"protocol":"mine","text":"format = 2","site":"left-calf"}"#,
            limit(
                "text: line 1, column 10: `format = 1` is wanted: no other version is known here",
            ),
        ),
    ] {
        let (status, got) = bench.post("/api/v1/session", body).await;
        assert_eq!(
            (status.as_u16(), &got["detail"]),
            (answer["status"].as_u64().unwrap() as u16, &answer["detail"]),
            "{body}"
        );
    }
    let (status, _) =
        bench.post("/api/v1/session", r#"{"protocol":"ice-10","site":"left-thigh"}"#).await;
    assert_eq!(status, StatusCode::CREATED);
    bench.until_told("a prompt", |it| it["session"]["phase"]["asked"]["number"] == 1).await;
    let asked = bench.get("/api/v1/status").await.1;
    assert_eq!((&asked["state"], &asked["alarm"]), (&json!("guided"), &json!("prompt")));
    assert_eq!(asked["session"]["phase"]["say"], "A damp cloth lies between pack and skin.");
    assert_eq!(bench.post("/api/v1/numb", "").await.0, StatusCode::CONFLICT);
    assert_eq!(
        bench.post("/api/v1/confirm", r#"{"session":1,"prompt":2}"#).await.0,
        StatusCode::CONFLICT
    );
    let (status, after) = bench.post("/api/v1/confirm", r#"{"session":1,"prompt":1}"#).await;
    assert_eq!((status, &after["session"]["phase"]["pack_on"]), (StatusCode::OK, &json!(true)));
    // A second phone comes too late.
    assert_eq!(
        bench.post("/api/v1/confirm", r#"{"session":1,"prompt":1}"#).await.0,
        StatusCode::CONFLICT
    );
    let (status, after) = bench.post("/api/v1/numb", "").await;
    assert_eq!(
        (status, &after["session"]["phase"]["asked"]["kind"]),
        (StatusCode::OK, &json!("pack-off"))
    );
    assert!(!bench.world.is_on());
}
