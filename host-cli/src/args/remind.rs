//! How reminders are asked for.

use clap::{ArgGroup, Args, Subcommand};
use soothe_therapy::Site;
use soothe_therapy::exercise::Exercise;
use soothe_wire::reminder::{Days, TimeOfDay};

use crate::parse;

pub(super) const HELP: &str = "\
Examples:
  soothe remind add move --every 45m --from 9:00 --until 17:30 --on weekdays
  soothe remind add stretch --at 10:00,13:00,16:30 --exercise neck-tilt
  soothe remind add massage --at 8:30,20:00 --site left-calf
  soothe remind list
  soothe remind done 2
  soothe remind later 2                     once more in ten minutes
  soothe remind remove 2

The device says when one is due: in `soothe status` and `soothe watch`, on the panel, with two short \
sounds of its buzzer where nothing runs, and to a program that the owner names in the daemon's \
configuration. A reminder never switches anything on.";

/// What can be done with reminders.
#[derive(Debug, Subcommand)]
pub(crate) enum Remind {
    /// Be reminded from now on.
    #[command(
        override_usage = "soothe remind add [OPTIONS] <KIND> --at <TIMES>\n       \
        soothe remind add <KIND> --every <TIME> --from <TIME> --until <TIME>",
        after_help = "Examples:\n  soothe remind add stretch --at 10:00,13:00,16:30 --exercise neck-tilt\n  \
        soothe remind add move --every 45m --from 9:00 --until 17:30 --on weekdays\n\n\
        Times are those of the clock on the wall, where the daemon is. Where --until is before \
        --from, they go on over midnight."
    )]
    Add(Add),
    /// Show all reminders, and those that are due.
    #[command(
        after_help = "Examples:\n  soothe remind list\n  soothe remind list --json | jq .due"
    )]
    List,
    /// Say that it is done.
    #[command(after_help = "Example:\n  soothe remind done 2")]
    Done(Which),
    /// Be reminded of it once more in ten minutes.
    #[command(after_help = "Example:\n  soothe remind later 2")]
    Later(Which),
    /// Be reminded of it no more.
    #[command(after_help = "Example:\n  soothe remind remove 2")]
    Remove(Which),
}

/// A reminder to add.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("when").required(true))]
pub(crate) struct Add {
    /// What to be reminded of.
    #[arg(value_name = "KIND", value_parser = parse::reminder_kind())]
    pub(crate) kind: String,
    /// At these times of day, such as 10:00,13:00,16:30.
    #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = parse::time_of_day, group = "when")]
    pub(crate) at: Vec<TimeOfDay>,
    /// Every so often, 10 minutes to 12 hours: 45m.
    #[arg(long, value_name = "TIME", value_parser = parse::every_min, group = "when",
          requires = "from", requires = "until", allow_hyphen_values = true)]
    pub(crate) every: Option<u64>,
    /// The first of a day, such as 9:00.
    #[arg(long, value_name = "TIME", value_parser = parse::time_of_day, requires = "every")]
    pub(crate) from: Option<TimeOfDay>,
    /// None is after this, such as 17:30.
    #[arg(long, value_name = "TIME", value_parser = parse::time_of_day, requires = "every")]
    pub(crate) until: Option<TimeOfDay>,
    /// On these days: mon,thu or mon-fri, weekdays, weekend [default: every day].
    #[arg(long, value_name = "DAYS", value_parser = parse::days)]
    pub(crate) on: Option<Days>,
    /// How, by the name of an exercise of that kind.
    #[arg(long, value_parser = parse::exercise(), hide_possible_values = true)]
    pub(crate) exercise: Option<Exercise>,
    /// Where, named from your own point of view.
    #[arg(long, value_parser = parse::SiteParser, hide_possible_values = true)]
    pub(crate) site: Option<Site>,
}

/// Which reminder.
#[derive(Args, Debug)]
pub(crate) struct Which {
    /// The reminder's number.
    #[arg(value_parser = parse::reminder_id)]
    pub(crate) id: i64,
}
