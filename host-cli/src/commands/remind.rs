//! `soothe remind`: breaks to move, to stretch and to massage that the device announces.

use serde_json::json;
use soothe_therapy::Site;
use soothe_wire::client::Client;
use soothe_wire::reminder::{Day, TimeOfDay};
use soothe_wire::{NewReminder, Reminder, ReminderList};

use crate::args::{Add, Remind, Which};
use crate::failure::Failure;
use crate::output::Output;
use crate::render::remind;

/// Does with the reminders what was asked for.
pub(crate) async fn run(command: Remind, client: &Client, output: &Output) -> Result<(), Failure> {
    match command {
        Remind::Add(asked) => add(&asked, client, output).await,
        Remind::List => show(&client.reminders().await?, None, output),
        Remind::Done(Which { id }) => {
            let list = client.reminder_done(id).await?;
            show(&list, Some(format!("Reminder {id} is done.\n")), output)
        }
        Remind::Later(Which { id }) => {
            let list = client.reminder_later(id).await?;
            show(
                &list,
                Some(format!("Reminder {id} comes once more in ten minutes, if it was due.\n")),
                output,
            )
        }
        Remind::Remove(Which { id }) => {
            let list = client.remove_reminder(id).await?;
            show(&list, Some(format!("Reminder {id} is gone.\n")), output)
        }
    }
}

async fn add(asked: &Add, client: &Client, output: &Output) -> Result<(), Failure> {
    let asked = request(asked);
    // What would be refused is not sent: it is a matter of usage, and said without a daemon as well.
    Reminder::try_from(&asked).map_err(|error| Failure::Usage(error.to_string()))?;
    let entry = client.add_reminder(&asked).await?;
    if output.json {
        return output.value(&json!(entry));
    }
    output.text(&remind::added(&entry))
}

fn request(asked: &Add) -> NewReminder {
    let at: Vec<String> = asked.at.iter().map(TimeOfDay::to_string).collect();
    NewReminder {
        kind: asked.kind.clone(),
        at: (!at.is_empty()).then_some(at),
        every_min: asked.every,
        from: asked.from.map(|time| time.to_string()),
        until: asked.until.map(|time| time.to_string()),
        days: asked.on.map(|days| days.all().map(Day::name).map(str::to_owned).collect()),
        exercise: asked.exercise.map(|it| it.name().to_owned()),
        site: asked.site.map(Site::name).map(str::to_owned),
    }
}

fn show(list: &ReminderList, said: Option<String>, output: &Output) -> Result<(), Failure> {
    if output.json {
        return output.value(&json!(list));
    }
    output.text(&said.unwrap_or_else(|| remind::list(list, output.paint)))
}
