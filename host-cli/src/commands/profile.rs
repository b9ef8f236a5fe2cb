//! `soothe profile`: whom each profile is for, and which counts.

use serde_json::json;
use soothe_wire::client::Client;
use soothe_wire::{ProfileInfo, ProfileList, ProfileRequest};

use crate::args::{ProfileCommand, Profiles};
use crate::failure::Failure;
use crate::output::Output;

/// Shows or chooses.
pub(crate) async fn run(
    profiles: &Profiles,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    match &profiles.command {
        None | Some(ProfileCommand::Show) => {
            let list = client.profiles().await?;
            tell(&list, &shown(&list), output)
        }
        Some(ProfileCommand::Use { profile }) => {
            let choice = ProfileRequest { profile: profile.name().to_owned() };
            let list = client.use_profile(&choice).await?;
            tell(&list, &chosen(&list), output)
        }
    }
}

fn tell(list: &ProfileList, text: &str, output: &Output) -> Result<(), Failure> {
    if output.json { output.value(&json!(list)) } else { output.text(text) }
}

fn shown(list: &ProfileList) -> String {
    let one = |it: &ProfileInfo| {
        let mark = if it.name == list.profile { "*" } else { " " };
        format!("{mark} {}: for {}\n    {}\n", it.name, it.for_whom, it.takes)
    };
    let all: String = list.profiles.iter().map(one).collect();
    let how = if list.fixed {
        "The device's configuration fixes the one with the star."
    } else {
        "The one with the star counts; another one: `soothe profile use NAME`."
    };
    format!("{all}{how}\n")
}

fn chosen(list: &ProfileList) -> String {
    let takes = list.profiles.iter().find(|it| it.name == list.profile).map(|it| &it.takes);
    let takes = takes.map_or_else(String::new, |takes| format!(": {takes}"));
    format!("From the next session on the profile is {}{takes}.\n", list.profile)
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_therapy::{Profile, ProfileChoice};

    #[test]
    fn the_one_that_counts_has_the_star_and_a_fixed_one_offers_no_choice() {
        let choice = ProfileChoice { chosen: Profile::Cautious, fixed: None };
        let text = shown(&choice.into());
        assert!(text.contains("* cautious: for older people") && text.contains("  default: "));
        assert!(text.ends_with("`soothe profile use NAME`.\n"), "{text}");
        let fixed = shown(&ProfileChoice { fixed: Some(Profile::Sensitive), ..choice }.into());
        assert!(fixed.contains("* sensitive: ") && !fixed.contains("profile use"), "{fixed}");
    }

    #[test]
    fn a_choice_is_told_with_what_it_takes() {
        let list = ProfileChoice { chosen: Profile::Sensitive, fixed: None }.into();
        let text = chosen(&list);
        assert!(
            text.starts_with("From the next session on the profile is sensitive: heat up to 38")
        );
    }
}
