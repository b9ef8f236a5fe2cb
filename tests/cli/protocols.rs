//! `soothe protocols`: files of one's own beside the built-in ones, without a daemon.

use std::path::PathBuf;

use serde_json::Value;
use soothe_tests::bins::{Run, soothe_of};
use tempfile::TempDir;

use crate::sentences;

/// A person's configuration.
struct Person {
    home: TempDir,
}

impl Person {
    fn new() -> Self {
        Self { home: TempDir::new().expect("a temporary folder") }
    }

    fn soothe(&self, args: &[&str]) -> Run {
        soothe_of(self.home.path(), &[&["protocols"], args].concat())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join("soothe/protocols").join(name)
    }

    fn write(&self, name: &str, text: &[u8]) -> String {
        let path = self.file(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("plain").to_owned()
    }
}

fn names(list: &Value) -> Vec<&str> {
    let all = list["protocols"].as_array().expect("a list");
    all.iter().map(|it| it["name"].as_str().expect("a name")).collect()
}

const BROKEN: &str = "format = 1\nname = \"hot\"\ntitle = \"t\"\nabout = \"a\"\nevidence = \"e\"\n\
    weakness = \"w\"\n[[phase]]\nkind = \"heat\"\ntarget_c = 104\nfor = \"15m\"\n";

#[test]
fn a_new_protocol_is_accepted_listed_and_shown_and_never_overwritten() {
    let person = Person::new();
    assert_eq!(names(&person.soothe(&["list", "--json"]).with_code(0).json()).len(), 18);
    let wrote = person.soothe(&["new", "my-knot"]).with_code(0);
    let file = person.file("my-knot.toml");
    let path = file.to_str().expect("plain");
    assert!(sentences(&wrote.stdout).starts_with(&format!("Wrote {path}.")), "{wrote:?}");
    let checked = person.soothe(&["check", path]).with_code(0);
    assert!(checked.stdout.starts_with(&format!("{path}: accepted: 7 phases, ")), "{checked:?}");
    let by_name = person.soothe(&["check", "my-knot"]).with_code(0);
    assert_eq!(by_name.stdout, checked.stdout);
    assert!(names(&person.soothe(&["list", "--json"]).with_code(0).json()).contains(&"my-knot"));
    let shown = person.soothe(&["show", "my-knot"]).with_code(0);
    assert!(shown.stdout.contains("YOU CONFIRM"), "{shown:?}");
    std::fs::write(&file, BROKEN).expect("written");
    let again = person.soothe(&["new", "my-knot"]).with_code(1);
    assert!(sentences(&again.stderr).contains("exists already, and is left as it is"), "{again:?}");
    assert_eq!(std::fs::read_to_string(&file).expect("there"), BROKEN);
}

#[test]
fn a_broken_file_is_listed_with_its_error_and_harms_nothing() {
    let person = Person::new();
    let _ = person.soothe(&["new", "fine"]).with_code(0);
    let broken = person.write("hot.toml", BROKEN.as_bytes());
    person.write(
        "heat-firm.toml",
        &BROKEN.replace("hot", "heat-firm").replace("104", "42").into_bytes(),
    );
    person.write("bytes.toml", &[0xff; 100_000]);
    let listed = person.soothe(&["list"]).with_code(0);
    let said = sentences(&listed.stdout);
    assert!(said.contains(&format!("not accepted {broken}:9:12: target 104 °C")), "{said}");
    assert!(said.contains("`heat-firm` is built in: give another name"), "{said}");
    assert!(said.contains("the file is longer than 64 KiB"), "{said}");
    let json = person.soothe(&["list", "--json"]).with_code(0).json();
    assert_eq!(names(&json).len(), 19);
    assert_eq!(json["not_accepted"].as_array().map(Vec::len), Some(3));
    let firm = person.soothe(&["show", "heat-firm", "--json"]).with_code(0).json();
    assert_eq!((&firm["file"], &firm["title"]), (&Value::Null, &"Firm heat".into()));
}

#[test]
fn a_check_names_file_line_and_column_and_ends_with_exit_code_2() {
    let person = Person::new();
    let (broken, missing) = (person.write("hot.toml", BROKEN.as_bytes()), "./nothing.toml");
    let run = person.soothe(&["check", &broken, missing]).with_code(2);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let said = "target 104 °C is not accepted: give 30.0 to 42.0 °C (did you mean 104 °F? that is 40.0 \
                °C) (HL-H1)";
    assert_eq!(lines[0], format!("{broken}:9:12: {said}"));
    assert!(lines[1].starts_with("./nothing.toml: it cannot be read: "), "{run:?}");
    assert!(run.stderr.contains("2 of 2 not accepted"), "{run:?}");
    let json = person.soothe(&["check", "--json", &broken]).with_code(2).json();
    let error = &json["files"][0]["error"];
    assert_eq!((&error["line"], &error["column"]), (&9.into(), &12.into()));
    assert_eq!(error["rule"], "HL-H1");
}

#[test]
fn names_that_are_none_or_taken_are_refused() {
    let person = Person::new();
    for (args, said) in [
        (["new", "heat-firm"], "`heat-firm` is built in"),
        (["new", "tune"], "`tune` is a command's"),
        (["new", "../evil"], "a name is 1 to 32 of a-z, 0-9 and -"),
        (["show", "nothing"], "there is no protocol `nothing`; `soothe protocols list`"),
        (["show", "a\x1b[2Jb"], "there is no protocol `a\u{fffd}[2Jb`"),
    ] {
        let run = person.soothe(&args).with_code(2);
        assert!(sentences(&run.stderr).contains(said), "{args:?}: {run:?}");
        assert_eq!(run.stdout, "", "{args:?}");
    }
    assert!(!person.home.path().join("soothe").exists());
}
