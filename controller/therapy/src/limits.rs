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
/// HL-H7: heat that comes back sooner counts as if it had never stopped (chosen: the skin side of the reference pad has
/// lost half of its warmth by then, skin with its blood sooner).
pub const HEAT_BREAK_MIN: Span = Span::from_min(5);
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
/// HL-H11, HL-C8: a prompt or a call must have been there for so long before a press or a sign is an answer to it (chosen: nobody
/// hears it, and reaches for a button, in less).
pub const PRESS_MEANS_AFTER: Span = Span::from_s(1);
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

/// HL-C1: shortest ice phase that makes sense to ask for (chosen).
pub const ICE_MIN: Span = Span::from_s(30);
/// HL-C1: longest ice phase while nothing measures the skin (a review's best regime is 10 min, repeated;
/// consumer guidance ends at 15 to 20).
pub const ICE_MAX_UNWATCHED: Span = Span::from_min(15);
/// HL-C2: longest ice phase while a probe watches the skin (consumer guidance ends at 20 min, and the probe ends
/// what gets too cold before).
pub const ICE_MAX_WATCHED: Span = Span::from_min(20);
/// HL-C2: the same where a nerve lies just under the skin (elbow and outer knee were harmed; chosen).
pub const ICE_MAX_NERVE: Span = Span::from_min(10);
/// HL-C2: skin on which a pack has lain for as long as one may unwatched is colder than this: it falls by 18 K in
/// 15 min (Herrera 2010). A probe that reads more by then does not lie under the pack (chosen).
pub const SKIN_UNDER_PACK_MAX: Celsius = Celsius::literal(20.0);
/// HL-C2: a skin probe under a pack that says one and the same value for this long watches nothing: after 20 min
/// the skin still falls by a sixteenth of a degree in 40 s (chosen).
pub const SKIN_STILL_MAX: Span = Span::from_min(3);
/// HL-C3: skin this cold no longer feels pain (Bugaj 1975).
pub const SKIN_ANALGESIA: Celsius = Celsius::literal(13.6);
/// HL-C4: skin this cold for [`SKIN_COLD_FOR`] feels no damage either: 49 of 52 of its low-threshold nerve
/// fibres are silent (Kunesch 1987), and nerves conduct a third slower (Algafly 2007).
pub const SKIN_COLD: Celsius = Celsius::literal(10.0);
/// HL-C4: see [`SKIN_COLD`].
pub const SKIN_COLD_FOR: Span = Span::from_s(30);
/// HL-C5: skin this cold once is on its way to freezing (it does at -0.5 to -2 °C; chosen).
pub const SKIN_FREEZING: Celsius = Celsius::literal(5.0);
/// HL-C6: longer cold than this may numb the skin (10 min of ice massage do; chosen).
pub const COLD_NUMBS_AFTER: Span = Span::from_min(3);
/// HL-C6: the highest set-point of the first heat after it (chosen),
pub const TARGET_MAX_AFTER_COLD: Celsius = Celsius::literal(40.0);
/// HL-C6: for this long.
pub const GENTLE_AFTER_COLD_FOR: Span = Span::from_min(5);
/// HL-C6: for this long after cold a site is not heated by another session, which does not know of the numb
/// skin (motor function and reflexes are impaired for up to 30 min).
pub const COLD_NUMBS_FOR: Span = Span::from_min(30);
/// HL-C7: rest from the end of cold to other cold on the same site (guidance says every 2 to 4 h; vessels
/// stay narrow long after a cold pack is gone).
pub const REST_AFTER_COLD: Span = Span::from_min(120);
/// HL-C8: a pack that is not said to be off this long after its time is a reason to call louder (chosen).
pub const PACK_OFF_WITHIN: Span = Span::from_s(60);
/// Shortest and longest time to change pad and pack and to dry the skin (60 to 120 s are usual; chosen).
pub const SWAP_MIN: Span = Span::from_s(10);
/// See [`SWAP_MIN`].
pub const SWAP_MAX: Span = Span::from_min(5);
/// Shortest and longest rest inside a protocol (chosen).
pub const REST_MIN: Span = Span::from_s(10);
/// See [`REST_MIN`].
pub const REST_MAX: Span = Span::from_min(30);
/// Shortest and longest exercise inside a protocol (chosen).
pub const EXERCISE_MIN: Span = Span::from_s(10);
/// See [`EXERCISE_MIN`].
pub const EXERCISE_MAX: Span = Span::from_min(15);
/// HL-S11: a longer pause ends the session (chosen: skin and pad are no longer what they were).
pub const PAUSE_MAX: Span = Span::from_min(5);
/// HL-S3: TENS goes to zero when nobody was heard of for this long (a heartbeat each 10 s leaves two to be lost).
pub const CLIENT_LOST: Span = Span::from_s(30);
/// HL-T1: so long after the stimulator was fed last a reading may still be of a pulse from before (the lease, and
/// a cycle to read; chosen).
pub const TENS_TOLD_WITHIN: Span = Span::from_ms(500);
/// HL-T15: from the last of one to the first of the other of heat and TENS.
pub const HEAT_TENS_APART: Span = Span::from_s(10);
/// Points of the NRS by which pain is less when it counts as improved (Farrar 2001, Pain 94:149).
pub const PAIN_IMPROVED_BY: u8 = 2;
/// HL-P1: points of the NRS by which a session made it worse (the same change the other way; chosen).
pub const PAIN_WORSE_BY: u8 = 2;
/// HL-P1: what was felt before a session is compared with what is felt up to this long after it was said
/// (chosen: a session lasts for an hour at most, and some answer in the evening).
pub const PAIN_BEFORE_COUNTS: Span = Span::from_min(12 * 60);
/// HL-P3: severe pain in points of the NRS (7 to 10 is what most scales call severe; chosen),
pub const PAIN_SEVERE: u8 = 7;
/// HL-P3: that lasts for so many days asks for a doctor (more than 3 days: welly.it.com).
pub const LINGERING_SEVERE_DAYS: i64 = 3;
/// HL-P3: no better by a point after so many days asks for a doctor (heat that does not help within a week:
/// baystatepain.com).
pub const LINGERING_NO_BETTER_DAYS: i64 = 7;
/// HL-P3: pain of so many points (chosen)
pub const PAIN_LINGERS: u8 = 4;
/// HL-P3: after so many days asks for a doctor (most back pain fades by two weeks: NHS leaflets),
pub const LINGERING_DAYS: i64 = 14;
/// HL-P3: and any pain after so many (it settles by six weeks: the same).
pub const LINGERING_MAX_DAYS: i64 = 42;
/// HL-P3: a diary without an entry for more days than this tells of something new (chosen).
pub const LINGERING_GAP_DAYS: i64 = 28;
/// HL-P3: awake with pain in so many nights (Mayo Clinic syc-20375444 names trouble sleeping; the count is chosen)
pub const LINGERING_NIGHTS: u8 = 2;
/// HL-P3: out of so many.
pub const LINGERING_OF_NIGHTS: i64 = 3;

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
/// to 0.6 mK/s, which is 0.06 K at the end of the watch,
pub const PROOF_DRIFT: Span = Span::from_s(40);
/// HL-H20: how long each switch is closed alone then,
pub const PROOF_THERMAL: Span = Span::from_s(20);
/// HL-H20: and how long it is watched what came of it. 25 W for 20 s into the heaviest pad (378 J/K)
/// show as 0.7 K at the surface by then.
pub const PROOF_WATCH: Span = Span::from_s(40);
/// HL-H20: a rise beyond the drift that shows a current (chosen: four standard deviations of the noise). At 0.4 K the
/// weakest elements in the heaviest pad pass as whole in one of ten proofs, at this in one of fifteen; what is noise
/// costs a second test.
pub const PROOF_RISE: Kelvin = Kelvin::literal(0.3);
/// HL-H20: the same in a further test of a pad that got warmer in the one before (chosen: three standard deviations of
/// the noise). At 0.15 K a moved blanket alone would latch thrice as often.
pub const PROOF_RISE_AGAIN: Kelvin = Kelvin::literal(0.2);
/// HL-H20: how often a pad that got warmer is tested again before that counts as a current: a blanket that is moved
/// twice must not (chosen).
pub const PROOF_REPEATS: u8 = 2;
/// HL-H20: so slow a drift, in K/s, is as good as none: what becomes of it is no more than 0.3 K by the end.
pub const PROOF_STILL_K_PER_S: f64 = 0.003;
/// HL-H20: a faster one goes on where two times in a row agree so well, in K/s. Where a surface runs ahead of its
/// element (25 to 57 s), what it deceives by is then 0.2 K at most by the end.
pub const PROOF_STEADY_K_PER_S: f64 = 0.004;
/// HL-H20: a pad that warms faster than this by itself, in K/s, hides a current: it is waited for.
pub const PROOF_DRIFT_MAX_K_PER_S: f64 = 0.01;
/// HL-H20: how long it is waited for.
pub const PROOF_DRIFT_WAIT: Span = Span::from_s(320);
/// HL-H21: shortest time from one closing of a mechanical relay to the next.
pub const RELAY_CLOSING_EVERY: Span = Span::from_s(20);
/// HL-H21: a mechanical relay closes this often for a steady duty, on the reference pad (chosen: its surface
/// then ripples by 0.3 K),
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
/// takes the strongest pad's to 57 °C).
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
/// Readings of the skin probe outside these bounds are not a skin's: frozen at the one end, cooked at the other.
pub const SKIN_PLAUSIBLE_MIN: Celsius = Celsius::literal(-5.0);
/// See [`SKIN_PLAUSIBLE_MIN`].
pub const SKIN_PLAUSIBLE_MAX: Celsius = Celsius::literal(45.0);
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
    assert!(ICE_MIN.as_ms() < COLD_NUMBS_AFTER.as_ms());
    assert!(COLD_NUMBS_AFTER.as_ms() < ICE_MAX_NERVE.as_ms());
    assert!(ICE_MAX_NERVE.as_ms() < ICE_MAX_UNWATCHED.as_ms());
    assert!(ICE_MAX_UNWATCHED.as_ms() < ICE_MAX_WATCHED.as_ms());
    assert!(ICE_MAX_WATCHED.as_ms() <= SESSION_MAX.as_ms());
    assert!(
        SKIN_PLAUSIBLE_MIN.get() < SKIN_FREEZING.get() && SKIN_FREEZING.get() < SKIN_COLD.get()
    );
    assert!(SKIN_COLD.get() < SKIN_ANALGESIA.get());
    assert!(SKIN_ANALGESIA.get() < SKIN_UNDER_PACK_MAX.get());
    assert!(SKIN_UNDER_PACK_MAX.get() < SKIN.get() && SKIN.get() < SKIN_PLAUSIBLE_MAX.get());
    assert!(SKIN_STILL_MAX.as_ms() < ICE_MAX_UNWATCHED.as_ms());
    assert!(TARGET_MAX_AFTER_COLD.get() <= GENTLE_TARGET.get());
    assert!(GENTLE_AFTER_COLD_FOR.as_ms() <= COLD_NUMBS_FOR.as_ms());
    assert!(
        COLD_NUMBS_FOR.as_ms() < REST_AFTER_COLD.as_ms() && REST_AFTER_COLD.as_ms() < DAY.as_ms()
    );
    assert!(HEAT_TENS_APART.as_ms() <= SWAP_MIN.as_ms());
    assert!(HEAT_TENS_APART.as_ms() <= REST_MIN.as_ms());
    assert!(LEASE.as_ms() + CYCLE.as_ms() < TENS_TOLD_WITHIN.as_ms());
    assert!(EXERCISE_MIN.as_ms() < EXERCISE_MAX.as_ms() && PAUSE_MAX.as_ms() < SESSION_MAX.as_ms());
    assert!(SWAP_MIN.as_ms() < SWAP_MAX.as_ms() && REST_MIN.as_ms() < REST_MAX.as_ms());
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
    assert!(PAIN_LINGERS < PAIN_SEVERE && PAIN_SEVERE <= 10);
    assert!(LINGERING_SEVERE_DAYS < LINGERING_NO_BETTER_DAYS);
    assert!(LINGERING_NO_BETTER_DAYS < LINGERING_DAYS && LINGERING_DAYS < LINGERING_MAX_DAYS);
    assert!(SESSION_MAX.as_ms() < PAIN_BEFORE_COUNTS.as_ms());
    assert!(CONTACTS_NEEDED == 2);
};
