//! Every number that bounds what goes through the electrodes; `crate::limits` of TENS.
//!
//! Sources: *IEC* is IEC 60601-2-10, read in AS 60601.2.10:2018 and in public reproductions of it;
//! *FDA* is the guidance on powered muscle stimulators, in a public summary; *modes* is the table of
//! usual settings in BMC Systematic Reviews 10.1186/s13643-017-0532-5; *openTENS* is the safety notice
//! of that project; *chosen* is this project's own engineering choice.

use crate::units::Span;

/// HL-T1: the highest peak current, in mA (chosen: "low intensity"; the worst programme then has a third of
/// the current density of HL-T5 even on half of a 25 cm² electrode).
pub const PEAK_MAX_MA: f64 = 30.0;
/// HL-T1: the same while nobody chose another (chosen).
pub const PEAK_DEFAULT_MA: f64 = 20.0;
/// HL-T1, HL-T10: the same for sensitive skin, and after cold (chosen: numb skin does not warn).
pub const PEAK_GENTLE_MA: f64 = 15.0;
/// HL-T10: how long after cold [`PEAK_GENTLE_MA`] holds (reflexes were impaired for up to 30 min after
/// cold: MacAuley 2001).
pub const AFTER_COLD: Span = Span::from_min(30);
/// HL-T1: a current read back beyond this share of the level latches.
pub const OVER_CURRENT: f64 = 1.1;
/// HL-T1: and by this much, in mA: below 5 mA a tenth of the level drowns in what a cheap converter can
/// tell (chosen).
pub const OVER_CURRENT_LEAST_MA: f64 = 0.5;

/// HL-T2: the narrowest phase, in µs (modes).
pub const WIDTH_MIN_US: f64 = 50.0;
/// HL-T2: the widest phase, in µs (modes).
pub const WIDTH_MAX_US: f64 = 250.0;
/// HL-T3: the fewest pulses in a second (modes).
pub const RATE_MIN_HZ: f64 = 1.0;
/// HL-T3: the most pulses in a second (modes).
pub const RATE_MAX_HZ: f64 = 150.0;
/// HL-T3: the fewest trains in a second (modes: 1 to 5 Hz).
pub const TRAINS_MIN_HZ: f64 = 1.0;
/// HL-T3: the most trains in a second (modes).
pub const TRAINS_MAX_HZ: f64 = 5.0;
/// HL-T3: the longest train, in ms (chosen: half of the shortest time from one to the next).
pub const TRAIN_MAX_MS: f64 = 100.0;
/// HL-T3: the shortest sweep there and back, in s (chosen: a faster one is felt as jerks).
pub const SWEEP_MIN_S: f64 = 2.0;
/// HL-T3: the longest sweep there and back, in s (chosen).
pub const SWEEP_MAX_S: f64 = 60.0;

/// HL-T4: rms current, in mA (IEC: outputs beyond it must be disclosed; openTENS has the same limit).
pub const RMS_MAX_MA: f64 = 10.0;
/// HL-T5: current density, in mA rms per cm² (IEC: needs attention beyond it).
pub const DENSITY_MAX_MA_PER_CM2: f64 = 2.0;
/// HL-T6: power density, in mW per cm² (FDA: thermal burns).
pub const POWER_MAX_MW_PER_CM2: f64 = 250.0;
/// HL-T5, HL-T6: the share of an electrode that is taken to touch the skin (chosen: a constant current
/// through a half-lifted electrode is twice as dense, and software may not see it).
pub const CONTACT_SHARE: f64 = 0.5;
/// HL-T5, HL-T6: the smallest electrode of a pair, in cm² (chosen).
pub const AREA_MIN_CM2: f64 = 4.0;
/// HL-T5, HL-T6: the largest, in cm² (chosen: a larger number is a typing mistake).
pub const AREA_MAX_CM2: f64 = 200.0;
/// HL-T7: energy of a pulse into [`TEST_LOAD_OHM`], in mJ (chosen; IEC allows 300).
pub const ENERGY_MAX_MJ: f64 = 1.0;
/// HL-T4, HL-T6, HL-T7: the load that energy and power are computed for, in Ω (IEC).
pub const TEST_LOAD_OHM: f64 = 500.0;
/// HL-T8: what the two phases may differ by, in percent of one (chosen).
pub const IMBALANCE_MAX_PERCENT: f64 = 1.0;
/// HL-T8: the mean current, in µA (chosen; IEC demands precautions for any direct current: it burns).
pub const MEAN_MAX_UA: f64 = 50.0;

/// HL-T9: what one step raises, in whole mA (IEC: at most 1 mA).
pub const STEP_MA: u8 = 1;
/// HL-T9: the least time from any change of the level to a step up (chosen).
pub const STEP_EVERY: Span = Span::from_ms(500);
/// HL-T9: the fastest rise, in mA/s (chosen: 10 s and more to 20 mA; nobody is startled).
pub const RISE_MAX_MA_PER_S: u64 = 2;

/// HL-T11: a load beyond this is an open lead, in Ω (chosen: two contacts of 1 kΩ are usual).
pub const OPEN_OHM: f64 = 5000.0;
/// HL-T11: so is a current below this share of the level (chosen),
pub const OPEN_CURRENT: f64 = 0.5;
/// HL-T11, HL-T13: on so many pulses in a row (chosen: one may be read wrongly).
pub const PULSES_IN_A_ROW: u8 = 3;
/// HL-T11: a current that nobody has measured for this long counts as none (chosen: three pulses at the
/// slowest rate).
pub const READ_BACK_LOST: Span = Span::from_s(3);
/// HL-T12: a load below this is a short, in Ω (chosen).
pub const SHORT_OHM: f64 = 100.0;
/// HL-T13: a load that has risen by this factor within [`LOAD_RISE_WITHIN`]: an electrode peels off
/// (chosen).
pub const PEELING: f64 = 2.0;
/// HL-T13: so has one that rose by this factor and stays there for [`HALF_LIFTED_FOR`] (chosen: half of one
/// of two like contacts gone makes 1.5 of the load, which [`PEELING`] alone would never see).
pub const HALF_LIFTED: f64 = 1.3;
/// HL-T13: see [`HALF_LIFTED`] (chosen: a movement passes sooner).
pub const HALF_LIFTED_FOR: Span = Span::from_s(2);
/// HL-T13: see [`PEELING`].
pub const LOAD_RISE_WITHIN: Span = Span::from_s(10);
/// HL-T13: the load that it is compared with is a mean over this time.
pub const LOAD_BASELINE: Span = Span::from_s(30);

/// HL-T14: the shortest session that makes sense to ask for (chosen).
pub const SESSION_MIN: Span = Span::from_min(1);
/// HL-T14: the length of a session when none is asked for (sellers of TENS units: 30 to 60 min).
pub const SESSION_DEFAULT: Span = Span::from_min(30);
/// HL-T14: the longest session (the same; skin irritation, habituation).
pub const SESSION_MAX: Span = Span::from_min(60);
/// HL-T14: sessions on one site in a day (chosen).
pub const DAY_SESSIONS_MAX: u32 = 4;
/// HL-T14: rest between sessions on one site (chosen).
pub const REST_BETWEEN_SESSIONS: Span = Span::from_min(30);

/// The order of the limits, proved when this file compiles.
const _: () = {
    assert!(0.0 < PEAK_GENTLE_MA && PEAK_GENTLE_MA < PEAK_DEFAULT_MA);
    assert!(PEAK_DEFAULT_MA < PEAK_MAX_MA && PEAK_MAX_MA <= u8::MAX as f64);
    assert!(OVER_CURRENT > 1.0 && OVER_CURRENT_LEAST_MA < STEP_MA as f64);
    assert!(WIDTH_MIN_US < WIDTH_MAX_US && RATE_MIN_HZ < RATE_MAX_HZ);
    // Both phases of a pulse are over long before the next begins.
    assert!(2.0 * WIDTH_MAX_US * RATE_MAX_HZ < 0.1 * 1e6);
    // A train is over before the next begins.
    assert!(TRAINS_MIN_HZ < TRAINS_MAX_HZ && TRAIN_MAX_MS * TRAINS_MAX_HZ < 1000.0);
    assert!(SWEEP_MIN_S < SWEEP_MAX_S);
    // HL-T4 and HL-T7 hold for whatever HL-T1 to HL-T3 accept; they are judged all the same.
    assert!(
        PEAK_MAX_MA * PEAK_MAX_MA * 2.0 * WIDTH_MAX_US * 1e-6 * RATE_MAX_HZ
            <= RMS_MAX_MA * RMS_MAX_MA
    );
    assert!(PEAK_MAX_MA * PEAK_MAX_MA * TEST_LOAD_OHM * 2.0 * WIDTH_MAX_US * 1e-9 <= ENERGY_MAX_MJ);
    assert!(0.0 < CONTACT_SHARE && CONTACT_SHARE < 1.0 && AREA_MIN_CM2 < AREA_MAX_CM2);
    assert!(STEP_MA as u64 * 1000 <= RISE_MAX_MA_PER_S * STEP_EVERY.as_ms());
    assert!(SHORT_OHM < TEST_LOAD_OHM && TEST_LOAD_OHM < OPEN_OHM);
    assert!(0.0 < OPEN_CURRENT && OPEN_CURRENT < 1.0);
    assert!(READ_BACK_LOST.as_ms() as f64 * RATE_MIN_HZ >= 1000.0 * PULSES_IN_A_ROW as f64);
    assert!(1.0 < HALF_LIFTED && HALF_LIFTED < PEELING);
    assert!(HALF_LIFTED_FOR.as_ms() < LOAD_RISE_WITHIN.as_ms());
    assert!(LOAD_RISE_WITHIN.as_ms() < LOAD_BASELINE.as_ms());
    assert!(SESSION_MIN.as_ms() < SESSION_DEFAULT.as_ms());
    assert!(SESSION_DEFAULT.as_ms() < SESSION_MAX.as_ms());
    assert!(SESSION_MAX.as_ms() <= crate::limits::SESSION_MAX.as_ms());
};
