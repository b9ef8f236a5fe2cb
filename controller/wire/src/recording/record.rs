//! Taking down what goes into the core while a session runs.

use soothe_therapy::{Boot, Event, Input, Moment, Order, Output, SessionId};

use super::step::{Coder, Commands, Step};
use super::{Head, digest};

/// So much of a session waits at most until it is taken away; then the rest is not recorded.
const WAITS_MAX: usize = 1 << 20;

/// Some steps of a session, in the order in which they were taken down.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The session.
    pub id: SessionId,
    /// With the first piece: what it began with.
    pub head: Option<Box<Head>>,
    /// How many steps.
    pub steps: u32,
    /// The steps.
    pub(super) bytes: Vec<u8>,
    /// The session ended in the last of them.
    pub last: bool,
}

/// Takes down each session from the step that starts it to the step that ends it.
#[derive(Debug, Default)]
pub struct Recorder {
    open: Option<Open>,
    piece: Option<Piece>,
    /// The time of the newest step: the core's time does not go back.
    newest: Option<Moment>,
}

#[derive(Debug)]
struct Open {
    id: SessionId,
    coder: Coder,
}

/// Whether the commands have a start among them: then [`Recorder::note`] wants the engine's boot as it
/// was before the step.
#[must_use]
pub fn may_start(input: &Input<'_>) -> bool {
    input.commands.iter().any(|command| matches!(command.order, Order::Start { .. }))
}

impl Recorder {
    /// Takes down a step. `boot` is `Engine::boot(input.now)` from before it, where [`may_start`] says so.
    ///
    /// A session that is started in the very step that stops another is not recorded.
    pub fn note(&mut self, boot: Option<&Boot>, input: &Input<'_>, output: &Output) {
        let now = self.newest.map_or(input.now, |newest| newest.max(input.now));
        self.newest = Some(now);
        if self.open.is_none() {
            let started = output.events.iter().find_map(started);
            let (Some(id), Some(boot)) = (started, boot) else { return };
            // What nobody has taken away by now is lost, and that session's record ends there.
            let head = Some(Box::new(Head::new(id, now, boot)));
            self.piece = Some(Piece { id, head, steps: 0, bytes: Vec::new(), last: false });
            self.open = Some(Open { id, coder: Coder::new(now) });
        }
        let Some(Open { id, coder }) = &mut self.open else { return };
        let last = output.snapshot.session.is_none_or(|session| session.id != *id);
        let step = Step {
            now,
            readings: input.readings,
            commands: Commands::of(input.commands, now),
            lines: input.lines,
            stimulator: input.stimulator,
            last,
            digest: digest(output),
        };
        let id = *id;
        let empty = || Piece { id, head: None, steps: 0, bytes: Vec::new(), last: false };
        let piece = self.piece.get_or_insert_with(empty);
        coder.put(&step, &mut piece.bytes);
        piece.steps += 1;
        piece.last = last;
        if last || piece.bytes.len() > WAITS_MAX {
            self.open = None;
        }
    }

    /// What was taken down since the last time; none when that is nothing.
    pub fn take(&mut self) -> Option<Piece> {
        self.piece.take()
    }

    /// What waits to be taken: how many steps, and whether the session ended with them.
    #[must_use]
    pub fn waiting(&self) -> Option<(u32, bool)> {
        self.piece.as_ref().map(|piece| (piece.steps, piece.last))
    }

    /// The session that runs is not recorded any further.
    pub fn give_up(&mut self) {
        self.open = None;
        self.piece = None;
    }
}

fn started(event: &Event) -> Option<SessionId> {
    match event {
        Event::Started { id, .. } => Some(*id),
        Event::Proved { .. }
        | Event::TargetReached { .. }
        | Event::Misfits { .. }
        | Event::AskedForSign { .. }
        | Event::PhaseBegan { .. }
        | Event::Asked { .. }
        | Event::Confirmed { .. }
        | Event::Numb { .. }
        | Event::Level { .. }
        | Event::LevelZeroed { .. }
        | Event::ElectrodesOff { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. }
        | Event::Skin { .. }
        | Event::Present { .. }
        | Event::Ended(_)
        | Event::Refused(_)
        | Event::Latched(_)
        | Event::Cleared(_)
        | Event::Acknowledged { .. }
        | Event::Answered(_)
        | Event::Tuned { .. }
        | Event::NotTuned { .. }
        | Event::Refined { .. }
        | Event::PadChosen { .. }
        | Event::ProfileChosen(_)
        | Event::LossForgotten
        | Event::PackOff(_)
        | Event::Felt { .. }
        | Event::SiteLocked { .. }
        | Event::SiteSettled { .. }
        | Event::RedFlagsAnswered(_) => None,
    }
}
