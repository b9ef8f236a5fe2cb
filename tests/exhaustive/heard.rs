//! Classes of evidence: what the thermometers have said until one moment.

use soothe_therapy::{Celsius, Moment, ProbeError, RawReading, Readings, Span};

/// What the thermometers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Heard {
    Fresh,
    Ageing,
    OneLost,
    BothLost,
    Errors,
    Apart,
    FarApart,
    Warm,
    Hot,
    TooHot,
    SaidHot,
    RoomCold,
    RoomWarm,
    RoomLost,
}

/// What one thermometer came to in one conversion; none where it was silent.
type Told = Option<Result<f64, ProbeError>>;

/// A pad that a session can be started on, and that is near enough to the target to be held.
pub(crate) const GOOD_C: f64 = 37.5;
const ROOM_C: f64 = 22.0;
const CONVERSION_MS: u64 = 1000;
/// The fastest that a pad warms without being a runaway (HL-H17).
const PAD_K_PER_S: f64 = 0.3;
/// Longer than this no class of evidence is on its way, s.
const ON_ITS_WAY_MAX_S: u64 = 30;

impl Heard {
    pub(crate) const ALL: [Self; 14] = [
        Self::Fresh,
        Self::Ageing,
        Self::OneLost,
        Self::BothLost,
        Self::Errors,
        Self::Apart,
        Self::FarApart,
        Self::Warm,
        Self::Hot,
        Self::TooHot,
        Self::SaidHot,
        Self::RoomCold,
        Self::RoomWarm,
        Self::RoomLost,
    ];

    /// Its name in the golden file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Ageing => "ageing",
            Self::OneLost => "one-lost",
            Self::BothLost => "both-lost",
            Self::Errors => "errors",
            Self::Apart => "apart",
            Self::FarApart => "far-apart",
            Self::Warm => "38.5",
            Self::Hot => "43",
            Self::TooHot => "44",
            Self::SaidHot => "said-85",
            Self::RoomCold => "room-9",
            Self::RoomWarm => "room-36",
            Self::RoomLost => "room-lost",
        }
    }

    /// What the two contact sensors and the room's came to so many seconds before the moment. It goes
    /// there by steps that a pad can take.
    fn told(self, s_before: u64) -> [Told; 3] {
        let rising =
            |from: f64, k_per_s: f64, to: f64| to.min(from.max(to - k_per_s * s_before as f64));
        let falling =
            |from: f64, k_per_s: f64, to: f64| to.max(from.min(to + k_per_s * s_before as f64));
        let tells = |first, second, room| [Some(Ok(first)), Some(Ok(second)), Some(Ok(room))];
        let good = tells(GOOD_C, GOOD_C, ROOM_C);
        let [first, second, room] = good;
        match self {
            Self::Fresh => good,
            Self::Ageing if s_before < 3 => [None, None, room],
            Self::OneLost if s_before < 4 => [None, second, room],
            Self::BothLost if s_before < 4 => [None, None, room],
            Self::RoomLost if s_before < 4 => [first, second, None],
            Self::Errors if s_before < 4 => [Some(Err(ProbeError::Missing)), second, room],
            Self::SaidHot if s_before < 1 => [Some(Ok(85.0)), second, room],
            Self::Ageing
            | Self::OneLost
            | Self::BothLost
            | Self::RoomLost
            | Self::Errors
            | Self::SaidHot => good,
            Self::Apart => tells(GOOD_C, falling(GOOD_C, 2.0, GOOD_C - 4.0), ROOM_C),
            Self::FarApart => tells(GOOD_C, falling(GOOD_C, 2.3, GOOD_C - 7.0), ROOM_C),
            Self::Warm => {
                let t = rising(GOOD_C, 1.0, 38.5);
                tells(t, t, ROOM_C)
            }
            Self::Hot => {
                let t = rising(GOOD_C, PAD_K_PER_S, 43.0);
                tells(t, t, ROOM_C)
            }
            Self::TooHot => {
                let t = if s_before == 0 { 44.0 } else { rising(GOOD_C, PAD_K_PER_S, 43.0) };
                tells(t, t, ROOM_C)
            }
            Self::RoomCold => tells(GOOD_C, GOOD_C, falling(ROOM_C, 2.0, 9.0)),
            Self::RoomWarm => tells(GOOD_C, GOOD_C, rising(ROOM_C, 2.0, 36.0)),
        }
    }

    /// For how many seconds before the moment it is not all good any more.
    pub(crate) fn begins_s_before(self) -> u64 {
        let good = Self::Fresh.told(0);
        (0..ON_ITS_WAY_MAX_S).rev().find(|s| self.told(*s) != good).map_or(0, |s| s + 1)
    }

    /// The newest readings at `now`, when the moment is `due`.
    pub(crate) fn readings(self, now: Moment, due: Moment) -> Readings {
        let newest = due.since(now).as_ms().div_ceil(CONVERSION_MS);
        let reading = |sensor: usize| {
            let (s, outcome) = (newest..newest + ON_ITS_WAY_MAX_S)
                .find_map(|s| self.told(s)[sensor].map(|outcome| (s, outcome)))?;
            let began = due.before(Span::from_ms(s * CONVERSION_MS));
            Some(RawReading { began, outcome: outcome.map(Celsius::literal) })
        };
        Readings { contact: [reading(0), reading(1)], ambient: reading(2), skin: None }
    }
}
