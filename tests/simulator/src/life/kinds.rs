//! Which troubles a life knows.

use crate::chance::Chance;
use crate::options::Mode;
use crate::trouble::Kind;

/// What can go wrong in a life of this kind; `swarm` where many things do.
pub(super) fn kinds_of(mode: Mode, skin_probe: bool, swarm: Vec<Kind>) -> Vec<Kind> {
    let electrodes = || Kind::of_electrodes().iter().copied();
    match mode {
        Mode::Healthy => Vec::new(),
        Mode::Single => Kind::of_heat().to_vec(),
        Mode::Only(kind) => vec![kind],
        // Of the packs and of the probe, where there is one.
        Mode::Led => {
            let cold = if skin_probe { Kind::of_cold() } else { &[] };
            let harmless = electrodes().filter(|kind| kind.latches_nothing());
            harmless.chain(cold.iter().copied()).collect()
        }
        Mode::Tens => electrodes().cycle().take(27).chain(BESIDE_ELECTRODES).collect(),
        Mode::Swarm => swarm,
    }
}

/// The kinds that a life knows in which many things go wrong. What befalls electrodes is drawn apart from the rest,
/// so that a kind more of it leaves the lives that only heat what they were.
pub(super) fn any_kinds(of_heat: &mut Chance, of_electrodes: &mut Chance) -> Vec<Kind> {
    let known = |kinds: &[Kind], chance: &mut Chance| {
        kinds.iter().copied().filter(|_| chance.happens(0.3)).collect::<Vec<_>>()
    };
    [known(Kind::of_heat(), of_heat), known(Kind::of_electrodes(), of_electrodes)].concat()
}

/// What else may go wrong while electrodes lie.
const BESIDE_ELECTRODES: [Kind; 14] = [
    Kind::K1Welded,
    Kind::K2Welded,
    Kind::K2Open,
    Kind::EStop,
    Kind::Undervoltage,
    Kind::CyclesLate,
    Kind::Hung,
    Kind::Frozen,
    Kind::Killed,
    Kind::GuardLost,
    Kind::ClockDrifts,
    Kind::StoreSlow,
    Kind::ClientLost,
    Kind::Storm,
];
