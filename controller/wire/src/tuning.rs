//! What tuning found out about pads, and how it is asked for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::number;

/// `POST /api/v1/tune`: heat the pad once and watch it, to find out about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TuneRequest {
    /// How hot the surface may get in degrees Celsius, 30.0 to 42.0 (HL-H1) [default: 41.0].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 30.0, maximum = 42.0, example = 41.0)]
    pub target_c: Option<f64>,
    /// The name of a body site; `GET /api/v1/limits` lists them.
    #[schema(example = "left-shoulder")]
    pub site: String,
    /// What the person calls the pad: 1 to 60 characters on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
        example = "blue pad"
    )]
    pub name: Option<String>,
}

/// `PUT /api/v1/tunings`: which tuning is used from the next session on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TuningChoice {
    /// The number of the session that found it; `null` uses none.
    #[serde(deserialize_with = "number::whole_or_null")]
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub in_use: Option<i64>,
}

/// `GET /api/v1/tunings`: newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TuningList {
    /// What was found and is kept.
    pub tunings: Vec<Tuning>,
}

/// What one tuning found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Tuning {
    /// The number of the session that found it.
    pub id: i64,
    /// What the person calls the pad.
    pub name: Option<String>,
    /// The wall clock when it was found, in milliseconds since 1970.
    pub found_unix_ms: i64,
    /// The site on which the pad lay.
    pub site: String,
    /// It is used by every heat session.
    pub in_use: bool,
    /// The pad.
    #[serde(flatten)]
    pub pad: PadFigures,
    /// What the sessions since have made of it; null before the first.
    pub refined: Option<RefinedPad>,
    /// What the model leaves unexplained of the readings, in kelvin rms.
    pub rms_k: f64,
    /// Standard deviation of the power, in watts.
    pub power_sd_w: f64,
    /// Standard deviation of the mass.
    pub mass_sd: f64,
    /// Standard deviation of the loss.
    pub loss_sd: f64,
}

/// A tuned pad as it is by now: each session refines power and mass a little, to a tenth of what was found at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RefinedPad {
    /// So many sessions have.
    pub sessions: u32,
    /// The pad.
    #[serde(flatten)]
    pub pad: PadFigures,
}

/// What a pad is like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PadFigures {
    /// Power while it is switched on, in watts.
    pub power_w: f64,
    /// Heat capacity, in times the reference pad's.
    pub mass: f64,
    /// Loss of the surface to the room, in times what the reference pad loses under its blanket.
    pub loss: f64,
    /// The slow time constant in seconds.
    pub slow_s: f64,
    /// The fast time constant in seconds.
    pub fast_s: f64,
    /// How far full power would raise the surface above the room in the end, in kelvin.
    pub gain_k: f64,
    /// Time constant of a contact sensor in seconds; taken as known, not measured.
    pub sensor_lag_s: f64,
}
