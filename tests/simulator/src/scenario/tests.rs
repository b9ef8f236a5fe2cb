//! What a script may say, what it is told when it may not, and what comes of it.

use super::*;
use crate::scenario::action::ACTIONS;
use crate::scenario::{breakage, condition, script};
use soothe_therapy::tens::Mode;
use soothe_therapy::{FaultKind, Site, checklist};

/// What a script that ends with `until 1m` is refused with.
fn refused(line: &str) -> String {
    let script = format!("until 1m\n{line}");
    Scenario::parse(&script).map(|_| ()).expect_err(line).to_string()
}

fn played(script: &str) -> Played {
    Scenario::parse(script).expect(script).play()
}

#[test]
fn a_script_that_cannot_be_understood_says_where_and_what_is_accepted() {
    for (line, problem) in [
        ("frobnicate", "line 2, column 1: `frobnicate` is not a statement; accepted: pad, seed, "),
        ("at 0s dance", "line 2, column 7: `dance` is not something that can happen; accepted: "),
        ("at 0 stop", "line 2, column 4: `0` is not a time; accepted: 0s, 500ms, 90s, 1m30s, "),
        ("at 50ms stop", "line 2, column 4: give a whole number of tenths of a second"),
        ("at 5s stop now", "line 2, column 12: `now` after the end of the statement"),
        (
            "at 5s stop times 0",
            "line 2, column 18: `0` is not a number of times; accepted: a whole",
        ),
        ("at 5s", "line 2, column 6: something that can happen is missing; accepted: start, "),
        ("at 0s start heat 45 for 15m on left-hip", "line 2, column 18: target 45 °C is not "),
        ("at 0s start heat 40 for 45m on left-hip", "line 2, column 18: a heat phase of 45 min"),
        ("at 0s start heat 40 for 15m on head", "line 2, column 32: `head` is not a site; "),
        ("at 0s sensor 3 frozen", "line 2, column 14: `3` is not a contact sensor; accepted: 1, 2"),
        ("at 0s sensor 1 tired", "line 2, column 16: `tired` is not what a sensor can do; "),
        ("at 0s sensor 1 reads nan", "line 2, column 22: `nan` is not a temperature in °C; "),
        (
            "at 0s pad power 9",
            "line 2, column 17: `9` is not a factor; accepted: a number from 0 to 4",
        ),
        ("at 0s clear hot", "line 2, column 13: `hot` is not a fault; accepted: stayed-hot, "),
        ("at 2m stop", "line 2, column 4: this is after the script's end"),
        ("until 2m", "line 2, column 1: a script has one end"),
        (
            "pad power = 1000",
            "line 2, column 13: power must be a power in W from 1 to 200, not 1000",
        ),
        ("pad  capacity = 3", "line 2, column 6: unknown field `capacity`"),
        ("rows every 0s", "line 2, column 12: there is a row each 100ms at most"),
        ("history left-hip heated 15m dose 1 ended 1h", "line 2, column 44: `ago` is missing"),
        ("expect surface over 3", "line 2, column 16: `over` is not a comparison; accepted: above"),
        ("expect happiness", "line 2, column 8: `happiness` is not something that can be so; "),
        ("expect ended HL-X1", "line 2, column 14: `HL-X1` after the end of the statement"),
        ("expect idle from 5s to 4s", "line 2, column 24: the window ends before it begins"),
        ("expect idle at 2m", "line 2, column 1: the window ends after the script"),
    ] {
        let got = refused(line);
        assert!(got.starts_with(problem), "{line}:\n  {got}\n  {problem}");
    }
    let got = Scenario::parse("at 5m stop\nat 1m stop\nuntil 9m").unwrap_err();
    assert_eq!(got.to_string(), "line 2, column 4: times must not go back");
    let got = Scenario::parse("# prose\nat 0s stop  # a remark").unwrap_err();
    assert_eq!(got.to_string(), "line 2, column 11: the script needs `until TIME`");
    let pad = "pad [[contact]]\npad offset = 0.5\n\n  pad lag = 3\nuntil 1m";
    let got = Scenario::parse(pad).unwrap_err();
    assert!(got.to_string().starts_with("line 4, column 7: unknown field `lag`"), "{got}");
}

#[test]
fn an_expectation_is_met_or_not_and_says_what_was_seen() {
    let script = "at 1s start heat 40 for 1m on left-hip\nat 5s sensor 1 reads 50\n\
        expect started at 1s\n\
        expect idle\n\
        expect never running from 7s\n\
        expect never running\n\
        expect always running from 2s to 4s\n\
        expect always running from 2s\n\
        expect latched HL-H3 within 2s of 5s\n\
        expect latched HL-H2\n\
        expect never surface above 23\n\
        expect refused HL-H9\n\
        until 10s";
    let findings = played(script).findings;
    let met: Vec<bool> = findings.iter().map(|finding| finding.met).collect();
    assert_eq!(met, [true, true, true, false, true, false, true, false, true, false]);
    let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(texts[0], "met     line 3: expect started at 1s (at 00:01.0)");
    assert_eq!(texts[3], "FAILED  line 6: expect never running (so at 00:01.0)");
    assert_eq!(texts[5], "FAILED  line 8: expect always running from 2s (not so at 00:06.0)");
    assert_eq!(texts[7], "FAILED  line 10: expect latched HL-H2");
    assert!(texts[8].ends_with("(it was 22.00 to 22.04)"), "{}", texts[8]);
}

#[test]
fn times_and_duplicates_go_through_the_queue_of_the_daemon() {
    let text = played("at 1s start heat 40 for 1m on left-hip times 20\nuntil 2s").timeline;
    for said in ["00:01.0  * started", "00:01.0  * refused", "(7 times)", "00:01.2  * refused"] {
        assert!(text.contains(said), "{said} is missing:\n{text}");
    }
    assert!(!text.contains("00:01.3"), "{text}");
    // A stop voids the starts before it, however many wait.
    let text =
        played("at 1s start heat 40 for 1m on left-hip times 20\nat 1s stop\nuntil 2s").timeline;
    assert!(!text.contains("started"), "{text}");
}

#[test]
fn what_is_committed_outlives_the_process_and_nothing_else() {
    let script = "checklist unanswered\nat 0s answer no\nat 1s start heat 40 for 5m on left-hip\n\
        at 4m kill 1s\nat 4m10s clear\nat 5m start heat 40 for 5m on left-hip\n\
        expect down at 4m\nexpect interrupted at 4m1s\nexpect never interrupted from 4m11s\n\
        expect refused HL-H9 at 5m\nuntil 6m";
    let played = played(script);
    assert_eq!(played.failed(), 0, "{played}");
}

#[test]
fn a_witness_sees_each_step_and_what_was_known_before_a_start() {
    let scenario =
        Scenario::parse("at 1s start heat 40 for 1m on left-hip\nat 2s kill 1s\nuntil 4s").unwrap();
    let (mut steps, mut boots, mut energised) = (0, 0, 0);
    let _ = scenario.play_seen(&mut |step| {
        steps += 1;
        boots += usize::from(step.boot.is_some());
        energised += usize::from(step.output.actuators.energises());
        assert_eq!(step.boot.is_some(), !step.input.commands.is_empty());
    });
    // 0.0 to 1.9 s and 3.0 to 4.0 s.
    assert_eq!((steps, boots, energised), (20 + 11, 1, 10));
}

/// Who answers after the start has not forbidden it: the observer once thought so.
#[test]
fn an_answer_in_the_step_of_a_start_counts_for_the_next_one() {
    let start = "at 1s start heat 40 for 1m on left-hip\n";
    let answer = "at 1s answer yes numbness\n";
    for (script, starts) in [([start, answer], 1), ([answer, start], 0)] {
        let scenario = Scenario::parse(&format!("{}until 2s", script.concat())).unwrap();
        let mut started = 0;
        let played = scenario.play_seen(&mut |step| {
            started += usize::from(step.output.replies.first() == Some(&Ok(())));
            started -= usize::from(step.output.replies.get(1).is_some_and(Result::is_err));
        });
        assert_eq!((played.broken, started), (None, starts), "{script:?}");
    }
}

#[test]
fn every_word_is_explained() {
    let docs = include_str!("../../../../docs/scenarios.md");
    fn names<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
        table.iter().map(|(name, _)| *name).collect()
    }
    let words = [
        names(script::STATEMENTS),
        names(script::LINES),
        names(ACTIONS),
        names(breakage::PROBE),
        names(breakage::PLACE),
        names(breakage::LOST),
        names(breakage::SWITCH),
        names(breakage::PAD),
        names(breakage::SAYS),
        names(breakage::ELECTRODES),
        names(breakage::STIMULATOR),
        Mode::ALL.iter().map(|mode| mode.name()).collect(),
        vec!["heat-then-tens", "protocol", "tens"],
        names(condition::STATES),
        names(condition::VALUES),
        names(condition::ALARMS),
        condition::EVENTS.to_vec(),
        condition::OUTCOMES.to_vec(),
        Site::ALL.iter().map(|site| site.name()).collect(),
        FaultKind::ALL.iter().map(|kind| kind.name()).collect(),
        checklist::Condition::ALL.iter().map(|condition| condition.name()).collect(),
    ];
    let quoted: Vec<&str> =
        docs.split('`').skip(1).step_by(2).flat_map(str::split_whitespace).collect();
    for word in words.concat() {
        assert!(quoted.contains(&word), "docs/scenarios.md does not explain `{word}`");
    }
}
