//! The heat balance: what power the temperatures tell of, held against what was granted.
//!
//! A pad is two heat capacities: the element, which is heated, and the surface on the skin, which is
//! measured. Without the element's temperature, which nobody knows, its two equations are one for the
//! surface's excess `x` over the room (`u` the share of full power `P`, `s` how much heavier the pad is
//! than the reference pad, `l` how much more it loses than under its blanket):
//!
//! ```text
//! K2 s² x'' + K1(l) s x' + K0(l) x = P u          K2 = C1 C2 / G12
//! K1(l) = (C1 (G12 + l G2A) + C2 (G12 + G1A)) / G12,   K0(l) = l G2A (1 + G1A / G12) + G1A
//! ```
//!
//! This *is* the stored heat that a pad goes on giving after full power, so nothing has to be allowed
//! for it. Noise forbids to differentiate readings; so the equation is multiplied by a smooth weight that
//! is zero, with its slope, at both ends of a window, and summed over it: derivatives become weighted
//! differences and what was before the window drops out exactly (modulating functions, M. Shinbrot,
//! Transactions of the ASME 79, 1957). Both sides are then plain numbers, in watts.
//!
//! Which pad this is nobody said: [`SCALES`] are tried, any power from 25 to 60 W, with and without a
//! blanket. Judged is only what *no* such pad could do, each given [`DOUBT_W`] for its noise:
//!
//! * *heat missing*: the balance is below what the least power would do. A pad that proved more than the
//!   least in this session is held to what it proved, and one that could not have done what was seen is
//!   out of the question until the session ends.
//! * *stray heat*: the balance is above what the greatest power does, counting as heat nothing that skin
//!   of 33 °C could have brought.
//!
//! A blanket that is lifted takes `G2A x` from the surface at once. For the balance that is a push of
//! `G2A x C1 / G12` joules (1.6 kJ at 20 K) in the window that holds the event, gone when the window
//! has passed; hence a balance must be wrong for longer than the window before it counts.

use super::Sample;
use crate::limits;
use crate::reference_pad::{C1, C2, G1A, G2A, G12};
use crate::units::{Celsius, Span};

/// Heat capacities that are tried, as multiples of the reference pad's: 0.6 to 1.4.
const SCALES: [f64; 5] = [0.6, 0.8, 1.0, 1.2, 1.4];
/// Loss without the blanket, as a multiple of the loss under it.
const UNCOVERED: f64 = 2.0;
/// Noise of a balance in watts for the reference pad; that of a heavier one grows with the square of its
/// scale. Two sensors of 0.05 K and 1/16 K steps over 32 s make 1.8 W.
const DOUBT_W: f64 = 4.0;
/// Below this share of full power too little is missing to be missed.
const SHARE_MIN: f64 = 0.15;
/// Above this share a pad's power shows.
const SHARE_PROVES: f64 = 0.3;
/// A power is proven by balances over this many seconds, longer than a blanket that comes back helps.
const PROVEN_AFTER: u32 = 35;
/// Share of its power that a pad is held to.
const HELD_TO: f64 = 0.85;
/// A balance that adds up again takes back this many seconds of doubt.
const EASED_BY: u64 = 2;

/// Length of the window in samples, which come once a second.
pub(super) const WINDOW: usize = limits::BALANCE_WINDOW.as_ms() as usize / 1000;

/// The weight within the window, `t² (1 - t)²` from its start to its end, summing to 1.
const WEIGHT: [f64; WINDOW - 1] = {
    let mut weight = [0.0; WINDOW - 1];
    let (mut sum, mut i) = (0.0, 0);
    while i < weight.len() {
        let t = (i + 1) as f64 / WINDOW as f64;
        weight[i] = t * t * (1.0 - t) * (1.0 - t);
        sum += weight[i];
        i += 1;
    }
    while i > 0 {
        i -= 1;
        weight[i] /= sum;
    }
    weight
};

/// One window, weighted.
#[derive(Clone, Copy, Debug)]
struct Weighed {
    surface_c: f64,
    slope_k_per_s: f64,
    curvature_k_per_s2: f64,
    /// Share of full power that was granted.
    share: f64,
}

impl Weighed {
    fn of(samples: &[Sample; WINDOW + 1]) -> Self {
        let mut sum =
            Self { surface_c: 0.0, slope_k_per_s: 0.0, curvature_k_per_s2: 0.0, share: 0.0 };
        for (weight, near) in WEIGHT.iter().zip(samples.windows(3)) {
            let [before, here, after] = [near[0].mean_c(), near[1].mean_c(), near[2].mean_c()];
            sum.surface_c += weight * here;
            sum.slope_k_per_s += weight * (after - before) / 2.0;
            sum.curvature_k_per_s2 += weight * (after - 2.0 * here + before);
            // A share stands for the second before its sample.
            sum.share += weight * (near[1].share + near[2].share) / 2.0;
        }
        sum
    }

    /// The power in watts that a pad of this scale must have had.
    fn heat_w(&self, scale: f64, loss: f64, around_skin: Celsius, room: Celsius) -> f64 {
        let g2 = loss * G2A;
        let lost = g2 * (1.0 + G1A / G12) * (self.surface_c - around_skin.get())
            + G1A * (self.surface_c - room.get());
        let stored = scale * (C1 * (G12 + g2) + C2 * (G12 + G1A)) / G12 * self.slope_k_per_s
            + scale * scale * C1 * C2 / G12 * self.curvature_k_per_s2;
        lost + stored
    }
}

/// For how long something has been wrong, in seconds.
#[derive(Clone, Copy, Debug, Default)]
struct Doubt(u64);

impl Doubt {
    fn weigh(&mut self, wrong: bool) {
        self.0 = if wrong { self.0.saturating_add(1) } else { self.0.saturating_sub(EASED_BY) };
    }

    const fn has_lasted(self, span: Span) -> bool {
        Span::from_s(self.0).as_ms() >= span.as_ms()
    }
}

/// A pad that this one might be.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    scale: f64,
    /// The power that it must have, if this is the pad.
    proven_w: f64,
    /// The least that was seen in the stretch that may prove more, and how long that is so far.
    least_w: f64,
    stretch: u32,
    missing: Doubt,
}

impl Candidate {
    const fn new(scale: f64) -> Self {
        Self {
            scale,
            proven_w: limits::PAD_POWER_MIN_W,
            least_w: f64::INFINITY,
            stretch: 0,
            missing: Doubt(0),
        }
    }

    fn doubt_w(&self) -> f64 {
        DOUBT_W * self.scale * self.scale
    }

    /// It could not have done what was seen in this session.
    const fn is_out(&self) -> bool {
        self.missing.has_lasted(limits::HEAT_MISSING_FOR)
    }

    /// Heat is missing if this is the pad.
    fn misses(&mut self, window: &Weighed, room: Celsius) -> bool {
        let covered_w = window.heat_w(self.scale, 1.0, room, room);
        let uncovered_w = window.heat_w(self.scale, UNCOVERED, room, room);
        let held_to_w = HELD_TO * self.proven_w * window.share;
        self.prove(covered_w, window.share);
        window.share > SHARE_MIN && covered_w.max(uncovered_w) + self.doubt_w() < held_to_w
    }

    /// Heat came that was not granted if this is the pad.
    fn strays(&self, window: &Weighed, skin: Celsius, room: Celsius) -> bool {
        let granted_w = limits::PAD_POWER_MAX_W * window.share;
        window.heat_w(self.scale, 1.0, skin, room) > granted_w + self.doubt_w()
    }

    fn prove(&mut self, heat_w: f64, share: f64) {
        if share <= SHARE_PROVES {
            (self.least_w, self.stretch) = (f64::INFINITY, 0);
            return;
        }
        self.least_w = self.least_w.min(heat_w / share);
        self.stretch += 1;
        if self.stretch == PROVEN_AFTER {
            self.proven_w = self.proven_w.max(self.least_w.min(limits::PAD_POWER_MAX_W));
            (self.least_w, self.stretch) = (f64::INFINITY, 0);
        }
    }
}

/// What the balance says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Heat was granted, and no accepted pad would have stayed this cool.
    HeatMissing,
    /// Heat came that was not granted.
    StrayHeat,
}

/// The balance over time, for all candidates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Balance {
    candidates: [Candidate; SCALES.len()],
    missing: Doubt,
    stray: Doubt,
}

impl Balance {
    pub(super) fn new() -> Self {
        Self {
            candidates: SCALES.map(Candidate::new),
            missing: Doubt::default(),
            stray: Doubt::default(),
        }
    }

    /// A heat phase begins: it may be another pad. Stray heat that came since the verifier began, as in the proof
    /// before, is not forgotten.
    pub(super) fn begin_session(&mut self) {
        *self = Self { stray: self.stray, ..Self::new() };
    }

    /// Draws up the balance of the newest window; once a second.
    pub(super) fn judge(
        &mut self,
        samples: &[Sample; WINDOW + 1],
        room: Celsius,
    ) -> Option<Finding> {
        let window = Weighed::of(samples);
        let skin = room.max(limits::SKIN);
        let any_left = self.candidates.iter().any(|candidate| !candidate.is_out());
        let (mut all_miss, mut all_stray) = (true, true);
        for candidate in &mut self.candidates {
            let misses = candidate.misses(&window, room);
            if candidate.is_out() && any_left {
                continue;
            }
            all_miss &= misses;
            all_stray &= candidate.strays(&window, skin, room);
            if !candidate.is_out() {
                candidate.missing.weigh(misses);
            }
        }
        self.missing.weigh(all_miss);
        self.stray.weigh(all_stray);
        if self.stray.has_lasted(limits::STRAY_HEAT_FOR) {
            Some(Finding::StrayHeat)
        } else if self.missing.has_lasted(limits::HEAT_MISSING_FOR) {
            Some(Finding::HeatMissing)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Celsius = Celsius::literal(20.0);

    /// A window over a pad that was heated at `power_w` for the first half of its life and is off since.
    fn window(scale: f64, loss: f64, power_w: f64, lived_s: usize) -> [Sample; WINDOW + 1] {
        const STEPS: usize = 100;
        let (mut element, mut surface) = (20.0, 20.0);
        let mut samples = [Sample::NONE; WINDOW + 1];
        for second in 0..=lived_s {
            let share = if second > 0 && second <= lived_s / 2 { 1.0 } else { 0.0 };
            for _ in 0..if second == 0 { 0 } else { STEPS } {
                let dt = 1.0 / STEPS as f64;
                let flow = G12 * (element - surface);
                let lost = [G1A * (element - ROOM.get()), loss * G2A * (surface - ROOM.get())];
                element += dt / (C1 * scale) * (share * power_w - flow - lost[0]);
                surface += dt / (C2 * scale) * (flow - lost[1]);
            }
            samples.rotate_left(1);
            samples[WINDOW] = Sample { contact_c: [surface - 0.2, surface + 0.2], share };
        }
        samples
    }

    #[test]
    fn the_balance_of_a_known_pad_is_the_power_that_it_had() {
        for (scale, loss, power_w) in [(1.0, 1.0, 40.0), (0.6, 1.0, 60.0), (1.4, 2.0, 25.0)] {
            for lived_s in [40, 64, 80, 400] {
                let window = Weighed::of(&window(scale, loss, power_w, lived_s));
                let heat_w = window.heat_w(scale, loss, ROOM, ROOM);
                let off_w = heat_w - power_w * window.share;
                assert!(off_w.abs() < 0.5, "{scale} {loss} {lived_s}: {heat_w} {window:?}");
            }
        }
    }

    #[test]
    fn the_weight_is_smooth_and_sums_to_one() {
        assert!((WEIGHT.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let (first, middle, last) = (WEIGHT[0], WEIGHT[WINDOW / 2 - 1], WEIGHT[WINDOW - 2]);
        assert!((first - last).abs() < 1e-12 && first < middle / 50.0);
    }

    /// A window whose samples are those of `c_of(t)` and `share_of(t)`, its middle being at 0 s.
    fn drawn(c_of: impl Fn(f64) -> f64, share_of: impl Fn(f64) -> f64) -> [Sample; WINDOW + 1] {
        core::array::from_fn(|i| {
            let t = i as f64 - WINDOW as f64 / 2.0;
            Sample { contact_c: [c_of(t) - 0.3, c_of(t) + 0.3], share: share_of(t) }
        })
    }

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-9, "got {got}, want {want}");
    }

    #[test]
    fn a_weighed_parabola_has_its_slope_and_its_curvature_in_the_middle() {
        let it = Weighed::of(&drawn(|t| 30.0 + 0.1 * t + 0.01 * t * t, |t| 0.5 + 0.01 * t));
        close(it.slope_k_per_s, 0.1);
        close(it.curvature_k_per_s2, 0.02);
        // The weight's own variance is that of t²(1 - t)²: a 28th of the window squared.
        assert!((it.surface_c - 30.0 - 0.01 * 32.0 * 32.0 / 28.0).abs() < 0.005, "{it:?}");
        // What a sample says of its second was half a second before it.
        close(it.share, 0.505);
    }

    #[test]
    fn the_heat_of_a_window_is_the_equations() {
        let it =
            Weighed { surface_c: 30.0, slope_k_per_s: 0.01, curvature_k_per_s2: 0.001, share: 0.0 };
        let (k2, k1) = (180.0 * 90.0 / 1.2, (180.0 * (1.2 + 1.1) + 90.0 * (1.2 + 0.15)) / 1.2);
        let lost = 1.1 * (1.0 + 0.15 / 1.2) * 5.0 + 0.15 * 10.0;
        let want = 1.4 * 1.4 * k2 * 0.001 + 1.4 * k1 * 0.01 + lost;
        close(it.heat_w(1.4, 2.0, Celsius::literal(25.0), ROOM), want);
    }

    #[test]
    fn a_heavier_pad_is_given_the_square_of_its_scale_in_doubt() {
        for (scale, doubt_w) in [(0.6, 1.44), (1.0, 4.0), (1.4, 7.84)] {
            close(Candidate::new(scale).doubt_w(), doubt_w);
        }
    }

    /// A surface that stays this much above the room, which is not hotter than skin.
    fn steady(excess_k: f64, share: f64) -> Weighed {
        let surface_c = ROOM.get() + excess_k;
        Weighed { surface_c, slope_k_per_s: 0.0, curvature_k_per_s2: 0.0, share }
    }

    #[test]
    fn hl_h15_heat_is_missing_below_what_the_least_power_does_less_the_doubt() {
        let misses = |window| Candidate::new(1.0).misses(&window, ROOM);
        // 0.85 of 25 W for so much of the time is 4.25 W and 3.8 W; what is doubted is 4 W.
        assert!(misses(steady(0.0, 0.2)) && !misses(steady(0.0, 0.18)));
        assert!(!misses(steady(20.0, 0.5)), "the pad gives its heat to the room");
        // With too little granted nothing can be missed, whatever the balance says.
        assert!(misses(steady(-20.0, 0.16)));
        assert!(!misses(steady(-20.0, SHARE_MIN)) && !misses(steady(-20.0, 0.1)));
        let mut even = Candidate { proven_w: 8.0 / HELD_TO, ..Candidate::new(1.0) };
        assert_eq!(HELD_TO * even.proven_w * 0.5, even.doubt_w());
        assert!(!even.misses(&steady(0.0, 0.5), ROOM), "just enough is enough");
    }

    #[test]
    fn hl_h18_heat_strays_above_what_the_greatest_power_does_and_the_doubt() {
        let strays = |window| Candidate::new(1.0).strays(&window, ROOM, ROOM);
        // Each kelvin loses 0.769 W; nothing granted allows 4 W, and a tenth of 66 W 10.6 W.
        assert!(!strays(steady(5.0, 0.0)) && strays(steady(5.5, 0.0)));
        assert!(!strays(steady(13.5, 0.1)) && strays(steady(14.0, 0.1)));
        let even = Weighed { slope_k_per_s: 4.0 / 363.75, ..steady(0.0, 0.0) };
        assert_eq!(even.heat_w(1.0, 1.0, ROOM, ROOM), Candidate::new(1.0).doubt_w());
        assert!(!strays(even), "just as much is no more");
    }

    /// Draws up the balance of one and the same window until something is found; after how many seconds.
    fn found(balance: &mut Balance, window: &[Sample; WINDOW + 1]) -> Option<(Finding, u64)> {
        (1..=60).find_map(|second| Some((balance.judge(window, ROOM)?, second)))
    }

    #[test]
    fn hl_h15_what_is_missing_for_44_s_is_told_until_it_is_there_again() {
        let (cold, warm) = (drawn(|_| 20.0, |_| 1.0), drawn(|_| 60.0, |_| 1.0));
        let mut balance = Balance::new();
        assert_eq!(found(&mut balance, &cold), Some((Finding::HeatMissing, 44)));
        // By now it can be none of the pads, and all are asked again.
        assert_eq!(found(&mut balance, &warm), None);
        assert_eq!(found(&mut balance, &cold), Some((Finding::HeatMissing, 44)));
        balance.begin_session();
        assert_eq!(found(&mut balance, &cold), Some((Finding::HeatMissing, 44)));
    }

    #[test]
    fn hl_h15_a_pad_that_it_cannot_be_has_no_say_any_more() {
        let mut balance = Balance::new();
        // Too little for a light pad, not for a heavy one.
        assert_eq!(found(&mut balance, &drawn(|_| 20.0, |_| 0.2)), None);
        let out = balance.candidates.map(|candidate| candidate.is_out());
        assert_eq!(out, [true, true, true, false, false]);
        // Too quick a fall for a heavy pad, not for the lightest.
        let falls = drawn(|t| 40.0 - 0.08 * t, |_| 0.3);
        assert!(!Candidate::new(0.6).misses(&Weighed::of(&falls), ROOM));
        assert_eq!(found(&mut balance, &falls), Some((Finding::HeatMissing, 44)));
    }

    #[test]
    fn hl_h18_stray_heat_is_told_after_38_s_and_a_session_does_not_forget_it() {
        let stray = drawn(|_| 50.0, |_| 0.0);
        let mut balance = Balance::new();
        assert_eq!(found(&mut balance, &stray), Some((Finding::StrayHeat, 38)));
        balance.begin_session();
        assert_eq!(found(&mut balance, &stray), Some((Finding::StrayHeat, 1)));
        assert_eq!(found(&mut balance, &drawn(|_| 20.0, |_| 0.0)), None);
    }

    #[test]
    fn a_power_is_proven_by_35_s_and_only_by_the_least_of_them() {
        let mut pad = Candidate::new(1.0);
        for second in 0..35 {
            assert_eq!(pad.proven_w, 25.0);
            pad.prove(if second == 17 { 15.0 } else { 30.0 }, 0.5);
        }
        assert_eq!(pad.proven_w, 30.0);
        // Less than before takes nothing back; a pause starts anew; no pad proves more than the most.
        for (heat_w, share, proven_w) in [(25.0, 1.0, 30.0), (45.0, 0.3, 30.0), (99.0, 1.0, 66.0)] {
            for _ in 0..35 {
                pad.prove(heat_w, share);
            }
            assert_eq!(pad.proven_w, proven_w);
        }
    }

    #[test]
    fn doubt_lasts_when_it_outweighs_what_eases_it() {
        let mut doubt = Doubt::default();
        for second in 1..=9 {
            assert!(!doubt.has_lasted(Span::from_s(7)), "{second}");
            doubt.weigh(second != 3);
        }
        assert_eq!(doubt.0, 6);
        doubt.weigh(true);
        assert!(doubt.has_lasted(Span::from_s(7)));
        doubt.weigh(false);
        assert_eq!(doubt.0, 5);
    }
}
