//! `soothe tune`: heats the pad once to find out about it, and keeps, chooses and forgets what was found.

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use soothe_therapy::{PadModel, Plan, Site};
use soothe_wire::client::{Client, ClientError};
use soothe_wire::{SessionDetail, TuneRequest, Tuning, TuningChoice, TuningList};

use crate::args::{Choice, Tune};
use crate::commands::attended;
use crate::failure::{Failure, Refused};
use crate::follow::{Leaving, lost};
use crate::output::Output;
use crate::render::model::{self, Point};
use crate::render::{chart, summary, tunings};

/// Tunes, or does with what was found what was asked for.
pub(crate) async fn run(tune: &Tune, client: &Client, output: &Output) -> Result<(), Failure> {
    match (tune.show, tune.choose, tune.forget, tune.site) {
        (true, _, _, _) => listed(client.tunings().await?, output),
        (_, Some(choice), _, _) => {
            let in_use = match choice {
                Choice::Tuning(id) => Some(id),
                Choice::None => None,
            };
            let list = client.use_tuning(&TuningChoice { in_use }).await;
            listed(list.map_err(named)?, output)
        }
        (_, _, Some(id), _) => listed(client.forget_tuning(id).await.map_err(named)?, output),
        (false, None, None, Some(site)) => find_out(tune, site, client, output).await,
        (false, None, None, None) => {
            Err(Failure::Usage("a tuning needs the site on which the pad lies: --site".to_owned()))
        }
    }
}

/// A number that no tuning has, or one in use, in the words of the command line.
fn named(error: ClientError) -> Failure {
    match error {
        ClientError::Problem(problem) if problem.status == 404 => {
            Failure::Usage("there is no such tuning; `soothe tune --show` lists them".to_owned())
        }
        ClientError::Problem(problem) if problem.kind == "in-use" => Failure::Usage(
            "this tuning is in use; `soothe tune --use none`, or another, comes first".to_owned(),
        ),
        other @ (ClientError::Problem(_)
        | ClientError::Unreachable { .. }
        | ClientError::Garbled { .. }) => other.into(),
    }
}

fn listed(list: TuningList, output: &Output) -> Result<(), Failure> {
    if output.json {
        return output.value(&json!(list));
    }
    output.text(&tunings::list(&list.tunings, &TimeZone::system()))
}

/// Heats the pad, stays with it, and shows what came of it.
async fn find_out(
    tune: &Tune,
    site: Site,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    // What the limits refuse is refused here, before anything is sent; the daemon judges again.
    let plan = Plan::tuning(tune.target, site)?;
    let request = TuneRequest {
        target_c: plan.protocol().target().map(|c| c.get()),
        site: plan.site().name().to_owned(),
        name: tune.name.clone(),
    };
    attended::prepare(client, output).await?;
    let mut leaving = Leaving::listen()?;
    let id = attended::start(client.tune(&request), client, &mut leaving).await?;
    attended::stay(id, client, leaving, output).await?;
    let detail = client.session(id).await.map_err(|e| lost(e, None))?;
    let tunings = client.tunings().await.map_err(|e| lost(e, None))?.tunings;
    match tunings.into_iter().find(|tuning| tuning.id == id) {
        Some(tuning) => found(&tuning, &detail, client, output).await,
        None => {
            // A fault or a limit says more than that nothing was found.
            attended::judge(client, detail.summary.clone()).await?;
            match detail.summary.outcome.as_str() {
                "stopped" => stopped(&detail, output),
                _ => Err(not_found(&detail)),
            }
        }
    }
}

async fn found(
    tuning: &Tuning,
    detail: &SessionDetail,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    let samples = client.samples(tuning.id).await?;
    let pad = PadModel::nearest(tuning.pad.power_w, tuning.pad.mass, tuning.pad.loss);
    let curve = model::curve(&samples, pad);
    if output.json {
        let curve: Vec<Value> = curve.iter().map(point).collect();
        return output.value(&json!({"session": detail, "tuning": tuning, "curve": curve}));
    }
    let drawn = chart::compare(&curve, output.width, output.paint);
    output.text(&format!("{}\n{drawn}", tunings::one(tuning)))
}

fn point(point: &Point) -> Value {
    let Point { t_s, measured_c, model_c, heater_on } = point;
    json!({"t_s": t_s, "measured_c": measured_c, "model_c": model_c, "heater_on": heater_on})
}

/// Somebody stopped it, which is nobody's failure: the same is told as of a heat session.
fn stopped(detail: &SessionDetail, output: &Output) -> Result<(), Failure> {
    if output.json {
        return output.value(&json!({"session": detail}));
    }
    let id = detail.summary.id;
    let text = summary::session(detail, output.paint);
    output.text(&format!("{text}  curve    soothe log show {id}\n"))
}

fn not_found(detail: &SessionDetail) -> Failure {
    let id = detail.summary.id;
    let why = detail.events.iter().find(|event| event.kind == "not-tuned");
    let message = why.map_or_else(|| "nothing was found".to_owned(), |event| event.message.clone());
    let opens = "when pad and site have rested; what was in use before is in use still".to_owned();
    let check = Some(format!("what was read: `soothe log show {id}`"));
    Failure::Refused(Box::new(Refused { message, check, opens: Some(opens), ..Refused::default() }))
}
