//! How the live state is shown: a line drawn over and over, a line now and then, or JSON.

use serde_json::json;
use soothe_therapy::Plan;
use soothe_wire::client::{Client, ClientError};
use soothe_wire::reason::lasting;
use soothe_wire::{ConfirmRequest, LevelStatus, Status};

use crate::args::LevelChange;
use crate::commands::hand;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::words::{self, celsius, clock, pack_off};
use crate::render::{live, summary};
use crate::word::Word;

/// What is shown is stale when it is older than this.
const STALE_AFTER_MS: u64 = 3000;
/// Enter within this time after a prompt appeared was not meant for it.
const READ_MS: u64 = 750;
/// Without a terminal, a line is written this often.
const LINE_EVERY_MS: u64 = 5000;
/// Back to the start of the line, and clear to its end.
const REDRAW: &str = "\r\x1b[K";
/// The terminal's bell.
const BELL: &str = "\x07";

/// How to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// One line, drawn over.
    Redrawn,
    /// A line now and then.
    Lines,
    /// Each snapshot as a line of JSON.
    Json,
    /// Nothing until the end.
    Silent,
}

/// Shows snapshots as they come.
pub(crate) struct Screen<'a> {
    output: &'a Output,
    mode: Mode,
    last: Option<Status>,
    silent_ms: u64,
    since_line_ms: u64,
    /// How long the newest prompt has been shown.
    asked_ms: u64,
}

impl<'a> Screen<'a> {
    /// For a person; programs that asked for JSON only get the result.
    pub(crate) fn for_result(output: &'a Output) -> Self {
        Self::new(output, Mode::Silent)
    }

    /// For a person; programs that asked for JSON get every snapshot.
    pub(crate) fn for_snapshots(output: &'a Output) -> Self {
        Self::new(output, Mode::Json)
    }

    fn new(output: &'a Output, with_json: Mode) -> Self {
        let mode = match (output.json, output.live) {
            (true, _) => with_json,
            (false, true) => Mode::Redrawn,
            (false, false) => Mode::Lines,
        };
        Self { output, mode, last: None, silent_ms: 0, since_line_ms: 0, asked_ms: 0 }
    }

    /// Shows a snapshot, or keeps it until it is time for a line.
    pub(crate) fn show(&mut self, status: Status) -> Result<(), Failure> {
        self.call(&status)?;
        self.instruct(&status)?;
        self.prompt(&status)?;
        self.level(&status)?;
        self.warn(&status)?;
        let changed = self.last.as_ref().is_none_or(|last| differs(last, &status));
        self.silent_ms = 0;
        self.last = Some(status);
        match self.mode {
            Mode::Redrawn => self.draw(),
            Mode::Lines if changed || self.since_line_ms >= LINE_EVERY_MS => self.draw(),
            Mode::Lines | Mode::Silent => Ok(()),
            Mode::Json => match &self.last {
                Some(status) => self.output.value(&json!(status)),
                None => Ok(()),
            },
        }
    }

    /// Calls the person once when a sign begins to be asked for (HL-H11).
    fn call(&mut self, status: &Status) -> Result<(), Failure> {
        let asked_before = self.last.as_ref().and_then(Status::answer_within_s).is_some();
        let Some(left_s) = status.answer_within_s().filter(|_| !asked_before) else {
            return Ok(());
        };
        let how = if self.output.interactive {
            "Press Enter, or `soothe confirm`,"
        } else {
            "`soothe confirm`"
        };
        let text = format!("Are you there? {how} within {}, or the session ends.", lasting(left_s));
        let bell = if self.mode == Mode::Redrawn { BELL } else { "" };
        self.say(&format!("{bell}{text}"))
    }

    /// Says once what is to be known of the phase that has begun.
    fn instruct(&mut self, status: &Status) -> Result<(), Failure> {
        let says = |status: &Status| {
            let session = status.session.as_ref()?;
            Some((session.id, session.phase.number, words::of_phase(&session.phase)?))
        };
        let before = self.last.as_ref().and_then(says);
        let new = says(status).filter(|new| before.is_none_or(|before| before != *new));
        new.map_or(Ok(()), |(_, _, say)| self.say(&say))
    }

    /// Says once what is to be done, and when a phase begins.
    fn prompt(&mut self, status: &Status) -> Result<(), Failure> {
        let asked = |status: &Status| status.session.as_ref()?.phase.asked.clone();
        let before = self.last.as_ref().and_then(asked);
        let new = asked(status).filter(|new| before.is_none_or(|before| before != *new));
        let Some(new) = new else { return Ok(()) };
        self.asked_ms = 0;
        let how = if self.output.interactive {
            "Press Enter, or `soothe confirm`,"
        } else {
            "`soothe confirm`"
        };
        let bell = if self.mode == Mode::Redrawn { BELL } else { "" };
        let explained = new.how.map_or_else(String::new, |it| format!(" {it}"));
        self.say(&format!("{bell}Now: {}.{explained} {how} when that is so.", new.text))
    }

    /// Says once what took the TENS level to zero, and how it is raised when it can be.
    fn level(&mut self, status: &Status) -> Result<(), Failure> {
        let level = |status: &Status| status.session.as_ref()?.phase.level.clone();
        let before = self.last.as_ref().and_then(level);
        let Some(now) = level(status) else { return Ok(()) };
        let zeroed = |it: &LevelStatus| it.zeroed_by.clone();
        match (&before, zeroed(&now)) {
            (_, Some(why)) if before.as_ref().and_then(zeroed).as_ref() != Some(&why) => {
                self.say(&format!("The TENS level went to zero: {why}."))
            }
            (None, None) => {
                let how = if self.output.interactive {
                    "Type + and Enter, or `soothe level +`,"
                } else {
                    "`soothe level +`"
                };
                self.say(&format!("The TENS level is zero. {how} raises it by 1 mA."))
            }
            (_, _) => Ok(()),
        }
    }

    /// Says once what shows that the pad is not what it was found to be.
    fn warn(&mut self, status: &Status) -> Result<(), Failure> {
        let misfit = |status: &Status| status.session.as_ref()?.misfit.clone();
        let before = self.last.as_ref().and_then(misfit);
        let new = misfit(status).filter(|new| before.is_none_or(|before| before != *new));
        new.map_or(Ok(()), |new| self.say(&format!("Warning: {}.", new.message)))
    }

    /// Hands what a person typed on to the daemon, where a session runs.
    pub(crate) async fn hear(&mut self, word: Word, client: &Client) -> Result<(), Failure> {
        let Some(shown) = self.last.clone().filter(|status| status.session.is_some()) else {
            return Ok(());
        };
        let said = match self.obey(word, &shown, client).await {
            Ok(said) => said,
            Err(error) => format!("That did not get through: {error}"),
        };
        self.say(&said)
    }

    async fn obey(
        &self,
        word: Word,
        shown: &Status,
        client: &Client,
    ) -> Result<String, ClientError> {
        let asked = shown.session.as_ref().and_then(|it| Some((it.id, it.phase.asked.clone()?)));
        let paused = shown.session.as_ref().is_some_and(|it| it.phase.pause_left_s.is_some());
        let level = async |change| {
            let after = hand::set(change, shown, client).await?;
            let ma = hand::level_of(&after).unwrap_or(0);
            Ok::<_, ClientError>(format!("The level is {ma} mA."))
        };
        Ok(match word {
            Word::Done => match asked {
                // What has just appeared was not what the person meant.
                Some((_, asked)) if self.asked_ms < READ_MS => {
                    format!("Not taken as an answer, it came too soon. Now: {}.", asked.text)
                }
                Some((session, asked)) => {
                    client.confirm(&ConfirmRequest { session, prompt: asked.number }).await?;
                    format!("Done: {}.", asked.text)
                }
                None => {
                    client.present().await?;
                    "You are there: noted.".to_owned()
                }
            },
            Word::Raise => level(LevelChange::Up).await?,
            Word::Lower => level(LevelChange::Down).await?,
            Word::Zero => level(LevelChange::To(0)).await?,
            Word::Pause if paused => {
                client.resume().await?;
                "It goes on.".to_owned()
            }
            Word::Pause => {
                client.pause().await?;
                "Paused: everything is off. p and Enter goes on.".to_owned()
            }
            Word::Numb => {
                client.numb().await?;
                "Take the cold pack off now.".to_owned()
            }
            Word::Stop => {
                let stopped = client.stop().await?;
                let said = "Asked the daemon to stop: every output is off.";
                format!("{said} {}", pack_off(&stopped)).trim_end().to_owned()
            }
            Word::Other => format!("Not understood: {}.", Word::ALL),
        })
    }

    /// Time went by; what is shown may have become stale.
    pub(crate) fn passed(&mut self, ms: u64) -> Result<(), Failure> {
        let was_stale = self.stale_s().is_some();
        self.silent_ms += ms;
        self.asked_ms = self.asked_ms.saturating_add(ms);
        self.since_line_ms += ms;
        let stale = self.stale_s().is_some();
        match self.mode {
            Mode::Redrawn if stale => self.draw(),
            Mode::Lines if stale && (!was_stale || self.since_line_ms >= LINE_EVERY_MS) => {
                self.draw()
            }
            Mode::Redrawn | Mode::Lines | Mode::Json | Mode::Silent => Ok(()),
        }
    }

    /// Says something that stays, above the live line.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Failure> {
        match self.mode {
            Mode::Redrawn => {
                self.output.text(&format!("{REDRAW}{text}\n"))?;
                self.draw()
            }
            Mode::Lines => self.output.text(&format!("{text}\n")),
            Mode::Json | Mode::Silent => Ok(()),
        }
    }

    /// Takes the live line away.
    pub(crate) fn clear(&self) -> Result<(), Failure> {
        match self.mode {
            Mode::Redrawn if self.last.is_some() => self.output.text(REDRAW),
            Mode::Redrawn | Mode::Lines | Mode::Json | Mode::Silent => Ok(()),
        }
    }

    /// The snapshot shown last.
    pub(crate) fn last(&self) -> Option<&Status> {
        self.last.as_ref()
    }

    fn stale_s(&self) -> Option<u64> {
        (self.silent_ms > STALE_AFTER_MS).then_some(self.silent_ms / 1000)
    }

    fn draw(&mut self) -> Result<(), Failure> {
        let Some(status) = &self.last else {
            return Ok(());
        };
        self.since_line_ms = 0;
        // Three columns stay free: the terminal itself writes ^C there, and some wrap at the last.
        let width = self.output.width.saturating_sub(3);
        let line = live::line(status, self.stale_s(), width, self.output.paint);
        match self.mode {
            Mode::Redrawn => self.output.text(&format!("{REDRAW}{line}")),
            Mode::Lines => self.output.text(&format!("{line}\n")),
            Mode::Json | Mode::Silent => Ok(()),
        }
    }
}

/// Says which session runs, before the live line starts. `hint` is how to end it.
pub(crate) fn opening(status: &Status, hint: &str) -> Option<String> {
    let session = status.session.as_ref()?;
    let target = celsius(session.target_c);
    let length = clock(session.duration_s);
    let (id, site) = (session.id, &session.site);
    let simulated =
        summary::simulated(status).map_or_else(String::new, |text| format!("\n  {text}"));
    let what = match session.protocol.as_str() {
        Plan::TUNE => format!("tuning on {site}, to at most {target}, {length} at most"),
        Plan::HEAT => format!("heat at {target} for {length} on {site}"),
        name => {
            let of = session.phase.of;
            let phases = if of == 1 { "one phase".to_owned() } else { format!("{of} phases") };
            format!("{name}, {phases}, {length} and what you need, on {site}")
        }
    };
    Some(format!("Session {id}: {what}. {hint}{simulated}"))
}

/// Something happened that a person wants to see at once.
fn differs(before: &Status, after: &Status) -> bool {
    let key = |status: &Status| {
        let session = status.session.as_ref();
        let watches = session.is_some_and(live::only_watches);
        let session = session.map(|it| {
            let level = it.phase.level.as_ref().map(|level| level.level_ma);
            (it.id, it.phase.number, it.target_reached, watches, it.phase.asked.is_some(), level)
        });
        (status.state, session, status.answer_within_s().is_some())
    };
    key(before) != key(after)
}
