//! A person's own files: names, place and template.

use soothe_therapy::{Span, limits};

use super::super::*;
use super::{ICE, with};

#[test]
fn an_own_file_is_called_as_its_protocol_and_takes_no_name_that_is_taken() {
    let own = |name: &str, stem: &str| {
        let text = with(ICE).replace("\"mine\"", &format!("\"{name}\""));
        ProtocolFile::own(text.as_bytes(), stem).map_err(|it| it.to_string())
    };
    assert_eq!(own("mine", "mine").unwrap().protocol.name().as_str(), "mine");
    assert_eq!(
        own("mine", "yours").unwrap_err(),
        "line 2, column 8: the name is `mine`, but the file is `yours.toml`: both must be the same"
    );
    assert_eq!(
        own("heat-firm", "heat-firm").unwrap_err(),
        "line 2, column 8: `heat-firm` is built in: give another name, such as `my-heat-firm`"
    );
    assert!(own("tune", "tune").unwrap_err().contains("`tune` is a command's"));
    assert!(
        own("Mine", "Mine").unwrap_err().starts_with("line 2, column 8: a name is 1 to 32 of a-z")
    );
}

#[test]
fn a_template_is_accepted_as_it_is() {
    for name in ["a", "knot-2", &"x".repeat(32)] {
        let text = template(name).unwrap();
        let file = ProtocolFile::own(text.as_bytes(), name).expect(&text);
        assert_eq!(file.protocol.name().as_str(), name);
    }
    for bad in ["", "A", "heat-gentle", "heat", "../x", "a.toml", &"x".repeat(33)] {
        template(bad).expect_err(bad);
    }
}

#[test]
fn the_template_tells_the_limits_as_they_are() {
    let text = template("mine").unwrap().replace("# ", "").replace('\n', " ");
    let min = |span: Span| span.as_ms() / 60_000;
    let (least, most, gentle) =
        (limits::TARGET_MIN.get(), limits::TARGET_MAX.get(), limits::GENTLE_TARGET.get());
    for said in [
        format!("{least:.1} to {most:.1} °C"),
        format!("1 to {} minutes up to {gentle:.1} °C", min(limits::HEAT_PHASE_MAX_GENTLE)),
        format!("1 to {} minutes above", min(limits::HEAT_PHASE_MAX)),
        format!("10 seconds to {} minutes.", min(limits::SWAP_MAX)),
        format!("10 seconds to {} minutes.", min(limits::REST_MAX)),
        format!("30 seconds to {} minutes.", min(limits::ICE_MAX_UNWATCHED)),
        format!("more than {} minutes of ice", min(limits::COLD_NUMBS_AFTER)),
        format!(
            "at most {:.1} °C for the first {} minutes",
            limits::TARGET_MAX_AFTER_COLD.get(),
            min(limits::GENTLE_AFTER_COLD_FOR)
        ),
    ] {
        assert!(text.contains(&said), "{said}");
    }
    let shortest = [limits::SWAP_MIN, limits::REST_MIN, limits::ICE_MIN].map(Span::as_ms);
    assert_eq!(shortest, [10_000, 10_000, 30_000]);
    assert_eq!(limits::HEAT_PHASE_MIN, Span::from_min(1));
}

#[test]
fn own_protocols_lie_in_the_configuration_of_the_person() {
    let at = |config: &str, home: &str| {
        let folder = folder(Some(config.as_ref()), Some(home.as_ref()));
        folder.map(|it| it.to_string_lossy().into_owned())
    };
    assert_eq!(at("/c", "/h").unwrap(), "/c/soothe/protocols");
    assert_eq!(at("", "/h").unwrap(), "/h/.config/soothe/protocols");
    assert_eq!(at("relative", "/h").unwrap(), "/h/.config/soothe/protocols");
    assert_eq!((at("", ""), at("c", "h"), folder(None, None)), (None, None, None));
}
