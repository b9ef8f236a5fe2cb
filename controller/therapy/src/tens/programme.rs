//! One TENS phase as a person asks for it, parsed once; nothing downstream can hold one that exceeds a
//! limit.

use crate::tens::bound::{Bound, Refused};
use crate::tens::figures::Figures;
use crate::tens::level::Cap;
use crate::tens::units::{ElectrodeArea, Milliamp};
use crate::tens::waveform::Waveform;
use crate::units::Span;

/// A waveform with the strongest level that it may reach, on electrodes of a size, for a time: within
/// HL-T1 to HL-T8 and HL-T14, even if what gates and sweeps it were stuck at its worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Programme {
    waveform: Waveform,
    cap: Cap,
    area: ElectrodeArea,
    duration: Span,
}

impl Programme {
    /// Parses what a person asked for: `area_cm2` is that of the smaller electrode.
    ///
    /// # Errors
    /// HL-T14 for the duration (1 to 60 min); HL-T5 for electrodes not in 4 to 200 cm²; HL-T4, HL-T5,
    /// HL-T6 or HL-T7 when the waveform at its fastest and widest, at the cap, on half of the electrode, is
    /// beyond one of them.
    pub fn new(
        waveform: Waveform,
        cap: Cap,
        area_cm2: f64,
        duration: Span,
    ) -> Result<Self, Refused> {
        Bound::Duration.check(duration.as_s() / 60.0)?;
        let Ok(area) = ElectrodeArea::new(area_cm2) else {
            return Err(Refused { bound: Bound::ElectrodeArea, asked: area_cm2 });
        };
        let programme = Self { waveform, cap, area, duration };
        let worst = programme.worst(cap.current());
        Bound::RmsCurrent.check(worst.rms_ma)?;
        Bound::CurrentDensity.check(worst.current_density_ma_per_cm2)?;
        Bound::PowerDensity.check(worst.power_density_mw_per_cm2)?;
        Bound::PulseEnergy.check(worst.energy_mj)?;
        Ok(programme)
    }

    /// Its pulses.
    #[must_use]
    pub const fn waveform(&self) -> &Waveform {
        &self.waveform
    }

    /// The strongest level that it may reach.
    #[must_use]
    pub const fn cap(&self) -> Cap {
        self.cap
    }

    /// The smaller electrode.
    #[must_use]
    pub const fn area(&self) -> ElectrodeArea {
        self.area
    }

    /// How long it lasts.
    #[must_use]
    pub const fn duration(&self) -> Span {
        self.duration
    }

    /// What it would do at a level if gate and sweep were stuck at their worst: what limits are held against.
    #[must_use]
    pub fn worst(&self, level: Milliamp) -> Figures {
        let pulse = self.waveform.worst();
        Figures::of(level, pulse.width.get(), pulse.on_share(), self.area)
    }

    /// What it does at a level: what a person is told.
    #[must_use]
    pub fn reported(&self, level: Milliamp) -> Figures {
        let width_us = self.waveform.worst().width.get();
        Figures::of(level, width_us, self.waveform.on_share(), self.area)
    }
}

#[cfg(test)]
#[path = "programme_tests.rs"]
mod tests;
