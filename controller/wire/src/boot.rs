//! What a new engine must know, as text: for the file that keeps it and for the head of a recording.

use serde::{Deserialize, Serialize};
use soothe_therapy::checklist::{Answers, Condition, PastAnswers};
use soothe_therapy::cold::PackLeft;
use soothe_therapy::ledger::{History, PastUse, SiteUse};
use soothe_therapy::pain::Pain;
use soothe_therapy::pain::care::{PastCare, PastPain, SiteCare, Taken};
use soothe_therapy::pain::red_flags::{RedFlag, RedFlags};
use soothe_therapy::{
    Boot, Celsius, Cem43, Fault, FaultKind, Heater, PadModel, Profile, ProfileChoice, RelayKind,
    SessionId, Site, Span, TunedPad,
};

/// A [`Boot`] in names and numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BootRecord {
    relay_operations: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interrupted: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lost_age_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<FaultRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checklist: Option<AnswersRecord>,
    /// The signs of an emergency; a record without them is of none, and of one from before they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    red_flags: Vec<String>,
    #[serde(default)]
    uses: Vec<UseRecord>,
    /// The sites of which more is known than nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    care: Vec<CareRecord>,
    #[serde(default)]
    heater: HeaterRecord,
    /// What a person chose. A record without one is of the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    /// What the configuration fixed. Where it did in a record from before people could choose, that counts as
    /// chosen: nothing loosens until a person says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile_fixed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pack_left: Option<PackRecord>,
}

/// A cold pack that a session has left on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackRecord {
    site: String,
    age_ms: u64,
}

/// What is known of the heater. A record without one is of a mechanical relay and of a pad that was not tuned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaterRecord {
    relay: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pad: Option<PadRecord>,
    /// What sessions have made of it since; a record without it is of one that they have not refined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refined: Option<PadRecord>,
    #[serde(default, skip_serializing_if = "is_false")]
    proven: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(it: &bool) -> bool {
    !*it
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(it: &u64) -> bool {
    *it == 0
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PadRecord {
    power_w: f64,
    mass: f64,
    loss: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultRecord {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reading_c: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswersRecord {
    yes: Vec<String>,
    /// Older answers were never asked about cold.
    #[serde(default, skip_serializing_if = "is_false")]
    asked_cold: bool,
    /// Nor about TENS.
    #[serde(default, skip_serializing_if = "is_false")]
    asked_tens: bool,
    age_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UseRecord {
    site: String,
    heated_ms: u64,
    dose_cem43: f64,
    #[serde(default, skip_serializing_if = "is_zero")]
    cold_ms: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    tens_ms: u64,
    age_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CareRecord {
    site: String,
    taken: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<PainRecord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PainRecord {
    nrs: u8,
    age_ms: u64,
}

/// Milliseconds as every text format can say them: up to 292 million years.
fn ms(span: Span) -> u64 {
    span.as_ms().min(i64::MAX.unsigned_abs())
}

impl From<&Boot> for BootRecord {
    fn from(boot: &Boot) -> Self {
        let Boot {
            latched,
            interrupted,
            history,
            checklist,
            care,
            relay_operations,
            heater,
            profile,
            pack_left,
        } = boot;
        Self {
            relay_operations: *relay_operations,
            interrupted: interrupted.map(|id| id.0),
            lost_age_ms: history.lost.map(ms),
            fault: latched.map(|Fault { kind, reading }| FaultRecord {
                kind: kind.name().to_owned(),
                reading_c: reading.map(Celsius::get),
            }),
            checklist: checklist.map(|PastAnswers { answers, age }| AnswersRecord {
                yes: answers.yes().map(|condition| condition.name().to_owned()).collect(),
                asked_cold: true,
                asked_tens: true,
                age_ms: ms(age),
            }),
            red_flags: care.red_flags.yes().map(|sign| sign.name().to_owned()).collect(),
            uses: history.uses.iter().map(UseRecord::from).collect(),
            care: Site::ALL.iter().filter_map(|site| CareRecord::of(*site, care)).collect(),
            heater: HeaterRecord::from(heater),
            profile: Some(profile.chosen).filter(|it| *it != Profile::Default).map(profile_name),
            profile_fixed: profile.fixed.map(profile_name),
            pack_left: pack_left.map(|PackLeft { site, age }| PackRecord {
                site: site.name().to_owned(),
                age_ms: ms(age),
            }),
        }
    }
}

impl From<&PastUse> for UseRecord {
    fn from(past: &PastUse) -> Self {
        let PastUse { used: SiteUse { site, heated, dose, cold, tens }, age } = past;
        Self {
            site: site.name().to_owned(),
            heated_ms: ms(*heated),
            dose_cem43: dose.get(),
            cold_ms: ms(*cold),
            tens_ms: ms(*tens),
            age_ms: ms(*age),
        }
    }
}

impl TryFrom<BootRecord> for Boot {
    type Error = String;

    /// # Errors
    /// In a few words, what of it this version does not know.
    fn try_from(record: BootRecord) -> Result<Self, String> {
        let lost = record.lost_age_ms.map(Span::from_ms);
        let mut history = History { lost, ..History::default() };
        for used in record.uses {
            let full = |_| "more heat of the last day than there is room for".to_owned();
            history.uses.try_push(used.past()?).map_err(full)?;
        }
        Ok(Self {
            latched: record.fault.map(FaultRecord::fault).transpose()?,
            interrupted: record.interrupted.map(SessionId),
            history,
            checklist: record.checklist.map(AnswersRecord::past).transpose()?,
            care: care(record.care, &record.red_flags)?,
            relay_operations: record.relay_operations,
            heater: record.heater.heater()?,
            profile: ProfileChoice {
                chosen: profile(record.profile)?.unwrap_or_default(),
                fixed: profile(record.profile_fixed)?,
            },
            pack_left: record.pack_left.map(PackRecord::left).transpose()?,
        })
    }
}

impl PackRecord {
    fn left(self) -> Result<PackLeft, String> {
        Ok(PackLeft { site: site(&self.site)?, age: Span::from_ms(self.age_ms) })
    }
}

impl Default for HeaterRecord {
    fn default() -> Self {
        Self::from(&Heater::default())
    }
}

impl From<&Heater> for HeaterRecord {
    fn from(Heater { relay, tuned }: &Heater) -> Self {
        let pad =
            |it: &PadModel| PadRecord { power_w: it.power_w(), mass: it.mass(), loss: it.loss() };
        let refined = tuned.as_ref().filter(|it| it.now() != it.found());
        Self {
            relay: relay.name().to_owned(),
            pad: tuned.as_ref().map(|it| pad(it.found())),
            refined: refined.map(|it| pad(it.now())),
            proven: tuned.as_ref().is_some_and(TunedPad::is_proven),
        }
    }
}

impl HeaterRecord {
    fn heater(self) -> Result<Heater, String> {
        let relay = RelayKind::from_name(&self.relay);
        let relay = relay.ok_or_else(|| format!("a relay `{}`", self.relay))?;
        let pad = |it: PadRecord| {
            PadModel::new(it.power_w, it.mass, it.loss).map_err(|error| error.to_string())
        };
        let found = self.pad.map(pad).transpose()?.map(TunedPad::of);
        let tuned = match self.refined.map(pad).transpose()? {
            None => found,
            Some(now) => {
                Some(found.ok_or("a pad that was refined and never tuned")?.refined_to(&now))
            }
        };
        Ok(Heater { relay, tuned: tuned.map(|it| it.proven(self.proven)) })
    }
}

impl FaultRecord {
    fn fault(self) -> Result<Fault, String> {
        let kind = FaultKind::from_name(&self.kind);
        let kind = kind.ok_or_else(|| format!("a fault `{}`", self.kind))?;
        let reading = self.reading_c.map(Celsius::new).transpose();
        Ok(Fault { kind, reading: reading.map_err(|error| error.to_string())? })
    }
}

impl AnswersRecord {
    fn past(self) -> Result<PastAnswers, String> {
        let answers = self.yes.iter().try_fold(Answers::NONE, |answers, name| {
            let condition = Condition::from_name(name);
            condition.map(|it| answers.and(it)).ok_or_else(|| format!("a condition `{name}`"))
        })?;
        // What nobody was asked counts as a yes.
        let answers = if self.asked_cold { answers } else { answers.and(Condition::Cold) };
        let answers = if self.asked_tens { answers } else { answers.and(Condition::Electronics) };
        Ok(PastAnswers { answers, age: Span::from_ms(self.age_ms) })
    }
}

impl CareRecord {
    /// None where nothing is known.
    fn of(site: Site, care: &PastCare) -> Option<Self> {
        let known = care.site(site);
        let SiteCare { taken, before } = known;
        (known != SiteCare::default()).then(|| Self {
            site: site.name().to_owned(),
            taken: taken.name().to_owned(),
            before: before.map(|it| PainRecord { nrs: it.pain.get(), age_ms: ms(it.age) }),
        })
    }

    fn past(self) -> Result<SiteCare, String> {
        let taken = Taken::ALL.into_iter().find(|it| it.name() == self.taken);
        let taken = taken.ok_or_else(|| format!("a way `{}` to take sessions", self.taken))?;
        let before = self.before.map(|PainRecord { nrs, age_ms }| {
            let pain = Pain::new(nrs).map_err(|error| error.to_string())?;
            Ok::<_, String>(PastPain { pain, age: Span::from_ms(age_ms) })
        });
        Ok(SiteCare { taken, before: before.transpose()? })
    }
}

fn care(sites: Vec<CareRecord>, signs: &[String]) -> Result<PastCare, String> {
    let red_flags = signs.iter().try_fold(RedFlags::NONE, |signs, name| {
        let sign = RedFlag::from_name(name);
        sign.map(|it| signs.and(it)).ok_or_else(|| format!("a sign `{name}`"))
    })?;
    let known = PastCare::default().with_red_flags(red_flags);
    sites.into_iter().try_fold(known, |known, it| Ok(known.with(site(&it.site)?, it.past()?)))
}

impl UseRecord {
    fn past(self) -> Result<PastUse, String> {
        let used = SiteUse {
            site: site(&self.site)?,
            heated: Span::from_ms(self.heated_ms),
            dose: Cem43::new(self.dose_cem43).map_err(|error| error.to_string())?,
            cold: Span::from_ms(self.cold_ms),
            tens: Span::from_ms(self.tens_ms),
        };
        Ok(PastUse { used, age: Span::from_ms(self.age_ms) })
    }
}

fn profile_name(profile: Profile) -> String {
    profile.name().to_owned()
}

fn profile(name: Option<String>) -> Result<Option<Profile>, String> {
    let known = |name: String| Profile::from_name(&name).ok_or(format!("a profile `{name}`"));
    name.map(known).transpose()
}

/// The site of that name.
///
/// # Errors
/// In a few words, that this version does not know it.
pub fn site(name: &str) -> Result<Site, String> {
    name.parse().map_err(|_| format!("a site `{name}`"))
}

#[cfg(test)]
pub(crate) mod tests;
