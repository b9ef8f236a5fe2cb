//! What is written of a boot is read, what older versions wrote is read, and what is unknown is named.

use super::*;
use proptest::prelude::*;

prop_compose! {
    /// Everything that can be known.
    pub(crate) fn any_boot()(
        number in any::<f64>(), age_ms in any::<u64>(), few in any::<u8>(), odd in any::<bool>(),
    ) -> Boot {
        let dose = Cem43::new(number).unwrap_or(Cem43::literal(1.0 / 3.0));
        let age = Span::from_ms(age_ms >> 1);
        let cold = if odd { age } else { Span::ZERO };
        let used = |site: &Site| PastUse { used: SiteUse { site: *site, heated: age, dose, cold, tens: cold }, age };
        let kind = FaultKind::ALL[usize::from(few) % FaultKind::ALL.len()];
        let yes = Condition::ALL[usize::from(few) % Condition::ALL.len()];
        Boot {
            latched: odd.then_some(Fault { kind, reading: Celsius::new(number).ok() }),
            interrupted: (few.is_multiple_of(3)).then_some(SessionId(i64::from(few))),
            history: History {
                uses: Site::ALL.iter().take(usize::from(few % 19)).map(used).collect(),
                lost: odd.then_some(age),
            },
            checklist: odd.then_some(PastAnswers { answers: Answers::NONE.and(yes), age }),
            care: any_care(few, age),
            relay_operations: u32::from(few) << 24,
            heater: any_heater(few),
            profile: ProfileChoice {
                chosen: Profile::ALL[usize::from(few) % 3],
                fixed: odd.then_some(Profile::ALL[usize::from(few / 3) % 3]),
            },
            pack_left: odd.then_some(PackLeft { site: Site::LeftHip, age }),
        }
    }
}

fn any_care(few: u8, age: Span) -> PastCare {
    let signs = RedFlag::ALL.iter().take(usize::from(few % 8));
    let pain = Pain::new(few % 11).unwrap();
    let before = few.is_multiple_of(2).then_some(PastPain { pain, age });
    let known = SiteCare { taken: Taken::ALL[usize::from(few % 3)], before };
    let red_flags = signs.fold(RedFlags::NONE, |signs, it| signs.and(*it));
    let care = PastCare::default().with_red_flags(red_flags);
    Site::ALL.iter().take(usize::from(few % 19)).fold(care, |care, it| care.with(*it, known))
}

fn any_heater(few: u8) -> Heater {
    let relay = RelayKind::ALL[usize::from(few) % 2];
    let pad = |few: u8| PadModel::nearest(20.0 + f64::from(few), 0.9, 1.0);
    let found = (few > 1).then(|| TunedPad::of(pad(few)));
    let refined = found.map(|it| it.refined_to(&pad(few / 2 * 2)));
    let tuned = refined.map(|it| it.proven(few.is_multiple_of(3)));
    Heater { relay, tuned }
}

#[test]
fn a_record_without_a_heater_is_of_one_that_was_never_tuned() {
    let record = BootRecord::from(&Boot::default());
    let text = serde_json::to_string(&record).unwrap();
    let older = text.replace(r#","heater":{"relay":"mechanical"}"#, "");
    assert_ne!(older, text);
    let record: BootRecord = serde_json::from_str(&older).unwrap();
    assert_eq!(Boot::try_from(record), Ok(Boot::default()));
}

#[test]
fn answers_of_someone_who_was_never_asked_about_cold_or_tens_allow_heat_alone() {
    let older = "relay_operations = 1\nchecklist = { yes = [], age_ms = 1 }";
    let record: BootRecord = toml::from_str(older).unwrap();
    let answers = Boot::try_from(record).unwrap().checklist.map(|it| it.answers);
    assert_eq!(answers, Some(Answers::NONE.and(Condition::Cold).and(Condition::Electronics)));
}

#[test]
fn a_record_from_before_pain_was_asked_for_is_read_and_a_new_one_without_it_is_the_same() {
    let text = toml::to_string(&BootRecord::from(&Boot::default())).unwrap();
    assert!(!text.contains("care") && !text.contains("red_flags"), "{text}");
    let older: BootRecord = toml::from_str("relay_operations = 0\nuses = []").unwrap();
    assert_eq!(Boot::try_from(older), Ok(Boot::default()));
}

#[test]
fn a_profile_from_before_people_could_choose_counts_as_chosen() {
    let older: BootRecord =
        toml::from_str("relay_operations = 0\nprofile = \"sensitive\"").unwrap();
    let sensitive = ProfileChoice { chosen: Profile::Sensitive, fixed: None };
    assert_eq!(Boot::try_from(older).map(|boot| boot.profile), Ok(sensitive));
}

#[test]
fn a_heater_that_nobody_accepts_is_refused_in_words() {
    let record = |relay: &str, power_w| HeaterRecord {
        relay: relay.to_owned(),
        pad: Some(PadRecord { power_w, mass: 1.0, loss: 1.0 }),
        refined: None,
        proven: false,
    };
    assert!(record("mosfet", 40.0).heater().is_ok());
    assert!(record("triac", 40.0).heater().unwrap_err().contains("triac"));
    let refused = record("mosfet", 400.0).heater().unwrap_err();
    assert!(refused.contains("22.5 to 63"), "{refused}");
}

proptest! {
    #[test]
    fn what_is_written_is_read_to_the_last_bit(boot in any_boot()) {
        let text = toml::to_string(&BootRecord::from(&boot)).unwrap();
        let read: BootRecord = toml::from_str(&text).unwrap();
        prop_assert_eq!(Boot::try_from(read), Ok(boot), "{}", text);
    }
}

#[test]
fn what_another_version_wrote_is_named() {
    for (text, unknown) in [
        ("relay_operations = 1\nfault = { kind = \"dull\" }", "a fault `dull`"),
        (
            "relay_operations = 1\nchecklist = { yes = [\"dull\"], age_ms = 1 }",
            "a condition `dull`",
        ),
        ("relay_operations = 1\nred_flags = [\"dull\"]", "a sign `dull`"),
        ("relay_operations = 1\nprofile = \"dull\"", "a profile `dull`"),
        ("relay_operations = 1\nprofile_fixed = \"dull\"", "a profile `dull`"),
        (
            "relay_operations = 1\ncare = [{ site = \"left-hip\", taken = \"ill\" }]",
            "a way `ill` to take sessions",
        ),
        (
            "relay_operations = 1\nuses = [{ site = \"ear\", heated_ms = 1, dose_cem43 = 1.0, age_ms = 1 }]",
            "a site `ear`",
        ),
    ] {
        let record: BootRecord = toml::from_str(text).unwrap();
        assert_eq!(Boot::try_from(record), Err(unknown.to_owned()));
    }
    assert!(toml::from_str::<BootRecord>("relay_operations = 1\nsins = 7").is_err());
}
