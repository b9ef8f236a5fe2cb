//! What must hold at every moment of every life: one function for each rule, none of them made of the
//! engine's code.
//!
//! They are looser than the rules by what an observer cannot know to the millisecond: the host's clock
//! may drift, and what was read last is known a cycle late.

/// Fails with a sentence unless the condition holds.
macro_rules! holds {
    ($condition:expr, $($text:tt)+) => {
        if $condition { Ok(()) } else { Err(format!($($text)+)) }
    };
}

mod cold;
mod heat;
mod profile;
mod system;
mod tens;
#[cfg(test)]
mod tests;

use soothe_plant::Plant;
use soothe_therapy::{Moment, Span};

use crate::history::{Before, History, Used, Watched};
use crate::world::{Cycle, Seen};

/// A sentence that says what was seen when an invariant did not hold.
pub(crate) type Broken = String;

/// Holds, or what was seen.
pub(crate) type Holds = Result<(), Broken>;

/// A step of the engine, with everything that led to it.
pub(crate) struct Step<'a> {
    pub(crate) now: Moment,
    pub(crate) plant: &'a Plant,
    pub(crate) cycle: &'a Cycle<'a>,
    pub(crate) history: &'a History,
}

impl Step<'_> {
    /// Anything is energised.
    fn energised(&self) -> bool {
        self.cycle.output.actuators.energises()
    }

    /// Anything of the pad is.
    fn pad_energised(&self) -> bool {
        self.energised() && !self.cycle.granted().fed
    }

    /// Something is energised, and the pad must be seen for it: the pad itself, or K2 for TENS where no sense line would
    /// tell that a welded K1 heats it.
    fn must_see_pad(&self) -> bool {
        self.pad_energised() || (self.energised() && !self.history.senses_current)
    }

    fn session(&self) -> Option<&Watched> {
        self.history.session.as_ref()
    }

    fn before(&self) -> Option<&Before> {
        self.history.before.as_ref()
    }

    fn latched(&self) -> bool {
        self.cycle.output.snapshot.fault.is_some()
    }

    /// How long ago the step before was on the host's clock.
    fn late(&self) -> Span {
        self.before().map_or(Span::ZERO, |before| self.cycle.now.since(before.host))
    }

    /// What the site of the session had in the last day.
    fn of_the_day<'a>(&'a self, session: &'a Watched) -> impl Iterator<Item = &'a Used> {
        let day = Span::from_min(24 * 60 - 1);
        self.history.used.iter().filter(move |used| {
            used.site == session.plan.site() && self.now.since(used.ended) < day
        })
    }

    /// For how long something has been so.
    fn held(&self, since: Option<Moment>) -> Span {
        since.map_or(Span::ZERO, |since| self.now.since(since))
    }
}

/// An invariant of a step, with its name.
type OfStep = (&'static str, fn(&Step<'_>) -> Holds);
/// An invariant of any moment, with its name.
type OfMoment = (&'static str, fn(&Seen<'_>, &History) -> Holds);

/// What is looked at after every step of the engine.
pub(crate) const OF_STEPS: &[OfStep] = &[
    ("energy_only_in_a_session", system::invariant_energy_only_in_a_session),
    ("latched_is_off", system::invariant_latched_is_off),
    ("a_fault_stays_until_cleared", system::invariant_a_fault_stays_until_cleared),
    ("a_committed_fault_survives", system::invariant_a_committed_fault_survives),
    ("a_stop_stops", system::invariant_a_stop_stops),
    ("k1_needs_k2", system::invariant_k1_needs_k2),
    ("a_profile_is_kept", profile::invariant_a_profile_is_kept),
    ("hl_h1_target", heat::invariant_hl_h1_target),
    ("hl_h2_hot_is_off", heat::invariant_hl_h2_hot_is_off),
    ("hl_h3_hotter_latches", heat::invariant_hl_h3_hotter_latches),
    ("hl_h4_cut_out", heat::invariant_hl_h4_cut_out),
    ("hl_h5_session_dose", heat::invariant_hl_h5_session_dose),
    ("hl_h6_day_dose", heat::invariant_hl_h6_day_dose),
    ("hl_h7_phase_length", heat::invariant_hl_h7_phase_length),
    ("hl_h8_day_heat", heat::invariant_hl_h8_day_heat),
    ("hl_h9_rest", heat::invariant_hl_h9_rest),
    ("hl_h10_session_length", heat::invariant_hl_h10_session_length),
    ("hl_h11_attendance", heat::invariant_hl_h11_attendance),
    ("hl_h12_no_blind_heat", heat::invariant_hl_h12_no_blind_heat),
    ("hl_h13_both_sensors", heat::invariant_hl_h13_both_sensors),
    ("hl_h14_agreement", heat::invariant_hl_h14_agreement),
    ("hl_h15_heat_warms", heat::invariant_hl_h15_heat_warms),
    ("hl_h16_heat_holds", heat::invariant_hl_h16_heat_holds),
    ("hl_h17_runaway", heat::invariant_hl_h17_runaway),
    ("hl_h18_off_cools", heat::invariant_hl_h18_off_cools),
    ("hl_h19_current_as_written", heat::invariant_hl_h19_current_as_written),
    ("hl_h20_proof_before_heat", heat::invariant_hl_h20_proof_before_heat),
    ("hl_h21_relay_wear", heat::invariant_hl_h21_relay_wear),
    ("hl_h22_warmth_at_the_start", heat::invariant_hl_h22_warmth_at_the_start),
    ("hl_c1_ice_length", cold::invariant_hl_c1_ice_length),
    ("hl_c2_watched_ice_length", cold::invariant_hl_c2_watched_ice_length),
    ("hl_c3_analgesia_is_told", cold::invariant_hl_c3_analgesia_is_told),
    ("hl_c4_too_cold_comes_off", cold::invariant_hl_c4_too_cold_comes_off),
    ("hl_c5_freezing_stops", cold::invariant_hl_c5_freezing_stops),
    ("hl_c6_no_heat_on_numb_skin", cold::invariant_hl_c6_no_heat_on_numb_skin),
    ("hl_c7_rest_from_cold", cold::invariant_hl_c7_rest_from_cold),
    ("hl_c8_the_pack_comes_off", cold::invariant_hl_c8_the_pack_comes_off),
    ("hl_t1_peak", tens::invariant_hl_t1_peak),
    ("hl_t2_width", tens::invariant_hl_t2_width),
    ("hl_t3_rate", tens::invariant_hl_t3_rate),
    ("hl_t4_rms", tens::invariant_hl_t4_rms),
    ("hl_t5_density", tens::invariant_hl_t5_density),
    ("hl_t6_power_density", tens::invariant_hl_t6_power_density),
    ("hl_t7_energy", tens::invariant_hl_t7_energy),
    ("hl_t8_no_direct_current", tens::invariant_hl_t8_no_direct_current),
    ("hl_t9_the_level_rises_by_hand", tens::invariant_hl_t9_the_level_rises_by_hand),
    ("hl_t10_gentle_after_cold", tens::invariant_hl_t10_gentle_after_cold),
    ("hl_t11_an_electrode_is_off", tens::invariant_hl_t11_an_electrode_is_off),
    ("hl_t12_short_circuit", tens::invariant_hl_t12_short_circuit),
    ("hl_t13_an_electrode_peels", tens::invariant_hl_t13_an_electrode_peels),
    ("hl_t14_how_long_and_how_often", tens::invariant_hl_t14_how_long_and_how_often),
    ("hl_t15_never_with_heat", tens::invariant_hl_t15_never_with_heat),
    ("hl_t16_placement", tens::invariant_hl_t16_placement),
    ("hl_s1_late_is_off", system::invariant_hl_s1_late_is_off),
    ("hl_s3_somebody_can_be_heard", system::invariant_hl_s3_somebody_can_be_heard),
    ("hl_s4_stale_starts", system::invariant_hl_s4_stale_starts),
    ("hl_s5_e_stop", system::invariant_hl_s5_e_stop),
    ("hl_s6_no_resumption", system::invariant_hl_s6_no_resumption),
    ("hl_s7_check_list", system::invariant_hl_s7_check_list),
    ("hl_s8_lost_record", system::invariant_hl_s8_lost_record),
    ("hl_s9_undervoltage", system::invariant_hl_s9_undervoltage),
    ("hl_s10_guard", system::invariant_hl_s10_guard),
    ("hl_s11_a_pause_is_off", system::invariant_hl_s11_a_pause_is_off),
];

/// What is looked at at every moment, also while nobody controls.
pub(crate) const OF_MOMENTS: &[OfMoment] = &[
    ("the_lease_lapses", system::invariant_the_lease_lapses),
    ("hl_s2_dead_man", system::invariant_hl_s2_dead_man),
    ("pulses_are_as_granted", tens::invariant_pulses_are_as_granted),
];

/// A little more, for a clock that is too slow.
fn slack(span: Span) -> Span {
    span + Span::from_ms(span.as_ms() / 1000 + 500)
}
