//! The proof of the bare build (HL-H20) in the closed loop: a whole pad passes it however warm it is, a welded K1 never.

use soothe_plant::{ClosedLoop, Factor, Fault, PadSpec, SwitchFault};
use soothe_therapy::event::Event;
use soothe_therapy::{FaultKind, Order, Outcome, PhaseLimit, Plan, SessionId, Site, Span};

/// A pad, as times the nominal one's heat capacity and loss.
#[derive(Clone, Copy, Debug)]
struct Pad {
    mass: f64,
    power_w: f64,
    loss: f64,
}

/// How the proof ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Passed(Span),
    Latched(FaultKind),
    GaveUp,
}

/// A blanket that is moved: after so many seconds the pad loses so many times what it would.
type Move = (u64, f64);

/// Proves a pad that is evenly `warmer_k` warmer than its room at first.
fn prove(pad: Pad, warmer_k: f64, welded: Option<Fault>, moves: &[Move], seed: u64) -> End {
    prove_for(20, pad, warmer_k, welded, moves, seed)
}

/// The same in a heat phase of so many minutes.
fn prove_for(
    min: u64,
    pad: Pad,
    warmer_k: f64,
    welded: Option<Fault>,
    moves: &[Move],
    seed: u64,
) -> End {
    let Pad { mass, power_w, loss } = pad;
    let room_c = 22.0;
    let spec = PadSpec::scaled(mass, power_w, room_c).with_sense_lines(false);
    let mut world = ClosedLoop::new(spec.starting_at(room_c + warmer_k), seed);
    world.plant.set_loss(Factor::literal(loss));
    if let Some(fault) = welded {
        world.plant.inject(fault);
    }
    let plan = Plan::heat(40.0, Span::from_min(min), Site::LeftCalf).expect("a plan");
    let began = world.now();
    let mut output = world.cycle(Some(Order::Start { id: SessionId(1), plan }));
    assert_eq!(output.replies[0], Ok(()), "{pad:?}, {warmer_k} K warmer");
    loop {
        if output.events.iter().any(|it| matches!(it, Event::Proved { .. })) {
            return End::Passed(world.now().since(began));
        }
        if let Some(fault) = output.snapshot.fault {
            return End::Latched(fault.kind);
        }
        if output.snapshot.session.is_none() {
            return End::GaveUp;
        }
        for (at_s, loss) in moves {
            if world.now() == began + Span::from_s(*at_s) {
                world.plant.set_loss(Factor::literal(*loss));
            }
        }
        output = world.cycle(None);
    }
}

/// Pads of every kind that is accepted, closely and loosely covered, at first colder and warmer than the room, each life
/// with noise of its own.
fn lives() -> impl Iterator<Item = (Pad, f64, u64)> {
    [(1.0, 40.0), (0.6, 66.0), (0.6, 25.0), (1.4, 60.0), (1.4, 30.0), (1.4, 25.0)]
        .into_iter()
        .flat_map(|(mass, power_w)| [0.6, 1.0, 2.0].map(|loss| Pad { mass, power_w, loss }))
        .flat_map(|pad| {
            [-8.0, -5.0, -3.0, -1.0, 0.0, 2.0, 4.0, 6.0, 9.0, 15.5].map(|warmer_k| (pad, warmer_k))
        })
        .flat_map(|(pad, warmer_k)| (0..4).map(move |seed| (pad, warmer_k, seed)))
}

#[test]
fn hl_h20_a_whole_pad_passes_however_warm_it_is_or_is_waited_for() {
    for (pad, warmer_k, seed) in lives() {
        let end = prove(pad, warmer_k, None, &[], seed);
        let what = format!("{pad:?}, {warmer_k} K warmer, seed {seed}: {end:?}");
        match end {
            End::Passed(after) => assert!(after < Span::from_s(401), "{what}"),
            // It was warmed by the room all the time.
            End::GaveUp => assert!(warmer_k < -5.0, "{what}"),
            End::Latched(_) => panic!("{what}"),
        }
    }
}

/// Half of those that are missed are the weakest element in the heaviest pad, badly covered, that the room warms.
#[test]
fn hl_h20_a_welded_k1_does_not_pass() {
    let (mut weak, mut missed) = (0, 0);
    for (pad, warmer_k, seed) in lives() {
        let end = prove(pad, warmer_k, Some(Fault::K1(SwitchFault::Welded)), &[], seed);
        let passed = matches!(end, End::Passed(_));
        if pad.mass > 1.0 && pad.power_w < 35.0 {
            weak += 1;
            missed += u32::from(passed);
        } else {
            assert!(!passed, "{pad:?}, {warmer_k} K warmer, seed {seed}");
        }
    }
    assert!(missed * 15 <= weak, "{missed} of {weak}");
}

#[test]
fn hl_h20_a_phase_that_is_shorter_than_its_proof_hides_no_weld() {
    let pad = Pad { mass: 1.0, power_w: 40.0, loss: 1.0 };
    for min in [1, 2, 3, 5, 6] {
        let end = prove_for(min, pad, 0.0, Some(Fault::K1(SwitchFault::Welded)), &[], min);
        assert_eq!(end, End::Latched(FaultKind::SelfTest), "{min} min");
        let whole = prove_for(min, pad, 0.0, None, &[], min);
        assert!(matches!(whole, End::Passed(_)), "{min} min: {whole:?}");
    }
}

#[test]
fn a_proof_that_took_all_of_the_time_says_so() {
    let spec = PadSpec::scaled(1.0, 40.0, 22.0).with_sense_lines(false);
    let mut world = ClosedLoop::new(spec, 1);
    let plan = Plan::heat(40.0, Span::from_min(1), Site::LeftCalf).expect("a plan");
    world.cycle(Some(Order::Start { id: SessionId(1), plan }));
    let ended = loop {
        let output = world.cycle(None);
        if let Some(ended) = output.snapshot.last {
            break ended;
        }
    };
    assert_eq!(ended.outcome, Outcome::Limit(PhaseLimit::Unheated));
    assert_eq!(ended.left.heated, Span::ZERO);
}

#[test]
fn hl_h20_a_welded_k2_does_not_pass() {
    for (pad, warmer_k, seed) in lives().filter(|(_, _, seed)| *seed == 0) {
        let end = prove(pad, warmer_k, Some(Fault::K2(SwitchFault::Welded)), &[], seed);
        assert!(!matches!(end, End::Passed(_)), "{pad:?}, {warmer_k} K warmer: {end:?}");
    }
}

/// What a moved blanket does is no current: it is tested again, twice. (A weld is missed in one of thirteen such proofs, and
/// found by the heat balance or the next.)
#[test]
fn hl_h20_a_blanket_that_is_moved_in_the_test_is_hardly_ever_taken_for_a_weld() {
    const MOVES: [&[Move]; 6] = [
        &[(20, 0.5), (60, 2.0)],
        &[(60, 2.0)],
        &[(100, 2.0), (140, 1.0)],
        &[(100, 0.5)],
        &[(170, 0.5), (260, 1.0)],
        &[(200, 2.0)],
    ];
    let (mut moved, mut latched) = (0, 0);
    for (pad, warmer_k, seed) in lives().filter(|(_, _, seed)| *seed == 0) {
        for moves in MOVES {
            moved += 1;
            let end = prove(pad, warmer_k, None, moves, seed);
            latched += u32::from(matches!(end, End::Latched(_)));
        }
    }
    assert!(latched * 100 <= moved, "{latched} of {moved}");
}
