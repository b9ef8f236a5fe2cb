//! What a person types while a session is shown: a word and Enter.

/// A word that is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Enter alone: what is asked is done, or somebody is there.
    Done,
    /// `+`: the TENS level up by 1 mA.
    Raise,
    /// `-`: down by 1 mA.
    Lower,
    /// `0`: down to zero.
    Zero,
    /// `p`: pause, or go on.
    Pause,
    /// `n`: the skin under the cold pack is numb.
    Numb,
    /// `s`: stop.
    Stop,
    /// Something else.
    Other,
}

impl Word {
    /// Every word, for people.
    pub(crate) const ALL: &'static str = "Enter when it is done; + and - for the TENS level, 0 for none; p pauses and goes on; n for \
         numb; s stops";

    /// The word that a line is.
    pub(crate) fn of(line: &str) -> Self {
        match line.trim().to_lowercase().as_str() {
            "" => Self::Done,
            "+" => Self::Raise,
            "-" => Self::Lower,
            "0" => Self::Zero,
            "p" | "pause" | "resume" => Self::Pause,
            "n" | "numb" => Self::Numb,
            "s" | "stop" | "q" | "quit" | "exit" => Self::Stop,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood_or_is_something_else() {
        for (line, word) in [
            ("\n", Word::Done),
            (" +\n", Word::Raise),
            ("-", Word::Lower),
            ("0\n", Word::Zero),
            ("P\n", Word::Pause),
            ("numb\n", Word::Numb),
            ("STOP\n", Word::Stop),
            ("++", Word::Other),
            ("5", Word::Other),
        ] {
            assert_eq!(Word::of(line), word, "{line:?}");
        }
    }
}
