//! Every number that bounds what this device may do to a person, in one place.
//!
//! Configuration, profile and person can only tighten these. Each constant carries the id of its
//! rule (`HL-..`, see docs/safety.md) and where the number comes from. The relations between them are
//! proved by the compiler at the end of this file.
//!
//! Sources: *IEC* is IEC 60601-1 Table 24 (contact of 10 min and more: 43 °C for every material), read
//! in two public reproductions; *ITRUSST* is arXiv 2311.05359 (21 CEM43 for skin carries no significant
//! risk); *FDA* is the FDA/CPSC advisory on pads of 1995; *practice* is the 15 to 20 minutes usual for
//! superficial heat; *chosen* is this project's own engineering choice.

use crate::units::{Celsius, Cem43, Kelvin, Span};

/// HL-H1: lowest set-point that can be asked for (chosen: below it a pad does nothing for a knot).
pub const TARGET_MIN: Celsius = Celsius::literal(30.0);
/// HL-H1: highest set-point, 1 K below [`CONTACT_OFF`] (chosen).
pub const TARGET_MAX: Celsius = Celsius::literal(42.0);
/// HL-H1: set-point when none is asked for (chosen).
pub const TARGET_DEFAULT: Celsius = Celsius::literal(40.0);

/// HL-H2: at this contact temperature the heater goes off at once and the phase ends (IEC).
pub const CONTACT_OFF: Celsius = Celsius::literal(43.0);
/// HL-H2: this long at or over [`CONTACT_OFF`] latches a fault. The heater is off from the first reading
/// on; what is stored in a healthy pad keeps it there for up to a minute and a half, so 30 s would latch
/// on a blanket that was laid back (chosen, measured on the model's pads).
pub const CONTACT_OFF_LATCH_AFTER: Span = Span::from_s(120);
/// HL-H3: one valid sample here latches a fault (44 °C is the burn threshold for contact of hours).
pub const CONTACT_LATCH: Celsius = Celsius::literal(44.0);

/// HL-H5: dose of one session (43 °C for 10 min, half of ITRUSST's figure).
pub const SESSION_DOSE_MAX: Cem43 = Cem43::literal(10.0);
/// HL-H6: dose of one site over a rolling 24 h (below ITRUSST's 21).
pub const DAY_DOSE_MAX: Cem43 = Cem43::literal(20.0);
/// HL-H5: what is added to the hottest reading before the dose is counted: the ±0.5 K of a DS18B20.
pub const DOSE_GUARD: Kelvin = Kelvin::literal(0.5);

/// HL-H7: shortest heat phase that makes sense to ask for (chosen).
pub const HEAT_PHASE_MIN: Span = Span::from_min(1);
/// HL-H7: longest heat phase (practice).
pub const HEAT_PHASE_MAX: Span = Span::from_min(20);
/// HL-H7: longest heat phase at or below [`GENTLE_TARGET`]; no benefit was shown beyond 30 min.
pub const HEAT_PHASE_MAX_GENTLE: Span = Span::from_min(30);
/// HL-H7: set-points up to here may use [`HEAT_PHASE_MAX_GENTLE`] (chosen).
pub const GENTLE_TARGET: Celsius = Celsius::literal(40.0);
/// HL-H7: longest tuning, the proof of the heat path included (chosen: the tuner needs 7 min at most).
pub const TUNING_MAX: Span = Span::from_min(10);
/// How hot a tuning gets the surface when nothing else is asked for (chosen: hotter tells no more).
pub const TUNING_TARGET_DEFAULT: Celsius = Celsius::literal(41.0);
/// HL-H8: heat on one site in a day (2 h is the longest commercial auto-off; 15 min every hour,
/// daily, caused erythema ab igne).
pub const DAY_HEAT_MAX: Span = Span::from_min(120);
/// HL-H8: heat sessions on one site in a day (chosen).
pub const DAY_SESSIONS_MAX: u32 = 4;
/// HL-H9: rest between heat sessions on one site (chosen, after the same report).
pub const REST_BETWEEN_SESSIONS: Span = Span::from_min(60);
/// HL-H10: longest session from start to end (chosen: attendance).
pub const SESSION_MAX: Span = Span::from_min(60);
/// HL-H11: how often attendance is asked for (FDA: people fall asleep on pads).
pub const ATTENDANCE_EVERY: Span = Span::from_min(10);
/// HL-H11: how long an answer may take.
pub const ATTENDANCE_ANSWER_WITHIN: Span = Span::from_s(60);
/// HL-H6, HL-H8, HL-H9, HL-S8: for how long a site's heat counts.
pub const DAY: Span = Span::from_min(24 * 60);
/// HL-H8, HL-H9: less heat than this is no session yet: whoever started by mistake may start again at
/// once (chosen). Its time and dose count all the same.
pub const SESSION_COUNTS_FROM: Span = Span::from_min(2);
/// HL-H5: how long the skin's temperature at the end is counted on, for what is stored in the pad.
pub const DOSE_TAIL: Span = Span::from_s(30);
/// HL-S7: answers to the check-list are good for this long.
pub const CHECKLIST_VALID: Span = Span::from_min(30 * 24 * 60);

/// HL-H12: a contact reading up to this age is fresh (a DS18B20 takes 0.75 s, once a second).
pub const READING_FRESH: Span = Span::from_ms(2000);
/// HL-H12: beyond this age a reading is lost and the heater is off.
pub const READING_LOST: Span = Span::from_s(3);
/// HL-H12, HL-H13: this long after the last reading that heating needs, a fault latches.
pub const READING_LOST_LATCH: Span = Span::from_s(10);
/// The same, counted from when that reading became lost.
pub const LOST_LATCH: Span = READING_LOST_LATCH.saturating_sub(READING_LOST);
/// HL-H12: this many errors in a row from one contact sensor latch a fault.
pub const PROBE_ERRORS_LATCH: u32 = 4;
/// HL-H12, HL-H17: the fastest rise that no accepted pad reaches. The quickest one (60 W, 0.6 times the
/// reference pad's heat capacity) does 0.25 K/s at full power, 0.28 K/s when its blanket comes back.
pub const SLEW_MAX_K_PER_S: f64 = 0.4;
/// HL-H12: a reading that is further than this from the one before, for each second between them, is
/// rejected; said twice it is believed (chosen; a sensor pulled off a hot pad does 2 K/s).
pub const STEP_MAX_K_PER_S: f64 = 3.0;
/// HL-H13: valid contact sensors needed to start and to keep heating.
pub const CONTACTS_NEEDED: usize = 2;
/// HL-H14: the two contact sensors may differ by this much for [`DISAGREE_FOR`] (chosen).
pub const DISAGREE_MAX: Kelvin = Kelvin::literal(3.0);
/// HL-H14: see [`DISAGREE_MAX`].
pub const DISAGREE_FOR: Span = Span::from_s(30);
/// HL-H14: a difference beyond this latches at once (chosen).
pub const DISAGREE_AT_ONCE: Kelvin = Kelvin::literal(6.0);
/// HL-H14: within [`MOVED_APART_WITHIN`] one contact sensor may have moved by this much more than the
/// other, and by [`MOVED_APART_SHARE`] of the greater move (chosen: three times what sensors on one surface
/// do in 10,000 sessions).
pub const MOVED_APART_MAX: Kelvin = Kelvin::literal(0.8);
/// HL-H14: see [`MOVED_APART_MAX`]; a pad is not equally warm everywhere.
pub const MOVED_APART_SHARE: f64 = 0.2;
/// HL-H14: see [`MOVED_APART_MAX`].
pub const MOVED_APART_WITHIN: Span = Span::from_s(60);
/// HL-H14: a contact sensor that said one and the same value this long is frozen if the other moved by
/// [`FROZEN_OTHER_MOVED`] meanwhile (chosen: the least step of a DS18B20 is 1/16 K).
pub const FROZEN_AFTER: Span = Span::from_s(20);
/// HL-H14: see [`FROZEN_AFTER`].
pub const FROZEN_OTHER_MOVED: Kelvin = Kelvin::literal(0.3);

/// HL-H15, HL-H16: this far below the set-point counts as "not there yet".
pub const VERIFY_BAND: Kelvin = Kelvin::literal(1.5);
/// HL-H15, HL-H16, HL-H18: the heat balance is drawn up over this time (chosen: shorter, the noise of the
/// sensors hides a weak pad's power; `verify/balance.rs` has the equations).
pub const BALANCE_WINDOW: Span = Span::from_s(32);
/// HL-H15, HL-H16: heat that is missing this long is a fault. A blanket that is lifted disturbs the balance
/// for the length of its window and the sensors' lag: 33 s at most in 10,000 sessions.
pub const HEAT_MISSING_FOR: Span = Span::from_s(44);
/// HL-H18: heat that comes unasked this long is a fault; a blanket that comes back looks like it for 32 s.
pub const STRAY_HEAT_FOR: Span = Span::from_s(38);
/// HL-H15, HL-H16: the least power of a pad that is accepted, in watts.
pub const PAD_POWER_MIN_W: f64 = 25.0;
/// HL-H18: the greatest power of a pad that is accepted, in watts: 60 W and a tenth.
pub const PAD_POWER_MAX_W: f64 = 66.0;
/// HL-H18: what skin may warm a pad to that is switched off.
pub const SKIN: Celsius = Celsius::literal(33.0);
/// HL-H17: a rise of [`SLEW_MAX_K_PER_S`] for this long, to above [`SKIN`], is a runaway (chosen).
pub const RUNAWAY_FOR: Span = Span::from_s(10);
/// HL-H16: a fall of both contact sensors at this rate, in K/s, for [`FALL_FOR`] is no blanket's: the lightest
/// pad at 42 °C in a room of 15 °C falls by 0.28 K/s when its blanket is lifted (chosen).
pub const FALL_MAX_K_PER_S: f64 = 0.5;
/// HL-H16: see [`FALL_MAX_K_PER_S`].
pub const FALL_FOR: Span = Span::from_s(10);
/// HL-H19: how long read-back and command may differ.
pub const READBACK_WITHIN: Span = Span::from_ms(100);
/// HL-H19, HL-H20: how long K2 is held in before K1 closes, so that it switches without load: the charge
/// pump needs a few edges, a relay 10 ms (chosen).
pub const K2_LEAD: Span = Span::from_ms(500);
/// HL-H18, HL-H19: K2 drops out when K1 has been open for this long, so that a welded K1 passes current
/// for no longer than this and [`K2_DROP_OUT`] (chosen).
pub const K2_REST_AFTER: Span = Span::from_s(1);
/// HL-H20: how long each switch is closed alone where current is sensed.
pub const PROOF_SENSED: Span = Span::from_s(1);
/// HL-H20: where it is not, how long the pad's own drift is watched first: two means of 20 s tell the drift
/// to 0.6 mK/s, which is 0.05 K at the end of the watch,
pub const PROOF_DRIFT: Span = Span::from_s(40);
/// HL-H20: how long each switch is closed alone then,
pub const PROOF_THERMAL: Span = Span::from_s(20);
/// HL-H20: and how long it is watched what came of it. 25 W for 20 s into the heaviest pad (378 J/K)
/// show as 0.6 K at the surface by then.
pub const PROOF_WATCH: Span = Span::from_s(30);
/// HL-H20: a rise beyond the drift that shows a current (chosen: four standard deviations of the noise).
pub const PROOF_RISE: Kelvin = Kelvin::literal(0.4);
/// HL-H20: a pad that warms faster than this by itself, in K/s, hides a current: it is waited for.
pub const PROOF_DRIFT_MAX_K_PER_S: f64 = 0.01;
/// HL-H20: how long it is waited for.
pub const PROOF_DRIFT_WAIT: Span = Span::from_min(5);
/// HL-H21: shortest time from one closing of a mechanical relay to the next.
pub const RELAY_CLOSING_EVERY: Span = Span::from_s(20);
/// HL-H21: a mechanical relay closes this often for a steady duty, on the reference pad (chosen: its surface
/// then ripples by 0.2 K),
pub const RELAY_PERIOD: Span = Span::from_s(65);
/// HL-H21: and between these on others.
pub const RELAY_PERIOD_RANGE: (Span, Span) = (Span::from_s(20), Span::from_s(70));
/// HL-H21: and never for less than twice this much of full power.
pub const RELAY_WORTH_MIN: Span = Span::from_ms(2000);
/// How often a transistor switches for a steady duty (chosen).
pub const MOSFET_PERIOD: Span = Span::from_ms(1500);
/// So long is a transistor open at most while it regulates, where the duty allows it: K2 stays held in.
pub const MOSFET_OPEN_MAX: Span = Span::from_ms(800);
/// The regulator never stores more heat than carries the surface here, if the power were cut and the blanket
/// came back: below [`CONTACT_OFF`] by what sensors and model may be wrong (chosen).
pub const STORED_CEILING: Celsius = Celsius::literal(42.5);
/// The regulator never drives the element above this, as far as it knows it (chosen: the fastest way to 42 °C
/// takes the reference pad's to 62 °C).
pub const ELEMENT_CEILING: Celsius = Celsius::literal(66.0);
/// HL-H21: shortest time that the relay stays on, or off, when it is regulating.
pub const RELAY_MIN_DWELL: Span = Span::from_s(2);
/// HL-H21: relay operations at which the person is warned (electrical life is 100,000).
pub const RELAY_OPERATIONS_WARN: u32 = 80_000;
/// HL-H21: relay operations at which heat is refused.
pub const RELAY_OPERATIONS_MAX: u32 = 100_000;
/// HL-H22: room and pad must be at least this warm to start.
pub const START_MIN: Celsius = Celsius::literal(10.0);
/// HL-H22: the room must be at most this warm to start.
pub const START_AMBIENT_MAX: Celsius = Celsius::literal(35.0);
/// HL-H22: a pad this warm before the start is refused.
pub const START_CONTACT_MAX: Celsius = Celsius::literal(38.0);

/// HL-S1: the control cycle.
pub const CYCLE: Span = Span::from_ms(100);
/// HL-S1: a cycle later than this turns the outputs off.
pub const CYCLE_LATE_OFF: Span = Span::from_ms(500);
/// HL-S1: a cycle later than this latches a fault.
pub const CYCLE_LATE_LATCH: Span = Span::from_s(1);
/// HL-S2: longest gap between K2's pulses before the relay drops out by itself.
pub const K2_DROP_OUT: Span = Span::from_s(1);
/// HL-S4: a command that starts something expires after this long on its way.
pub const COMMAND_TTL: Span = Span::from_s(2);
/// Design section 3: outputs lapse this long after the grant unless renewed.
pub const LEASE: Span = Span::from_ms(300);

/// Contact readings outside these bounds are not a skin's or a pad's (DS18B20 traps: -127, 85, 127.94).
pub const PLAUSIBLE_MIN: Celsius = Celsius::literal(5.0);
/// See [`PLAUSIBLE_MIN`].
pub const PLAUSIBLE_MAX: Celsius = Celsius::literal(60.0);
/// The DS18B20's power-on value, never believed (but, being over 43, never ignored either).
pub const POWER_ON_VALUE: Celsius = Celsius::literal(85.0);

/// Longest heat phase for a set-point: HL-H7.
#[must_use]
pub fn heat_phase_max(target: Celsius) -> Span {
    if target <= GENTLE_TARGET { HEAT_PHASE_MAX_GENTLE } else { HEAT_PHASE_MAX }
}

/// The order of the ladder, proved when this file compiles.
const _: () = {
    assert!(TARGET_MIN.get() < TARGET_DEFAULT.get() && TARGET_DEFAULT.get() <= TARGET_MAX.get());
    // The regulator needs room above the highest set-point before the interlock acts.
    assert!(TARGET_MAX.get() + 1.0 <= CONTACT_OFF.get());
    assert!(TARGET_MAX.get() < STORED_CEILING.get() && STORED_CEILING.get() < CONTACT_OFF.get());
    assert!(CONTACT_OFF.get() < CONTACT_LATCH.get());
    assert!(CONTACT_LATCH.get() < PLAUSIBLE_MAX.get());
    assert!(GENTLE_TARGET.get() <= TARGET_MAX.get());
    assert!(START_CONTACT_MAX.get() < CONTACT_OFF.get());
    assert!(PLAUSIBLE_MIN.get() < START_MIN.get() && START_MIN.get() < START_AMBIENT_MAX.get());
    assert!(SESSION_DOSE_MAX.get() < DAY_DOSE_MAX.get() && DAY_DOSE_MAX.get() < 21.0);
    assert!(HEAT_PHASE_MIN.as_ms() < HEAT_PHASE_MAX.as_ms());
    assert!(TUNING_MAX.as_ms() <= HEAT_PHASE_MAX.as_ms());
    assert!(TUNING_TARGET_DEFAULT.get() <= TARGET_MAX.get());
    assert!(HEAT_PHASE_MAX.as_ms() < HEAT_PHASE_MAX_GENTLE.as_ms());
    assert!(HEAT_PHASE_MAX_GENTLE.as_ms() <= SESSION_MAX.as_ms());
    assert!(HEAT_PHASE_MAX_GENTLE.as_ms() <= DAY_HEAT_MAX.as_ms());
    assert!(ATTENDANCE_ANSWER_WITHIN.as_ms() < ATTENDANCE_EVERY.as_ms());
    assert!(READING_FRESH.as_ms() < READING_LOST.as_ms());
    assert!(READING_LOST.as_ms() < READING_LOST_LATCH.as_ms());
    assert!(DISAGREE_MAX.get() < DISAGREE_AT_ONCE.get());
    // What a fresh reading at the highest set-point may have become is still below HL-H2.
    assert!(
        TARGET_MAX.get() + SLEW_MAX_K_PER_S * (READING_FRESH.as_ms() as f64 / 1000.0)
            < CONTACT_OFF.get()
    );
    assert!(SLEW_MAX_K_PER_S < STEP_MAX_K_PER_S && FALL_MAX_K_PER_S < STEP_MAX_K_PER_S);
    assert!(MOVED_APART_MAX.get() < DISAGREE_MAX.get());
    assert!(BALANCE_WINDOW.as_ms() < HEAT_MISSING_FOR.as_ms());
    assert!(BALANCE_WINDOW.as_ms() < STRAY_HEAT_FOR.as_ms());
    assert!(PAD_POWER_MIN_W < PAD_POWER_MAX_W && SKIN.get() < START_CONTACT_MAX.get());
    // Two cycles may be missed before the lease lapses, and the lease before a late cycle counts.
    assert!(3 * CYCLE.as_ms() <= LEASE.as_ms() && LEASE.as_ms() < CYCLE_LATE_OFF.as_ms());
    assert!(CYCLE_LATE_OFF.as_ms() < CYCLE_LATE_LATCH.as_ms());
    assert!(LEASE.as_ms() < K2_DROP_OUT.as_ms());
    assert!(READBACK_WITHIN.as_ms() >= CYCLE.as_ms());
    assert!(2 * RELAY_MIN_DWELL.as_ms() < RELAY_CLOSING_EVERY.as_ms());
    assert!(RELAY_CLOSING_EVERY.as_ms() <= RELAY_PERIOD_RANGE.0.as_ms());
    assert!(MOSFET_OPEN_MAX.as_ms() < K2_REST_AFTER.as_ms());
    assert!(RELAY_OPERATIONS_WARN < RELAY_OPERATIONS_MAX);
    assert!(K2_LEAD.as_ms() + K2_REST_AFTER.as_ms() <= RELAY_MIN_DWELL.as_ms());
    assert!(SESSION_MAX.as_ms() <= DAY.as_ms() && REST_BETWEEN_SESSIONS.as_ms() < DAY.as_ms());
    assert!(DAY.as_ms() < CHECKLIST_VALID.as_ms());
    assert!(CONTACTS_NEEDED == 2);
};
