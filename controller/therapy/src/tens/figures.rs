//! What a programme puts through the skin at a level, in the quantities that standards bound.
//!
//! ```text
//! rms current      I = Ip sqrt(2 w f)        charge of a phase   Q = Ip w
//! current density  J = I / (A c)             energy of a pulse   E = Ip² R 2 w
//! power density    P = I² R / (A c)          c = 0.5 of the electrode touches, R = 500 Ω
//! ```

use crate::tens::limits::{CONTACT_SHARE, TEST_LOAD_OHM};
use crate::tens::units::{ElectrodeArea, Milliamp};

/// The figures of one programme at one level on one size of electrode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// The peak current of a phase.
    pub peak: Milliamp,
    /// Root mean square of the current, in mA.
    pub rms_ma: f64,
    /// Charge of the widest phase, in µC.
    pub charge_uc: f64,
    /// Energy of the widest pulse into 500 Ω, in mJ.
    pub energy_mj: f64,
    /// Current density on the half of the electrode that is taken to touch, in mA rms per cm².
    pub current_density_ma_per_cm2: f64,
    /// Power density there, in mW per cm².
    pub power_density_mw_per_cm2: f64,
}

impl Figures {
    /// Of pulses whose widest phase is `width_us`, with current flowing for `on_share` of the time.
    pub(super) fn of(peak: Milliamp, width_us: f64, on_share: f64, area: ElectrodeArea) -> Self {
        let touching_cm2 = area.get() * CONTACT_SHARE;
        let peak_ma = peak.get();
        let rms_ma = peak_ma * libm::sqrt(on_share);
        Self {
            peak,
            rms_ma,
            charge_uc: peak_ma * width_us * 1e-3,
            energy_mj: peak_ma * peak_ma * TEST_LOAD_OHM * 2.0 * width_us * 1e-9,
            current_density_ma_per_cm2: rms_ma / touching_cm2,
            power_density_mw_per_cm2: rms_ma * rms_ma * TEST_LOAD_OHM * 1e-3 / touching_cm2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rule;
    use crate::tens::bound::Bound;

    /// (mA, µs, Hz, cm²) with rms, charge, energy, J and P, worked out by hand.
    const VECTORS: [([f64; 4], [f64; 5]); 2] = [
        ([20.0, 100.0, 100.0, 25.0], [2.83, 2.0, 0.040, 0.226, 0.32]),
        ([30.0, 250.0, 150.0, 25.0], [8.22, 7.5, 0.225, 0.657, 2.70]),
    ];

    fn of([peak_ma, width_us, rate_hz, area_cm2]: [f64; 4]) -> Figures {
        let (peak, area) = (Milliamp::literal(peak_ma), ElectrodeArea::literal(area_cm2));
        Figures::of(peak, width_us, 2.0 * width_us * 1e-6 * rate_hz, area)
    }

    #[test]
    fn the_published_vectors_are_met() {
        for (asked, want) in VECTORS {
            let got = of(asked);
            let got = [
                got.rms_ma,
                got.charge_uc,
                got.energy_mj,
                got.current_density_ma_per_cm2,
                got.power_density_mw_per_cm2,
            ];
            for (got, want) in got.into_iter().zip(want) {
                assert!((got - want).abs() < 0.005 * want, "{asked:?}: {got} is not {want}");
            }
        }
    }

    #[test]
    fn hl_t4_hl_t5_what_a_clinical_unit_does_is_refused() {
        let strong = of([50.0, 250.0, 150.0, 25.0]);
        assert!((strong.rms_ma - 13.7).abs() < 0.05, "{}", strong.rms_ma);
        assert_eq!(Bound::RmsCurrent.check(strong.rms_ma).unwrap_err().rule(), Rule::T4);
        let dense = of([80.0, 260.0, 150.0, 16.0]);
        assert!((dense.rms_ma - 22.3).abs() < 0.05, "{}", dense.rms_ma);
        assert!((dense.current_density_ma_per_cm2 - 2.79).abs() < 0.005);
        let refused = Bound::CurrentDensity.check(dense.current_density_ma_per_cm2);
        assert_eq!(refused.unwrap_err().rule(), Rule::T5);
    }

    #[test]
    fn a_burst_counts_with_its_mean_rate() {
        let mean_hz = 2.0 * 7.0;
        assert!((of([30.0, 200.0, mean_hz, 25.0]).rms_ma - 2.24).abs() < 0.01);
    }
}
