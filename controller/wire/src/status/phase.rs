//! The phase that is on, and what it is made of.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The phase that is on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PhaseStatus {
    /// Which one it is, from one.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// What it is.
    #[serde(flatten)]
    pub phase: Phase,
    /// How long it still lasts, in seconds; none while it waits for a person.
    pub left_s: Option<f64>,
    /// What the protocol itself says to the person meanwhile.
    pub say: Option<String>,
    /// What waits for a person: `POST /api/v1/confirm` with its number answers it.
    pub asked: Option<Prompt>,
    /// A cold pack lies on the skin.
    pub pack_on: bool,
    /// The skin under it is so cold that it feels no pain: enough, if the person wants (HL-C3).
    pub analgesia: bool,
    /// The phase is over, and the next one waits until both contact sensors agree, and for TENS until they are below 38 °C.
    pub awaits_pad: bool,
    /// The phase is over, and the next one waits until the skin was free of heat or cold for long enough (HL-H7, HL-C2).
    pub awaits_break: bool,
    /// The TENS level; none while no electrodes lie.
    pub level: Option<LevelStatus>,
    /// For how many seconds more it may stay paused; none while it is not.
    pub pause_left_s: Option<f64>,
    /// What comes next.
    pub next: Option<Phase>,
}

/// One phase of a protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Phase {
    /// `heat`, `ice`, `tens`, `stretch`, `massage`, `swap` or `rest`.
    pub kind: String,
    /// The set-point in degrees Celsius; none where nothing heats.
    pub target_c: Option<f64>,
    /// How long it lasts, in seconds, a person's answers aside.
    pub duration_s: f64,
    /// A rest goes on only once the person says that the skin feels normal (HL-C6).
    pub until_normal: bool,
    /// What the stimulator sends; none where it sends nothing.
    pub tens: Option<TensPhase>,
    /// The name of the exercise; none where none is done.
    pub exercise: Option<String>,
}

/// What a stimulator sends, and what it comes to at the cap into 500 Ω.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TensPhase {
    /// `conventional`, `wide`, `knot`, `burst`, `modulated` or `low-frequency`.
    pub mode: String,
    /// The same for people.
    pub mode_label: String,
    /// The strongest level that the person may raise it to, in mA of peak current (HL-T1).
    pub cap_ma: u8,
    /// The smaller electrode, in cm².
    pub electrode_cm2: f64,
    /// The rms current, in mA (HL-T4).
    pub rms_ma: f64,
    /// The charge of one phase of a pulse, in µC.
    pub charge_uc: f64,
    /// The energy of a pulse, in mJ (HL-T7).
    pub energy_mj: f64,
    /// The rms current if what gates and sweeps the pulses were stuck at its worst, in mA.
    pub worst_rms_ma: f64,
    /// The current density then, on half of the electrode, in mA/cm² (HL-T5).
    pub worst_density_ma_per_cm2: f64,
    /// The power density then, in mW/cm² (HL-T6).
    pub worst_power_mw_per_cm2: f64,
}

/// The TENS level in force: `PUT /api/v1/level` sets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LevelStatus {
    /// The level in mA of peak current.
    pub level_ma: u8,
    /// What it may be raised to (HL-T1, HL-T10).
    pub cap_ma: u8,
    /// What took it to zero, until a person raises it again.
    pub zeroed_by: Option<String>,
    /// The rms current that it comes to, in mA.
    pub rms_ma: f64,
}

/// Something that a person is asked to do, and to say that it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Prompt {
    /// Which prompt of the session it is, from one: an answer names it.
    pub number: u32,
    /// `pack-on`, `pack-off`, `swapped`, `normal`, `electrodes` or `exercise`.
    pub kind: String,
    /// What is asked, in a sentence.
    pub text: String,
    /// How it is done, where that takes more words.
    pub how: Option<String>,
}
