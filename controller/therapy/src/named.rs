//! What has a name and is read by it: sites, exercises, modes of TENS.

/// Reads and writes a kind with `ALL` and `name()` by its name; `$unknown` is the error, which lists what is accepted.
macro_rules! read_by_name {
    ($kind:ident, $unknown:ident, $what:literal) => {
        #[doc = concat!("The text is not the name of any ", $what, ".")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $unknown;

        impl core::fmt::Display for $unknown {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!("unknown ", $what, "; accepted are "))?;
                for (i, known) in $kind::ALL.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", known.name())?;
                }
                Ok(())
            }
        }

        impl core::error::Error for $unknown {}

        impl core::str::FromStr for $kind {
            type Err = $unknown;
            fn from_str(text: &str) -> Result<Self, $unknown> {
                Self::ALL.iter().copied().find(|known| known.name() == text).ok_or($unknown)
            }
        }

        impl core::fmt::Display for $kind {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use read_by_name;
