//! Slow thermometers: one thread each, and a slot in which the newest reading lies.
//!
//! The control thread copies the slots and never waits. A probe that hangs, or whose thread dies,
//! leaves its slot as it is: the reading ages, and what is too old is not believed.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use soothe_therapy::{Moment, RawReading, Readings, Span};

use crate::lines::{Probe, RigError};

/// The clock, handed in. It must be the one whose moments the engine gets.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// The thermometers of a rig.
pub struct Probes {
    /// The two between pad and skin.
    pub contact: [Box<dyn Probe>; 2],
    /// The one in the room, if there is one.
    pub ambient: Option<Box<dyn Probe>>,
    /// The one on the skin under a cold pack, if there is one.
    pub skin: Option<Box<dyn Probe>>,
}

/// The newest reading of each thermometer. The threads end with it, each after its current reading.
pub struct Slots {
    contact: [Slot; 2],
    ambient: Option<Slot>,
    skin: Option<Slot>,
}

/// How fast a probe is read.
#[derive(Clone, Copy)]
struct Pace {
    /// From the beginning of one reading to that of the next.
    period: Span,
    /// The shortest pause between two readings, also when each takes longer than the period.
    rest: Span,
}

/// Once a second; an unplugged sensor, which fails at once, is not asked more often either.
const PACE: Pace = Pace { period: Span::from_s(1), rest: Span::from_ms(50) };

impl Slots {
    /// Starts a thread for each probe.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(probes: Probes, clock: &Clock) -> Result<Self, RigError> {
        Self::start_at(PACE, probes, clock)
    }

    fn start_at(pace: Pace, probes: Probes, clock: &Clock) -> Result<Self, RigError> {
        let [first, second] = probes.contact;
        let slot = |name, probe| Slot::start(name, probe, pace, Arc::clone(clock));
        Ok(Self {
            contact: [slot("contact 1", first)?, slot("contact 2", second)?],
            ambient: probes.ambient.map(|probe| slot("ambient", probe)).transpose()?,
            skin: probes.skin.map(|probe| slot("skin", probe)).transpose()?,
        })
    }

    /// The newest attempt of each thermometer.
    #[must_use]
    pub fn newest(&self) -> Readings {
        Readings {
            contact: [self.contact[0].newest(), self.contact[1].newest()],
            ambient: self.ambient.as_ref().and_then(Slot::newest),
            skin: self.skin.as_ref().and_then(Slot::newest),
        }
    }
}

/// Where one thread leaves its newest reading.
struct Slot(Arc<Mutex<Option<RawReading>>>);

impl Slot {
    fn start(
        name: &str,
        probe: Box<dyn Probe>,
        pace: Pace,
        clock: Clock,
    ) -> Result<Self, RigError> {
        let slot = Arc::new(Mutex::new(None));
        let reader = Reader { probe, pace, clock, slot: Arc::downgrade(&slot) };
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || reader.run())
            .map_err(|e| RigError { line: name.to_owned(), problem: format!("no thread: {e}") })?;
        Ok(Self(slot))
    }

    fn newest(&self) -> Option<RawReading> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a probe's thread owns.
struct Reader {
    probe: Box<dyn Probe>,
    pace: Pace,
    clock: Clock,
    slot: Weak<Mutex<Option<RawReading>>>,
}

impl Reader {
    fn run(mut self) {
        loop {
            // A reading is as old as the moment before its conversion began, never younger.
            let began = (self.clock)();
            let outcome = self.probe.read();
            let Some(slot) = self.slot.upgrade() else { return };
            *slot.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(RawReading { began, outcome });
            drop(slot);
            let took = (self.clock)().since(began);
            let pause = self.pace.period.saturating_sub(took).max(self.pace.rest);
            thread::sleep(Duration::from_millis(pause.as_ms()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::mpsc::{Receiver, Sender, channel};

    use soothe_therapy::{Celsius, ProbeError};

    use super::*;

    type Outcome = Result<Celsius, ProbeError>;

    const UNPACED: Pace = Pace { period: Span::ZERO, rest: Span::ZERO };

    /// A probe that says what the test sends, hangs until it sends, and tells when it is asked.
    /// `None` makes it panic.
    struct Scripted {
        asked: Sender<()>,
        script: Receiver<Option<Outcome>>,
    }

    impl Probe for Scripted {
        fn read(&mut self) -> Outcome {
            let _ = self.asked.send(());
            match self.script.recv() {
                Ok(Some(outcome)) => outcome,
                Ok(None) => panic!("on purpose, in a probe"),
                Err(_) => Err(ProbeError::Missing),
            }
        }
    }

    struct Script {
        asked: Receiver<()>,
        says: Sender<Option<Outcome>>,
    }

    impl Script {
        /// Answers the reading that is under way at `ms`, and waits until the next one began: then
        /// the answer is in the slot.
        fn answer(&self, clock: &AtomicU64, ms: u64, outcome: Outcome) {
            clock.store(ms, Ordering::SeqCst);
            self.says.send(Some(outcome)).unwrap();
            self.asked.recv().unwrap();
        }
    }

    fn scripted() -> (Box<dyn Probe>, Script) {
        let (asked, was_asked) = channel();
        let (says, script) = channel();
        (Box::new(Scripted { asked, script }), Script { asked: was_asked, says })
    }

    /// Slots on three scripted probes, all of which are in their first reading, begun at 1000 ms.
    fn started() -> (Slots, [Script; 3], Arc<AtomicU64>) {
        let clock = Arc::new(AtomicU64::new(1_000));
        let reader = Arc::clone(&clock);
        let now: Clock = Arc::new(move || Moment::from_ms(reader.load(Ordering::SeqCst)));
        let ((a, sa), (b, sb), (c, sc)) = (scripted(), scripted(), scripted());
        let probes = Probes { contact: [a, b], ambient: Some(c), skin: None };
        let slots = Slots::start_at(UNPACED, probes, &now).unwrap();
        let scripts = [sa, sb, sc];
        for script in &scripts {
            script.asked.recv().unwrap();
        }
        (slots, scripts, clock)
    }

    fn raw(began: u64, outcome: Outcome) -> Option<RawReading> {
        Some(RawReading { began: Moment::from_ms(began), outcome })
    }

    const WARM: Outcome = Ok(Celsius::literal(31.5));

    #[test]
    fn before_the_first_reading_the_slots_are_empty() {
        let (slots, _scripts, _clock) = started();
        assert_eq!(slots.newest(), Readings::default());
    }

    #[test]
    fn a_reading_has_the_time_at_which_it_began_not_at_which_it_came() {
        let (slots, scripts, clock) = started();
        scripts[0].answer(&clock, 1_750, WARM);
        assert_eq!(slots.newest().contact, [raw(1_000, WARM), None]);
    }

    #[test]
    fn the_newest_attempt_wins_also_when_it_failed() {
        let (slots, scripts, clock) = started();
        let [_, second, room] = &scripts;
        second.answer(&clock, 1_750, WARM);
        second.answer(&clock, 2_750, Err(ProbeError::Checksum));
        room.answer(&clock, 2_800, Ok(Celsius::literal(21.0)));
        let newest = slots.newest();
        assert_eq!(newest.contact[1], raw(1_750, Err(ProbeError::Checksum)));
        assert_eq!(newest.ambient, raw(1_000, Ok(Celsius::literal(21.0))));
    }

    #[test]
    fn a_probe_that_hangs_keeps_its_old_reading_and_stops_no_other() {
        let (slots, scripts, clock) = started();
        let [hangs, works, _] = &scripts;
        hangs.answer(&clock, 1_750, WARM);
        for ms in [2_750, 3_750, 4_750] {
            works.answer(&clock, ms, WARM);
        }
        assert_eq!(slots.newest().contact, [raw(1_000, WARM), raw(3_750, WARM)]);
    }

    #[test]
    fn a_probe_that_panics_keeps_its_old_reading_and_stops_no_other() {
        let (slots, scripts, clock) = started();
        let [dies, works, _] = &scripts;
        dies.answer(&clock, 1_750, WARM);
        dies.says.send(None).unwrap();
        // Its thread is over once its end of the script is gone.
        assert!(dies.asked.recv().is_err());
        works.answer(&clock, 2_750, WARM);
        assert_eq!(slots.newest().contact, [raw(1_000, WARM), raw(1_000, WARM)]);
    }

    #[test]
    fn a_skin_probe_has_a_slot_of_its_own() {
        let clock: Clock = Arc::new(|| Moment::from_ms(5));
        let ((a, _sa), (b, _sb), (skin, says)) = (scripted(), scripted(), scripted());
        let probes = Probes { contact: [a, b], ambient: None, skin: Some(skin) };
        let slots = Slots::start_at(UNPACED, probes, &clock).unwrap();
        says.asked.recv().unwrap();
        says.answer(&AtomicU64::new(5), 5, WARM);
        assert_eq!(slots.newest(), Readings { skin: raw(5, WARM), ..Readings::default() });
    }

    #[test]
    fn the_threads_end_with_the_slots() {
        let (slots, scripts, clock) = started();
        drop(slots);
        clock.store(2_000, Ordering::SeqCst);
        for script in scripts {
            script.says.send(Some(WARM)).unwrap();
            assert!(script.asked.recv().is_err());
        }
    }

    #[test]
    fn a_probe_that_fails_at_once_is_asked_once_per_period() {
        let clock: Clock = Arc::new(|| Moment::from_ms(5));
        let ((a, sa), (b, _sb)) = (scripted(), scripted());
        let pace = Pace { period: Span::from_ms(200), rest: Span::ZERO };
        let probes = Probes { contact: [a, b], ambient: None, skin: None };
        let _slots = Slots::start_at(pace, probes, &clock).unwrap();
        sa.asked.recv().unwrap();
        sa.says.send(Some(Err(ProbeError::Missing))).unwrap();
        assert!(sa.asked.recv_timeout(Duration::from_millis(100)).is_err());
        sa.asked.recv_timeout(Duration::from_secs(5)).unwrap();
    }
}
