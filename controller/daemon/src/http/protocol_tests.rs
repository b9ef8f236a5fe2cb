//! The owner's own protocols beside those that are built in: listed, judged by the profile, started by their name, and
//! bound by all limits.

use std::fs;

use axum::http::StatusCode;
use serde_json::{Value, json};
use soothe_therapy::Profile;
use soothe_wire::protocol;

use crate::testing::Bench;

fn keep(bench: &Bench, file: &str, text: &str) {
    let place = bench.folder.path().join("protocols");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join(file), text).unwrap();
}

fn start(name: &str) -> String {
    json!({"protocol": name, "site": "left-calf"}).to_string()
}

#[tokio::test]
async fn they_are_listed_after_those_that_are_built_in_and_broken_ones_with_what_is_wrong() {
    let bench = Bench::start();
    let (status, before) = bench.get("/api/v1/protocols").await;
    assert_eq!((status, &before["broken"]), (StatusCode::OK, &json!([])));
    let built_in = before["protocols"].as_array().unwrap();
    assert!(built_in.iter().all(|it| it["own"] == false));
    keep(&bench, "my-knot.toml", &protocol::template("my-knot").unwrap());
    keep(&bench, "other.toml", &protocol::template("my-other").unwrap());
    let (_, after) = bench.get("/api/v1/protocols").await;
    let all = after["protocols"].as_array().unwrap();
    assert_eq!(&all[..built_in.len()], built_in);
    let own: Vec<&Value> = all[built_in.len()..].iter().collect();
    assert_eq!((own.len(), &own[0]["name"], &own[0]["own"]), (1, &json!("my-knot"), &json!(true)));
    assert_eq!(after["broken"][0]["file"], "other.toml");
    let problem = after["broken"][0]["problem"].as_str().unwrap();
    assert!(problem.contains("the name is `my-other`, but the file is `other.toml`"), "{problem}");
}

#[tokio::test]
async fn hl_h7_each_is_listed_with_what_its_start_would_be_refused_for_under_the_profile_in_use() {
    let bench = Bench::start();
    for profile in Profile::ALL {
        let name = profile.name();
        bench.put("/api/v1/profile", &json!({"profile": name}).to_string()).await;
        let (_, list) = bench.get("/api/v1/protocols").await;
        assert_eq!(list["profile"], name);
        let all = list["protocols"].as_array().unwrap();
        let refused: Vec<&Value> = all.iter().filter(|it| !it["refused"].is_null()).collect();
        assert_eq!(refused.is_empty(), profile == Profile::Default, "{name}: {refused:?}");
        for it in refused {
            let (status, answer) =
                bench.post("/api/v1/session", &start(it["name"].as_str().unwrap())).await;
            assert_eq!((status, &answer["detail"]), (StatusCode::CONFLICT, &it["refused"]));
        }
        // Each of its phases is within the profile; what it warms without a break is not.
        let contrast = all.iter().find(|it| it["name"] == "contrast-classic").unwrap();
        if profile == Profile::Cautious {
            let said =
                "by phase 9 it heats for 18 min; the profile `cautious` takes at most 15 min";
            assert_eq!(contrast["refused"], said);
        }
    }
}

#[tokio::test]
async fn one_is_started_by_its_name_alone() {
    let bench = Bench::start();
    let (status, answer) = bench.post("/api/v1/session", &start("my-knot")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = answer["detail"].as_str().unwrap();
    assert!(detail.starts_with("there is no protocol `my-knot`; accepted are heat, "), "{detail}");
    keep(&bench, "my-knot.toml", &protocol::template("my-knot").unwrap());
    let (status, answer) = bench.post("/api/v1/session", &start("my-knot")).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    bench.until_told("a session", |it| it["session"]["protocol"] == "my-knot").await;
    bench.post("/api/v1/stop", "").await;
}

#[tokio::test]
async fn one_that_is_broken_or_beyond_a_limit_starts_nothing() {
    let bench = Bench::start();
    let text = protocol::template("my-knot").unwrap();
    keep(&bench, "my-knot.toml", &text.replace("format = 1", "format = 2"));
    let (status, answer) = bench.post("/api/v1/session", &start("my-knot")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer["detail"].as_str().unwrap().starts_with("my-knot.toml: line "), "{answer}");
    for name in ["../../log", "/etc/passwd", "my-knot.toml"] {
        let (status, _) = bench.post("/api/v1/session", &start(name)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    assert!(!bench.world.is_on());
}
