//! How the diary, treatments and the signs of an emergency are asked for.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use soothe_therapy::Site;
use soothe_therapy::pain::red_flags::RedFlag;
use soothe_therapy::pain::{Cause, Pain, Treatment};
use soothe_wire::Note;

use crate::parse;

pub(super) const PAIN_HELP: &str = "\
Examples:
  soothe pain 4 --site left-shoulder
  soothe pain 6 --site left-shoulder --before
  soothe pain 4 --site left-shoulder --after --session 7
  soothe pain 5 --site left-shoulder --morning --awake --cause desk
  soothe pain list --site left-shoulder
  soothe pain seen --site left-shoulder     a doctor has looked at it

0 is no pain, 10 the worst that you can imagine. What you say before and after a session is compared: \
two in a row that make it worse by 2 or more lock the site (HL-P1). Pain that lingers is a reason to see \
a doctor, and the list says when (HL-P3).";

pub(super) const PAIN_USAGE: &str = "soothe pain [OPTIONS] <0-10> --site <SITE>\n       \
    soothe pain list [--site <SITE>]\n       soothe pain seen --site <SITE>\n       \
    soothe pain waive --site <SITE>";

pub(super) const TREATMENT_HELP: &str = "\
Examples:
  soothe treatment dry-needling --site left-shoulder --before 6 --after 4
  soothe treatment massage --site left-shoulder --note \"half an hour\"
  soothe treatment list --site left-shoulder";

pub(super) const TREATMENT_USAGE: &str = "soothe treatment [OPTIONS] <KIND> --site <SITE>\n       \
    soothe treatment list [--site <SITE>]";

pub(super) const RED_FLAGS_HELP: &str = "\
Examples:
  soothe redflags                be asked
  soothe redflags --show         what is asked, and how it stands
  soothe redflags --none
  soothe redflags --yes chest --yes legs

These are signs of an emergency: while one is there, every start is refused (HL-P2). Call for help first.";

/// A pain, or what is done with the diary.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(group = ArgGroup::new("when"))]
pub(crate) struct PainArgs {
    /// What to do with the diary [default: add an entry].
    #[command(subcommand)]
    pub(crate) command: Option<PainCommand>,
    /// How much it hurts: 0 is no pain, 10 the worst that you can imagine.
    #[arg(value_name = "0-10", value_parser = parse::pain, required = true, allow_hyphen_values = true)]
    pub(crate) pain: Option<Pain>,
    /// Where it hurts, named from your own point of view.
    #[arg(long, value_parser = parse::SiteParser, required = true)]
    pub(crate) site: Option<Site>,
    /// Felt before a session.
    #[arg(long, group = "when")]
    pub(crate) before: bool,
    /// Felt after a session.
    #[arg(long, group = "when")]
    pub(crate) after: bool,
    /// Felt on the next morning.
    #[arg(long, group = "when")]
    pub(crate) morning: bool,
    /// The number of the session that it belongs to.
    #[arg(long, value_name = "N", value_parser = parse::session_id, allow_hyphen_values = true)]
    pub(crate) session: Option<i64>,
    /// Whether it kept you awake in the night before [default: not said].
    #[arg(long, value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes",
          require_equals = true, hide_possible_values = true)]
    pub(crate) awake: Option<YesNo>,
    /// What you suspect behind it.
    #[arg(long, value_parser = parse::cause())]
    pub(crate) cause: Option<Cause>,
    /// A note of up to 500 characters on one line.
    #[arg(long, value_name = "TEXT", value_parser = parse::note)]
    pub(crate) note: Option<Note>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// What can be done with the diary of pain.
#[derive(Debug, Subcommand)]
pub(crate) enum PainCommand {
    /// Show the diary, newest first, and what it warns of.
    #[command(
        override_usage = "soothe pain list [OPTIONS]",
        after_help = "Examples:\n  soothe pain list\n  soothe pain list --site left-shoulder --json"
    )]
    List(Listed),
    /// A doctor has looked at a locked site: it may be heated again.
    #[command(after_help = "Example:\n  soothe pain seen --site left-shoulder")]
    Seen(OneSite),
    /// Go on with a locked site without a doctor; it is recorded.
    #[command(after_help = "Example:\n  soothe pain waive --site left-shoulder")]
    Waive(OneSite),
}

/// Which site.
#[derive(Args, Debug)]
pub(crate) struct OneSite {
    /// The site.
    #[arg(long, value_parser = parse::SiteParser)]
    pub(crate) site: Site,
}

/// What is listed.
#[derive(Args, Debug)]
pub(crate) struct Listed {
    /// Only this site.
    #[arg(long, value_parser = parse::SiteParser)]
    pub(crate) site: Option<Site>,
    /// At most this many.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = parse::page,
          allow_hyphen_values = true)]
    pub(crate) limit: u32,
}

/// A treatment, or the list of them.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct TreatmentArgs {
    /// What to do [default: add an entry].
    #[command(subcommand)]
    pub(crate) command: Option<TreatmentCommand>,
    /// What was done.
    #[arg(value_name = "KIND", value_parser = parse::treatment(), required = true)]
    pub(crate) kind: Option<Treatment>,
    /// Where, named from your own point of view.
    #[arg(long, value_parser = parse::SiteParser, required = true)]
    pub(crate) site: Option<Site>,
    /// Pain before it, 0 to 10.
    #[arg(long, value_name = "0-10", value_parser = parse::pain, allow_hyphen_values = true)]
    pub(crate) before: Option<Pain>,
    /// Pain after it, 0 to 10.
    #[arg(long, value_name = "0-10", value_parser = parse::pain, allow_hyphen_values = true)]
    pub(crate) after: Option<Pain>,
    /// A note of up to 500 characters on one line.
    #[arg(long, value_name = "TEXT", value_parser = parse::note)]
    pub(crate) note: Option<Note>,
}

/// What can be done with treatments.
#[derive(Debug, Subcommand)]
pub(crate) enum TreatmentCommand {
    /// Show what was done besides the sessions, newest first.
    #[command(
        override_usage = "soothe treatment list [OPTIONS]",
        after_help = "Examples:\n  soothe treatment list\n  soothe treatment list --site left-shoulder --json"
    )]
    List(Listed),
}

/// The signs of an emergency.
#[derive(Args, Debug)]
pub(crate) struct RedFlagArgs {
    /// Show what is asked, and how it stands.
    #[arg(long, conflicts_with_all = ["none", "yes"])]
    pub(crate) show: bool,
    /// None of the signs is there.
    #[arg(long, conflicts_with = "yes")]
    pub(crate) none: bool,
    /// This sign is there; may be given several times.
    #[arg(long, value_name = "NAME", value_parser = parse::red_flag())]
    pub(crate) yes: Vec<RedFlag>,
}
