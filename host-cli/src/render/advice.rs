//! What a person does about a fault, in the words that the panel uses.

use soothe_wire::FaultStatus;

const TAKE_OFF: &str =
    "Take the pad off and look at the skin. If the pad stays hot, pull the plug.";
const CHECK_WIRES: &str = "Take the pad off. Check the wires and plugs of the contact sensors.";

/// What to do before the fault is cleared. A kind that only a newer daemon knows is met with the
/// greatest care.
pub(crate) fn advice(fault: &FaultStatus) -> &'static str {
    match fault.kind.as_str() {
        "contact-lost" | "too-few-contacts" => CHECK_WIRES,
        "disagree" => "Look at the skin. Lay the pad flat, so that both sensors touch it.",
        "cycle-late" => {
            "Take the pad off. The controller was too slow to be trusted: restart it before you heat again."
        }
        "e-stop" => "Look at the skin. Release the e-stop when all is well.",
        _ => TAKE_OFF,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::fault;

    #[test]
    fn the_panel_says_the_same() {
        const PANEL: &str = include_str!("../../../web-ui/src/logic.js");
        let table = PANEL.split_once("const ADVICE = {").unwrap().1.split_once("};").unwrap().0;
        let mut compared = 0;
        for line in table.lines().filter(|line| line.contains(':')) {
            let (kind, words) = line.split_once(':').unwrap();
            let kind = kind.trim().trim_matches('"').to_owned();
            let words = words.trim().trim_end_matches(',').trim_matches('"');
            assert_eq!(advice(&FaultStatus { kind, ..fault() }), words);
            compared += 1;
        }
        assert!(compared >= 7, "only {compared} kinds were found in the panel's table");
        let unknown = FaultStatus { kind: "from-the-future".to_owned(), ..fault() };
        assert!(PANEL.contains(&format!("?? \"{}\"", advice(&unknown))));
    }
}
