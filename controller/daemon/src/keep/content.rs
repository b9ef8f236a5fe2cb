//! What is kept, and how the file says it: TOML, so that a person can read it.

use serde::{Deserialize, Serialize};
use soothe_therapy::checklist::PastAnswers;
use soothe_therapy::cold::PackLeft;
use soothe_therapy::{Boot, Cem43, Plan, Purpose, SessionId, Site, Span, limits};
use soothe_wire::boot::{BootRecord, site};

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
    /// For how long of that it may heat.
    pub(crate) heats: Span,
    /// How long cold packs may lie on the skin.
    pub(crate) ices: Span,
    /// For how long it may get TENS.
    pub(crate) stimulates: Span,
    /// The wall clock when it was prepared, to tell it from another one of the same number.
    pub(crate) prepared_unix_ms: i64,
    /// How long it had run when that was noted last.
    pub(crate) ran: Span,
    /// What the skin had got by then.
    pub(crate) dose: Cem43,
}

impl Reserved {
    /// A session that has not begun.
    pub(crate) fn of(id: SessionId, plan: &Plan, prepared_unix_ms: i64) -> Self {
        let protocol = plan.protocol();
        let heats = protocol.heats_for();
        // Where people are waited for, or may pause, nobody knows for how long.
        let alone = plan.purpose() == Purpose::Tune;
        Self {
            id,
            site: plan.site(),
            planned: if alone { heats } else { limits::SESSION_MAX },
            heats,
            ices: protocol.ices_for(),
            stimulates: protocol.stimulates_for(),
            prepared_unix_ms,
            ran: Span::ZERO,
            dose: Cem43::ZERO,
        }
    }
}

/// What must not be forgotten.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Content {
    /// The moment to which all ages refer.
    pub(super) as_of: Stamp,
    /// The latest that the wall clock is known to have shown, and what has surely passed since.
    pub(super) seen_unix_ms: i64,
    /// What a new engine must know. An interruption is not in it: the log has that, or the next field.
    pub(super) boot: Boot,
    /// HL-S7: what a person had said to the check-list was lost, and nobody has answered since.
    pub(super) answers_lost: bool,
    /// HL-S6: a session that was cut off and that the log does not have, until a person has looked.
    pub(super) cut_off: Option<Reserved>,
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
    age_where(boot, Span::ZERO, by);
}

/// Makes everything older that is at least as old as `least`.
pub(super) fn age_where(boot: &mut Boot, least: Span, by: Span) {
    let older = |age: Span| if age < least { age } else { age + by };
    for past in &mut boot.history.uses {
        past.age = older(past.age);
    }
    boot.history.lost = boot.history.lost.map(older);
    boot.care = boot.care.aged(older);
    boot.pack_left = boot.pack_left.map(|pack| PackLeft { age: older(pack.age), ..pack });
    boot.checklist = boot.checklist.map(|past| PastAnswers { age: older(past.age), ..past });
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    seen_unix_ms: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    answers_lost: bool,
    as_of: AsOf,
    boot: BootRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut_off: Option<ReservedText>,
    #[serde(default)]
    reserved: Vec<ReservedText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AsOf {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    boot_id: Option<String>,
    uptime_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wall_unix_ms: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReservedText {
    session: i64,
    site: String,
    planned_ms: i64,
    // Files from before there were protocols know of heat alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    heats_ms: Option<i64>,
    #[serde(default)]
    ices_ms: i64,
    #[serde(default)]
    stimulates_ms: i64,
    prepared_unix_ms: i64,
    // Files from before these were noted do without.
    #[serde(default)]
    ran_ms: i64,
    #[serde(default)]
    dose_cem43: f64,
}

/// Milliseconds as TOML can say them: up to 292 million years.
fn ms(span: Span) -> i64 {
    i64::try_from(span.as_ms()).unwrap_or(i64::MAX)
}

fn span(ms: i64) -> Span {
    Span::from_ms(u64::try_from(ms).unwrap_or(0))
}

impl From<&Content> for Text {
    fn from(content: &Content) -> Self {
        let Content { as_of, seen_unix_ms, boot, answers_lost, cut_off, reserved } = content;
        let Stamp { boot_id, uptime, wall_unix_ms } = as_of;
        let (boot_id, uptime_ms, wall_unix_ms) = (boot_id.clone(), ms(*uptime), *wall_unix_ms);
        Self {
            seen_unix_ms: *seen_unix_ms,
            answers_lost: *answers_lost,
            as_of: AsOf { boot_id, uptime_ms, wall_unix_ms },
            boot: BootRecord::from(boot),
            cut_off: cut_off.as_ref().map(ReservedText::from),
            reserved: reserved.iter().map(ReservedText::from).collect(),
        }
    }
}

impl From<&Reserved> for ReservedText {
    fn from(reserved: &Reserved) -> Self {
        let Reserved { id, site, planned, heats, ices, stimulates, prepared_unix_ms, ran, dose } =
            *reserved;
        Self {
            session: id.0,
            site: site.name().to_owned(),
            planned_ms: ms(planned),
            heats_ms: Some(ms(heats)),
            ices_ms: ms(ices),
            stimulates_ms: ms(stimulates),
            prepared_unix_ms,
            ran_ms: ms(ran),
            dose_cem43: dose.get(),
        }
    }
}

impl Text {
    fn content(self) -> Result<Content, String> {
        let AsOf { boot_id, uptime_ms, wall_unix_ms } = self.as_of;
        let reserved = self.reserved.into_iter().map(ReservedText::reserved);
        Ok(Content {
            as_of: Stamp { boot_id, uptime: span(uptime_ms), wall_unix_ms },
            seen_unix_ms: self.seen_unix_ms,
            boot: self.boot.try_into()?,
            answers_lost: self.answers_lost,
            cut_off: self.cut_off.map(ReservedText::reserved).transpose()?,
            reserved: reserved.collect::<Result<_, _>>()?,
        })
    }
}

impl ReservedText {
    fn reserved(self) -> Result<Reserved, String> {
        Ok(Reserved {
            id: SessionId(self.session),
            site: site(&self.site)?,
            planned: span(self.planned_ms),
            heats: span(self.heats_ms.unwrap_or(self.planned_ms)),
            ices: span(self.ices_ms),
            stimulates: span(self.stimulates_ms),
            prepared_unix_ms: self.prepared_unix_ms,
            ran: span(self.ran_ms),
            dose: Cem43::new(self.dose_cem43).map_err(|error| error.to_string())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use proptest::prelude::*;
    use soothe_therapy::checklist::{Answers, Condition};
    use soothe_therapy::ledger::{ENTRIES_MAX, History, PastUse, SiteUse};
    use soothe_therapy::pain::Pain;
    use soothe_therapy::pain::care::{PastCare, PastPain, SiteCare, Taken};
    use soothe_therapy::pain::red_flags::{RedFlag, RedFlags};
    use soothe_therapy::{Profile, ProfileChoice};

    use super::super::file::{HEAD_BYTES_MAX, ROOM_BYTES};
    use super::*;

    fn content(uptime_ms: i64, wall_unix_ms: i64, few: u8) -> Content {
        let reserved = |n| Reserved {
            id: SessionId(n),
            site: Site::LeftHip,
            planned: span(uptime_ms),
            heats: span(uptime_ms / 2),
            ices: span(uptime_ms / 3),
            stimulates: span(uptime_ms / 4),
            prepared_unix_ms: wall_unix_ms,
            ran: span(uptime_ms / 2),
            dose: Cem43::literal(f64::from(few) / 3.0),
        };
        Content {
            as_of: Stamp {
                boot_id: (few % 2 == 1).then(|| "one of \"them\"".to_owned()),
                uptime: span(uptime_ms),
                wall_unix_ms: (few % 4 > 1).then_some(wall_unix_ms),
            },
            seen_unix_ms: wall_unix_ms,
            boot: Boot { relay_operations: few.into(), ..Boot::default() },
            answers_lost: few % 7 == 1,
            cut_off: (few % 5 == 1).then(|| reserved(few.into())),
            reserved: (0..i64::from(few) % 3).map(reserved).collect(),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            uptime_ms in 0..i64::MAX, wall_unix_ms in any::<i64>(), few in any::<u8>(),
        ) {
            let content = content(uptime_ms, wall_unix_ms, few);
            let text = content.text();
            prop_assert_eq!(Content::parse(&text), Ok(content), "{}", text);
        }
    }

    #[test]
    fn the_most_that_can_be_kept_has_room() {
        let longest = |site: &&Site| site.name().len();
        let site = *Site::ALL.iter().max_by_key(longest).expect("a site");
        let dose = Cem43::literal(100.0 / 3.0);
        let heated = Span::from_min(60);
        let used = PastUse {
            used: SiteUse { site, heated, dose, cold: heated, tens: heated },
            age: limits::DAY,
        };
        let answers = Condition::ALL.iter().fold(Answers::NONE, |all, it| all.and(*it));
        let before = Some(PastPain { pain: Pain::WORST, age: span(i64::MAX) });
        let known = SiteCare { taken: Taken::Locked, before };
        let signs = RedFlag::ALL.iter().fold(RedFlags::NONE, |all, it| all.and(*it));
        let care = PastCare::default().with_red_flags(signs);
        let reserved = Reserved { site, ..content(i64::MAX, i64::MAX, 1).cut_off.expect("one") };
        let content = Content {
            boot: Boot {
                history: History {
                    uses: iter::repeat_n(used, ENTRIES_MAX).collect(),
                    lost: Some(limits::DAY),
                },
                checklist: Some(PastAnswers { answers, age: span(i64::MAX) }),
                profile: ProfileChoice {
                    chosen: Profile::Sensitive,
                    fixed: Some(Profile::Sensitive),
                },
                care: Site::ALL.iter().fold(care, |care, site| care.with(*site, known)),
                ..Boot::default()
            },
            answers_lost: true,
            cut_off: Some(reserved),
            reserved: vec![reserved; 4],
            ..content(i64::MAX, i64::MIN, 3)
        };
        let room = ROOM_BYTES - HEAD_BYTES_MAX;
        assert!(content.text().len() <= room, "{}", content.text().len());
    }

    #[test]
    fn what_another_version_wrote_is_named() {
        let text = content(1, 1, 1).text();
        for (old, new, unknown) in [
            ("site = \"", "site = \"un", "a site `unleft-hip`"),
            ("seen_unix_ms = ", "seen = 1\nseen_unix_ms = ", "unknown field `seen`"),
        ] {
            let said = Content::parse(&text.replacen(old, new, 1)).expect_err(old);
            assert!(said.contains(unknown), "{said}");
        }
    }

    #[test]
    fn hl_s8_a_wall_clock_that_went_back_is_not_believed_until_it_is_later_than_ever() {
        const DAY_MS: i64 = 86_400_000;
        let mut content = content(0, 9 * DAY_MS, 6);
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
