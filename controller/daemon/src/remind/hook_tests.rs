//! The owner's program is run with what it needs, and whatever it does harms nobody.

use std::path::Path;

use super::*;

fn due() -> DueReminder {
    DueReminder {
        id: 7,
        kind: "stretch".to_owned(),
        text: "Time to stretch: $(reboot); left 'neck'".to_owned(),
        how: Some("Sit upright.".to_owned()),
        exercise: Some("neck-tilt".to_owned()),
        site: None,
        due_unix_ms: 9,
    }
}

/// A script, read by a shell that is the program.
fn script(folder: &Path, text: &str) -> HookProgram {
    let path = folder.join("hook.sh");
    fs::write(&path, text).expect("written");
    let words = ["/bin/sh", path.to_str().expect("UTF-8"), "--aloud"];
    HookProgram::try_from(words.map(str::to_owned).to_vec()).expect("accepted")
}

#[test]
fn it_gets_the_text_as_its_last_argument_and_the_rest_in_its_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let text = format!(
        "printf '%s\\n' \"$@\" \"$SOOTHE_REMINDER_ID\" \"$SOOTHE_REMINDER_KIND\" \
         \"$SOOTHE_REMINDER_EXERCISE\" \"[$SOOTHE_REMINDER_SITE]\" \"$SOOTHE_REMINDER_HOW\" \"$(pwd)\" > {}\n\
         echo noise; echo noise >&2\n",
        out.display()
    );
    let status = run(&script(folder.path(), &text), &due(), WITHIN).expect("it runs");
    assert!(status.is_some_and(|status| status.success()));
    let said = fs::read_to_string(out).expect("it wrote");
    let wanted = [
        "--aloud",
        "Time to stretch: $(reboot); left 'neck'",
        "7",
        "stretch",
        "neck-tilt",
        "[]",
        "Sit upright.",
        "/",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), wanted);
}

#[test]
fn one_that_does_not_end_is_ended_with_what_it_has_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let pid = folder.path().join("pid");
    let text = format!("sleep 600 &\necho $! > {}\nwait\n", pid.display());
    let program = script(folder.path(), &text);
    assert_eq!(run(&program, &due(), Duration::from_secs(1)).expect("it runs"), None);
    let child = fs::read_to_string(pid).expect("it wrote");
    let state = || fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
    for _ in 0..100 {
        // Gone, or dead and not yet collected by whoever inherited it.
        if state().is_empty() || state().contains(") Z ") {
            return;
        }
        thread::sleep(LOOK_EVERY);
    }
    panic!("what it started goes on: {}", state());
}

#[test]
fn one_that_fails_or_is_not_there_is_told_and_the_next_is_run_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let failing = run(&script(folder.path(), "exit 3\n"), &due(), WITHIN).expect("it runs");
    assert_eq!(failing.and_then(|status| status.code()), Some(3));
    let nowhere = HookProgram { program: "/nonexistent/hook".to_owned(), args: Vec::new() };
    assert!(run(&nowhere, &due(), WITHIN).is_err());

    let out = folder.path().join("out");
    let text = format!("echo x >> {}; exit 1\n", out.display());
    let hook = Hook::start(script(folder.path(), &text)).expect("a thread");
    hook.tell(due());
    hook.tell(due());
    for _ in 0..200 {
        if fs::read_to_string(&out).is_ok_and(|said| said == "x\nx\n") {
            return;
        }
        thread::sleep(LOOK_EVERY);
    }
    panic!("it was not run twice");
}
