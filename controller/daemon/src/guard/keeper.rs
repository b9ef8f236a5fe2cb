//! The daemon's side of the guard: starts it, notices its loss, starts another.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use soothe_rig::gate::LEASE_PRIORITY;
use soothe_rig::rpi::OffPins;
use soothe_rig::{Gate, Inputs, Sampled, realtime};
use soothe_therapy::Moment;

use super::{DAEMON_OOM, FAREWELL, NAME, OOM_FILE, READY};
use crate::config::Lines;

/// The binary that runs, also when its file was replaced meanwhile.
const OWN_BINARY: &str = "/proc/self/exe";

/// How long the first guard may take to be ready, and the last to end.
const READY_WITHIN: Duration = Duration::from_secs(5);
const END_WITHIN: Duration = Duration::from_millis(500);

/// How long to wait before another is started.
const RESTART_AFTER: Duration = Duration::from_millis(100);

/// The daemon does not start without a guard.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// It could not be started, or ended at once; its own words stand above.
    #[error("the guard process, which switches off when this one is killed, did not start: {0}")]
    NotStarted(#[from] io::Error),
    /// It runs and is not ready.
    #[error("the guard process was not ready within 5 s")]
    NotReady,
}

/// A guard at its post. When this is dropped, with the lines off, the guard switches off once more and
/// ends.
pub struct Guard {
    shared: Arc<Shared>,
    /// Closed when the keeper's thread is through.
    through: Receiver<()>,
}

#[derive(Default)]
struct Shared {
    /// A guard runs and has said that it is ready.
    on_duty: AtomicBool,
    losses: AtomicU64,
    dismissed: AtomicBool,
    /// Open for as long as this process lives: its breaking is what the guard waits for.
    pipe: Mutex<Option<ChildStdin>>,
}

impl Shared {
    fn pipe(&self) -> MutexGuard<'_, Option<ChildStdin>> {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guard {
    /// Starts a guard over `lines` and gives it back when it is ready. From then on a thread keeps one
    /// running; when one is lost it writes `gate` off first.
    ///
    /// # Errors
    /// When no guard could be started.
    pub fn start(lines: &Lines, gate: Gate) -> Result<Self, GuardError> {
        die_before_the_guard();
        die_at_once();
        Self::start_with(command(lines), gate)
    }

    fn start_with(command: Command, gate: Gate) -> Result<Self, GuardError> {
        let shared = Arc::new(Shared::default());
        let keeper = Keeper { command, gate, shared: Arc::clone(&shared) };
        let (tell, told) = mpsc::channel();
        let (until_through, through) = mpsc::channel();
        // The kernel tells the guard of this thread's end: it lasts as long as the process.
        thread::Builder::new().name("guard".to_owned()).spawn(move || {
            let _until_through: Sender<()> = until_through;
            let _ = realtime::ask_for_priority(LEASE_PRIORITY);
            keeper.run(&tell);
        })?;
        let guard = Self { shared, through };
        match told.recv_timeout(READY_WITHIN) {
            Ok(first) => first.map(|()| guard).map_err(GuardError::NotStarted),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                Err(GuardError::NotReady)
            }
        }
    }

    /// The same inputs, which also say when the guard is lost.
    #[must_use]
    pub fn watched(&self, inputs: Box<dyn Inputs>) -> Box<dyn Inputs> {
        let shared = Arc::clone(&self.shared);
        Box::new(Watched { inputs, shared, losses: 0 })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.shared.dismissed.store(true, Ordering::SeqCst);
        if let Some(mut pipe) = self.shared.pipe().take() {
            let _ = pipe.write_all(&[FAREWELL]);
        }
        // A guard that was stopped does as it should when it goes on; nobody waits for that.
        let _ = self.through.recv_timeout(END_WITHIN);
    }
}

struct Watched {
    inputs: Box<dyn Inputs>,
    shared: Arc<Shared>,
    /// Those that were told.
    losses: u64,
}

impl Inputs for Watched {
    fn sample(&mut self, now: Moment) -> Sampled {
        let mut sampled = self.inputs.sample(now);
        // A loss is told once also when the next guard is faster than this cycle.
        let losses = self.shared.losses.load(Ordering::SeqCst);
        let on_duty = self.shared.on_duty.load(Ordering::SeqCst);
        sampled.lines.guard_lost = !on_duty || losses != self.losses;
        self.losses = losses;
        sampled
    }

    fn pack_lies(&mut self, lies: bool) {
        self.inputs.pack_lies(lies);
    }
}

/// How to start a guard over `lines`.
fn command(lines: &Lines) -> Command {
    let mut command = Command::new(OWN_BINARY);
    command.arg0(NAME).arg("guard").env_clear().current_dir("/");
    match lines {
        Lines::Sim(file) => command.arg("sim").arg(file),
        Lines::Pi(pins) => command.arg("pi").args(pin_args(*pins)),
    };
    command
}

/// Pins, as a guard takes them.
fn pin_args(pins: OffPins) -> Vec<String> {
    let OffPins { k1, tens_enable, buzzer, led } = pins;
    let mut args = vec![k1.to_string(), buzzer.to_string()];
    for (name, number) in [("--tens-enable", tens_enable), ("--led", led)] {
        if let Some(number) = number {
            args.extend([name.to_owned(), number.to_string()]);
        }
    }
    args
}

/// When memory runs out, the guard must be left to switch off after this process.
fn die_before_the_guard() {
    let now = fs::read_to_string(OOM_FILE).unwrap_or_default();
    if now.trim().parse::<i32>().is_ok_and(|now| now < DAEMON_OOM) {
        let _ = fs::write(OOM_FILE, DAEMON_OOM.to_string());
    }
}

/// No core is written of a crash: until it is, the kernel tells nobody that this process is gone. One byte
/// instead of none, as a program that takes cores through a pipe is sent all of it at a limit of 0.
fn die_at_once() {
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(1), maximum: Some(1) });
}

/// What the keeper's thread owns.
struct Keeper {
    command: Command,
    gate: Gate,
    shared: Arc<Shared>,
}

impl Keeper {
    /// Keeps a guard running until it is dismissed. Tells how it went with the first, and gives up when
    /// that one was never ready.
    fn run(mut self, tell: &Sender<io::Result<()>>) {
        let mut guard = match self.start() {
            Ok(guard) => guard,
            Err(error) => return drop(tell.send(Err(error))),
        };
        let _ = tell.send(Ok(()));
        loop {
            until_gone(&mut guard);
            if self.is_dismissed() {
                return;
            }
            self.lost();
            guard = loop {
                thread::sleep(RESTART_AFTER);
                if self.is_dismissed() {
                    return;
                }
                match self.start() {
                    Ok(guard) => break guard,
                    Err(error) => tracing::error!(%error, "no guard process can be started"),
                }
            };
            tracing::warn!("another guard process is ready");
        }
    }

    fn is_dismissed(&self) -> bool {
        self.shared.dismissed.load(Ordering::SeqCst)
    }

    /// Starts a guard and waits until it is ready.
    fn start(&mut self) -> io::Result<Child> {
        let guard = self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut guard = guard.spawn()?;
        let mut said = [0];
        let heard = guard.stdout.as_mut().map_or(Ok(()), |stdout| stdout.read_exact(&mut said));
        if heard.is_err() || said != [READY] {
            let _ = guard.kill();
            return Err(io::Error::other(format!("it ended with {}", guard.wait()?)));
        }
        *self.shared.pipe() = guard.stdin.take();
        self.shared.on_duty.store(true, Ordering::SeqCst);
        Ok(guard)
    }

    fn lost(&self) {
        self.shared.on_duty.store(false, Ordering::SeqCst);
        self.shared.losses.fetch_add(1, Ordering::SeqCst);
        // The core hears of it in the next cycle, which is up to 100 ms away.
        let off = self.gate.off();
        tracing::error!("the guard process is gone; the lines are off until the next cycle");
        if let Err(error) = off {
            tracing::error!(%error, "lines could not be written off");
        }
    }
}

/// Waits until a guard's end of its pipe is closed, and takes leave of it.
fn until_gone(guard: &mut Child) {
    if let Some(stdout) = &mut guard.stdout {
        let _ = io::copy(stdout, &mut io::sink());
    }
    let _ = guard.kill();
    let _ = guard.wait();
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser as _;
    use soothe_rig::{Levels, Outputs, RigError};
    use soothe_therapy::tens::Stimulator;
    use soothe_therapy::{LineState, Readings};

    use super::*;
    use crate::args::Args;

    /// Lines that count how often they were written.
    struct Counted(Arc<AtomicU64>);

    impl Outputs for Counted {
        fn write(&mut self, _: Levels) -> Result<(), RigError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }

    struct World;

    impl Inputs for World {
        fn sample(&mut self, _: Moment) -> Sampled {
            let (readings, lines) = (Readings::default(), LineState::default());
            Sampled { readings, lines, stimulator: Stimulator::Absent, pressed: false }
        }

        fn pack_lies(&mut self, _: bool) {}
    }

    fn gate() -> (Gate, Arc<AtomicU64>) {
        let writes = Arc::new(AtomicU64::new(0));
        (Gate::new(Box::new(Counted(writes.clone()))).unwrap(), writes)
    }

    /// A guard that is a shell script, which runs in `folder`.
    fn script(folder: &Path, text: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", text]).current_dir(folder);
        command
    }

    fn until(what: &str, mut done: impl FnMut() -> bool) {
        for _ in 0..500 {
            if done() {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("waited in vain until {what}");
    }

    #[test]
    fn hl_t11_a_guard_switches_off_every_line_that_its_daemon_would() {
        for (tens_enable, led) in
            [(None, None), (Some(26), None), (None, Some(21)), (Some(26), Some(21))]
        {
            let pins = OffPins { k1: 17, tens_enable, buzzer: 23, led };
            let args = ["soothed", "guard", "pi"].map(str::to_owned).into_iter();
            let args = Args::try_parse_from(args.chain(pin_args(pins))).unwrap();
            let Some(crate::args::Command::Guard(lines)) = args.command else { panic!("no guard") };
            assert_eq!(Lines::from(lines), Lines::Pi(pins));
        }
    }

    #[test]
    fn hl_s10_a_lost_guard_is_told_and_writes_off_and_another_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let mortal = "printf r; if mkdir first 2> /dev/null; then sleep 0.2; else cat; fi";
        let (gate, writes) = gate();
        let guard = Guard::start_with(script(folder.path(), mortal), gate).unwrap();
        let mut inputs = guard.watched(Box::new(World));
        let mut is_lost = || inputs.sample(Moment::START).lines.guard_lost;
        assert!(!is_lost());
        assert_eq!(writes.load(Ordering::SeqCst), 1, "taking the lines over");
        until("the loss is told", &mut is_lost);
        until("the lines are written off", || writes.load(Ordering::SeqCst) == 2);
        until("another guard is ready", || !is_lost());
        assert_eq!(writes.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn hl_s10_a_loss_is_told_also_when_the_next_guard_is_faster_than_the_cycle() {
        let shared = Arc::new(Shared::default());
        shared.on_duty.store(true, Ordering::SeqCst);
        let watched = Watched { inputs: Box::new(World), shared: shared.clone(), losses: 0 };
        let mut inputs: Box<dyn Inputs> = Box::new(watched);
        let mut is_lost = || inputs.sample(Moment::START).lines.guard_lost;
        assert!(!is_lost());
        shared.losses.fetch_add(1, Ordering::SeqCst);
        assert!(is_lost(), "lost and replaced since the last cycle");
        assert!(!is_lost());
        shared.on_duty.store(false, Ordering::SeqCst);
        assert!(is_lost() && is_lost(), "for as long as there is none");
    }

    #[test]
    fn without_a_guard_there_is_no_daemon() {
        let folder = tempfile::tempdir().unwrap();
        for bad in ["exit 3", "printf x; cat", "true"] {
            let result = Guard::start_with(script(folder.path(), bad), gate().0);
            let error = result.err().expect(bad).to_string();
            assert!(error.contains("did not start: it ended with"), "{bad}: {error}");
        }
        let error = Guard::start_with(Command::new("/no/such/binary"), gate().0).err().unwrap();
        assert!(matches!(error, GuardError::NotStarted(_)), "{error}");
    }

    #[test]
    fn a_guard_that_is_dismissed_is_told_farewell_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let polite = "printf r; echo start >> starts; head -c 1 > said";
        let (gate, writes) = gate();
        drop(Guard::start_with(script(folder.path(), polite), gate).unwrap());
        thread::sleep(2 * RESTART_AFTER);
        let read = |name| std::fs::read(folder.path().join(name)).unwrap();
        assert_eq!((read("said"), read("starts")), (vec![FAREWELL], b"start\n".to_vec()));
        assert_eq!(writes.load(Ordering::SeqCst), 2, "the gate went, and nothing was lost");
    }
}
