//! What a protocol file may say, and how everything else is refused.

mod any;
mod own;
mod shipped;

use soothe_therapy::exercise::Exercise;
use soothe_therapy::protocol::PHASES_MAX;
use soothe_therapy::tens::{Cap, ElectrodeArea, Mode};
use soothe_therapy::{Rule, Span};

use super::*;

/// Seven lines before the phases.
const HEAD: &str = "format = 1\nname = \"mine\"\ntitle = \"Mine\"\nabout = \"a\"\nevidence = \"e\"\n\
    weakness = \"w\"\n\n";

fn with(phases: &str) -> String {
    format!("{HEAD}{phases}")
}

fn parse(phases: &str) -> ProtocolFile {
    ProtocolFile::parse(&with(phases)).expect(phases)
}

fn refused(phases: &str, expected: &str) {
    let error = ProtocolFile::parse(&with(phases)).expect_err(phases);
    assert_eq!(error.to_string(), expected);
}

/// Refused with these words in it, whatever else is said.
fn refused_whole(text: &str, expected: &str) {
    let error = ProtocolFile::parse(text).expect_err(text).to_string();
    assert!(error.contains(expected), "{error}");
}

const ICE: &str = "[[phase]]\nkind = \"ice\"\nfor = \"10m\"\n";

fn short_rests(count: usize) -> String {
    "[[phase]]\nkind = \"rest\"\nfor = \"10s\"\n".repeat(count)
}

#[test]
fn every_kind_is_read() {
    let file = parse(
        "[[phase]]\nkind = \"heat\"\ntarget_c = 40\nfor = \"1m30s\"\nsay = \" Lie\\n down. \"\n\
         [[phase]]\nkind = \"swap\"\nfor = \"90s\"\n[[phase]]\nkind = \"ice\"\nfor = \"10m\"\n\
         [[phase]]\nkind = \"rest\"\nfor = \"5m\"\nuntil = \"normal\"\n\
         [[phase]]\nkind = \"rest\"\nfor = \"10s\"\n",
    );
    let duration = Span::from_s(90);
    let read: Vec<_> = file.phases().map(|(phase, say)| (*phase, say)).collect();
    assert_eq!(
        read,
        [
            (Phase::heat(40.0, duration).unwrap(), Some("Lie down.")),
            (Phase::Swap { duration }, None),
            (Phase::Ice { duration: Span::from_min(10) }, None),
            (Phase::Rest { duration: Span::from_min(5), until_normal: true }, None),
            (Phase::Rest { duration: Span::from_s(10), until_normal: false }, None),
        ]
    );
    assert_eq!(file.protocol.name().as_str(), "mine");
}

#[test]
fn a_repeat_is_unrolled_with_its_words() {
    let file = parse(
        "[[phase]]\nkind = \"rest\"\nfor = \"10s\"\n[[phase]]\nrepeat = 3\n[[phase.phase]]\n\
         kind = \"swap\"\nfor = \"10s\"\nsay = \"Dry it.\"\n[[phase.phase]]\nkind = \"rest\"\n\
         for = \"20s\"\n",
    );
    let kinds: Vec<_> = file.phases().map(|(phase, say)| (phase.name(), say.is_some())).collect();
    let round = [("swap", true), ("rest", false)];
    assert_eq!(kinds, [&[("rest", false)][..], &round, &round, &round].concat());
}

#[test]
fn paragraphs_are_one_line_and_quoted_in_any_way() {
    let text = with(ICE).replace("\"a\"", "\"\"\"\n  one \\\n  two\nthree\t'four'\n\"\"\"");
    assert_eq!(ProtocolFile::parse(&text).unwrap().about, "one two three 'four'");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_do_not_matter() {
    let text = with(ICE);
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(ProtocolFile::parse(&windows), ProtocolFile::parse(&text));
}

#[test]
fn a_wrong_unit_is_refused_with_the_right_one() {
    refused(
        "[[phase]]\nkind = \"heat\"\ntarget = 40\nfor = \"10m\"\n",
        "line 10, column 1: a heat phase has no key `target` (did you mean target_c?); accepted: kind, \
         target_c, for, say",
    );
    refused(
        "[[phase]]\nkind = \"heat\"\ntarget_f = 104\nfor = \"10m\"\n",
        "line 10, column 1: a heat phase has no key `target_f` (did you mean target_c, in degrees \
         Celsius?); accepted: kind, target_c, for, say",
    );
    refused(
        "[[phase]]\nkind = \"heat\"\ntarget_c = 104\nfor = \"10m\"\n",
        "line 10, column 12: target 104 °C is not accepted: give 30.0 to 42.0 °C (did you mean 104 °F? \
         that is 40.0 °C) (HL-H1)",
    );
    refused(
        "[[phase]]\nkind = \"heat\"\ntarget_c = \"40\"\nfor = \"10m\"\n",
        "line 10, column 12: `target_c` in a heat phase must be a number of degrees Celsius such as \
         40.0, not text in quotes",
    );
    refused(
        "[[phase]]\nkind = \"ice\"\nfor = 10\n",
        "line 10, column 7: `for` in an ice phase must be a length of time in quotes such as \"15m\", \
         \"90s\" or \"1m30s\", not a number",
    );
    refused(
        "[[phase]]\nkind = \"ice\"\nfor = \"10\"\n",
        "line 10, column 7: `for`: a unit is missing: give a number with its unit, such as 15m, 90s or \
         1m30s",
    );
    refused(
        "[[phase]]\nkind = \"swap\"\nseconds = 90\n",
        "line 10, column 1: a swap has no key `seconds` (did you mean for?); accepted: kind, for, say",
    );
}

#[test]
fn numbers_that_are_none_are_refused() {
    for number in ["nan", "inf", "-inf", "-40", "1e300", "99999999999999", "0x2B"] {
        let phase = format!("[[phase]]\nkind = \"heat\"\ntarget_c = {number}\nfor = \"10m\"\n");
        let error = ProtocolFile::parse(&with(&phase)).expect_err(number);
        assert_eq!((error.line, error.column), (10, 12), "{error}");
        assert_eq!(error.rule, Some(Rule::H1), "{error}");
    }
}

#[test]
fn what_a_kind_does_not_know_is_refused() {
    refused(
        "[[phase]]\nkind = \"ice\"\ntarget_c = 4\nfor = \"10m\"\n",
        "line 10, column 1: an ice phase has no key `target_c`; accepted: kind, for, say",
    );
    refused(
        "[[phase]]\nkind = \"rest\"\nfor = \"5m\"\nuntil = \"warm\"\n",
        "line 11, column 9: `until` in a rest must be \"normal\", or left out",
    );
    refused(
        "[[phase]]\nkind = \"cold\"\n",
        "line 9, column 8: `cold` is not a kind of phase: give \"heat\", \"ice\", \"tens\", \"stretch\", \
         \"massage\", \"swap\" or \"rest\"",
    );
    refused(
        "[[phase]]\ntype = \"ice\"\n",
        "line 9, column 1: a phase has no key `type` (did you mean kind?); accepted: kind, target_c, \
         mode, cap_ma, electrode_cm2, exercise, for, until, say",
    );
    refused(
        "[[phase]]\nfor = \"5m\"\n",
        "line 8, column 1: a phase needs the key `kind`: give \"heat\", \"ice\", \"tens\", \"stretch\", \
         \"massage\", \"swap\" or \"rest\"",
    );
    refused(
        "[[phase]]\nkind = \"ice\"\n",
        "line 8, column 1: an ice phase needs the key `for`: give a length of time in quotes such as \
         \"15m\", \"90s\" or \"1m30s\"",
    );
}

#[test]
fn tens_and_exercises_are_read_with_what_they_leave_out() {
    let tens = |more: &str| {
        let text = format!("[[phase]]\nkind = \"tens\"\nmode = \"knot\"\nfor = \"10m\"\n{more}");
        let file = ProtocolFile::parse(&with(&text)).expect(more);
        *file.protocol.phases().first().expect("a phase")
    };
    let (mode, duration) = (Mode::Knot, Span::from_min(10));
    let area = ElectrodeArea::literal(25.0);
    assert_eq!(tens(""), Phase::Tens { mode, cap: Cap::DEFAULT, area, duration });
    let cap = Cap::new(8.0).expect("within HL-T1");
    let area = ElectrodeArea::literal(16.0);
    let small = tens("cap_ma = 8\nelectrode_cm2 = 16\n");
    assert_eq!(small, Phase::Tens { mode, cap, area, duration });
    let text = "[[phase]]\nkind = \"massage\"\nexercise = \"neck-press\"\nfor = \"1m\"\n";
    let file = ProtocolFile::parse(&with(text)).expect(text);
    let (exercise, duration) = (Exercise::NeckPress, Span::from_min(1));
    assert_eq!(file.protocol.phases(), [Phase::Exercise { exercise, duration }]);
}

#[test]
fn hl_t1_hl_t5_hl_t14_hl_t15_what_tens_may_not_be_is_refused_at_its_place() {
    let tens = |more: &str| format!("[[phase]]\nkind = \"tens\"\n{more}");
    for (text, problem) in [
        (
            tens("for = \"10m\"\n"),
            "line 8, column 1: a TENS phase needs the key `mode`: give \"conventional\", \"wide\", \"knot\", \
             \"burst\", \"modulated\", \"low-frequency\"",
        ),
        (
            tens("mode = \"brief-intense\"\nfor = \"10m\"\n"),
            "line 10, column 8: `brief-intense` is not a mode of TENS: give \"conventional\", \"wide\", \"knot\", \
             \"burst\", \"modulated\", \"low-frequency\"",
        ),
        (
            tens("mode = \"knot\"\ncap_ma = 31\nfor = \"10m\"\n"),
            "line 11, column 10: cap 31 mA is not accepted: give a whole number from 1 to 30 (HL-T1)",
        ),
        (
            tens("mode = \"knot\"\ncap_ma = 30\nelectrode_cm2 = 6\nfor = \"10m\"\n"),
            "line 11, column 10: current density 2.2361 mA/cm² is not accepted: at most 2 mA/cm² \
             (HL-T5)",
        ),
        (
            tens("mode = \"knot\"\nfor = \"61m\"\n"),
            "line 11, column 7: duration 61 min is not accepted: at most 60 min (HL-T14)",
        ),
        (
            "[[phase]]\nkind = \"heat\"\ntarget_c = 40.0\nfor = \"5m\"\n\n[[phase]]\nkind = \"tens\"\nmode = \
             \"knot\"\nfor = \"10m\"\n"
                .to_owned(),
            "line 14, column 8: pad, pack and electrodes cannot change places at once: put a swap or a rest \
             before this phase",
        ),
        (
            "[[phase]]\nkind = \"stretch\"\nexercise = \"neck-press\"\nfor = \"1m\"\n".to_owned(),
            "line 10, column 12: `neck-press` is not a stretch: give \"neck-tilt\", \"chin-tuck\", \
             \"chest-opener\", \"cross-body-arm\", \"overhead-reach\", \"wrist-pull\", \"cat-back\", \"child-pose\", \
             \"knee-to-chest\", \"figure-four\", \"thigh-front\", \"thigh-back\", \"calf-wall\"",
        ),
    ] {
        refused(&text, problem);
    }
}

#[test]
fn what_the_core_refuses_is_refused_at_its_place() {
    refused(
        "[[phase]]\nkind = \"heat\"\ntarget_c = 40.5\nfor = \"25m\"\n",
        "line 11, column 7: a heat phase of 25 min is not accepted: give 1 to 20 min at this target (30 \
         min up to 40.0 °C, 20 min above) (HL-H7)",
    );
    refused(
        "[[phase]]\nkind = \"ice\"\nfor = \"21m\"\n",
        "line 10, column 7: ice for 21 min is not accepted: give 30 s to 15 min, or to 20 min where a skin probe watches (HL-C2)",
    );
    refused(
        "[[phase]]\nkind = \"swap\"\nfor = \"1s\"\n",
        "line 10, column 7: 1 s is not accepted: give 10 s to 5 min",
    );
    refused(
        &format!("{ICE}{}", ICE.replace("10m", "1m")),
        "line 12, column 8: pad, pack and electrodes cannot change places at once: put a swap or a rest before this \
         phase",
    );
    let swap = "[[phase]]\nkind = \"swap\"\nfor = \"90s\"\n";
    let heat = "[[phase]]\nkind = \"heat\"\ntarget_c = 39\nfor = \"5m\"\n";
    refused(
        &format!("{ICE}{swap}{heat}"),
        "line 15, column 8: heat after more than 3 min of ice needs a rest in between with until = \
         \"normal\": numb skin cannot warn (HL-C6)",
    );
    let normal = "[[phase]]\nkind = \"rest\"\nfor = \"5m\"\nuntil = \"normal\"\n";
    refused(
        &format!("{ICE}{normal}{}", heat.replace("39", "41")),
        "line 17, column 12: heat at 41.0 °C is not accepted as the first after ice: give at most 40.0 \
         °C (HL-C6)",
    );
}

#[test]
fn in_a_repeat_the_round_is_said() {
    refused(
        "[[phase]]\nrepeat = 2\n[[phase.phase]]\nkind = \"heat\"\ntarget_c = 40\nfor = \"5m\"\n\
         [[phase.phase]]\nkind = \"swap\"\nfor = \"90s\"\n[[phase.phase]]\nkind = \"ice\"\nfor = \"5m\"\n",
        "line 11, column 8: in round 2 of 2, pad, pack and electrodes cannot change places at once: put a swap or a \
         rest before this phase",
    );
}

#[test]
fn a_sum_beyond_a_limit_is_refused_at_the_phase_that_exceeds_it() {
    refused(
        "[[phase]]\nrepeat = 5\n[[phase.phase]]\nkind = \"rest\"\nfor = \"14m\"\n",
        "line 11, column 8: in round 5 of 5, this phase is too much: the phases last 70 min altogether; \
         at most 60 min is accepted (HL-H10)",
    );
    let rest = "[[phase]]\nkind = \"rest\"\nfor = \"5m\"\n";
    let hot = format!("[[phase]]\nkind = \"heat\"\ntarget_c = 42\nfor = \"8m\"\n{rest}");
    refused(
        &hot.repeat(3),
        "line 23, column 8: this phase is too much: the heat phases sum to 12.0 CEM43; at most 10 is \
         accepted (HL-H5)",
    );
}

#[test]
fn sixty_four_phases_are_read_and_no_more() {
    let most = ProtocolFile::parse(&with(&short_rests(PHASES_MAX))).unwrap();
    assert_eq!(most.phases().count(), PHASES_MAX);
    refused(
        &short_rests(PHASES_MAX + 1),
        "line 200, column 1: up to here these are 65 phases: at most 64 are accepted, repeats unrolled",
    );
    refused(
        "[[phase]]\nrepeat = 40\n[[phase.phase]]\nkind = \"rest\"\nfor = \"10s\"\n[[phase.phase]]\n\
         kind = \"swap\"\nfor = \"10s\"\n",
        "line 8, column 1: up to here these are 80 phases: at most 64 are accepted, repeats unrolled",
    );
    for repeat in
        ["0", "-1", "65", "1000000000", "18446744073709551615", "99999999999999999999", "1.0"]
    {
        refused(
            &format!(
                "[[phase]]\nrepeat = {repeat}\n[[phase.phase]]\nkind = \"rest\"\nfor = \"10s\"\n"
            ),
            "line 9, column 10: `repeat` must be a whole number from 1 to 64",
        );
    }
}

#[test]
fn ten_thousand_phases_and_ten_megabytes_are_refused_unread() {
    let too_long = "line 1, column 1: the file is longer than 64 KiB, so it is no protocol";
    let error = ProtocolFile::parse(&with(&short_rests(10_000))).unwrap_err();
    assert_eq!(error.to_string(), too_long);
    // Not even looked at: this is no UTF-8.
    let error = ProtocolFile::own(&vec![0xff; 10 << 20], "mine").unwrap_err();
    assert_eq!(error.to_string(), too_long);
    // The most phases that fit, and none is more than counted.
    let tight = with(&"[[phase]]\n".repeat((FILE_MAX - HEAD.len()) / 10));
    refused_whole(&tight, "line 8, column 1: a phase needs the key `kind`");
    let inner = "[[phase.phase]]\n".repeat(4000);
    let error =
        ProtocolFile::parse(&with(&format!("[[phase]]\nrepeat = 64\n{inner}"))).unwrap_err();
    assert!(error.problem.contains("256000 phases"), "{error}");
}

#[test]
fn repeats_do_not_nest_and_are_not_empty() {
    refused(
        "[[phase]]\nrepeat = 2\n[[phase.phase]]\nrepeat = 2\n[[phase.phase.phase]]\nkind = \"rest\"\n\
         for = \"10s\"\n",
        "line 10, column 1: a repeat inside a repeat is not accepted: give single phases, or one \
         [[phase]] table with `repeat` after the other",
    );
    refused(
        "[[phase]]\nrepeat = 2\nphase = []\n",
        "line 8, column 1: there is nothing to repeat: give a [[phase.phase]] table, with double brackets",
    );
    refused(
        "[[phase]]\nrepeat = 2\n",
        "line 8, column 1: a repeat needs the key `phase`: give a [[phase.phase]] table, with double \
         brackets",
    );
    refused(
        "[[phase]]\nrepeat = 2\nkind = \"ice\"\n[[phase.phase]]\n",
        "line 10, column 1: a repeat has no key `kind`; accepted: repeat, phase",
    );
    refused(
        "[phase]\nkind = \"ice\"\n",
        "line 8, column 1: `phase` must be a [[phase]] table, with double brackets",
    );
    for depth in [60, 1000, 30_000] {
        refused_whole(&with(&format!("phase = {}", "[".repeat(depth))), "line 8");
        refused_whole(&with(&format!("phase = {}", "{a=".repeat(depth / 2))), "line 8");
    }
    // The parser does not tell where.
    refused_whole(&with(&format!("[{}a]", "a.".repeat(10_000))), "recursion limit");
}

#[test]
fn the_head_is_wanted_in_full() {
    refused(
        "",
        "line 1, column 1: a protocol file needs the key `phase`: give a [[phase]] table, with \
         double brackets",
    );
    refused("phase = []\n", "line 2, column 8: a protocol has at least one phase");
    refused_whole(
        "",
        "line 1, column 1: the file is empty: `soothe protocols new NAME` writes one",
    );
    refused_whole("# nothing\n", "the file is empty");
    for (key, gone) in [
        ("name", "name = \"mine\"\n"),
        ("title", "title = \"Mine\"\n"),
        ("about", "about = \"a\"\n"),
        ("evidence", "evidence = \"e\"\n"),
        ("weakness", "weakness = \"w\"\n"),
    ] {
        let needs = format!("line 1, column 1: a protocol file needs the key `{key}`: give ");
        refused_whole(&with(ICE).replace(gone, ""), &needs);
    }
    refused_whole(
        &with(ICE).replace("format = 1\n", ""),
        "line 1, column 1: `format = 1` is wanted",
    );
    for other in ["2", "\"1\"", "1.0", "0"] {
        let text = with(ICE).replace("format = 1", &format!("format = {other}"));
        refused_whole(&text, "line 1, column 10: `format = 1` is wanted");
    }
    refused_whole(
        &with(ICE).replace("about", "author"),
        "line 4, column 1: a protocol file has no key `author`; accepted: format, name, title, about, \
         evidence, weakness, phase",
    );
}

#[test]
fn texts_are_bounded_and_show_all_that_is_in_them() {
    let titled = |title: &str| with(ICE).replace("\"Mine\"", title);
    refused_whole(
        &titled("\"\""),
        "line 3, column 9: `title` is empty: give text of 1 to 60 characters",
    );
    refused_whole(&titled("\"  \""), "`title` is empty");
    let long = format!("\"{}\"", "ä".repeat(TITLE_MAX + 1));
    refused_whole(&titled(&long), "`title` is 61 characters long: give text of 1 to 60 characters");
    assert!(ProtocolFile::parse(&titled(&format!("\"{}\"", "ä".repeat(TITLE_MAX)))).is_ok());
    for hidden in
        ["\\u0007", "\\u001b[2J", "\\u007f", "\\u0085\\u009b", "\\u202e", "\\u200b", "\\ufeff"]
    {
        refused_whole(&titled(&format!("\"a{hidden}b\"")), "`title` has the hidden character \\u{");
    }
    refused_whole(&titled("\"a\u{1b}b\""), "this is not TOML");
    refused_whole(&titled("\"a\0b\""), "this is not TOML");
}

#[test]
fn what_is_no_toml_or_no_text_is_refused_at_its_place() {
    refused_whole("format = 1\nname == 2\n", "line 2, column 7: this is not TOML: ");
    refused_whole("format = 1\nformat = 1\n", "line 2, column 1: this is not TOML: duplicate key");
    refused_whole("{\"json\": true}", "line 1, column 1: this is not TOML: ");
    let error = ProtocolFile::own(b"format = 1\n# \xc3\xa4 \xff\n", "mine").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2, column 5: this is not UTF-8: save the file as UTF-8 text"
    );
    let utf16: Vec<u8> = with(ICE).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(ProtocolFile::own(&[&[0xff, 0xfe], &utf16[..]].concat(), "mine").is_err());
}
