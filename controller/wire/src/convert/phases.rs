//! Protocols and their phases, as shapes and in words.

use soothe_therapy as core;
use soothe_therapy::session::{PhaseView, SessionView};
use soothe_therapy::tens::{Level, Placement};
use soothe_therapy::{Purpose, Site, Span, Summary};

use super::{rounded, rounded_c};
use crate::protocol::{ProtocolFile, find};
use crate::record::{ListedProtocol, PhaseInfo, ProtocolInfo};
use crate::status::{LevelStatus, Phase, PhaseStatus, Prompt, TensPhase};

pub(super) fn phase_status(view: &SessionView) -> PhaseStatus {
    let PhaseView { number, phase, left, asked, pack_on, analgesia, .. } = view.phase;
    let PhaseView { awaits_pad, awaits_break, level, pause_left, next, .. } = view.phase;
    PhaseStatus {
        number,
        of: view.plan.phases,
        phase: phase.into(),
        left_s: left.map(Span::as_s),
        // Whoever knows the protocol's text adds them: the core does not.
        say: None,
        asked: asked.map(|it| Prompt {
            number: it.id.number,
            kind: it.prompt.name().to_owned(),
            text: it.prompt.text().to_owned(),
            how: how(it.prompt, &phase, view.plan.site).map(str::to_owned),
        }),
        pack_on,
        analgesia,
        awaits_pad,
        awaits_break,
        level: level.map(|it| level_status(&it, &phase)),
        pause_left_s: pause_left.map(Span::as_s),
        next: next.map(Into::into),
    }
}

/// How what is asked is done, where that takes more words.
fn how(prompt: core::session::Prompt, phase: &core::Phase, site: Site) -> Option<&'static str> {
    match (prompt, phase) {
        (core::session::Prompt::Electrodes, _) => Placement::on(site).map(Placement::text).ok(),
        (core::session::Prompt::Exercise, core::Phase::Exercise { exercise, .. }) => {
            Some(exercise.instruction())
        }
        (_, _) => None,
    }
}

/// The level, with what it comes to.
fn level_status(level: &Level, phase: &core::Phase) -> LevelStatus {
    LevelStatus {
        level_ma: level.ma(),
        cap_ma: level.cap().ma(),
        zeroed_by: level.zeroed().map(|cause| cause.text().to_owned()),
        rms_ma: phase.programme().map_or(0.0, |it| rounded(it.reported(level.current()).rms_ma)),
    }
}

/// What a TENS phase is, and what it comes to at its cap.
fn tens(phase: &core::Phase) -> Option<TensPhase> {
    let core::Phase::Tens { mode, cap, area, .. } = *phase else { return None };
    let programme = phase.programme()?;
    let (told, worst) = (programme.reported(cap.current()), programme.worst(cap.current()));
    Some(TensPhase {
        mode: mode.name().to_owned(),
        mode_label: mode.label().to_owned(),
        cap_ma: cap.ma(),
        electrode_cm2: area.get(),
        rms_ma: rounded(told.rms_ma),
        charge_uc: rounded(told.charge_uc),
        energy_mj: rounded(told.energy_mj),
        worst_rms_ma: rounded(worst.rms_ma),
        worst_density_ma_per_cm2: rounded(worst.current_density_ma_per_cm2),
        worst_power_mw_per_cm2: rounded(worst.power_density_mw_per_cm2),
    })
}

impl From<core::Phase> for Phase {
    fn from(phase: core::Phase) -> Self {
        Self {
            kind: phase.name().to_owned(),
            target_c: phase.target().map(rounded_c),
            duration_s: phase.duration().as_s(),
            until_normal: matches!(phase, core::Phase::Rest { until_normal: true, .. }),
            tens: tens(&phase),
            exercise: match phase {
                core::Phase::Exercise { exercise, .. } => Some(exercise.name().to_owned()),
                core::Phase::Heat { .. }
                | core::Phase::Ice { .. }
                | core::Phase::Tens { .. }
                | core::Phase::Swap { .. }
                | core::Phase::Rest { .. } => None,
            },
        }
    }
}

pub(super) fn started(plan: &Summary) -> String {
    let Summary { protocol, purpose, phases, target, duration, .. } = plan;
    match (purpose, target) {
        (Purpose::Tune, Some(target)) => {
            format!("tuning: heated once to at most {target}, then watched")
        }
        (Purpose::Treat, Some(target)) if protocol.as_str() == core::Plan::HEAT => {
            format!("heat at {target} for {duration}")
        }
        (Purpose::Treat | Purpose::Tune, _) => {
            let phases =
                if *phases == 1 { "one phase".to_owned() } else { format!("{phases} phases") };
            format!("{protocol}: {phases}, {duration} altogether")
        }
    }
}

impl From<&ProtocolFile> for ProtocolInfo {
    fn from(file: &ProtocolFile) -> Self {
        let protocol = &file.protocol;
        let phase = |(phase, say): (&core::Phase, Option<&str>)| PhaseInfo {
            phase: (*phase).into(),
            say: say.map(str::to_owned),
        };
        Self {
            name: protocol.name().to_string(),
            own: find(protocol.name().as_str()).is_none(),
            title: file.title.clone(),
            about: file.about.clone(),
            evidence: file.evidence.clone(),
            weakness: file.weakness.clone(),
            phases: file.phases().map(phase).collect(),
            duration_s: protocol.duration().as_s(),
            dose_cem43: rounded(protocol.dose().get()),
        }
    }
}

impl ListedProtocol {
    /// A protocol as `profile` judges it.
    #[must_use]
    pub fn new(file: &ProtocolFile, profile: core::Profile) -> Self {
        let refused = profile.takes(&file.protocol).err().map(|it| it.to_string());
        Self { info: file.into(), refused }
    }
}

/// A phase in a few words.
#[must_use]
pub fn phase_text(phase: &core::Phase) -> String {
    match *phase {
        core::Phase::Heat { target, duration } => format!("heat at {target} for {duration}"),
        core::Phase::Ice { duration } => format!("ice for {duration}"),
        core::Phase::Tens { mode, cap, duration, .. } => {
            format!("TENS {mode}, at most {} mA, for {duration}", cap.ma())
        }
        core::Phase::Exercise { exercise, duration } => {
            format!("{}: {} for {duration}", exercise.kind().name(), exercise.label())
        }
        core::Phase::Swap { duration } => format!("change over, {duration} at least"),
        core::Phase::Rest { duration, until_normal: false } => format!("rest for {duration}"),
        core::Phase::Rest { duration, until_normal: true } => {
            format!("rest for {duration}, and until the skin feels normal")
        }
    }
}
