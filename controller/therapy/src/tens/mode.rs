//! The programmes that this device offers, by name.
//!
//! Rates and widths: BMC Systematic Reviews 10.1186/s13643-017-0532-5, Table 1 (conventional, low
//! frequency); Graff-Radford 1989, 10.1016/0304-3959(89)90146-2 (knot: 100 Hz with wide pulses did best
//! on trigger points, 2 Hz nothing); Hou 2002, 10.1053/apmr.2002.34834 (wide, after a hot pack);
//! Rodríguez-Fernández 2011, PubMed 21878204 (burst); a common device's
//! manual (modulated). The number of pulses in a train is chosen.

use crate::named::read_by_name;
use crate::tens::bound::Refused;
use crate::tens::waveform::{Pulse, Waveform};
use crate::units::Span;

macro_rules! modes {
    ($($variant:ident = $name:literal, $label:literal, $waveform:expr;)*) => {
        /// A waveform of this device.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Mode {
            $(#[doc = $label] $variant,)*
        }

        impl Mode {
            /// Every mode.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in commands, files and the API.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The name shown to a person.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// Its pulses; one that broke a limit would not compile.
            #[must_use]
            pub const fn waveform(self) -> Waveform {
                match self { $(Self::$variant => const { accepted($waveform) },)* }
            }
        }
    };
}

modes! {
    Conventional = "conventional", "Conventional: tingling, 100 Hz",
        Ok(Waveform::steady(pulse(100.0, 100.0)));
    Wide = "wide", "Wide: 100 Hz with broader pulses",
        Ok(Waveform::steady(pulse(100.0, 200.0)));
    Knot = "knot", "Knot: wide pulses, 100 Hz",
        Ok(Waveform::steady(pulse(100.0, 250.0)));
    Burst = "burst", "Burst: two short trains a second",
        Waveform::burst(pulse(100.0, 200.0), 7, 2.0);
    Modulated = "modulated", "Modulated: sweeps, so that it stays felt",
        Waveform::sweep(pulse(2.0, 200.0), pulse(125.0, 100.0), Span::from_s(12));
    LowFrequency = "low-frequency", "Low frequency: four twitches a second",
        Ok(Waveform::steady(pulse(4.0, 200.0)));
}

const fn pulse(rate_hz: f64, width_us: f64) -> Pulse {
    match Pulse::new(rate_hz, [width_us, width_us]) {
        Ok(pulse) => pulse,
        Err(_) => panic!("the pulse breaks HL-T2 or HL-T3"),
    }
}

const fn accepted(waveform: Result<Waveform, Refused>) -> Waveform {
    match waveform {
        Ok(waveform) => waveform,
        Err(_) => panic!("the waveform breaks HL-T3"),
    }
}

read_by_name!(Mode, UnknownMode, "TENS mode");

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn every_mode_is_found_by_its_name() {
        for mode in Mode::ALL {
            assert_eq!(mode.name().parse(), Ok(*mode));
        }
        assert!(
            UnknownMode
                .to_string()
                .ends_with("conventional, wide, knot, burst, modulated, low-frequency")
        );
    }
}
