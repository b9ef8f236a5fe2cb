//! `soothe protocols`: those that are built in and a person's own, listed, shown, checked and begun.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use soothe_wire::protocol;

use crate::args::Protocols;
use crate::failure::Failure;
use crate::library::{self, Broken, Found, Unusable};
use crate::output::Output;
use crate::render::protocols;

/// The version of the printed JSON; it changes when a field changes its meaning or goes.
const JSON_VERSION: u32 = 1;

/// Does what is asked.
pub(crate) fn run(protocols: &Protocols, output: &Output) -> Result<(), Failure> {
    match protocols {
        Protocols::List => list(output),
        Protocols::Show { protocol } => show(protocol, output),
        Protocols::Check { files } => check(files, output),
        Protocols::New { name } => begin(name, output),
    }
}

/// What is built in is listed also where the person's own cannot be.
fn list(output: &Output) -> Result<(), Failure> {
    let (own, unlisted) = match library::own() {
        Ok(own) => (own, Ok(())),
        Err(failure) => (Vec::new(), Err(failure)),
    };
    let mut found: Vec<Found> = protocol::builtin().map(Found::built_in).collect();
    let mut broken: Vec<Broken> = Vec::new();
    for own in own {
        match own {
            Ok(own) => found.push(own),
            Err(error) => broken.push(error),
        }
    }
    let folder = library::folder().ok();
    if output.json {
        let all = |it: &Found| protocols::for_programs(&it.file, it.path());
        output.value(&json!({
            "version": JSON_VERSION,
            "folder": folder.as_deref().map(Path::to_string_lossy),
            "protocols": found.iter().map(all).collect::<Vec<_>>(),
            "not_accepted": broken.iter().map(error).collect::<Vec<_>>(),
        }))?;
        return unlisted;
    }
    let mut text = protocols::list(found.iter().map(|it| (&it.file, it.own.is_some())));
    for broken in &broken {
        text += &format!("not accepted  {broken}\n");
    }
    if let Some(folder) = &folder {
        text += &format!("\nYour own lie in {}.\n", library::plain(folder));
    }
    output.text(&text)?;
    unlisted
}

fn show(asked: &Path, output: &Output) -> Result<(), Failure> {
    let found = library::find(asked)?;
    if output.json {
        let mut shown = protocols::for_programs(&found.file, found.path());
        shown["version"] = json!(JSON_VERSION);
        return output.value(&shown);
    }
    let from = found.path().map_or_else(|| "built in".to_owned(), library::plain);
    output.text(&protocols::show(&found.file, &from))
}

fn check(files: &[PathBuf], output: &Output) -> Result<(), Failure> {
    let files: Vec<PathBuf> =
        files.iter().map(|asked| library::own_file(asked)).collect::<Result<_, _>>()?;
    let checked: Vec<_> = files.iter().map(|path| library::read(path)).collect();
    let refused = checked.iter().filter(|it| it.is_err()).count();
    if output.json {
        let one = |read: &Result<Found, Broken>| match read {
            Ok(found) => protocols::for_programs(&found.file, found.path()),
            Err(broken) => error(broken),
        };
        let files: Vec<Value> = checked.iter().map(one).collect();
        output.value(&json!({"version": JSON_VERSION, "files": files}))?;
    } else {
        // A line for each, unbroken: editors go by its beginning.
        let one = |(path, read): (&PathBuf, &Result<Found, Broken>)| match read {
            Ok(it) => format!("{}: {}\n", library::plain(path), protocols::in_a_line(&it.file)),
            Err(broken) => format!("{broken}\n"),
        };
        output.raw(&files.iter().zip(&checked).map(one).collect::<String>())?;
    }
    match refused {
        0 => Ok(()),
        _ => Err(Failure::Usage(format!("{refused} of {} not accepted", files.len()))),
    }
}

fn error(broken: &Broken) -> Value {
    let file = broken.path.to_string_lossy();
    match &broken.why {
        Unusable::Unread(error) => json!({"file": file, "error": {"message": error.to_string()}}),
        Unusable::Refused(error) => json!({"file": file, "error": {
            "message": error.problem,
            "line": error.line,
            "column": error.column,
            "rule": error.rule.map(|it| it.id()),
        }}),
    }
}

fn begin(name: &str, output: &Output) -> Result<(), Failure> {
    let text = protocol::template(name).map_err(Failure::Usage)?;
    let path = library::file_of(name)?;
    let shown = library::plain(&path);
    write(&path, &text).map_err(|e| {
        Failure::Other(if e.kind() == ErrorKind::AlreadyExists {
            format!("{shown} exists already, and is left as it is: give another name")
        } else {
            format!("{shown} cannot be written: {e}")
        })
    })?;
    if output.json {
        let file = path.to_string_lossy();
        return output.value(&json!({"version": JSON_VERSION, "name": name, "file": file}));
    }
    output.text(&format!(
        "Wrote {shown}.\nChange it as you like, then: `soothe protocols check {shown}`.\n"
    ))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
