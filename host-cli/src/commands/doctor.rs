//! `soothe doctor`: the daemon's own program looks, as it alone knows the hardware.

use std::io::ErrorKind;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use crate::args::{Color, Doctor, Global};
use crate::failure::Failure;

/// The daemon's program.
const DAEMON: &str = "soothed";

/// Becomes `soothed doctor`, so that the terminal, the answers and the exit code are its own.
pub(crate) fn run(doctor: &Doctor, global: &Global) -> Result<(), Failure> {
    if global.url.is_some() {
        let says = "doctor looks at this machine and at its own daemon: leave --url and SOOTHE_URL away, or name the \
                    daemon's socket in the configuration";
        return Err(Failure::Usage(says.to_owned()));
    }
    let program = beside().unwrap_or_else(|| DAEMON.into());
    let mut command = Command::new(&program);
    command.arg("doctor").args(doctor.self_test.then_some("--self-test"));
    if let Some(config) = &doctor.config {
        command.arg("--config").arg(config);
    }
    if let Some(step) = &doctor.wiring {
        command.arg("--wiring").arg(step);
    }
    command.args(global.json.then_some("--json"));
    match global.color {
        Color::Auto => &mut command,
        Color::Always => command.env("CLICOLOR_FORCE", "1"),
        Color::Never => command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE"),
    };
    let error = command.exec();
    Err(Failure::Other(if error.kind() == ErrorKind::NotFound {
        "the daemon's program, soothed, is neither beside soothe nor on the PATH: is it installed?"
            .to_owned()
    } else {
        format!("{} cannot be run: {error}", program.display())
    }))
}

/// The one that was installed together with this program.
fn beside() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?.with_file_name(DAEMON);
    program.exists().then_some(program)
}
