//! Lines no longer than the terminal is wide, broken between words.

/// Breaks every line of `text` that is longer than `width`. What goes on stands under its beginning:
/// under the value where the line is a label and a value. Colours take no room; a word that is longer
/// than a line stays whole.
#[must_use]
pub fn wrap(text: &str, width: usize) -> String {
    text.split_inclusive('\n').map(|line| wrap_line(line, width)).collect()
}

fn wrap_line(line: &str, width: usize) -> String {
    if columns(line) <= width {
        return line.to_owned();
    }
    let hang = hang(line).min(width / 2);
    let mut wrapped = String::new();
    let mut used = 0;
    for piece in line.split_inclusive(' ') {
        let word = piece.trim_end_matches([' ', '\n']);
        if used > hang && !word.is_empty() && used + columns(word) > width {
            wrapped.truncate(wrapped.trim_end_matches(' ').len());
            wrapped.push('\n');
            wrapped += &" ".repeat(hang);
            used = hang;
        }
        wrapped += piece;
        used += columns(piece);
    }
    wrapped
}

/// Where the continuation of a line stands.
fn hang(line: &str) -> usize {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[indent..];
    let Some((label, value)) = rest.split_once("  ") else {
        return indent.max(2);
    };
    if indent == 0 || label.contains(' ') {
        return indent.max(2);
    }
    indent + columns(label) + 2 + value.len() - value.trim_start_matches(' ').len()
}

/// How many columns a text takes: control sequences none, every other character of ours one.
fn columns(text: &str) -> usize {
    let mut count = 0;
    let mut escape = false;
    for c in text.chars() {
        match (escape, c) {
            (false, '\x1b') => escape = true,
            (true, c) => escape = !c.is_ascii_alphabetic(),
            (false, c) => count += usize::from(!c.is_control()),
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_message_is_broken_between_words() {
        assert_eq!(
            wrap("soothe: refused: the room is at 8.0 °C\n  rule   HL-H22\n", 24),
            "soothe: refused: the\n  room is at 8.0 °C\n  rule   HL-H22\n"
        );
    }

    #[test]
    fn a_value_goes_on_under_its_value() {
        assert_eq!(
            wrap("  fault    the two contact sensors disagreed\n", 32),
            "  fault    the two contact\n           sensors disagreed\n"
        );
    }

    #[test]
    fn what_fits_is_left_as_it_is() {
        for text in ["", "\n", "  40 ┤  ⣀⡠   \n", "no line end", "a  b\n\nc\n"] {
            assert_eq!(wrap(text, 20), text);
        }
    }

    #[test]
    fn colours_take_no_room_and_long_words_stay_whole() {
        let painted = "\r\x1b[K\x1b[31mtwo words\x1b[0m";
        assert_eq!(wrap(painted, 9), painted);
        assert_eq!(wrap(painted, 8), "\r\x1b[K\x1b[31mtwo\n  words\x1b[0m");
        assert_eq!(wrap("at /a/very/long/path it is", 10), "at\n  /a/very/long/path\n  it is");
    }

    proptest! {
        #[test]
        fn no_word_is_lost_or_broken(words in proptest::collection::vec("[a-z°]{1,12}", 1..40), width in 20usize..90) {
            let text = words.join(" ");
            let wrapped = wrap(&text, width);
            prop_assert_eq!(wrapped.split_whitespace().collect::<Vec<_>>(), words);
            for line in wrapped.lines() {
                prop_assert!(line.chars().count() <= width, "{}", wrapped);
            }
        }
    }
}
