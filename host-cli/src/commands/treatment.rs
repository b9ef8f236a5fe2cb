//! `soothe treatment`: what was done besides the sessions.

use jiff::tz::TimeZone;
use serde_json::json;
use soothe_therapy::Site;
use soothe_wire::NewTreatment;
use soothe_wire::client::Client;

use crate::args::{Listed, TreatmentArgs, TreatmentCommand};
use crate::failure::Failure;
use crate::output::Output;
use crate::render::diary;

/// Writes one down, or lists them.
pub(crate) async fn run(
    args: TreatmentArgs,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    match &args.command {
        None => note(args, client, output).await,
        Some(TreatmentCommand::List(listed)) => list(listed, client, output).await,
    }
}

async fn note(args: TreatmentArgs, client: &Client, output: &Output) -> Result<(), Failure> {
    let (Some(kind), Some(site)) = (args.kind, args.site) else {
        return Err(Failure::Usage("a treatment needs its kind, and a --site".to_owned()));
    };
    let treatment = NewTreatment {
        kind: kind.name().to_owned(),
        site: site.name().to_owned(),
        before: args.before.map(|pain| pain.get().into()),
        after: args.after.map(|pain| pain.get().into()),
        note: args.note.map(|note| note.as_str().to_owned()),
    };
    let entry = client.note_treatment(&treatment).await?;
    if output.json {
        return output.value(&json!(entry));
    }
    output.text(&diary::treated(&entry))
}

async fn list(listed: &Listed, client: &Client, output: &Output) -> Result<(), Failure> {
    let list = client.treatments(listed.limit, listed.site.map(Site::name)).await?;
    if output.json {
        return output.value(&json!(list));
    }
    output.text(&diary::treatments(&list, &TimeZone::system()))
}
