//! STOP: a counter that the control thread reads before anything else.
//!
//! Any number of people may press at once, nothing queues, and nobody is told before the lines were
//! written off.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::Thread;

use soothe_therapy::{Moment, SessionId, Span, StopCause};
use tokio::sync::watch;

/// HL-S4: so long after a STOP nothing is started: where a start and a STOP waited together, for a process that
/// stood still or behind a slow body, nobody knows which came first, and a STOP wins.
const STANDS: Span = Span::from_ms(300);

/// In place of a moment in ms.
const NEVER: u64 = u64::MAX;

/// The switch; shared by everyone who may stop and by the control thread.
#[derive(Debug)]
pub(crate) struct StopSwitch {
    requested: AtomicU64,
    /// When it was last pressed, in ms; [`NEVER`] before.
    last: AtomicU64,
    shutting_down: AtomicBool,
    control: OnceLock<Thread>,
    served: watch::Sender<Served>,
}

/// A number that says which stops have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket(u64);

/// How far stops were carried out, and the newest of them that ended a session.
#[derive(Clone, Copy, Debug, Default)]
struct Served {
    upto: u64,
    newest_end: Option<End>,
}

/// A session was ended by the stops after the first number, up to the second.
#[derive(Clone, Copy, Debug)]
struct End {
    after: u64,
    upto: u64,
    id: SessionId,
}

/// Stops that wait to be carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pressed {
    upto: u64,
    /// What the log shall say.
    pub(crate) cause: StopCause,
}

impl Pressed {
    /// The newest of them.
    pub(crate) const fn upto(self) -> u64 {
        self.upto
    }
}

impl StopSwitch {
    pub(crate) fn new() -> Self {
        Self {
            requested: AtomicU64::new(0),
            last: AtomicU64::new(NEVER),
            shutting_down: AtomicBool::new(false),
            control: OnceLock::new(),
            served: watch::Sender::new(Served::default()),
        }
    }

    /// Names the thread that is to be woken.
    pub(crate) fn attach(&self, control: Thread) {
        self.control.get_or_init(|| control);
    }

    /// Wakes the control thread, for a stop as for any other command.
    pub(crate) fn wake(&self) {
        if let Some(control) = self.control.get() {
            control.unpark();
        }
    }

    /// A person wants everything off.
    pub(crate) fn press(&self, now: Moment) -> Ticket {
        self.last.store(now.as_ms(), Ordering::SeqCst);
        self.raise()
    }

    /// Whether a person wanted that just now: too late for a start to be after it.
    pub(crate) fn stands(&self, now: Moment) -> bool {
        let last = self.last.load(Ordering::SeqCst);
        last != NEVER && now.since(Moment::from_ms(last)) < STANDS
    }

    fn raise(&self) -> Ticket {
        let ticket = Ticket(self.requested.fetch_add(1, Ordering::SeqCst) + 1);
        self.wake();
        ticket
    }

    /// The newest stop that anyone has asked for, carried out or not.
    pub(crate) fn newest(&self) -> Ticket {
        Ticket(self.requested.load(Ordering::SeqCst))
    }

    /// The process is about to end.
    pub(crate) fn press_for_shutdown(&self) -> Ticket {
        self.shutting_down.store(true, Ordering::SeqCst);
        self.raise()
    }

    /// For the control thread: stops after `served` that wait.
    pub(crate) fn pressed(&self, served: u64) -> Option<Pressed> {
        let upto = self.requested.load(Ordering::SeqCst);
        let shutting_down = self.shutting_down.load(Ordering::SeqCst);
        let cause = if shutting_down { StopCause::Shutdown } else { StopCause::Person };
        (upto != served).then_some(Pressed { upto, cause })
    }

    /// For the control thread, after the lines were written: tells who waits. Gives the new `served`.
    pub(crate) fn serve(&self, pressed: Pressed, ended: Option<SessionId>) -> u64 {
        self.served.send_modify(|served| {
            if let Some(id) = ended {
                served.newest_end = Some(End { after: served.upto, upto: pressed.upto, id });
            }
            served.upto = pressed.upto;
        });
        pressed.upto
    }

    /// Waits until the lines were written off for this ticket; gives the session that it ended.
    pub(crate) async fn served(&self, ticket: Ticket) -> Option<SessionId> {
        let mut served = self.served.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let served = *served.wait_for(|served| served.upto >= ticket.0).await.ok()?;
        let end = served.newest_end?;
        (end.after < ticket.0 && ticket.0 <= end.upto).then_some(end.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everyone_who_pressed_before_the_pins_were_written_is_told_the_same() {
        let switch = StopSwitch::new();
        let tickets = [switch.press(Moment::START), switch.press(Moment::START)];
        let pressed = switch.pressed(0).expect("two wait");
        let served = switch.serve(pressed, Some(SessionId(7)));
        assert!(switch.pressed(served).is_none());

        let late = switch.press(Moment::START);
        let pressed = switch.pressed(served).expect("one waits");
        switch.serve(pressed, None);
        for ticket in tickets {
            assert_eq!(switch.served(ticket).await, Some(SessionId(7)));
        }
        assert_eq!(switch.served(late).await, None, "nothing ran any more");
    }

    #[test]
    fn hl_s4_a_stop_stands_for_a_moment() {
        let switch = StopSwitch::new();
        assert!(!switch.stands(Moment::START));
        switch.press(Moment::from_ms(1000));
        assert!(switch.stands(Moment::from_ms(1000)) && switch.stands(Moment::from_ms(1299)));
        assert!(!switch.stands(Moment::from_ms(1300)));
    }

    #[test]
    fn a_shutdown_says_so() {
        let switch = StopSwitch::new();
        switch.press(Moment::START);
        assert_eq!(switch.pressed(0).map(|p| p.cause), Some(StopCause::Person));
        switch.press_for_shutdown();
        assert_eq!(switch.pressed(0).map(|p| p.cause), Some(StopCause::Shutdown));
    }
}
