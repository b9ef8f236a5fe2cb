//! `soothe redflags`: signs of an emergency, asked for and shown.

use serde_json::json;
use soothe_wire::client::Client;
use soothe_wire::{Condition, RedFlagAnswers, RedFlagList};

use crate::args::RedFlagArgs;
use crate::commands::asked;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::paint::Paint;
use crate::render::words::pack_left;

const QUESTION: &str = "Signs of an emergency: does any of these apply now? (HL-P2)";

/// Asks, shows, or takes the answers from the command line.
pub(crate) async fn run(
    args: &RedFlagArgs,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    if args.show {
        return tell(&client.red_flags().await?, output);
    }
    let yes = if args.none || !args.yes.is_empty() {
        args.yes.iter().map(|sign| sign.name().to_owned()).collect()
    } else if output.interactive {
        let list = client.red_flags().await?;
        asked::which(QUESTION, &list.signs, "soothe redflags", output)?
    } else {
        const HOW: &str =
            "say --none, or --yes NAME for each sign that is there; only on a terminal it asks";
        return Err(Failure::Usage(HOW.to_owned()));
    };
    let running = client.status().await?.session.map(|it| it.id);
    let list = client.answer_red_flags(&RedFlagAnswers { yes }).await?;
    tell(&list, output)?;
    match running {
        Some(id) if !list.yes.is_empty() && !output.json => {
            let pack = pack_left(client.status().await.ok().as_ref());
            output.text(format!("Session {id} was stopped. {pack}").trim_end())?;
            output.text("\n")
        }
        Some(_) | None => Ok(()),
    }
}

fn tell(list: &RedFlagList, output: &Output) -> Result<(), Failure> {
    if output.json {
        return output.value(&json!(list));
    }
    output.text(&told(list, output.paint))
}

fn told(list: &RedFlagList, paint: Paint) -> String {
    let named = |it: &Condition| format!("  {}: {}\n", it.name, it.text);
    if list.yes.is_empty() {
        let all: String = list.signs.iter().map(named).collect();
        return format!("None of these is there, as far as was said (HL-P2):\n{all}");
    }
    let yes: String = list.yes.iter().map(named).collect();
    let advice = paint.red(&format!("GET HELP: {}.", list.advice));
    format!(
        "{advice}\nWhile this is so, every start is refused (HL-P2):\n{yes}When none is there any more: \
         `soothe redflags`.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_therapy::pain::red_flags::{RedFlag, RedFlags};

    #[test]
    fn a_yes_is_told_with_what_to_do_first() {
        let list = RedFlagList::of(RedFlags::NONE.and(RedFlag::Chest));
        let text = told(&list, Paint::new(false));
        assert!(text.starts_with("GET HELP: this may be an emergency: call "), "{text}");
        assert!(text.contains("  chest: pain in the chest\nWhen none"), "{text}");
    }

    #[test]
    fn without_a_yes_all_that_is_asked_is_shown() {
        let text = told(&RedFlagList::of(RedFlags::NONE), Paint::new(false));
        assert!(
            text.starts_with("None of these is there") && text.contains("  legs: weak"),
            "{text}"
        );
    }
}
