//! The keys of phases in which a person has more to do than to lie still: TENS, stretches, massage.

use soothe_therapy::Phase;
use soothe_therapy::exercise::Exercise;
use soothe_therapy::tens::{Cap, ElectrodeArea, Mode};

use super::keys::{At, Keys, Wrong};

/// The size of the usual electrode of 5 by 5 cm, where the file gives none.
const ELECTRODE_CM2: ElectrodeArea = ElectrodeArea::literal(25.0);

/// A TENS phase, where its cap is, and where its time is.
pub(super) fn tens(keys: &Keys<'_>, kind_at: usize) -> Result<(Phase, usize, usize), Wrong> {
    let modes = listed(Mode::ALL.iter().map(|it| it.name()));
    let At { value: mode, at } = keys.word("mode", &modes)?;
    let mode = mode.parse::<Mode>().map_err(|_| {
        Wrong::new(at, format!("`{}` is not a mode of TENS: give {modes}", mode.escape_debug()))
    })?;
    let (cap, cap_at) = if keys.table.contains_key("cap_ma") {
        let At { value, at } = keys.number("cap_ma", "a whole number of mA from 1 to 30")?;
        let whole = value.fract() == 0.0;
        let cap = Cap::new(value).ok().filter(|_| whole).ok_or_else(|| Wrong {
            rule: Some(soothe_therapy::Rule::T1),
            ..Wrong::new(
                at,
                format!("cap {value} mA is not accepted: give a whole number from 1 to 30"),
            )
        })?;
        (cap, at)
    } else {
        (Cap::DEFAULT, kind_at)
    };
    let area = if keys.table.contains_key("electrode_cm2") {
        let At { value, at } = keys.number("electrode_cm2", "a number of cm² from 4 to 200")?;
        ElectrodeArea::new(value).map_err(|_| Wrong {
            rule: Some(soothe_therapy::Rule::T5),
            ..Wrong::new(
                at,
                format!("an electrode of {value} cm² is not accepted: give 4 to 200 cm²"),
            )
        })?
    } else {
        ELECTRODE_CM2
    };
    let At { value: duration, at: for_at } = keys.span("for")?;
    Ok((Phase::Tens { mode, cap, area, duration }, cap_at, for_at))
}

/// A stretch or a massage, and where its time is.
pub(super) fn exercise(keys: &Keys<'_>, kind: &str) -> Result<(Phase, usize), Wrong> {
    let of_kind = || Exercise::ALL.iter().filter(|it| it.kind().name() == kind);
    let names = listed(of_kind().map(|it| it.name()));
    let At { value: name, at } = keys.word("exercise", &names)?;
    let exercise = of_kind().find(|it| it.name() == name).copied().ok_or_else(|| {
        Wrong::new(at, format!("`{}` is not a {kind}: give {names}", name.escape_debug()))
    })?;
    let At { value: duration, at: for_at } = keys.span("for")?;
    Ok((Phase::Exercise { exercise, duration }, for_at))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}
