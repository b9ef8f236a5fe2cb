//! Numbers as bytes, small ones in few.

use soothe_therapy::Celsius;

/// Writes at the end of a buffer.
pub(super) trait Put {
    fn number(&mut self, value: u64);
    fn signed(&mut self, value: i64);
    fn text(&mut self, text: &str);
}

impl Put for Vec<u8> {
    /// Seven bits in each byte, the lowest first; the eighth says that more follow.
    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.push(value as u8);
    }

    /// The sign in the lowest bit, so that small ones of either sign are short.
    fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.extend_from_slice(text.as_bytes());
    }
}

/// The bytes end, or are none that [`Put`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bad;

/// Reads from the beginning of what is left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Take<'a> {
    left: &'a [u8],
}

impl<'a> Take<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    pub(super) const fn left(&self) -> usize {
        self.left.len()
    }

    /// What is left to be read.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.left
    }

    pub(super) fn byte(&mut self) -> Result<u8, Bad> {
        let (first, rest) = self.left.split_first().ok_or(Bad)?;
        self.left = rest;
        Ok(*first)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Bad> {
        let (taken, rest) = self.left.split_at_checked(count).ok_or(Bad)?;
        self.left = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Bad> {
        self.bytes(N)?.try_into().map_err(|_| Bad)
    }

    pub(super) fn number(&mut self) -> Result<u64, Bad> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits.leading_zeros() < shift {
                return Err(Bad);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Bad)
    }

    pub(super) fn signed(&mut self) -> Result<i64, Bad> {
        let value = self.number()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Bad> {
        let length = usize::try_from(self.number()?).map_err(|_| Bad)?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| Bad)
    }

    pub(super) fn celsius(&mut self) -> Result<Celsius, Bad> {
        Celsius::new(self.float()?).map_err(|_| Bad)
    }

    pub(super) fn float(&mut self) -> Result<f64, Bad> {
        Ok(f64::from_le_bytes(self.array()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_put_is_taken(value in any::<u64>(), few in 0u32..64, text in ".{0,20}") {
            let mut bytes = Vec::new();
            let (value, signed) = (value >> few, (value >> few).cast_signed());
            bytes.number(value);
            bytes.signed(signed);
            bytes.text(&text);
            let mut take = Take::new(&bytes);
            prop_assert_eq!((take.number(), take.signed()), (Ok(value), Ok(signed)));
            prop_assert_eq!(take.text(), Ok(text.as_str()));
            prop_assert!(take.is_empty() && take.byte().is_err());
        }

        #[test]
        fn anything_can_be_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            let mut take = Take::new(&bytes);
            while take.number().is_ok() {}
            let mut take = Take::new(&bytes);
            while take.text().is_ok() && !take.is_empty() {}
        }
    }

    #[test]
    fn small_numbers_are_short_and_too_large_ones_are_bad() {
        for (value, bytes) in [(0_i64, 1), (-1, 1), (63, 1), (-64, 1), (64, 2), (i64::MIN, 10)] {
            let mut it = Vec::new();
            it.signed(value);
            assert_eq!(it.len(), bytes, "{value}");
        }
        let too_large = [[0xff; 9].as_slice(), &[2]].concat();
        assert_eq!(Take::new(&too_large).number(), Err(Bad));
        assert_eq!(Take::new(&[0xff; 20]).number(), Err(Bad));
    }
}
