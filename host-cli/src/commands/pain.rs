//! `soothe pain`: how much it hurts, the diary of it, and what came of a locked site.

use jiff::tz::TimeZone;
use serde_json::json;
use soothe_therapy::Site;
use soothe_therapy::pain::care::Settled;
use soothe_therapy::pain::{Cause, When};
use soothe_wire::client::Client;
use soothe_wire::{NewPain, Settlement};

use crate::args::{Listed, OneSite, PainArgs, PainCommand, YesNo};
use crate::failure::Failure;
use crate::output::Output;
use crate::render::diary;

/// Adds an entry, or does with the diary what was asked for.
pub(crate) async fn run(args: PainArgs, client: &Client, output: &Output) -> Result<(), Failure> {
    match &args.command {
        None => note(args, client, output).await,
        Some(PainCommand::List(listed)) => list(listed, client, output).await,
        Some(PainCommand::Seen(OneSite { site })) => {
            settle(*site, Settled::Seen, client, output).await
        }
        Some(PainCommand::Waive(OneSite { site })) => {
            settle(*site, Settled::Waived, client, output).await
        }
    }
}

async fn note(args: PainArgs, client: &Client, output: &Output) -> Result<(), Failure> {
    let when = when(&args);
    let (Some(pain), Some(site)) = (args.pain, args.site) else {
        return Err(Failure::Usage("an entry needs a pain of 0 to 10, and a --site".to_owned()));
    };
    let entry = NewPain {
        site: site.name().to_owned(),
        nrs: pain.get().into(),
        kind: when.name().to_owned(),
        session: args.session,
        awake: args.awake.map(|awake| awake == YesNo::Yes),
        cause: args.cause.map(Cause::name).map(str::to_owned),
        note: args.note.map(|note| note.as_str().to_owned()),
    };
    let answer = client.note_pain(&entry).await?;
    if output.json {
        return output.value(&json!(answer));
    }
    output.text(&diary::noted(&answer, output.paint))
}

/// At most one of the three is given.
const fn when(args: &PainArgs) -> When {
    if args.before {
        When::Before
    } else if args.after {
        When::After
    } else if args.morning {
        When::Morning
    } else {
        When::Other
    }
}

async fn list(listed: &Listed, client: &Client, output: &Output) -> Result<(), Failure> {
    let list = client.pain(listed.limit, listed.site.map(Site::name)).await?;
    if output.json {
        return output.value(&json!(list));
    }
    output.text(&diary::diary(&list, &TimeZone::system(), output.paint))
}

async fn settle(site: Site, how: Settled, client: &Client, output: &Output) -> Result<(), Failure> {
    let settlement = Settlement { site: site.name().to_owned(), how: how.name().to_owned() };
    let after = client.settle(&settlement).await?;
    if output.json {
        return output.value(&json!(after));
    }
    output.text(&format!("{site} is not locked: {}.\n", how.text()))
}
