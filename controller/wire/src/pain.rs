//! The diary of pain, what was done besides the sessions, and the signs of an emergency.

use serde::{Deserialize, Serialize};
use soothe_therapy::pain::care::{PastCare, Taken};
use soothe_therapy::pain::lingering::Lingering;
use soothe_therapy::pain::red_flags::{self, RedFlag, RedFlags};
use soothe_therapy::pain::{Felt, Pain};
use soothe_therapy::{Rule, Site};
use utoipa::ToSchema;

use crate::number;
use crate::status::Condition;

/// `POST /api/v1/pain`: a person says how much a site hurts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPain {
    /// The name of a body site; `GET /api/v1/limits` lists them.
    #[schema(example = "left-shoulder")]
    pub site: String,
    /// On the numeric rating scale: 0 is no pain, 10 the worst that one can imagine.
    #[serde(deserialize_with = "number::points")]
    #[schema(minimum = 0, maximum = 10, example = 4)]
    pub nrs: u64,
    /// When it was felt: `before-session`, `after-session`, `next-morning` or `other`. What is said before and
    /// after a session within 12 h is compared (HL-P1).
    #[schema(example = "other")]
    pub kind: String,
    /// The number of the session that it belongs to.
    #[serde(
        default,
        deserialize_with = "number::whole_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub session: Option<i64>,
    /// Whether it kept the person awake in the night before; left out when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awake: Option<bool>,
    /// What the person suspects behind it: `desk`, `driving`, `training` or `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// A note: 1 to 500 characters on one line, without control characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*[^\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069][^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$"
    )]
    pub note: Option<String>,
}

/// One entry of the diary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PainEntry {
    /// Its number.
    pub id: i64,
    /// The daemon's wall clock when it was said, in milliseconds since 1970.
    pub at_unix_ms: i64,
    /// The site's name.
    pub site: String,
    /// On the numeric rating scale, 0 to 10.
    pub nrs: u8,
    /// When it was felt: `before-session`, `after-session`, `next-morning` or `other`.
    pub kind: String,
    /// The number of the session that it belongs to.
    pub session: Option<i64>,
    /// After a session: what was said before it, 0 to 10.
    pub before: Option<u8>,
    /// What has become of it since: `improved`, `slight`, `same` or `worse`; none where nothing was said before.
    pub change: Option<String>,
    /// Whether it kept the person awake in the night before; none when that is not known.
    pub awake: Option<bool>,
    /// What the person suspects behind it.
    pub cause: Option<String>,
    /// A note.
    pub note: Option<String>,
}

/// `GET /api/v1/pain`: newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PainList {
    /// The entries of this page.
    pub entries: Vec<PainEntry>,
    /// How many there are in all.
    pub total: u64,
    /// The sites of these entries, and those that are locked.
    pub sites: Vec<PainSite>,
}

/// How the pain of one site stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PainSite {
    /// The site's name.
    pub site: String,
    /// The site's name for people.
    pub site_label: String,
    /// HL-P1: two sessions in a row made it worse; no heat until a person has settled that.
    pub locked: bool,
    /// HL-P3: reasons to see a doctor, the weakest first.
    pub warnings: Vec<Banner>,
}

/// A reason to see a doctor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Banner {
    /// Which, e.g. `severe-for-3-days`.
    pub kind: String,
    /// How strong it is: 1 to 5.
    pub strength: u8,
    /// What it is and what to do, for people.
    pub message: String,
    /// The rule behind it.
    pub rule: String,
}

/// The answer to an entry, sent after it is on disk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PainAnswer {
    /// What is in the diary now.
    pub entry: PainEntry,
    /// What has become of the pain since before the session, for people.
    pub message: Option<String>,
    /// How the site stands.
    pub site: PainSite,
}

/// `POST /api/v1/pain/settled`: a person says why a locked site may be heated again (HL-P1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// The site's name.
    #[schema(example = "left-shoulder")]
    pub site: String,
    /// `seen`: by a doctor; or `waived`.
    pub how: String,
}

/// `POST /api/v1/treatments`: something was done for a site besides the sessions of this device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTreatment {
    /// `massage`, `physical-therapy`, `dry-needling`, `acupuncture`, `injection`, `ultrasound` or
    /// `desk-stretching`.
    #[schema(example = "dry-needling")]
    pub kind: String,
    /// The name of a body site; `GET /api/v1/limits` lists them.
    #[schema(example = "left-shoulder")]
    pub site: String,
    /// Pain before it, 0 to 10.
    #[serde(
        default,
        deserialize_with = "number::points_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(minimum = 0, maximum = 10)]
    pub before: Option<u64>,
    /// Pain after it, 0 to 10.
    #[serde(
        default,
        deserialize_with = "number::points_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(minimum = 0, maximum = 10)]
    pub after: Option<u64>,
    /// A note: 1 to 500 characters on one line, without control characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*[^\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069][^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$"
    )]
    pub note: Option<String>,
}

/// Something that was done besides the sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TreatmentEntry {
    /// Its number.
    pub id: i64,
    /// The daemon's wall clock when it was said, in milliseconds since 1970.
    pub at_unix_ms: i64,
    /// What was done, e.g. `dry-needling`.
    pub kind: String,
    /// The site's name.
    pub site: String,
    /// Pain before it, 0 to 10.
    pub before: Option<u8>,
    /// Pain after it, 0 to 10.
    pub after: Option<u8>,
    /// `improved`, `slight`, `same` or `worse`, where both were said.
    pub change: Option<String>,
    /// A note.
    pub note: Option<String>,
}

/// `GET /api/v1/treatments`: newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TreatmentList {
    /// Those of this page.
    pub treatments: Vec<TreatmentEntry>,
    /// How many there are in all.
    pub total: u64,
}

/// `PUT /api/v1/red-flags`: a person answers whether there are signs of an emergency (HL-P2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedFlagAnswers {
    /// The names of the signs that are there; empty when none is.
    pub yes: Vec<String>,
}

/// `GET /api/v1/red-flags`: what is asked, and what was answered with yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RedFlagList {
    /// Everything that is asked, in order.
    pub signs: Vec<Condition>,
    /// Those that are there: while there is one, every start is refused.
    pub yes: Vec<Condition>,
    /// What to do when one is there.
    pub advice: String,
}

/// What pain and signs of an emergency forbid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CareStatus {
    /// The signs of an emergency that are there: while there is one, every start is refused (HL-P2).
    pub red_flags: Vec<Condition>,
    /// The names of the sites that are locked (HL-P1).
    pub locked: Vec<String>,
}

impl From<PastCare> for CareStatus {
    fn from(care: PastCare) -> Self {
        let locked = Site::ALL.iter().filter(|site| care.site(**site).taken == Taken::Locked);
        Self {
            red_flags: signs(care.red_flags.yes()),
            locked: locked.map(|site| site.name().to_owned()).collect(),
        }
    }
}

fn signs(signs: impl IntoIterator<Item = RedFlag>) -> Vec<Condition> {
    let sign = |it: RedFlag| Condition {
        name: it.name().to_owned(),
        text: it.text().to_owned(),
        forbids: ["heat", "cold", "tens"].map(str::to_owned).to_vec(),
    };
    signs.into_iter().map(sign).collect()
}

impl RedFlagList {
    /// With these answers.
    #[must_use]
    pub fn of(answers: RedFlags) -> Self {
        Self {
            signs: signs(RedFlag::ALL.iter().copied()),
            yes: signs(answers.yes()),
            advice: red_flags::ADVICE.to_owned(),
        }
    }
}

impl PainSite {
    /// The site, with whether it is locked and what its diary warns of.
    #[must_use]
    pub fn of(site: Site, locked: bool, warnings: impl IntoIterator<Item = Lingering>) -> Self {
        Self {
            site: site.name().to_owned(),
            site_label: site.label().to_owned(),
            locked,
            warnings: warnings.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Lingering> for Banner {
    fn from(warning: Lingering) -> Self {
        Self {
            kind: warning.name().to_owned(),
            strength: warning.strength(),
            message: warning.text().to_owned(),
            rule: Rule::P3.id().to_owned(),
        }
    }
}

/// In a sentence, how much it hurts.
pub(crate) fn felt(felt: &Felt, before: Option<Pain>) -> String {
    let Felt { site, pain, when } = felt;
    let since = before.map(|before| {
        let change = before.change_to(*pain);
        format!("; {before} before it: {}", change.text())
    });
    format!("pain {pain} at {site}, {}{}", when.text(), since.unwrap_or_default())
}

/// In a sentence, what was answered.
pub(crate) fn answered(answers: RedFlags) -> String {
    let yes: Vec<&str> = answers.yes().map(RedFlag::name).collect();
    match yes.as_slice() {
        [] => "signs of an emergency were asked for: none is there".to_owned(),
        [..] => format!("signs of an emergency are there: {}", yes.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_therapy::pain::When;

    #[test]
    fn a_pain_is_told_with_what_became_of_it() {
        let pain = |points| Pain::new(points).unwrap();
        let after = Felt { site: Site::LeftHip, pain: pain(3), when: When::After };
        assert_eq!(felt(&after, None), "pain 3 at left-hip, after a session");
        let text = felt(&after, Some(pain(6)));
        assert!(
            text.ends_with(
                "; 6 before it: improved: less pain, by as much as trials count as a real change"
            ),
            "{text}"
        );
    }

    #[test]
    fn points_that_are_no_whole_number_are_refused_with_what_is() {
        let read = |nrs: &str| {
            serde_json::from_str::<NewPain>(&format!(r#"{{"site":"a","kind":"b","nrs":{nrs}}}"#))
        };
        assert_eq!(read("4.0").unwrap().nrs, 4);
        for nrs in ["-1", "4.5", "1e400", "\"4\"", "null"] {
            assert!(read(nrs).is_err(), "{nrs}");
        }
        assert!(read("4.5").unwrap_err().to_string().contains("a whole number from 0 to 10"));
    }
}
