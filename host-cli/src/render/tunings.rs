//! What tunings found, for people.

use jiff::tz::TimeZone;
use soothe_therapy::PadModel;
use soothe_wire::{PadFigures, Tuning};

use crate::render::table::{Column, table};
use crate::render::words::wall_clock;

/// What one tuning found, in a few lines.
pub(crate) fn one(tuning: &Tuning) -> String {
    let Tuning { id, name, pad, rms_k, power_sd_w, mass_sd, loss_sd, .. } = tuning;
    let PadFigures { power_w, mass, loss, slow_s, fast_s, gain_k, sensor_lag_s } = pad;
    let named = name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
    let mut text = format!("Tuning {id}{named}: found, and in use from now on\n");
    for (label, value) in [
        ("power", format!("{power_w:.1} W, give or take {power_sd_w:.1} W")),
        ("slow", format!("{slow_s:.0} s, the time constant of pad and skin")),
        ("fast", format!("{fast_s:.0} s, that of the element below the surface")),
        ("gain", format!("{gain_k:.1} K above the room at full power, in the end")),
        ("mass", format!("{mass:.2} times the reference pad's, give or take {mass_sd:.2}")),
        ("loss", format!("{loss:.2} times the reference pad's, give or take {loss_sd:.2}")),
        ("sensors", format!("{sensor_lag_s:.0} s late, taken as known")),
        ("fit", format!("{rms_k:.3} K rms unexplained")),
    ] {
        text += &format!("  {label:<8} {value}\n");
    }
    if *loss >= PadModel::BARE {
        text += "It loses as much as without its blanket: tune it again under the blanket that you use.\n";
    }
    text
}

/// A longer name would break the lines of the table.
const NAME_MAX: usize = 11;

fn short(name: &str) -> String {
    if name.chars().count() <= NAME_MAX {
        return name.to_owned();
    }
    let head: String = name.chars().take(NAME_MAX - 1).collect();
    format!("{}…", head.trim_end())
}

/// All of them, newest first.
pub(crate) fn list(tunings: &[Tuning], zone: &TimeZone) -> String {
    if tunings.is_empty() {
        return "No tuning is kept: `soothe tune --site SITE` finds out about your pad. Until then it is \
                found out while it heats.\n"
            .to_owned();
    }
    let columns =
        ["", "ID", "FOUND", "WATTS", "MASS", "LOSS", "NOW", "SITE", "NAME"].map(|heading| Column {
            heading,
            right: !matches!(heading, "" | "FOUND" | "NAME" | "SITE"),
        });
    let row = |it: &Tuning| {
        vec![
            if it.in_use { "*" } else { " " }.to_owned(),
            it.id.to_string(),
            wall_clock(it.found_unix_ms, zone),
            format!("{:.1}", it.pad.power_w),
            format!("{:.2}", it.pad.mass),
            format!("{:.2}", it.pad.loss),
            it.refined
                .as_ref()
                .map_or_else(|| "-".to_owned(), |it| format!("{:.1}", it.pad.power_w)),
            it.site.clone(),
            it.name.as_deref().map_or_else(|| "-".to_owned(), short),
        ]
    };
    let rows: Vec<Vec<String>> = tunings.iter().map(row).collect();
    let lines = table(&columns, &rows);
    let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    text += "MASS and LOSS: heat capacity and loss, in times the reference pad's\n";
    if tunings.iter().any(|tuning| tuning.refined.is_some()) {
        text += "NOW: its watts by now, as the sessions since have refined it\n";
    }
    text += if tunings.iter().any(|tuning| tuning.in_use) {
        "* in use from the next session on\n"
    } else {
        "none is in use: the pad is found out while it heats\n"
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_wire::RefinedPad;

    fn figures(power_w: f64) -> PadFigures {
        PadFigures {
            power_w,
            mass: 1.0,
            loss: 1.02,
            slow_s: 431.0,
            fast_s: 41.2,
            gain_k: 51.4,
            sensor_lag_s: 4.0,
        }
    }

    fn tuning(id: i64, in_use: bool) -> Tuning {
        Tuning {
            id,
            name: Some("blue pad".to_owned()),
            found_unix_ms: 1_700_000_000_000,
            site: "left-calf".to_owned(),
            in_use,
            pad: figures(40.06),
            refined: in_use.then(|| RefinedPad { sessions: 3, pad: figures(39.2) }),
            rms_k: 0.0371,
            power_sd_w: 0.6,
            mass_sd: 0.01,
            loss_sd: 0.02,
        }
    }

    #[test]
    fn what_was_found_is_told_with_what_it_means_and_how_well_it_is_known() {
        let text = one(&tuning(7, true));
        assert!(text.starts_with("Tuning 7 (blue pad): found, and in use from now on\n"), "{text}");
        for part in ["40.1 W, give or take 0.6 W", "431 s", "51.4 K", "0.037 K rms"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("without its blanket"), "{text}");
        let mut bare = tuning(7, true);
        bare.pad.loss = 2.0;
        assert!(one(&bare).contains("without its blanket"), "{}", one(&bare));
    }

    #[test]
    fn the_one_in_use_is_marked() {
        let text = list(&[tuning(8, false), tuning(7, true)], &TimeZone::UTC);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("    8") && lines[2].starts_with("*   7"), "{text}");
        assert!(lines[2].contains(" 39.2 ") && !lines[1].contains("39.2"), "{text}");
        assert!(lines[2].contains("  1.00  1.02  "), "{text}");
        assert!(lines[4].starts_with("NOW: its watts by now"), "{text}");
        assert_eq!(lines[5], "* in use from the next session on");
        assert!(lines.iter().all(|line| line.chars().count() <= 79), "{text}");
        let name = Some("the old blue pad from upstairs".to_owned());
        let text = list(
            &[Tuning { name, site: "right-lower-back".to_owned(), ..tuning(8, false) }],
            &TimeZone::UTC,
        );
        assert!(text.contains("  the old bl…\n"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 79), "{text}");
        let text = list(&[tuning(8, false)], &TimeZone::UTC);
        assert!(text.ends_with("none is in use: the pad is found out while it heats\n"), "{text}");
        assert!(list(&[], &TimeZone::UTC).starts_with("No tuning is kept"));
    }
}
