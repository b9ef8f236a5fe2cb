//! When a mode's pulses come, as a thread can make and count them.
//!
//! A train is cut half a pulse early: its last pulse is over by then, and a thread that comes late by less than
//! that adds none.

use soothe_therapy::Span;
use soothe_therapy::tens::{Gate, Pulse, Waveform};

/// Longer than any waveform takes to begin anew (HL-T3: a sweep there and back lasts 60 s at most).
const WHOLE: Span = Span::from_s(61);
/// How finely it is looked through.
const LOOK_EVERY: usize = 10;

/// The pulses that are to be triggered so long after a programme began, or none between two trains.
pub(super) fn asked(waveform: &Waveform, at: Span) -> Option<Pulse> {
    let drive = waveform.pulse_at(at);
    let half = Span::from_ms((500.0 / drive.pulse.rate.get()) as u64);
    let is_open = |at| waveform.pulse_at(at).gate == Gate::Open;
    (is_open(at) && is_open(at + half)).then_some(drive.pulse)
}

/// How soon after `at` a train begins or ends, when that is within `horizon`.
pub(super) fn changes_within(waveform: &Waveform, at: Span, horizon: Span) -> Option<Span> {
    let is_asked = |at| asked(waveform, at).is_some();
    let now = is_asked(at);
    (1..=horizon.as_ms()).map(Span::from_ms).find(|soon| is_asked(at + *soon) != now)
}

/// How many pulses come in a second at the very least, whatever part of it is looked at: for a module whose
/// programme began nobody knows when.
pub(super) fn slowest_hz(waveform: &Waveform) -> f64 {
    let mut closed_ms = 0.0_f64;
    let mut longest_ms = 0.0_f64;
    for ms in (0..WHOLE.as_ms()).step_by(LOOK_EVERY) {
        let drive = waveform.pulse_at(Span::from_ms(ms));
        closed_ms = match drive.gate {
            Gate::Open => 0.0,
            Gate::Closed => closed_ms + LOOK_EVERY as f64,
        };
        longest_ms = longest_ms.max(closed_ms + 1000.0 / drive.pulse.rate.get());
    }
    1000.0 / longest_ms
}

#[cfg(test)]
mod tests {
    use soothe_therapy::tens::Mode;

    use super::*;

    fn ms(ms: u64) -> Span {
        Span::from_ms(ms)
    }

    #[test]
    fn a_train_is_cut_half_a_pulse_early() {
        // Seven pulses of 100 Hz, twice a second.
        let burst = Mode::Burst.waveform();
        for (at, on) in [(0, true), (64, true), (65, false), (69, false), (499, false), (500, true)]
        {
            assert_eq!(asked(&burst, ms(at)).is_some(), on, "{at} ms");
        }
        // The seventh begins at 60 ms, so 5 ms are left on either side.
        assert_eq!(changes_within(&burst, ms(0), ms(100)), Some(ms(65)));
        assert_eq!(changes_within(&burst, ms(470), ms(100)), Some(ms(30)));
        assert_eq!(changes_within(&burst, ms(70), ms(100)), None);
    }

    #[test]
    fn what_has_no_trains_never_stops() {
        for mode in [Mode::Conventional, Mode::Modulated, Mode::LowFrequency] {
            let waveform = mode.waveform();
            for at in (0..13_000).step_by(37) {
                assert!(asked(&waveform, ms(at)).is_some(), "{} {at} ms", mode.name());
            }
            assert_eq!(changes_within(&waveform, ms(0), ms(1_000)), None);
        }
    }

    #[test]
    fn the_slowest_part_of_a_mode_bounds_how_long_a_pulse_is_waited_for() {
        for (mode, hz) in [
            (Mode::Conventional, 100.0),
            (Mode::LowFrequency, 4.0),
            (Mode::Modulated, 2.0),
            // 430 ms without, and a pulse.
            (Mode::Burst, 1000.0 / 440.0),
        ] {
            let found = slowest_hz(&mode.waveform());
            assert!((found - hz).abs() < 0.01 * hz, "{}: {found}", mode.name());
        }
    }
}
