//! A running session as people see it.

use super::{Asked, Heating, Part, Running, Stage};
use crate::attendance::Attending;
use crate::command::SessionId;
use crate::heat::Outlook;
use crate::pad::Misfit;
use crate::plan::Summary;
use crate::protocol::Phase;
use crate::tens::Level;
use crate::units::{Celsius, Cem43, Duty, Moment, Span};

/// A running session, as shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionView {
    /// Its number.
    pub id: SessionId,
    /// What it does.
    pub plan: Summary,
    /// How long it has run.
    pub elapsed: Span,
    /// How long it still runs, a person's answers aside.
    pub left: Span,
    /// The phase that is on.
    pub phase: PhaseView,
    /// The heat path is being tested; nothing is warmed yet.
    pub proving: bool,
    /// Whether somebody is there.
    pub attending: Attending,
    /// The pad has been within half a kelvin of the target.
    pub target_reached: bool,
    /// What the skin got so far.
    pub dose: Cem43,
    /// What the site got in the 24 hours before this session.
    pub dose_before: Cem43,
    /// How long cold packs have lain on it.
    pub cold: Span,
    /// How long TENS has flowed.
    pub tens: Span,
    /// The hottest valid contact reading so far, as measured.
    pub hottest: Option<Celsius>,
    /// What the regulator asks for.
    pub duty: Duty,
    /// What is to come; none before the pad is known, and once the target was reached.
    pub outlook: Option<Outlook>,
    /// The pad is not what it was found to be.
    pub misfit: Option<Misfit>,
}

/// The phase that is on, as shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseView {
    /// Which one it is, from one.
    pub number: usize,
    /// What it is.
    pub phase: Phase,
    /// How long it still lasts; none where it waits for a person.
    pub left: Option<Span>,
    /// What waits for a person.
    pub asked: Option<Asked>,
    /// A cold pack lies on the skin.
    pub pack_on: bool,
    /// The skin under it is so cold that it feels no pain: enough, if the person wants (HL-C3).
    pub analgesia: bool,
    /// It is over, and the next one waits until both contact sensors agree, and for TENS until they are below 38 °C.
    pub awaits_pad: bool,
    /// It is over, and the next one waits until the skin was free of heat or cold for long enough (HL-H7, HL-C2).
    pub awaits_break: bool,
    /// The TENS level in force, while electrodes lie.
    pub level: Option<Level>,
    /// How long a pause may still last, while it is paused.
    pub pause_left: Option<Span>,
    /// What comes next.
    pub next: Option<Phase>,
}

impl Running {
    /// How it is shown at `now`.
    #[must_use]
    pub fn view(&self, now: Moment) -> SessionView {
        let heating = self.heating();
        let done = matches!(self.stage, Stage::Led(Part::Done));
        let awaits_break =
            done && self.next_phase().is_some_and(|it| !self.had_break_for(&it, now));
        SessionView {
            id: self.id,
            plan: self.plan.summary(),
            elapsed: now.since(self.started),
            left: self.left(now),
            phase: PhaseView {
                number: self.at + 1,
                phase: *self.phase(),
                left: self.phase_left(now),
                asked: self.asked(),
                pack_on: self.pack_on.is_some(),
                analgesia: self.feels_no_pain(),
                awaits_pad: done && !awaits_break,
                awaits_break,
                level: self.level(),
                pause_left: self.pause_left(now),
                next: self.next_phase(),
            },
            proving: matches!(self.stage, Stage::Proving(_)),
            attending: self.attendance.at(now),
            target_reached: heating.is_some_and(Heating::target_reached),
            dose: self.dose.total(),
            dose_before: self.dose_before,
            cold: self.iced_by(now),
            tens: self.stimulated_by(now),
            hottest: self.hottest,
            duty: heating.map_or(Duty::ZERO, |it| it.law().asked().duty),
            outlook: heating.filter(|it| !it.target_reached()).and_then(|it| it.law().outlook()),
            misfit: heating.and_then(|it| it.law().misfit()),
        }
    }
}
