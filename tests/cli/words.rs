//! What needs no daemon: help, bad input, a daemon that is not there, previews.

use serde_json::Value;
use soothe_tests::bins::{shell, soothe};

use crate::sentences;

/// A start that would be fine, but for what is replaced.
fn heat<'a>(replaced: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["heat"];
    args.extend(replaced);
    for [name, value] in [["--target", "40"], ["--for", "15m"], ["--site", "left-shoulder"]] {
        if !replaced.contains(&name) {
            args.extend([name, value]);
        }
    }
    args
}

#[test]
fn bad_input_is_refused_before_anything_is_sent() {
    let forms = "15m, 90s or 1m30s";
    let degrees = "40, 40.5C or 104F";
    for (replaced, code, said) in [
        (["--target", "NaN"], 2, degrees),
        (["--target", "forty"], 2, degrees),
        (["--target", ""], 2, degrees),
        (["--target", "-5"], 3, "target -5 °C is not accepted: give 30.0 to 42.0 °C"),
        (["--target", "43"], 3, "HL-H1"),
        (["--target", "104"], 3, "did you mean 104 °F? that is 40.0 °C"),
        (["--target", "110F"], 3, "HL-H1"),
        (["--for", "0m"], 3, "HL-H7"),
        (["--for", "45m"], 3, "a heat phase of 45 min is not accepted"),
        (["--for", "45m10s"], 3, "a heat phase of 45 min 10 s is not accepted: give 1 to 30 min"),
        (["--for", "15"], 2, forms),
        (["--for", "-15m"], 2, forms),
        (["--for", "soon"], 2, forms),
        (["--site", "head"], 2, "left-shoulder"),
        (["--target", "43,5"], 3, "target 43.5 °C is not accepted"),
        (["--for", "45min"], 3, "a heat phase of 45 min is not accepted"),
        (["--site", "shoulder"], 2, "similar values exist: 'left-shoulder', 'right-shoulder'"),
        (["--site", "left-sholder"], 2, "a similar value exists: 'left-shoulder'"),
    ] {
        let run = soothe(&heat(&replaced));
        assert_eq!(run.code, code, "{replaced:?}: {run:?}");
        assert!(sentences(&run.stderr).contains(said), "{replaced:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{replaced:?}");
    }
}

#[test]
fn the_longer_phase_is_for_gentle_targets_only() {
    let run =
        soothe(&["heat", "--target", "41", "--for", "25m", "--site", "left-hip"]).with_code(3);
    assert!(
        sentences(&run.stderr).contains("30 min up to 40.0 °C, 20 min above"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_command_line_that_makes_no_sense_is_a_matter_of_usage() {
    for args in [
        ["levitate"].as_slice(),
        &["heat", "--target", "40"],
        &["log", "show", "last"],
        &["log", "show", "0"],
        &["log", "list", "--limit", "0"],
        &["status", "--url", "https://pi"],
        &["--color", "sometimes", "status"],
        &["checklist", "answer", "--yes", "itch"],
        &["profile", "use"],
        &["profile", "use", "brave"],
        &["checklist", "answer", "--none", "--yes", "skin"],
        &[],
    ] {
        let run = soothe(args).with_code(2);
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn the_usage_after_a_mistake_is_that_of_the_help() {
    for (command, wrong) in [
        (["heat"].as_slice(), ["--target", "40"].as_slice()),
        (&["heat"], &["--target", "40", "--detach"]),
        (&["preview"], &["--target", "40"]),
        (&["log", "export"], &["--format", "csv"]),
        (&["log", "list"], &["--limit", "3", "--unknown"]),
        (&["replay"], &["-o", "x"]),
        (&["checklist", "answer"], &["--none", "--yes", "drugs"]),
        (&["pain"], &["4", "--before", "--after"]),
        (&["treatment"], &["massage"]),
        (&["redflags"], &["--none", "--yes", "chest"]),
    ] {
        let usage =
            |said: &str| said.lines().find(|line| line.starts_with("Usage")).map(str::to_owned);
        let help = soothe(&[command, &["--help"]].concat()).with_code(0);
        let mistake = soothe(&[command, wrong].concat()).with_code(2);
        assert!(usage(&help.stdout).is_some(), "{help:?}");
        assert_eq!(usage(&mistake.stderr), usage(&help.stdout), "{command:?}");
    }
    assert_eq!(
        soothe(&["heat", "--for", "15m", "--site", "left-hip"]).code,
        4,
        "--target has a default"
    );
}

#[test]
fn a_profile_that_is_not_there_is_refused_with_those_that_are() {
    let run = soothe(&["profile", "use", "brave"]).with_code(2);
    for name in ["default", "sensitive", "cautious"] {
        assert!(run.stderr.contains(name), "{run:?}");
    }
}

#[test]
fn files_without_an_end_are_refused_at_once() {
    for (args, most) in [
        (["preview", "--for", "10m", "--pad"].as_slice(), "1 MiB"),
        (&["sim", "--scenario"], "1 MiB"),
        (&["replay", "--file"], "64 MiB"),
    ] {
        let run = soothe(&[args, &["/dev/zero"]].concat()).with_code(2);
        let said = format!("/dev/zero cannot be read: it is longer than {most}");
        assert!(sentences(&run.stderr).contains(&said), "{run:?}");
    }
}

#[test]
fn a_session_is_asked_for_by_its_number() {
    for args in [["log", "show", "abc"], ["log", "export", "0"]] {
        let run = soothe(&args).with_code(2);
        assert!(sentences(&run.stderr).contains("a session's number is wanted"), "{run:?}");
    }
}

#[test]
fn without_a_daemon_every_command_says_how_to_start_one() {
    for args in [
        ["heat", "--for", "15m", "--site", "left-hip"].as_slice(),
        &["status"],
        &["watch"],
        &["clear"],
        &["confirm"],
        &["checklist"],
        &["checklist", "answer", "--none"],
        &["profile"],
        &["log", "list"],
        &["log", "show", "1"],
        &["log", "export", "1"],
        &["status", "--url", "http://127.0.0.1:1"],
    ] {
        let run = soothe(args).with_code(4);
        assert!(sentences(&run.stderr).contains("`soothed --sim`"), "{args:?}: {}", run.stderr);
        assert!(
            sentences(&run.stderr).contains("no daemon answers at "),
            "{args:?}: {}",
            run.stderr
        );
        assert_eq!(run.stdout, "", "{args:?}");
    }
}

#[test]
fn a_stop_that_reaches_nobody_says_what_to_do_by_hand() {
    for args in [["stop"].as_slice(), &["stop", "--url", "http://127.0.0.1:1"]] {
        let run = soothe(args).with_code(4);
        assert!(sentences(&run.stderr).contains("STOP did not reach the device: "), "{run:?}");
        assert!(sentences(&run.stderr).contains("pull the plug"), "{run:?}");
        assert!(!run.stderr.contains("--sim"), "{run:?}");
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn with_json_errors_are_json_on_standard_error() {
    for (args, code, kind) in [
        (heat(&["--for", "15"]), 2, "usage"),
        (heat(&["--target", "104"]), 3, "refused"),
        (heat(&[]), 4, "unreachable"),
    ] {
        let run = soothe(&[args.as_slice(), &["--json"]].concat()).with_code(code);
        let error: Value = serde_json::from_str(&run.stderr).expect(&run.stderr);
        assert_eq!(error["error"]["kind"], kind);
        assert_eq!(error["error"]["exit_code"], code);
        assert!(!error["error"]["message"].as_str().unwrap().contains("Usage:"), "{error}");
    }
}

#[test]
fn a_preview_shows_the_curve_and_its_figures() {
    let run = soothe(&["preview", "--target", "40", "--for", "15m"]).with_code(0);
    for said in ["reached after", "Wh", "CEM43 of at most 10", "set-point", "15:00", "heat │"] {
        assert!(run.stdout.contains(said), "{said} is missing:\n{}", run.stdout);
    }
    assert!(!run.stdout.contains('\x1b'), "colour without a terminal");
    let painted = soothe(&["preview", "--for", "15m", "--color", "always"]).with_code(0);
    assert!(painted.stdout.contains("\x1b["));
}

#[test]
fn a_preview_for_programs_has_a_version_and_units() {
    let json =
        soothe(&["preview", "--target", "104F", "--for", "10m", "--json"]).with_code(0).json();
    assert_eq!(json["version"], 1);
    assert_eq!(json["target_c"], 40.0);
    assert_eq!(json["outcome"], "completed");
    assert_eq!(json["samples"].as_array().unwrap().len(), 600);
    for number in ["duration_s", "target_reached_after_s", "hottest_c", "dose_cem43", "energy_j"] {
        assert!(json[number].is_number(), "{number}: {json}");
    }
}

#[test]
fn a_preview_of_another_pad() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let preview = |pad: &str| soothe(&["preview", "--for", "10m", "--pad", pad]);
    let weak = preview(&file("weak.toml", "power = 10")).with_code(0);
    assert!(sentences(&weak.stdout).contains("not reached in that time"), "{}", weak.stdout);
    let typo = preview(&file("typo.toml", "power = 40\npowr = 3")).with_code(2);
    assert!(sentences(&typo.stderr).contains("typo.toml: line 2, column 1"), "{}", typo.stderr);
    let cold = preview(&file("cold.toml", "ambient = 5")).with_code(3);
    assert!(cold.stderr.contains("HL-H22"), "{}", cold.stderr);
    assert!(preview("/nonexistent.toml").with_code(2).stderr.contains("/nonexistent.toml"));
}

#[test]
fn what_is_known_of_the_body_needs_no_daemon() {
    let named = |list: &Value| {
        let all = list["exercises"].as_array().expect("a list").iter();
        all.map(|it| it["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let calf = soothe(&["exercises", "--site", "left-calf", "--json"]).with_code(0).json();
    assert_eq!(named(&calf), ["calf-wall", "roller-calf"]);
    let one = soothe(&["exercises", "calf-wall"]).with_code(0).stdout;
    assert!(one.contains("  hold     30 s, 2 times"), "{one}");
    let unknown = soothe(&["exercises", "calf"]).with_code(2).stderr;
    assert!(unknown.contains("roller-calf"), "{unknown}");
    let sites = soothe(&["sites"]).with_code(0).stdout;
    assert!(sites.contains("A nerve lies just under the skin here"), "{sites}");
}

#[test]
fn help_has_examples_and_fits_80_columns() {
    let mut all = String::new();
    for args in [
        ["--help"].as_slice(),
        &["-h"],
        &["heat", "--help"],
        &["tune", "--help"],
        &["stop", "--help"],
        &["status", "--help"],
        &["watch", "--help"],
        &["log", "--help"],
        &["log", "list", "--help"],
        &["log", "show", "--help"],
        &["log", "export", "--help"],
        &["replay", "--help"],
        &["preview", "--help"],
        &["protocols", "--help"],
        &["protocols", "list", "--help"],
        &["protocols", "show", "--help"],
        &["protocols", "check", "--help"],
        &["protocols", "new", "--help"],
        &["confirm", "--help"],
        &["checklist", "--help"],
        &["checklist", "show", "--help"],
        &["checklist", "answer", "--help"],
        &["profile", "--help"],
        &["profile", "show", "--help"],
        &["profile", "use", "--help"],
        &["clear", "--help"],
        &["pain", "--help"],
        &["pain", "list", "--help"],
        &["pain", "seen", "--help"],
        &["pain", "waive", "--help"],
        &["treatment", "--help"],
        &["treatment", "list", "--help"],
        &["redflags", "--help"],
        &["sites", "--help"],
        &["exercises", "--help"],
        &["remind", "--help"],
        &["remind", "add", "--help"],
        &["remind", "list", "--help"],
        &["remind", "done", "--help"],
        &["remind", "later", "--help"],
        &["remind", "remove", "--help"],
        &["completions", "--help"],
    ] {
        let help = soothe(args).with_code(0).stdout;
        assert!(help.contains("Example"), "{args:?} has no example:\n{help}");
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{args:?}: {line}");
        }
        all += &format!("$ soothe {}\n{help}\n", args.join(" "));
    }
    assert!(all.contains("not a medical device"));
    insta::assert_snapshot!(all);
}

#[test]
fn completions_and_manual_pages_know_all_commands_and_no_hidden_one() {
    let help = soothe(&["--help"]).with_code(0).stdout;
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = list
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.contains(&"heat") && !commands.contains(&"man"), "{commands:?}");
    for kind in ["bash", "zsh", "fish"] {
        let script = soothe(&["completions", kind]).with_code(0).stdout;
        for command in &commands {
            assert!(script.contains(command), "{kind} does not know {command}");
        }
    }
    let work = tempfile::tempdir().expect("a temporary folder");
    let folder = work.path().to_str().expect("a plain name");
    let _ = soothe(&["man", "--out", folder]).with_code(0);
    let _ = shell(&format!("$SOOTHED man --out {folder}")).with_code(0);
    let page = |name: &str| std::fs::read_to_string(work.path().join(name));
    for command in commands {
        let page = page(&format!("soothe-{command}.1")).expect("a page");
        assert!(page.contains("Example"), "{page}");
    }
    assert!(page("soothe.1").expect("a page").contains("Exit codes"));
    assert!(page("soothed.8").expect("a page").contains("soothed\\-lines\\-off(8)"));
    assert!(page("soothed-lines-off.8").is_ok());
    for hidden in ["soothe-man.1", "soothed-guard.8", "soothed-man.8"] {
        assert!(page(hidden).is_err(), "{hidden}");
    }
    for line in ["$SOOTHE man --out /nonexistent", "$SOOTHED man --out /nonexistent"] {
        let refused = shell(line).with_code(1);
        assert!(refused.stderr.contains("/nonexistent"), "{refused:?}");
    }
}
