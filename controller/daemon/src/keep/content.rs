//! What is kept, and how the file says it: TOML, so that a person can read it.

use serde::{Deserialize, Serialize};
use soothe_therapy::checklist::{Answers, Condition, PastAnswers};
use soothe_therapy::ledger::{History, PastUse, SiteUse};
use soothe_therapy::{Boot, Celsius, Cem43, Fault, FaultKind, SessionId, Site, Span};

use crate::clock::Stamp;

/// So far a wall clock may fall behind without having been set back: it is steered against the machine's
/// own, half a second in a thousand at most, and a daemon may run for a day.
const STEADY_WITHIN_MS: i64 = 60_000;

/// A session that may be heating: it counts until it is known how it ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reserved {
    /// Its number.
    pub(crate) id: SessionId,
    /// Where the pad lies.
    pub(crate) site: Site,
    /// How long it may last.
    pub(crate) planned: Span,
    /// The wall clock when it was prepared, to tell it from another one of the same number.
    pub(crate) prepared_unix_ms: i64,
}

/// What must not be forgotten.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Content {
    /// The moment to which all ages refer.
    pub(super) as_of: Stamp,
    /// The latest that the wall clock is known to have shown, and what has surely passed since.
    pub(super) seen_unix_ms: i64,
    /// What a new engine must know. An interruption is not in it: the log has that.
    pub(super) boot: Boot,
    /// What may be heating.
    pub(super) reserved: Vec<Reserved>,
}

impl Content {
    /// The same at `now`: everything is older by the time that surely passed. A wall clock that stands
    /// behind what it was, and what has passed since, is not believed.
    pub(super) fn age_to(&mut self, mut now: Stamp) {
        let passed = now.passed_since(&self.as_of);
        age(&mut self.boot, passed);
        let passed_ms = i64::try_from(passed.as_ms()).unwrap_or(i64::MAX);
        self.seen_unix_ms = self.seen_unix_ms.saturating_add(passed_ms);
        let earliest = self.seen_unix_ms.saturating_sub(STEADY_WITHIN_MS);
        now.wall_unix_ms = now.wall_unix_ms.filter(|wall| *wall >= earliest);
        self.seen_unix_ms = self.seen_unix_ms.max(now.wall_unix_ms.unwrap_or(i64::MIN));
        self.as_of = now;
    }

    /// The body of the file.
    pub(super) fn text(&self) -> String {
        toml::to_string(&Text::from(self)).expect("numbers and names can be written as TOML")
    }

    /// What a body says.
    ///
    /// # Errors
    /// In a few words, what of it this version does not know.
    pub(super) fn parse(body: &str) -> Result<Self, String> {
        let text: Text = toml::from_str(body).map_err(|error| error.message().to_owned())?;
        text.content()
    }
}

/// Makes everything older.
pub(crate) fn age(boot: &mut Boot, by: Span) {
    for past in &mut boot.history.uses {
        past.age = past.age + by;
    }
    boot.history.lost = boot.history.lost.map(|age| age + by);
    boot.checklist = boot.checklist.map(|past| PastAnswers { age: past.age + by, ..past });
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    relay_operations: u32,
    seen_unix_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_age_ms: Option<u64>,
    as_of: AsOf,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checklist: Option<ChecklistText>,
    #[serde(default)]
    uses: Vec<UseText>,
    #[serde(default)]
    reserved: Vec<ReservedText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AsOf {
    #[serde(skip_serializing_if = "Option::is_none")]
    boot_id: Option<String>,
    uptime_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    wall_unix_ms: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultText {
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reading_c: Option<f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChecklistText {
    yes: Vec<String>,
    age_ms: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UseText {
    site: String,
    heated_ms: u64,
    dose_cem43: f64,
    age_ms: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReservedText {
    session: i64,
    site: String,
    planned_ms: u64,
    prepared_unix_ms: i64,
}

/// Milliseconds as TOML can say them: up to 292 million years.
fn ms(span: Span) -> u64 {
    span.as_ms().min(i64::MAX.unsigned_abs())
}

impl From<&Content> for Text {
    fn from(content: &Content) -> Self {
        let Content { as_of, seen_unix_ms, boot, reserved } = content;
        let Boot { latched, interrupted: _, history, checklist, relay_operations } = boot;
        let Stamp { boot_id, uptime, wall_unix_ms } = as_of;
        Self {
            relay_operations: *relay_operations,
            seen_unix_ms: *seen_unix_ms,
            lost_age_ms: history.lost.map(ms),
            as_of: AsOf {
                boot_id: boot_id.clone(),
                uptime_ms: ms(*uptime),
                wall_unix_ms: *wall_unix_ms,
            },
            fault: latched.map(|Fault { kind, reading }| FaultText {
                kind: kind.name().to_owned(),
                reading_c: reading.map(Celsius::get),
            }),
            checklist: checklist.map(|PastAnswers { answers, age }| ChecklistText {
                yes: answers.yes().map(|condition| condition.name().to_owned()).collect(),
                age_ms: ms(age),
            }),
            uses: history.uses.iter().map(UseText::from).collect(),
            reserved: reserved.iter().map(ReservedText::from).collect(),
        }
    }
}

impl From<&PastUse> for UseText {
    fn from(past: &PastUse) -> Self {
        let PastUse { used: SiteUse { site, heated, dose }, age } = past;
        Self {
            site: site.name().to_owned(),
            heated_ms: ms(*heated),
            dose_cem43: dose.get(),
            age_ms: ms(*age),
        }
    }
}

impl From<&Reserved> for ReservedText {
    fn from(reserved: &Reserved) -> Self {
        let Reserved { id, site, planned, prepared_unix_ms } = *reserved;
        Self {
            session: id.0,
            site: site.name().to_owned(),
            planned_ms: ms(planned),
            prepared_unix_ms,
        }
    }
}

impl Text {
    fn content(self) -> Result<Content, String> {
        let AsOf { boot_id, uptime_ms, wall_unix_ms } = self.as_of;
        let mut history =
            History { lost: self.lost_age_ms.map(Span::from_ms), ..History::default() };
        for used in self.uses {
            let full = |_| "more sites' uses than there is room for".to_owned();
            history.uses.try_push(used.past()?).map_err(full)?;
        }
        let boot = Boot {
            latched: self.fault.map(FaultText::fault).transpose()?,
            interrupted: None,
            history,
            checklist: self.checklist.map(ChecklistText::past).transpose()?,
            relay_operations: self.relay_operations,
        };
        let as_of = Stamp { boot_id, uptime: Span::from_ms(uptime_ms), wall_unix_ms };
        let reserved = self.reserved.into_iter().map(ReservedText::reserved);
        let (seen_unix_ms, reserved) = (self.seen_unix_ms, reserved.collect::<Result<_, _>>()?);
        Ok(Content { as_of, seen_unix_ms, boot, reserved })
    }
}

impl FaultText {
    fn fault(self) -> Result<Fault, String> {
        let kind = FaultKind::from_name(&self.kind);
        let kind = kind.ok_or_else(|| format!("a fault `{}`", self.kind))?;
        let reading = self.reading_c.map(Celsius::new).transpose();
        Ok(Fault { kind, reading: reading.map_err(|error| error.to_string())? })
    }
}

impl ChecklistText {
    fn past(self) -> Result<PastAnswers, String> {
        let answers = self.yes.iter().try_fold(Answers::NONE, |answers, name| {
            let condition = Condition::from_name(name);
            condition.map(|it| answers.and(it)).ok_or_else(|| format!("a condition `{name}`"))
        })?;
        Ok(PastAnswers { answers, age: Span::from_ms(self.age_ms) })
    }
}

impl UseText {
    fn past(self) -> Result<PastUse, String> {
        let used = SiteUse {
            site: site(&self.site)?,
            heated: Span::from_ms(self.heated_ms),
            dose: Cem43::new(self.dose_cem43).map_err(|error| error.to_string())?,
        };
        Ok(PastUse { used, age: Span::from_ms(self.age_ms) })
    }
}

impl ReservedText {
    fn reserved(self) -> Result<Reserved, String> {
        Ok(Reserved {
            id: SessionId(self.session),
            site: site(&self.site)?,
            planned: Span::from_ms(self.planned_ms),
            prepared_unix_ms: self.prepared_unix_ms,
        })
    }
}

fn site(name: &str) -> Result<Site, String> {
    name.parse().map_err(|_| format!("a site `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Everything that can be kept, from a few numbers.
    fn content(dose_bits: u64, age_ms: u64, wall_unix_ms: i64, few: u8) -> Content {
        let dose = Cem43::new(f64::from_bits(dose_bits)).unwrap_or(Cem43::ZERO);
        let reading = Celsius::new(f64::from_bits(dose_bits)).ok();
        let age = Span::from_ms(age_ms >> 1);
        let used = |site: &Site| PastUse { used: SiteUse { site: *site, heated: age, dose }, age };
        let kind = FaultKind::ALL[usize::from(few) % FaultKind::ALL.len()];
        let yes = Condition::ALL[usize::from(few) % Condition::ALL.len()];
        let odd = few % 2 == 1;
        Content {
            as_of: Stamp {
                boot_id: odd.then(|| "one of \"them\"".to_owned()),
                uptime: age,
                wall_unix_ms: (few % 4 > 1).then_some(wall_unix_ms),
            },
            seen_unix_ms: wall_unix_ms,
            boot: Boot {
                latched: odd.then_some(Fault { kind, reading }),
                interrupted: None,
                history: History {
                    uses: Site::ALL.iter().take(usize::from(few % 19)).map(used).collect(),
                    lost: odd.then_some(age),
                },
                checklist: odd.then_some(PastAnswers { answers: Answers::NONE.and(yes), age }),
                relay_operations: u32::from(few) << 24,
            },
            reserved: (0..few % 3)
                .map(|n| Reserved {
                    id: SessionId(i64::from(n)),
                    site: Site::LeftHip,
                    planned: age,
                    prepared_unix_ms: wall_unix_ms,
                })
                .collect(),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_to_the_last_bit(
            dose_bits in any::<u64>(), age_ms in any::<u64>(), wall_unix_ms in any::<i64>(),
            few in any::<u8>(),
        ) {
            let content = content(dose_bits, age_ms, wall_unix_ms, few);
            let text = content.text();
            prop_assert_eq!(Content::parse(&text), Ok(content), "{}", text);
        }
    }

    #[test]
    fn what_another_version_wrote_is_named() {
        let text = content(0, 1, 1, 1).text();
        for (old, new, unknown) in [
            ("kind = \"", "kind = \"un", "a fault `un"),
            ("yes = [\"", "yes = [\"un", "a condition `un"),
            ("site = \"", "site = \"un", "a site `un"),
            ("relay_operations = ", "operations = 1\nrelay_operations = ", "`operations`"),
        ] {
            let said = Content::parse(&text.replacen(old, new, 1)).expect_err(old);
            assert!(said.contains(unknown), "{said}");
        }
    }

    #[test]
    fn hl_s8_a_wall_clock_that_went_back_is_not_believed_until_it_is_later_than_ever() {
        const DAY_MS: i64 = 86_400_000;
        let mut content = content(0, 0, 9 * DAY_MS, 6);
        let stamp = |wall_unix_ms, uptime_s| Stamp {
            boot_id: Some("another".to_owned()),
            uptime: Span::from_s(uptime_s),
            wall_unix_ms: Some(wall_unix_ms),
        };
        for (wall_unix_ms, uptime_s, believed) in [
            (8 * DAY_MS, 60, false),
            (8 * DAY_MS + 1_000_000, 1060, false),
            (9 * DAY_MS + 1_000_000, 1060, true),
            (9 * DAY_MS + 970_000, 1090, true),
            (9 * DAY_MS + 900_000, 1090, false),
        ] {
            content.age_to(stamp(wall_unix_ms, uptime_s));
            assert_eq!(content.as_of.wall_unix_ms.is_some(), believed, "{wall_unix_ms}");
        }
    }
}
