//! The sealed file that keeps doses and faults: harmed, it counts as lost; it never says less than it kept.
//!
//! Its seal finds every harm to its bytes. What is behind the seal is reached by inputs that are a body
//! alone; they are sealed before they are read, as another version of the daemon might have written them.

use std::fs;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};
use soothe_therapy::{Boot, FaultKind};
use soothed::{Clock, kept_boot};
use tempfile::TempDir;

use crate::drive::Target;
use crate::place;

/// The writing that the log has seen.
const GENERATION: u64 = 7;
/// What a sealed file begins with.
const MAGIC: &str = "soothe-keep 1 ";
/// What the kept sessions left, in CEM43, in their order.
const DOSES: [f64; 2] = [3.25, 0.125];

/// Of a machine that tells neither its start nor the time, so that ages stay as they are.
const BODY: &str = "\
seen_unix_ms = 1790000000000

[as_of]
uptime_ms = 86400000

[boot]
relay_operations = 1234

[boot.fault]
kind = \"too-hot\"
reading_c = 44.5

[boot.checklist]
yes = [\"numbness\"]
age_ms = 3600000

[[boot.uses]]
site = \"left-shoulder\"
heated_ms = 900000
dose_cem43 = 3.25
age_ms = 7200000

[[boot.uses]]
site = \"right-hip\"
heated_ms = 600000
dose_cem43 = 0.125
age_ms = 0
";

const RESERVED: &str = "
[[reserved]]
session = 12
site = \"left-hip\"
planned_ms = 900000
prepared_unix_ms = 1790000000000
";

/// Writes each input beside a log that is not there and opens it.
pub(crate) struct Record {
    clock: Clock,
    path: PathBuf,
    folder: TempDir,
}

impl Record {
    pub(crate) fn new(clock: Clock) -> anyhow::Result<Self> {
        let folder = place::folder()?;
        let record = Self { clock, path: folder.path().join("log.db.keep"), folder };
        let boot = record.open(&sealed(BODY, GENERATION)).map_err(anyhow::Error::msg)?;
        anyhow::ensure!(keeps(&boot), "the record to begin with is not understood: {boot:?}");
        Ok(record)
    }

    fn open(&self, bytes: &[u8]) -> Result<Boot, String> {
        fs::write(&self.path, bytes).map_err(|error| error.to_string())?;
        let boot = kept_boot(&self.path, self.clock, GENERATION);
        // Set aside: the next one shall find the name free.
        let _ = fs::remove_file(self.folder.path().join("log.db.keep.damaged-1"));
        boot
    }
}

impl Target for Record {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let reserved = format!("{BODY}{RESERVED}");
        let whole = [sealed(BODY, GENERATION), sealed(&reserved, GENERATION + 1)];
        let older = sealed(&BODY.replace("3.25", "0.0"), GENERATION - 1);
        let stamped =
            "wall_unix_ms = 1790000000000\nboot_id = \"0d9bd4f5-0000-4000-8000-5e0a6e5c8d11\"";
        let stamped = BODY.replace("uptime_ms", &format!("{stamped}\nuptime_ms"));
        let lost = BODY.replace("= 1234", "= 99999\nlost_age_ms = 3600000\ninterrupted = 11");
        let bodies = [BODY.to_owned(), reserved, stamped, lost];
        whole.into_iter().chain([older]).chain(bodies.map(String::into_bytes)).collect()
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let body = std::str::from_utf8(input).ok().filter(|text| !text.starts_with("soothe-keep"));
        let Some(body) = body.filter(|text| text.contains("as_of")) else {
            return self.harmed(input);
        };
        let Ok(boot) = self.open(&sealed(body, GENERATION)) else { return Ok(false) };
        if says_all(&boot, body) {
            Ok(true)
        } else {
            Err(format!("something is forgotten: {boot:?}"))
        }
    }
}

impl Record {
    /// Bytes that are not what was written: lost, refused, or the very same.
    fn harmed(&self, input: &[u8]) -> Result<bool, String> {
        let written =
            [sealed(BODY, GENERATION), sealed(&format!("{BODY}{RESERVED}"), GENERATION + 1)];
        let same = written.iter().any(|bytes| bytes == input);
        let Ok(boot) = self.open(input) else { return Ok(false) };
        let is_full = boot.history.lost.is_some()
            && boot.latched.is_some_and(|fault| fault.kind == FaultKind::RecordLost);
        match (same, is_full) {
            (true, false) if keeps(&boot) => Ok(true),
            (false, true) => Ok(false),
            _ => Err(format!("a harmed record is believed, or a whole one is not: {boot:?}")),
        }
    }
}

/// Whether all that [`BODY`] keeps is there: each dose, the fault, the relay's operations.
fn keeps(boot: &Boot) -> bool {
    let doses = boot.history.uses.iter().map(|past| past.used.dose.get());
    let fault = boot.latched.map(|fault| fault.kind);
    doses.take(DOSES.len()).eq(DOSES)
        && fault == Some(FaultKind::TooHot)
        && boot.relay_operations >= 1234
}

/// Whether an engine is told all that a whole body says, read here by another program: its fault, its loss,
/// and each dose. With a session that may be heating there is more, and what is older than a day may go.
fn says_all(boot: &Boot, body: &str) -> bool {
    // A number beyond 63 bits, which the daemon may take, is none that this one can tell.
    let Ok(table) = toml::from_str::<toml::Table>(body) else { return true };
    let Some(told) = table.get("boot").and_then(toml::Value::as_table) else { return false };
    let fault = told.get("fault").and_then(|fault| fault.get("kind")?.as_str());
    let number = |value: &toml::Value| value.as_float().or(value.as_integer().map(|it| it as f64));
    let uses = told.get("uses").and_then(toml::Value::as_array);
    let doses = uses.into_iter().flatten().map(|used| used.get("dose_cem43").and_then(number));
    let doses: Vec<Option<f64>> = doses.collect();
    let reserved = table.get("reserved").and_then(toml::Value::as_array).map_or(0, Vec::len);
    let known: Vec<Option<f64>> =
        boot.history.uses.iter().map(|past| Some(past.used.dose.get())).collect();
    let all = if reserved == 0 { known == doses } else { !known.is_empty() };
    all && boot.latched.map(|fault| fault.kind.name()) == fault
        && boot.history.lost.is_some() == told.contains_key("lost_age_ms")
}

/// The file with this body, as docs and code of the daemon describe it.
fn sealed(body: &str, generation: u64) -> Vec<u8> {
    let head = format!("{MAGIC}{generation} {}", body.len());
    let seal = Sha256::digest(format!("{head}\n{body}"));
    let seal: String = seal.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{head} {seal}\n{body}").into_bytes()
}
