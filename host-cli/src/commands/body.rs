//! `soothe sites` and `soothe exercises`: what is known of the body, without a daemon.

use serde_json::json;
use soothe_therapy::exercise::Exercise;
use soothe_wire::{ExerciseInfo, ExerciseList, SiteList};

use crate::args::Exercises;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::body;

/// Lists the sites.
pub(crate) fn sites(output: &Output) -> Result<(), Failure> {
    let list = SiteList::compiled_in();
    if output.json {
        return output.value(&json!(list));
    }
    output.text(&body::sites(&list.sites))
}

/// Lists the exercises, or shows one.
pub(crate) fn exercises(asked: &Exercises, output: &Output) -> Result<(), Failure> {
    match *asked {
        Exercises { name: Some(exercise), .. } => show(exercise, output),
        Exercises { name: None, site } => {
            let mut list = ExerciseList::compiled_in();
            list.exercises.retain(|it| {
                site.is_none_or(|site| it.sites.iter().any(|name| name == site.name()))
            });
            if output.json {
                return output.value(&json!(list));
            }
            output.text(&body::exercises(&list.exercises))
        }
    }
}

fn show(exercise: Exercise, output: &Output) -> Result<(), Failure> {
    let info = ExerciseInfo::from(exercise);
    if output.json {
        return output.value(&json!(info));
    }
    output.text(&body::exercise(&info))
}
