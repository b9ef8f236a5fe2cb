//! The core and the model allocate nothing once they run.

use soothe_plant::{ClosedLoop, PadSpec};
use soothe_therapy::tens::{Cap, ElectrodeArea, Mode};
use soothe_therapy::{Order, Phase, Plan, Protocol, SessionId, Site, Span, StopCause};

#[test]
fn a_session_from_start_to_stop_allocates_nothing() {
    let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
    let plan = Plan::heat(42.0, Span::from_min(20), Site::LeftShoulder).expect("within limits");
    let mut energised = 0;
    let info = allocation_counter::measure(|| {
        let start = Order::Start { id: SessionId(1), plan };
        assert_eq!(world.cycle(Some(start)).replies[0], Ok(()));
        world.run(Span::from_min(10), |output, _| energised += u32::from(output.actuators.k1()));
        world.cycle(Some(Order::Clear { shown: None }));
        world.cycle(Some(Order::Stop(StopCause::Person)));
        world.run(Span::from_min(1), |_, _| {});
    });
    assert!(energised > 1000, "the pad was heated in {energised} cycles only");
    assert_eq!(info.count_total, 0, "{info:?}");
}

#[test]
fn a_session_of_tens_with_a_pause_allocates_nothing() {
    let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
    let tens = Phase::Tens {
        mode: Mode::Burst,
        cap: Cap::DEFAULT,
        area: ElectrodeArea::literal(25.0),
        duration: Span::from_min(5),
    };
    let heat = Phase::heat(40.0, Span::from_min(2)).expect("within limits");
    let swap = Phase::Swap { duration: Span::from_s(10) };
    let protocol = Protocol::new("both", &[heat, swap, tens]).expect("a protocol");
    let plan = Plan::of(protocol, Site::LeftCalf).expect("within limits");
    let mut pulses = 0;
    let info = allocation_counter::measure(|| {
        world.cycle(Some(Order::Start { id: SessionId(1), plan }));
        world.run(Span::from_min(1), |_, _| {});
        world.cycle(Some(Order::Pause));
        world.run(Span::from_s(20), |_, _| {});
        world.cycle(Some(Order::Resume));
        world.run(Span::from_min(3), |_, _| {});
        for to_ma in 1..=8 {
            world.cycle(Some(Order::Level { to_ma }));
            world.run(Span::from_s(1), |output, _| {
                pulses += u32::from(output.actuators.stimulus().is_some());
            });
        }
        world.cycle(Some(Order::Stop(StopCause::Person)));
        world.run(Span::from_s(10), |_, _| {});
    });
    assert!(pulses > 50, "it was stimulated in {pulses} cycles only");
    assert_eq!(info.count_total, 0, "{info:?}");
}

#[test]
fn the_counter_counts() {
    let info = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 64])));
    assert_eq!(info.count_total, 1);
}
