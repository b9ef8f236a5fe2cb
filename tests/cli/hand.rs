//! What a person does with one hand in a session: the TENS level, a pause, and a cold pack that is to come off.

use std::time::Duration;

use serde_json::Value;
use soothe_tests::bins::{Daemon, finish, shell, wait_until};

use crate::sentences;

/// A second takes a tenth of one.
const FAST: [&str; 2] = ["--speed", "10"];
/// Half a second of the session, and more (HL-T9).
const STEP: Duration = Duration::from_millis(80);

fn phase(daemon: &Daemon) -> Value {
    daemon.soothe(&["status", "--json"]).json()["session"]["phase"].clone()
}

fn level_ma(daemon: &Daemon) -> i64 {
    phase(daemon)["level"]["level_ma"].as_i64().expect("a level")
}

/// A daemon with electrodes on a calf, at level zero.
fn laid() -> Daemon {
    let daemon = Daemon::start(&FAST);
    let start = ["start", "tens-knot", "--site", "right-calf", "--detach"];
    let _ = daemon.soothe(&start).with_code(0);
    let done = daemon.soothe(&["confirm"]).with_code(0);
    assert!(done.stdout.starts_with("Done: "), "{done:?}");
    wait_until("electrodes lie", || !phase(&daemon)["level"].is_null());
    daemon
}

#[test]
fn the_level_rises_by_one_step_for_each_command() {
    let daemon = laid();
    for (asked, at) in [("+", 1), ("+1", 2), ("3", 3), ("-1", 2), ("+1", 3), ("-", 2)] {
        std::thread::sleep(STEP);
        let said = daemon.soothe(&["level", asked]).with_code(0).stdout;
        assert!(said.starts_with(&format!("The level is {at} mA, of at most ")), "{asked}: {said}");
    }
    let jump = daemon.soothe(&["level", "9"]).with_code(3);
    assert!(sentences(&jump.stderr).contains("HL-T9"), "{jump:?}");
    assert_eq!(level_ma(&daemon), 2);
    let state = daemon.soothe(&["status"]).with_code(0).stdout;
    assert!(state.starts_with("TENS at 2 mA: session 1"), "{state}");
    for wrong in ["+5", "-3", "31", "2.5"] {
        let run = daemon.soothe(&["level", wrong]).with_code(2);
        let accepted =
            "a level is + or - for one mA more or less, or a whole number of mA from 0 to 30";
        assert!(sentences(&run.stderr).contains(accepted), "{run:?}");
    }
    let _ = daemon.soothe(&["stop"]).with_code(0);
}

#[test]
fn hl_s3_a_level_that_nobody_watches_goes_to_zero_and_one_that_is_watched_stays() {
    let daemon = laid();
    std::thread::sleep(STEP);
    let said = daemon.soothe(&["level", "+"]).with_code(0).stdout;
    assert!(sentences(&said).contains("goes to zero after 30 s unless somebody watches"), "{said}");
    // 45 s of the session and more, a heartbeat every three of them or so.
    let socket = daemon.socket();
    let heartbeat =
        format!("curl -sf --unix-socket {} -X POST localhost/api/v1/heartbeat", socket.display());
    for _ in 0..15 {
        let _ = shell(&heartbeat).with_code(0);
        std::thread::sleep(Duration::from_millis(300));
    }
    assert_eq!(level_ma(&daemon), 1);
    wait_until("the level is zero", || level_ma(&daemon) == 0);
    let cause = "no phone or command line was heard of for half a minute";
    assert_eq!(phase(&daemon)["level"]["zeroed_by"], cause);
    let _ = daemon.soothe(&["stop"]).with_code(0);
    let events = daemon.soothe(&["log", "show", "1"]).with_code(0).stdout;
    assert!(events.contains("(HL-S3)"), "{events}");
}

#[test]
fn whoever_is_led_reads_what_is_to_be_known_of_a_phase_and_how_it_is_done() {
    for (protocol, known) in [
        ("desk-break", ["Side neck stretch: 20 s, 3 times.", "Sit upright and let one ear sink"]),
        ("ice-10", ["A damp cloth lies between pack and skin.", "put the cold pack on"]),
    ] {
        let daemon = Daemon::start(&FAST);
        let led = daemon.spawn_soothe(&["start", protocol, "--site", "left-neck"]);
        wait_until("it asks", || !phase(&daemon)["asked"].is_null());
        let state = sentences(&daemon.soothe(&["status"]).with_code(0).stdout);
        // What was told to the one was told to the other by then, or a moment later.
        std::thread::sleep(Duration::from_millis(500));
        let _ = daemon.soothe(&["stop"]).with_code(0);
        let said = sentences(&finish(led).stdout);
        for part in known {
            assert!(said.contains(part) && state.contains(part), "{part}: {said}\n{state}");
            assert_eq!(said.matches(part).count(), 1, "{part}: {said}");
        }
    }
}

/// A daemon with a cold pack on a calf.
fn iced(options: &[&str]) -> Daemon {
    let daemon = Daemon::start(options);
    let start = ["start", "ice-10", "--site", "left-calf", "--detach"];
    let _ = daemon.soothe(&start).with_code(0);
    let _ = daemon.soothe(&["confirm"]).with_code(0);
    daemon
}

fn state(daemon: &Daemon) -> String {
    daemon.soothe(&["status"]).with_code(0).stdout
}

#[test]
fn hl_c8_whoever_stops_with_the_cold_pack_on_is_told_to_take_it_off_and_to_say_so() {
    let daemon = iced(&FAST);
    let on = state(&daemon);
    assert!(on.starts_with("The cold pack is on: session 1"), "{on}");
    let stopped = daemon.soothe(&["stop"]).with_code(0).stdout;
    let off = "Session 1 is stopped; every output is off. Take the cold pack off now, and say so: `soothe confirm`.";
    assert_eq!(sentences(&stopped), off);
    // Whoever stopped it may sit in another room.
    wait_until("it calls", || state(&daemon).starts_with("Take the cold pack off\n"));
    let start = ["heat", "--site", "right-shoulder", "--for", "10m", "--detach"];
    wait_until("nothing starts", || {
        // Just after the STOP that alone declines it (HL-S4).
        let said = daemon.soothe(&start).with_code(3).stderr;
        said.contains("HL-C8") && said.contains("`soothe confirm`")
    });
    wait_until("it is off", || {
        let said = daemon.soothe(&["confirm"]).with_code(0).stdout;
        said == "The cold pack is off: noted. Its site rests from now on.\n"
    });
    assert!(state(&daemon).starts_with("Idle\n"));
    let again = daemon.soothe(&["stop"]).with_code(0).stdout;
    assert_eq!(again, "Nothing was running; every output is off.\n");
}

#[test]
fn hl_c8_a_pack_that_nobody_took_off_is_told_of_until_somebody_says_that_it_is_off() {
    // Eleven minutes without a sign are 4 s.
    let daemon = iced(&["--speed", "160"]);
    wait_until("nobody was there", || state(&daemon).starts_with("Take the cold pack off\n"));
    let left = state(&daemon);
    assert!(sentences(&left).contains("nobody has said that the pack is off"), "{left}");
    // It is heard once it was called for, for a second.
    wait_until("it is idle", || {
        let _ = daemon.soothe(&["confirm"]).with_code(0);
        state(&daemon).starts_with("Idle\n")
    });
}
