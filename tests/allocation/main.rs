//! The core and the model allocate nothing once they run.

use soothe_plant::{ClosedLoop, PadSpec};
use soothe_therapy::{HeatPlan, Order, SessionId, Site, Span, StopCause};

#[test]
fn a_session_from_start_to_stop_allocates_nothing() {
    let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
    let plan = HeatPlan::new(42.0, Span::from_min(20), Site::LeftShoulder).expect("within limits");
    let mut energised = 0;
    let info = allocation_counter::measure(|| {
        let start = Order::StartHeat { id: SessionId(1), plan };
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
fn the_counter_counts() {
    let info = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 64])));
    assert_eq!(info.count_total, 1);
}
