//! How sites and exercises are asked for.

use clap::Args;
use soothe_therapy::Site;
use soothe_therapy::exercise::Exercise;

use crate::parse;

pub(super) const HELP: &str = "\
Examples:
  soothe exercises
  soothe exercises --site left-shoulder
  soothe exercises neck-tilt

Needs no daemon. They are usual advice: none of them claims to heal.";

pub(super) const USAGE: &str = "soothe exercises [--site <SITE>]\n       soothe exercises <NAME>";

pub(super) const SITES_HELP: &str = "\
Examples:
  soothe sites
  soothe sites --json | jq -r '.sites[].name'

Needs no daemon.";

/// Which exercises are shown.
#[derive(Args, Debug)]
pub(crate) struct Exercises {
    /// Only those for this site.
    #[arg(long, value_parser = parse::SiteParser, conflicts_with = "name")]
    pub(crate) site: Option<Site>,
    /// One of them, with how to do it.
    #[arg(value_name = "NAME", value_parser = parse::exercise(), hide_possible_values = true)]
    pub(crate) name: Option<Exercise>,
}
