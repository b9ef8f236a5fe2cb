//! A chirp is heard while nothing else is going on, and changes nothing.

use soothe_plant::{ClosedLoop, PadSpec};
use soothe_therapy::{Order, Plan, Readings, SessionId, Site, Span, StopCause};

use super::*;

const CYCLE: Duration = Duration::from_millis(100);

#[test]
fn it_sounds_twice_and_then_no_more() {
    let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
    let idle = world.cycle(None);
    let notices = Arc::new(Notices::default());
    let mut chirp = Chirp::new(notices.clone());
    assert!(!chirp.sounds(&idle, Duration::ZERO), "nobody asked");
    notices.ask_for_chirp();
    let sounds: Vec<bool> = (1..20).map(|cycle| chirp.sounds(&idle, CYCLE * cycle)).collect();
    assert_eq!(sounds[..6], [true, true, false, false, true, true]);
    assert!(!sounds[6..].contains(&true), "{sounds:?}");
}

#[test]
fn it_is_never_heard_in_a_session_or_beside_an_alarm_and_is_not_made_up_for() {
    let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
    let notices = Arc::new(Notices::default());
    let mut chirp = Chirp::new(notices.clone());
    let plan = Plan::heat(40.0, Span::from_min(12), Site::LeftCalf).expect("within limits");
    let mut start = Some(Order::Start { id: SessionId(1), plan });
    let (mut energised, mut called) = (0, 0);
    for cycle in 1..2000 {
        // After a while the sensors are lost: a fault latches, and its alarm calls when nothing runs any more.
        let output = if cycle < 1000 {
            world.cycle(start.take())
        } else {
            world.cycle_seeing(None, Readings::default())
        };
        notices.ask_for_chirp();
        assert!(!chirp.sounds(&output, CYCLE * cycle), "{:?}", output.snapshot);
        energised += usize::from(output.actuators.energises());
        called += usize::from(output.buzzer && output.snapshot.session.is_none());
    }
    assert!(energised > 500 && called > 100, "{energised} {called}");

    let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
    let mut chirp = Chirp::new(notices.clone());
    notices.ask_for_chirp();
    let running = world.cycle(Some(Order::Start { id: SessionId(1), plan }));
    assert!(!chirp.sounds(&running, CYCLE));
    let after = world.cycle(Some(Order::Stop(StopCause::Person)));
    assert!(after.snapshot.session.is_none() && !chirp.sounds(&after, CYCLE * 2), "too late");
    notices.ask_for_chirp();
    assert!(chirp.sounds(&after, CYCLE * 3), "after a session it is heard again");
}
