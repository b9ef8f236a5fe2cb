//! The story of a life in plain words: what befell the device, what it told, and what came of it.

use std::fmt::Write as _;

use soothe_plant::{
    Contact, Electrode, ElectrodeFault, Fault, Lift, Pack, PadFault, Peel, ProbeFault, SwitchFault,
};
use soothe_therapy::{Event, Moment, Plan, ProbeError, Purpose, Rule, Span};
use soothe_wire::convert;

use crate::host::Standstill;
use crate::onset::Found;
use crate::store::Health;
use crate::trouble::{Kind, Trouble};

/// What stands above every story.
const LEGEND: &str = "\
Each line: when, how warm the pad's skin side truly was, and what happened.
> befalls the device, * is what it tells, = is what came of it.
";

/// The lines so far, and how warm the skin side of the pad was when it was looked at last.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    text: String,
    surface_c: f64,
}

impl Story {
    /// A story under a heading.
    pub(crate) fn new(heading: &str) -> Self {
        Self { text: format!("{heading}\n{LEGEND}\n"), surface_c: f64::NAN }
    }

    /// The skin side of the pad is this warm.
    pub(crate) fn surface(&mut self, c: f64) {
        self.surface_c = c;
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, now: Moment, what: &str) {
        let at = clock(now.since(Moment::START));
        let surface = match self.surface_c.is_finite() {
            true => format!("{:.1} °C", self.surface_c),
            false => String::new(),
        };
        writeln!(self.text, "{at:>11}  {surface:>7}  {what}").expect("strings take text");
    }

    /// The whole text.
    pub(crate) fn end(self) -> String {
        self.text
    }
}

/// `05:00.0`, `1:05:00.0` from an hour on.
pub(crate) fn clock(t: Span) -> String {
    let (s, tenths) = (t.as_ms() / 1000, t.as_ms() % 1000 / 100);
    let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}.{tenths}") } else { format!("{m:02}:{s:02}.{tenths}") }
}

/// What the device tells.
pub(crate) fn told(event: &Event) -> String {
    let by = |rule: Option<Rule>| rule.map(|it| format!(" [{}]", it.id())).unwrap_or_default();
    match event {
        Event::Started { id, plan } => {
            let (lasts, site) = (plan.duration, plan.site.name());
            match (plan.purpose, plan.target) {
                (Purpose::Tune, Some(target)) => {
                    format!("session {id} starts: tuning to at most {target} on {site}")
                }
                (Purpose::Treat, Some(target)) if plan.protocol.as_str() == Plan::HEAT => {
                    format!("session {id} starts: heat at {target} for {lasts} on {site}")
                }
                (Purpose::Treat | Purpose::Tune, _) => {
                    format!("session {id} starts: {} for {lasts} on {site}", plan.protocol)
                }
            }
        }
        Event::PhaseBegan { number, phase, .. } => {
            format!("phase {number}: {}", convert::phase_text(phase))
        }
        Event::Asked { id, prompt } => format!("asks ({}): {}", id.number, prompt.text()),
        Event::Confirmed { id, prompt } => {
            format!("is told ({}): {} is done", id.number, prompt.name())
        }
        Event::LevelZeroed { .. }
        | Event::ElectrodesOff { .. }
        | Event::Level { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. } => {
            let record = convert::event_record(event, 0.0);
            let rule = record.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default();
            format!("{}{rule}", record.message)
        }
        Event::Numb { .. } => "is told that the skin is numb".to_owned(),
        Event::Skin { says, .. } => format!("tells: {}{}", says.text(), by(Some(says.rule()))),
        Event::Proved { .. } => "the switches are proved: neither alone passes current".to_owned(),
        Event::TargetReached { .. } => "the target is reached".to_owned(),
        Event::Misfits { misfit, .. } => format!("warns: {misfit}"),
        Event::AskedForSign { .. } => "asks for a sign that somebody is there".to_owned(),
        Event::Ended(ended) => {
            let (id, ran) = (ended.id, ended.elapsed);
            let rule = convert::rule_of(ended.outcome);
            let rule = rule.map(|id| format!(" [{id}]")).unwrap_or_default();
            format!("session {id} ends after {ran}: {}{rule}", convert::reason(ended.outcome))
        }
        Event::Tuned { .. }
        | Event::NotTuned { .. }
        | Event::Refined { .. }
        | Event::PadChosen { .. }
        | Event::ProfileChosen(_) => convert::event_record(event, 0.0).message,
        Event::Latched(fault) => format!("a fault latches: {fault}{}", by(Some(fault.kind.rule()))),
        Event::Refused(refusal) => format!("refuses: {refusal}{}", by(refusal.rule())),
        Event::Cleared(fault) => format!("a person has cleared the fault: {fault}"),
        Event::Present { .. }
        | Event::Acknowledged { .. }
        | Event::Answered(_)
        | Event::LossForgotten
        | Event::PackOff(_)
        | Event::Felt { .. }
        | Event::SiteLocked { .. }
        | Event::SiteSettled { .. }
        | Event::RedFlagsAnswered(_) => convert::event_record(event, 0.0).message,
    }
}

/// What came of a trouble that was watched.
pub(crate) fn found(found: Found) -> String {
    let after = found.after;
    let text = match (found.kind, found.noticed) {
        (Kind::Hung | Kind::Frozen | Kind::Killed | Kind::KilledWithGuard, _) => {
            format!("until the daemon acted again, the pad was heated for {after}")
        }
        (_, true) => format!("noticed: everything was off {after} after it showed"),
        (_, false) => format!("{after} after it showed, the session had ended for another reason"),
    };
    match found.stray {
        Span::ZERO => text,
        stray => format!("{text}; current that nobody asked for flowed for {stray}"),
    }
}

/// What befalls the device.
pub(crate) fn trouble(trouble: Trouble) -> String {
    match trouble {
        Trouble::Plant(fault) => of_plant(fault),
        Trouble::Cover(factor) => format!("the pad loses {:.1} times the heat", factor.get()),
        Trouble::EStop => "the e-stop is pressed".to_owned(),
        Trouble::Undervoltage => "the supply voltage is too low".to_owned(),
        Trouble::CyclesLate(by) => format!("control cycles come up to {by} late"),
        Trouble::Standstill { how, span, guard_dies } => {
            let what = match (how, guard_dies) {
                (Standstill::Hung, _) => "the control thread hangs",
                (Standstill::Frozen, _) => "the whole process stands still",
                (Standstill::Dead, false) => "the daemon is killed",
                (Standstill::Dead, true) => "the daemon and its guard are killed",
            };
            format!("{what} for {span}")
        }
        Trouble::GuardLost => "the guard process is gone".to_owned(),
        Trouble::ClockJumps(by) => format!("the clock jumps ahead by {by}"),
        Trouble::ClockDrifts { ppm } => format!("the clock runs wrong by {ppm:+} millionths"),
        Trouble::WallClockBack(by) => format!("the wall clock is set back by {by}"),
        Trouble::Store(Health::Failing) => "the session log cannot be written".to_owned(),
        Trouble::Store(Health::Slow(by)) => {
            format!("the session log takes up to {by} for each entry")
        }
        Trouble::Store(Health::Instant | Health::Well) => "the session log is well".to_owned(),
        Trouble::ClientLost => "the person's phone is gone".to_owned(),
        Trouble::Storm => "commands come in a storm, some of them old".to_owned(),
    }
}

fn of_plant(fault: Fault) -> String {
    match fault {
        Fault::Contact(at, fault) => format!("{} {}", contact(at), of_probe(fault)),
        Fault::Room(fault) => format!("the room sensor {}", of_probe(fault)),
        Fault::Skin(fault) => format!("the skin probe {}", of_probe(fault)),
        Fault::Pack(pack) => format!("the cold pack is {}", of_pack(pack)),
        Fault::Lifted(at, Lift::Off) => format!("{} hangs in the air", contact(at)),
        Fault::Lifted(at, Lift::Half) => format!("{} is half lifted", contact(at)),
        Fault::Swapped(at) => format!("{} and the room sensor are swapped", contact(at)),
        Fault::K1(fault) => format!("K1 {}", of_switch(fault)),
        Fault::K2(fault) => format!("K2 {}", of_switch(fault)),
        Fault::Pad(PadFault::Folded) => "the pad is folded at contact sensor 2".to_owned(),
        Fault::Pad(PadFault::OpenCircuit) => "the pad's element is broken".to_owned(),
        Fault::Pad(PadFault::Power(factor)) => {
            format!("the pad has {:.1} times its power", factor.get())
        }
        Fault::CutOut(at) => format!("the pad's cut-out opens at {at}"),
        Fault::CurrentSense(flows) => {
            format!("the sense line always says: {}", if flows { "current" } else { "no current" })
        }
        Fault::CutOutSense(open) => {
            format!("the sense line always says: cut-out {}", if open { "open" } else { "closed" })
        }
        Fault::Electrodes(fault) => of_electrodes(fault),
    }
}

fn of_electrodes(fault: ElectrodeFault) -> String {
    match fault {
        ElectrodeFault::Peeled(at, Peel::Half) => format!("{} peels half off", electrode(at)),
        ElectrodeFault::Peeled(at, Peel::Off) => format!("{} comes off", electrode(at)),
        ElectrodeFault::Dry(at) => format!("the gel of {} is dry", electrode(at)),
        ElectrodeFault::Short => "the leads of the electrodes touch each other".to_owned(),
        ElectrodeFault::Gain(gain) => {
            format!("the stimulator gives {:.1} times the current", gain.get())
        }
        ElectrodeFault::Direct(mean) => format!("a direct current of {:.0} µA flows", mean.get()),
        ElectrodeFault::Silent => "the stimulator measures nothing".to_owned(),
        ElectrodeFault::Absent => "the stimulator does not answer".to_owned(),
    }
}

const fn electrode(at: Electrode) -> &'static str {
    match at {
        Electrode::First => "electrode 1",
        Electrode::Second => "electrode 2",
    }
}

const fn of_pack(pack: Pack) -> &'static str {
    match pack {
        Pack::Gel => "of gel",
        Pack::Peas => "one of frozen peas",
        Pack::ColdPeas => "one of very cold peas",
        Pack::Freezer => "of gel from the freezer, without cloth",
    }
}

const fn contact(at: Contact) -> &'static str {
    match at {
        Contact::First => "contact sensor 1",
        Contact::Second => "contact sensor 2",
    }
}

fn of_probe(fault: ProbeFault) -> String {
    match fault {
        ProbeFault::Lost(ProbeError::Missing) => "is missing".to_owned(),
        ProbeFault::Lost(ProbeError::Checksum) => "answers with wrong check-sums".to_owned(),
        ProbeFault::Lost(ProbeError::Garbled) => "answers with garbage".to_owned(),
        ProbeFault::Lost(ProbeError::Bus) => "does not answer on its bus".to_owned(),
        ProbeFault::Frozen => "repeats its last value".to_owned(),
        ProbeFault::Stuck(at) => format!("always says {at}"),
        ProbeFault::Drifting { per_min } => {
            format!("is off by {:+.1} K more each minute", per_min.get())
        }
        ProbeFault::Offset(by) => format!("is off by {:+.1} K", by.get()),
        ProbeFault::Slow { lag } => format!("lags by {lag}"),
        ProbeFault::Noisy { sigma } => format!("is noisy, by {sigma}"),
        ProbeFault::Late { every } => format!("gives a value only every {every}"),
    }
}

fn of_switch(fault: SwitchFault) -> String {
    match fault {
        SwitchFault::Welded => "is welded closed".to_owned(),
        SwitchFault::Open => "does not close".to_owned(),
        SwitchFault::Slow { by } => format!("opens {by} late"),
        SwitchFault::Chattering => "chatters".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::life::live;
    use crate::options::Mode;

    #[test]
    fn a_story_is_in_words_and_the_same_each_time() {
        for mode in Mode::MIXED.into_iter().chain([Mode::Only(Kind::PadBroken)]) {
            for seed in 0..12 {
                let story = live(mode, seed, true).story.unwrap();
                for jargon in ["{", "}", "(SessionId", "Span(", "Plant(", "Some(", "::"] {
                    assert!(!story.contains(jargon), "{mode}, seed {seed}: {jargon}\n{story}");
                }
                assert!(story.lines().count() > 10, "{story}");
                let mut heading = story.lines().take_while(|line| !line.is_empty());
                assert!(heading.all(|line| line.chars().count() <= 80), "{story}");
            }
            assert_eq!(live(mode, 5, true).story, live(mode, 5, true).story);
        }
    }

    #[test]
    fn a_line_has_its_time_and_how_warm_the_pad_was() {
        let mut story = Story::new("A life");
        story.line(Moment::START, "> begins");
        story.surface(31.26);
        story.line(Moment::START + Span::from_ms(3_723_450), "* tells");
        let text = story.end();
        let lines: Vec<&str> = text.lines().skip(4).collect();
        assert_eq!(lines, ["    00:00.0           > begins", "  1:02:03.4  31.3 °C  * tells"]);
    }
}
