//! A person's own protocols: where they lie, how they may be called, and what a new one looks like.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use soothe_therapy::{Phase, Plan, Protocol, ProtocolError, limits};

use super::find;

/// What `soothe heat` and `soothe tune` do: in the log they must stay what they are.
const TAKEN: [&str; 2] = [Plan::HEAT, Plan::TUNE];

/// Where a person's own protocols lie, by the values of `XDG_CONFIG_HOME` and `HOME`: an empty or relative
/// path counts as not set. None where neither tells.
#[must_use]
pub fn folder(config_home: Option<&OsStr>, home: Option<&OsStr>) -> Option<PathBuf> {
    let set = |value: Option<&OsStr>| value.map(PathBuf::from).filter(|it| Path::is_absolute(it));
    let config = set(config_home).or_else(|| set(home).map(|it| it.join(".config")))?;
    Some(config.join("soothe").join("protocols"))
}

/// Looks whether an own protocol may be called that.
///
/// # Errors
/// With what would be accepted: when it is no protocol's name, or the name of a built-in or of a command.
pub fn name_is_free(name: &str) -> Result<(), String> {
    let rest = Phase::Rest { duration: limits::REST_MIN, until_normal: false };
    let named: Result<Protocol, ProtocolError> = Protocol::new(name, &[rest]);
    named.map_err(|error| error.to_string())?;
    if find(name).is_some() {
        return Err(format!("`{name}` is built in: give another name, such as `my-{name}`"));
    }
    if TAKEN.contains(&name) {
        return Err(format!("`{name}` is a command's: give another name, such as `my-{name}`"));
    }
    Ok(())
}

/// The text of a new protocol of that name, which is accepted as it is and explains itself.
///
/// # Errors
/// As [`name_is_free`].
pub fn template(name: &str) -> Result<String, String> {
    name_is_free(name)?;
    Ok(include_str!("template.toml").replace("NAME", name))
}
