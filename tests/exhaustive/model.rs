//! A search for a way into a forbidden state: breadth first, from boot, over commands, evidence, lines and
//! the passing of time, with the real core.
//!
//! Two moments count as the same state when everything that a person could see of them is the same, with times
//! in classes; of such moments only the first is followed, with all that can happen next. The search ends
//! when there is no state left that was not looked at.

use std::collections::{BTreeSet, HashSet, VecDeque};

use soothe_therapy::engine::Output;
use soothe_therapy::{Boot, FaultKind, Span};

use crate::around::Around;
use crate::command::Asked;
use crate::electrodes::Electrodes;
use crate::heard::Heard;
use crate::life::{HALF_A_MINUTE, Life, Move, TEN_MINUTES, TWO_MINUTES};
use crate::states;

/// More states than this are not looked at: the search comes to its end long before.
const STATES_MAX: usize = 200_000;

/// What the thermometers are made to say: what they say otherwise is as good as one of these.
const HEARD: [Heard; 9] = [
    Heard::Fresh,
    Heard::OneLost,
    Heard::BothLost,
    Heard::Errors,
    Heard::Apart,
    Heard::FarApart,
    Heard::Hot,
    Heard::TooHot,
    Heard::SaidHot,
];
const AROUND: [Around; 7] = [
    Around::Good,
    Around::EStop,
    Around::CutOut,
    Around::Stray,
    Around::Missing,
    Around::LowSupply,
    Around::NoGuard,
];
/// A cycle, K2's lead, a switch's proof, a reading that ages and is lost, the bounds of 10 s and 44 s.
const PASSES: [u64; 8] = [1, 5, 10, 31, 110, 450, TWO_MINUTES, TEN_MINUTES];
const LATE: [Span; 2] = [Span::from_ms(700), Span::from_ms(1300)];

/// All that can happen at any time.
fn moves() -> Vec<Move> {
    let asked = Asked::ALL.into_iter().filter(|it| *it != Asked::Nothing).map(Move::Ask);
    let heard = HEARD.into_iter().map(Move::Hear);
    let around = AROUND.into_iter().map(Move::Around);
    let time = PASSES.into_iter().map(Move::Pass).chain(LATE.into_iter().map(Move::Late));
    asked.chain(heard).chain(around).chain(time).chain([Move::Kill]).collect()
}

/// All that can happen where electrodes may lie, besides or instead of the pad.
fn moves_of_tens() -> Vec<Move> {
    let asked = Asked::OF_TENS.into_iter().map(Move::Ask);
    let heard = [Heard::Fresh, Heard::OneLost].into_iter().map(Move::Hear);
    let around = [Around::Good, Around::EStop].into_iter().map(Move::Around);
    let electrodes = Electrodes::ALL.into_iter().map(Move::Electrodes);
    let time = [1, 6, 31, 110, HALF_A_MINUTE].into_iter().map(Move::Pass);
    let late = LATE.into_iter().map(Move::Late);
    asked.chain(heard).chain(around).chain(electrodes).chain(time).chain(late).collect()
}

/// What the search came to.
#[derive(Debug)]
struct Searched {
    states: usize,
    moves: usize,
    /// The longest of the shortest ways from boot to each state, in moves.
    depth: usize,
    energised: usize,
    faults: BTreeSet<FaultKind>,
}

/// How a state was come to, for the report.
struct Step {
    from: Option<usize>,
    happens: Option<Move>,
}

fn way_to(steps: &[Step], at: usize, last: Move) -> Vec<Move> {
    let mut way = vec![last];
    let mut at = Some(at);
    while let Some(step) = at.map(|it| &steps[it]) {
        way.extend(step.happens);
        at = step.from;
    }
    way.reverse();
    way
}

/// Looks everywhere; a way into what is forbidden, if there is one, is among the shortest.
fn search(
    boots: &[Boot],
    moves: &[Move],
    also_forbidden: fn(&Output) -> bool,
) -> Result<Searched, (String, Vec<Move>)> {
    let mut searched =
        Searched { states: 0, moves: 0, depth: 0, energised: 0, faults: BTreeSet::new() };
    let mut steps: Vec<Step> = Vec::new();
    let mut known: HashSet<u64> = HashSet::new();
    let mut open: VecDeque<(Life, usize, usize)> = VecDeque::new();
    for boot in boots {
        let mut life = Life::new(boot, also_forbidden);
        life.live(Move::Pass(11)).expect("an idle device energises nothing");
        if known.insert(life.key()) {
            open.push_back((life, 0, steps.len()));
            steps.push(Step { from: None, happens: None });
        }
    }
    while let Some((life, depth, index)) = open.pop_front() {
        searched.depth = depth;
        for happens in moves.iter().copied().filter(|it| life.can(*it)) {
            let mut next = life.clone();
            next.live(happens).map_err(|what| (what, way_to(&steps, index, happens)))?;
            searched.moves += 1;
            if known.insert(next.key()) {
                assert!(known.len() <= STATES_MAX, "too many states: {searched:?}");
                let output = next.last.as_ref().expect("it has lived");
                searched.energised += usize::from(output.actuators.energises());
                searched.faults.extend(output.snapshot.fault.map(|fault| fault.kind));
                open.push_back((next, depth + 1, steps.len()));
                steps.push(Step { from: Some(index), happens: Some(happens) });
            }
        }
    }
    searched.states = known.len();
    Ok(searched)
}

#[test]
fn no_way_leads_into_a_forbidden_state() {
    let searched = match search(&states::boots(), &moves(), |_| false) {
        Ok(searched) => searched,
        Err((forbidden, way)) => panic!("{forbidden} after {way:?}"),
    };
    println!("{searched:?}");
    assert!(searched.depth >= 10 && searched.energised > 1000, "{searched:?}");
    assert!(searched.faults.len() >= 10, "{searched:?}");
}

/// Hazard 37: whatever is asked for in whatever order, heat and TENS are never on together, and pulses flow only by a
/// person's hand.
#[test]
fn hl_t15_no_way_leads_to_heat_and_tens_together() {
    let (boots, moves) = ([states::ready()], moves_of_tens());
    let searched = match search(&boots, &moves, |_| false) {
        Ok(searched) => searched,
        Err((forbidden, way)) => panic!("{forbidden} after {way:?}"),
    };
    println!("{searched:?}");
    assert!(searched.depth >= 10 && searched.energised > 100, "{searched:?}");
    // Pulses do flow, and a session comes from heat to them.
    let flows = |output: &Output| output.actuators.stimulus().is_some_and(|it| it.level_ma() == 2);
    assert!(search(&boots, &moves, flows).is_err());
    let third = |output: &Output| {
        let phase = output.snapshot.session.map(|it| it.phase);
        phase.is_some_and(|it| it.number == 5) && output.actuators.k1()
    };
    assert!(search(&boots, &moves, third).is_err());
}

#[test]
fn where_there_is_a_way_it_is_found() {
    let heats = |output: &Output| output.actuators.k1() && output.actuators.k2();
    let (_, way) = search(&states::boots(), &moves(), heats).expect_err("a device that can heat");
    assert_eq!(way, [Move::Ask(Asked::Start), Move::Pass(31)]);
    let latches = |output: &Output| {
        output.snapshot.fault.is_some_and(|fault| fault.kind == FaultKind::StayedHot)
    };
    let (_, way) = search(&states::boots(), &moves(), latches).expect_err("a device that latches");
    assert_eq!(way, [Move::Hear(Heard::SaidHot), Move::Pass(TWO_MINUTES)]);
}
