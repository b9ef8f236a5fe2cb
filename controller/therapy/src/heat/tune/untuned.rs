//! Why a tuning found nothing that can be used.

use core::fmt;

use super::{RISE_MIN_K, ROOM_MOVED_MAX};
use crate::pad::PadModel;

/// Why nothing was found out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Untuned {
    /// The session ended before enough was measured.
    CutShort,
    /// The surface got too little warmer.
    TooLittleRise {
        /// By so much, K.
        rise_k: f64,
    },
    /// Something happened to the pad: a blanket was moved, a sensor, the pad itself.
    Disturbed {
        /// What was left unexplained, K rms.
        rms_k: f64,
        /// What may be.
        most_k: f64,
    },
    /// No pad fits what was read.
    PoorFit {
        /// What was left unexplained, K rms.
        rms_k: f64,
        /// What may be.
        most_k: f64,
    },
    /// The room's temperature changed, or is not known.
    Room,
    /// The power is below what is accepted.
    TooWeak,
    /// The power is above what is accepted.
    TooStrong,
    /// The heat capacity is not within what is accepted.
    Mass,
    /// The loss is not within what is accepted.
    Loss,
    /// Pads that differ much fit equally well.
    Unclear,
}

impl fmt::Display for Untuned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (power_w, mass, loss) = (PadModel::POWER_W, PadModel::MASS, PadModel::LOSS);
        match *self {
            Self::CutShort => f.write_str("the session ended before enough was measured"),
            Self::TooLittleRise { rise_k } => write!(
                f,
                "the surface got only {rise_k:.1} K warmer, at least {RISE_MIN_K} K are needed: start \
                 with a cool pad"
            ),
            Self::Disturbed { rms_k, most_k } => write!(
                f,
                "something happened to the pad meanwhile, or it is of quite another build ({rms_k:.2} K rms \
                 unexplained, at most {most_k:.2} K): leave pad, sensors and blanket alone and repeat it"
            ),
            Self::PoorFit { rms_k, most_k } => write!(
                f,
                "no pad fits what was read ({rms_k:.2} K rms unexplained, at most {most_k:.2} K): see \
                 that both sensors lie flat between pad and skin"
            ),
            Self::Room => write!(
                f,
                "the room changed by more than {ROOM_MOVED_MAX}, or its temperature is not known"
            ),
            // An element of another weight warms up alike: the power comes out wrong then, not the mass.
            Self::TooWeak => write!(
                f,
                "the pad has less than {} W, or its element is heavier than any that is accepted",
                power_w.0
            ),
            Self::TooStrong => write!(
                f,
                "the pad has more than {} W, or its element is lighter than any that is accepted",
                power_w.1
            ),
            Self::Mass => write!(
                f,
                "the pad's heat capacity is not {} to {} times the reference pad's",
                mass.0, mass.1
            ),
            Self::Loss => write!(
                f,
                "what the pad loses to the room is not {} to {} times what the reference pad loses",
                loss.0, loss.1
            ),
            Self::Unclear => {
                f.write_str("pads that differ much fit equally well: start with a cooler pad")
            }
        }
    }
}

impl core::error::Error for Untuned {}
