//! JSON from whoever answers, with nothing in it that a terminal would obey.
//!
//! What answers may not be a daemon of ours, and what it says is printed: a control character in it
//! could move the cursor, forge a line or hide one.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::text::is_obeyed;

/// What stands for a character that is not let through.
const INSTEAD: char = '\u{fffd}';

/// Parses JSON; control characters in its strings become [`INSTEAD`].
pub(super) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    let mut value: Value = serde_json::from_slice(json)?;
    make_plain(&mut value);
    serde_json::from_value(value)
}

fn make_plain(value: &mut Value) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => {
            if text.contains(is_obeyed) {
                *text = text.replace(is_obeyed, INSTEAD.encode_utf8(&mut [0; 4]));
            }
        }
        Value::Array(all) => all.iter_mut().for_each(make_plain),
        // A name that is printed would have to be one that is known.
        Value::Object(fields) => fields.values_mut().for_each(make_plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        let json = r#"{"type":"refused","status":409,"title":"t","detail":"a\u001b[2Jb\r\nc\u009bd\u202ee"}"#;
        let problem: Problem = parse(json.as_bytes()).unwrap();
        assert_eq!(problem.detail, "a\u{fffd}[2Jb\u{fffd}\u{fffd}c\u{fffd}d\u{fffd}e");
    }

    #[test]
    fn an_error_repeats_nothing_that_a_terminal_obeys_either() {
        for json in [
            r#"{"type":"x","status":"\u001b[2J","title":"t","detail":"d"}"#,
            r#"{"type":"x","status":409,"title":"t"} \u001b"#,
            "\u{1b}[2J",
        ] {
            let error = parse::<Problem>(json.as_bytes()).unwrap_err().to_string();
            assert!(!error.contains(is_obeyed), "{error:?}");
        }
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        let json = r#"["40.0 °C; ok", "日本", {"a": "b c"}]"#;
        let parsed: Value = parse(json.as_bytes()).unwrap();
        assert_eq!(parsed, serde_json::from_str::<Value>(json).unwrap());
    }
}
