//! The catalogue is complete, plain and drawn.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, fs};

use super::*;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web-ui/exercises")
}

fn drawing(exercise: Exercise) -> String {
    let path = folder().join(format!("{exercise}.svg"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_exercise_is_found_by_its_name() {
    for exercise in Exercise::ALL {
        assert_eq!(exercise.name().parse(), Ok(*exercise));
    }
    assert_eq!("head-stand".parse::<Exercise>(), Err(UnknownExercise));
    assert!(UnknownExercise.to_string().ends_with("roller-calf"));
}

#[test]
fn every_site_has_a_stretch_and_both_sides_the_same() {
    for site in Site::ALL {
        let stretches = Exercise::of(*site).filter(|e| e.kind() == Kind::Stretch).count();
        assert!(stretches >= 1, "{site}");
        if let Some(rest) = site.name().strip_prefix("left-") {
            let other: Site = format!("right-{rest}").parse().unwrap();
            assert!(Exercise::of(*site).eq(Exercise::of(other)), "{site}");
        }
    }
}

#[test]
fn every_exercise_is_told_in_plain_words() {
    for exercise in Exercise::ALL {
        for text in [exercise.instruction(), exercise.caution()] {
            assert!(text.ends_with('.') && !text.contains("  "), "{exercise}: {text}");
            let sentences = text.matches(". ").count() + 1;
            assert!(sentences <= 4, "{exercise}: {text}");
            let longest = text.split(['.', ':']).map(str::len).max();
            assert!(longest < Some(130), "{exercise}: a long sentence");
        }
        assert!(exercise.instruction().matches(". ").count() >= 1, "{exercise}");
        let hold_s = exercise.hold().as_s();
        assert!((5.0..=60.0).contains(&hold_s) && (1..=10).contains(&exercise.repeats()));
        // A minute or two in all, give or take.
        let all_s = hold_s * f64::from(exercise.repeats());
        assert!((40.0..=120.0).contains(&all_s), "{exercise}: {all_s} s");
    }
}

#[test]
fn stretches_come_first_and_no_drawing_is_left_over() {
    let kinds: Vec<&str> = Exercise::ALL.iter().map(|e| e.kind().name()).collect();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!((kinds[0], changes), ("stretch", 1));
    let drawn: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let named = Exercise::ALL.iter().map(|exercise| format!("{exercise}.svg")).collect();
    assert_eq!(drawn, named);
}

/// The panel puts a drawing inside its page, so it must hold nothing that runs, loads or is styled inline.
#[test]
fn every_drawing_is_small_well_formed_and_inert() {
    for exercise in Exercise::ALL {
        let svg = drawing(*exercise);
        assert!(svg.len() < 4096, "{exercise}: {} bytes", svg.len());
        let tags = tags(&svg).unwrap_or_else(|why| panic!("{exercise}.svg: {why}"));
        assert_eq!(tags.first().map(|tag| tag.name.as_str()), Some("svg"));
        assert!(tags.iter().any(|tag| tag.name == "title"), "{exercise}: no title");
        let known = ["svg", "title", "g", "path", "circle"];
        for tag in &tags {
            assert!(known.contains(&tag.name.as_str()), "{exercise}: <{}>", tag.name);
            for (name, value) in &tag.attributes {
                assert!(!name.starts_with("on") && name != "style", "{exercise}: {name}");
                assert!(!value.contains("url(") && !value.contains('#'), "{exercise}: {value}");
            }
        }
        let root = |name: &str| {
            let found = tags[0].attributes.iter().find(|(attribute, _)| attribute == name);
            found.map(|(_, value)| value.as_str())
        };
        assert_eq!(root("viewBox"), Some("0 0 160 120"), "{exercise}");
        assert_eq!(root("stroke"), Some("currentColor"), "{exercise}");
        for refused in ["script", "href", "<!", "<?", "data:"] {
            assert!(!svg.contains(refused), "{exercise}: {refused}");
        }
    }
}

#[test]
fn what_is_not_well_formed_is_seen() {
    for bad in
        ["<g>", "<g></p>", "</g>", "<g a=1/>", "<g a=\"1/>", "<g/><", "<g a=\"1\"b=\"2\"/>", "text"]
    {
        assert!(tags(bad).is_err(), "{bad}");
    }
    let good = tags("<svg a=\"1\" b-c=\"2 3\">\n  <g/>\n  <p>some text</p>\n</svg>\n").unwrap();
    assert_eq!(good.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["svg", "g", "p"]);
    assert_eq!(good[0].attributes[1], ("b-c".to_string(), "2 3".to_string()));
}

struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

/// The elements of a text in that part of XML which the drawings need: elements, attributes in double quotes,
/// text without markup inside of elements.
fn tags(text: &str) -> Result<Vec<Tag>, String> {
    let (mut tags, mut open) = (Vec::new(), Vec::<String>::new());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = (&rest[..at], &rest[at + 1..]);
        if before.contains('>') || (open.is_empty() && !before.trim().is_empty()) {
            return Err(format!("text outside: {before:?}"));
        }
        let end = tag.find('>').ok_or("a tag without an end")?;
        rest = &tag[end + 1..];
        let tag = &tag[..end];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
            continue;
        }
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(format!("<{name}>"));
        }
        if !empty {
            open.push(name.to_string());
        }
        tags.push(Tag { name: name.to_string(), attributes: parse_attributes(attributes)? });
    }
    if !open.is_empty() || !rest.trim().is_empty() {
        return Err(format!("{open:?} is open at the end, {:?} is left", rest.trim()));
    }
    Ok(tags)
}

fn parse_attributes(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut attributes = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").ok_or("an attribute without a value")?;
        let (value, after) = value.split_once('"').ok_or("a value without an end")?;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(format!("attribute {name:?}"));
        }
        attributes.push((name.to_string(), value.to_string()));
        rest = match after.strip_prefix(' ') {
            Some(next) if !next.is_empty() => next,
            None if after.is_empty() => after,
            Some(_) | None => return Err(format!("{after:?} after a value")),
        };
    }
    Ok(attributes)
}
