//! From valid inputs to inputs that nobody would write: a few small harms, drawn from a seed.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng as _, SeedableRng as _};

/// No input becomes longer; what a file may hold at most is far below.
pub(crate) const LENGTH_MAX: usize = 256 * 1024;

/// Numbers at which programs tend to stumble.
const NUMBERS: [&str; 24] = [
    "0",
    "-1",
    "1",
    "-0",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "1e308",
    "-1e308",
    "1e-320",
    "1e999",
    "42.0000001",
    "43",
    "44",
    "85",
    "4200",
    "65536",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "0.1",
    "99999999999999999999999999999999999999999999999999",
];

/// Bytes at which programs tend to stumble.
const BYTES: [u8; 12] = [0, 1, b'\n', b'\r', b'"', b'{', b'%', 0x7f, 0x80, 0xc3, 0xfe, 0xff];

/// One way of harming an input.
type Harm = fn(&mut Mutator, &mut Vec<u8>, &[Vec<u8>]);

/// All of them, each as likely as another.
const HARMS: [Harm; 12] = [
    |it, input, _| it.flip_bit(input),
    |it, input, _| it.set_byte(input),
    |it, input, _| it.delete(input),
    |it, input, _| it.duplicate(input),
    |it, input, _| it.insert(input),
    |it, input, corpus| it.splice(input, corpus),
    |it, input, _| it.swap(input, is_line_end),
    |it, input, _| it.swap(input, is_gap),
    |it, input, corpus| it.take(input, corpus, is_line_end),
    |it, input, corpus| it.take(input, corpus, is_gap),
    |it, input, _| it.replace_number(input),
    |it, input, _| it.repeat(input),
];

/// Chance for one case: the same seed gives the same input.
pub(crate) struct Mutator(Pcg64);

impl Mutator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// One of the corpus, harmed some times: mostly once or twice, now and then not at all.
    pub(crate) fn input(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = corpus[self.below(corpus.len())].clone();
        let times = match self.below(32) {
            0 => 0,
            1..16 => 1,
            16..24 => 2,
            24..28 => 4,
            _ => 1 + self.below(16),
        };
        for _ in 0..times {
            HARMS[self.below(HARMS.len())](self, &mut input, corpus);
            input.truncate(LENGTH_MAX);
        }
        input
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        (self.0.next_u64() % end) as usize
    }

    /// A piece of something so long: mostly a short one.
    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = if self.below(4) == 0 { length } else { 16 };
        let end = start + self.below(most.min(length - start) + 1);
        start..end
    }

    fn flip_bit(&mut self, input: &mut [u8]) {
        let at = self.below(input.len());
        if let Some(byte) = input.get_mut(at) {
            *byte ^= 1 << self.below(8);
        }
    }

    fn set_byte(&mut self, input: &mut [u8]) {
        let at = self.below(input.len());
        let value = self.byte();
        if let Some(byte) = input.get_mut(at) {
            *byte = value;
        }
    }

    fn byte(&mut self) -> u8 {
        if self.below(2) == 0 { BYTES[self.below(BYTES.len())] } else { self.below(256) as u8 }
    }

    fn delete(&mut self, input: &mut Vec<u8>) {
        let piece = self.piece(input.len());
        input.drain(piece);
    }

    fn duplicate(&mut self, input: &mut Vec<u8>) {
        let piece = input[self.piece(input.len())].to_vec();
        self.put(input, &piece);
    }

    fn insert(&mut self, input: &mut Vec<u8>) {
        let count = 1 + self.below(8);
        let bytes: Vec<u8> = (0..count).map(|_| self.byte()).collect();
        self.put(input, &bytes);
    }

    fn splice(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let other = &corpus[self.below(corpus.len())];
        let piece = other[self.piece(other.len())].to_vec();
        self.put(input, &piece);
    }

    fn put(&mut self, input: &mut Vec<u8>, bytes: &[u8]) {
        let at = self.below(input.len() + 1);
        input.splice(at..at, bytes.iter().copied());
    }

    /// Swaps two of the parts that `ends` separates.
    fn swap(&mut self, input: &mut Vec<u8>, ends: fn(u8) -> bool) {
        let parts = parts(input, ends);
        let (one, other) = (self.below(parts.len()), self.below(parts.len()));
        if let (Some(first), Some(second)) = (parts.get(one.min(other)), parts.get(one.max(other)))
            && first.end <= second.start
        {
            let (left, right) = (input[first.clone()].to_vec(), input[second.clone()].to_vec());
            input.splice(second.clone(), left);
            input.splice(first.clone(), right);
        }
    }

    /// Replaces a part with one of another input.
    fn take(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>], ends: fn(u8) -> bool) {
        let other = &corpus[self.below(corpus.len())];
        let (mine, theirs) = (parts(input, ends), parts(other, ends));
        let (place, from) = (self.below(mine.len()), self.below(theirs.len()));
        if let (Some(place), Some(from)) = (mine.get(place), theirs.get(from)) {
            input.splice(place.clone(), other[from.clone()].iter().copied());
        }
    }

    fn replace_number(&mut self, input: &mut Vec<u8>) {
        let numbers = parts(input, |byte| !byte.is_ascii_digit() && byte != b'.');
        let at = self.below(numbers.len());
        if let Some(place) = numbers.get(at) {
            let new = match self.below(4) {
                // Near to what it was: what is accepted is mostly there.
                0 => self.below(100).to_string(),
                1 => format!("{}.{}", self.below(50), self.below(1000)),
                _ => NUMBERS[self.below(NUMBERS.len())].to_owned(),
            };
            input.splice(place.clone(), new.into_bytes());
        }
    }

    fn repeat(&mut self, input: &mut Vec<u8>) {
        let piece = self.piece(input.len());
        let times = if self.below(8) == 0 { self.below(1000) } else { 1 + self.below(8) };
        let most = LENGTH_MAX / piece.len().max(1);
        let bytes = input[piece.clone()].repeat(times.min(most));
        input.splice(piece.end..piece.end, bytes);
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n'
}

/// What ends a word, in a script as in JSON.
fn is_gap(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b",:=[]{}\"".contains(&byte)
}

/// The parts that are not empty, between bytes that end one.
fn parts(input: &[u8], ends: fn(u8) -> bool) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut start) = (Vec::new(), 0);
    for at in 0..=input.len() {
        if input.get(at).is_none_or(|byte| ends(*byte)) {
            if at > start {
                found.push(start..at);
            }
            start = at + 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus() -> Vec<Vec<u8>> {
        vec![b"at 1m start 40 15m left-hip\nuntil 20m\n".to_vec(), b"{\"a\": 4.5}".to_vec()]
    }

    #[test]
    fn a_seed_always_gives_the_same_input_and_another_one_another() {
        let corpus = corpus();
        let inputs = |from| (from..from + 500).map(|seed| Mutator::new(seed).input(&corpus));
        assert!(inputs(0).eq(inputs(0)));
        let mut different: Vec<Vec<u8>> = inputs(0).collect();
        different.sort();
        different.dedup();
        assert!(different.len() > 300, "{} of 500", different.len());
    }

    #[test]
    fn inputs_are_bounded_and_an_empty_corpus_entry_does_no_harm() {
        let corpus = vec![Vec::new(), vec![b'7'; LENGTH_MAX]];
        for seed in 0..300 {
            assert!(Mutator::new(seed).input(&corpus).len() <= LENGTH_MAX);
        }
    }

    #[test]
    fn every_harm_changes_something_sooner_or_later() {
        let corpus = corpus();
        for (number, harm) in HARMS.iter().enumerate() {
            let changes = (0..50).any(|seed| {
                let mut input = corpus[0].clone();
                harm(&mut Mutator::new(seed), &mut input, &corpus);
                input != corpus[0]
            });
            assert!(changes, "harm {number}");
        }
    }
}
