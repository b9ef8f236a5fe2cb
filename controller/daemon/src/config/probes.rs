//! The table `[probes]`: which thermometer lies where.

use serde::Deserialize;
use soothe_rig::w1::W1Id;
use soothe_rig::{ProbeId, RigError};

/// The steps of a contact sensor are at most this, K. What finds a sensor that stands still while the other
/// moves (HL-H14) was shown for these: one that tells half degrees stands still for long.
const CONTACT_STEP_MAX_K: f64 = 1.0 / 16.0;

/// The thermometers.
///
/// All different: a thermometer that stands in for two would agree with itself whatever it reads
/// (HL-H13, HL-H14).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawProbeIds")]
pub struct ProbeIds {
    /// The two between pad and skin.
    pub contact: [ProbeId; 2],
    /// The one in the room, which no heat starts without (HL-H22).
    pub ambient: ProbeId,
    /// The one on the skin under a cold pack, where there is one (HL-C2).
    pub skin: Option<ProbeId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProbeIds {
    contact: [String; 2],
    ambient: String,
    skin: Option<String>,
}

impl TryFrom<RawProbeIds> for ProbeIds {
    type Error = String;

    fn try_from(raw: RawProbeIds) -> Result<Self, String> {
        let id = |text: &String| text.parse().map_err(|error: RigError| error.to_string());
        let [first, second] = &raw.contact;
        let contact = [contact(id(first)?)?, contact(id(second)?)?];
        let ids = Self {
            contact,
            ambient: id(&raw.ambient)?,
            skin: raw.skin.as_ref().map(id).transpose()?,
        };
        match ids.twice() {
            None => Ok(ids),
            Some(id) => Err(format!(
                "the thermometer {id} is named twice; the two contact sensors, the room's and the skin probe must be \
                 different ones"
            )),
        }
    }
}

impl ProbeIds {
    /// Every thermometer that is named.
    pub(crate) fn all(&self) -> impl Iterator<Item = &ProbeId> {
        self.contact.iter().chain([&self.ambient]).chain(&self.skin)
    }

    /// Those on 1-Wire.
    pub(crate) fn one_wire(&self) -> impl Iterator<Item = &W1Id> {
        self.all().filter_map(|id| match id {
            ProbeId::OneWire(id) => Some(id),
            ProbeId::I2c(_) => None,
        })
    }

    fn twice(&self) -> Option<&ProbeId> {
        let before = |at: usize, id: &ProbeId| self.all().take(at).any(|other| id.is_same(other));
        self.all().enumerate().find(|(at, id)| before(*at, id)).map(|(_, id)| id)
    }
}

fn contact(id: ProbeId) -> Result<ProbeId, String> {
    if id.step_k() <= CONTACT_STEP_MAX_K {
        return Ok(id);
    }
    Err(format!(
        "{id} tells steps of {} K: too coarse for a contact sensor, which must tell {CONTACT_STEP_MAX_K} K; it may be \
         the room's or the skin probe",
        id.step_k()
    ))
}
