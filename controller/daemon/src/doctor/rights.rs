//! Whether the user that runs the daemon may use what it needs.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;

use soothe_rig::tens::chip;

use super::finding::Finding;
use super::host::Host;
use crate::backend::PIN_DEVICES;
use crate::config::Build;

/// The user that the package makes.
const SERVICE_USER: &str = "soothe";

/// The user whose rights count.
pub(super) struct Account {
    pub(super) name: String,
    uid: u32,
    /// With the groups that the system knows of it.
    gids: Vec<u32>,
}

impl Account {
    /// The service's user where there is one, else whoever runs this.
    pub(super) fn of(host: &Host) -> Option<Self> {
        let users = host.read("/etc/passwd")?;
        let own = fs::metadata("/proc/self").ok()?.uid();
        let named = |line: &&str| line.split(':').next() == Some(SERVICE_USER);
        let is_own = |line: &&str| line.split(':').nth(2) == Some(&own.to_string());
        let line = users.lines().find(named).or_else(|| users.lines().find(is_own))?;
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        let first = fields.next()?.parse().ok()?;
        let groups = host.read("/etc/group").unwrap_or_default();
        let member = |line: &str| {
            let mut fields = line.split(':');
            let gid = fields.nth(2)?.parse().ok()?;
            fields.next()?.split(',').any(|it| it == name).then_some(gid)
        };
        let gids = [first].into_iter().chain(groups.lines().filter_map(member)).collect();
        Some(Self { name, uid, gids })
    }

    /// Whether it is the service's.
    pub(super) fn is_service(&self) -> bool {
        self.name == SERVICE_USER
    }

    /// Whether it may use this: write it, and read it where it is a device.
    fn may_use(&self, file: &str, it: &Metadata) -> bool {
        // What hands a PWM's channel out is only written to.
        let needed = if file.ends_with("/export") { 0o2 } else { 0o6 };
        let bits = match (self.uid == it.uid(), self.gids.contains(&it.gid())) {
            (true, _) => it.mode() >> 6,
            (false, true) => it.mode() >> 3,
            (false, false) => it.mode(),
        };
        self.uid == 0 || bits & needed == needed
    }
}

/// Looks at every device that this build needs and that is there.
pub(super) fn findings(host: &Host, build: &Build) -> Vec<Finding> {
    const CHECK: &str = "rights";
    let Some(account) = Account::of(host) else {
        return vec![Finding::unseen(CHECK, "the system's users cannot be read")];
    };
    let there = |file: &String| host.exists(file);
    // The registers of the pins, by either name, and the chip that is looked through for the header's.
    let [first, second, _chip] = PIN_DEVICES;
    if !(host.exists(first) || host.exists(second)) {
        let says = format!(
            "neither {first} nor {second} is there: this kernel hands no pins out (Raspberry Pi OS's does)"
        );
        return vec![Finding::wrong(CHECK, says)];
    }
    let buses = build.i2c_buses().into_iter().map(|bus| format!("/dev/i2c-{bus}"));
    let files: Vec<String> = PIN_DEVICES
        .into_iter()
        .map(str::to_owned)
        .chain(buses)
        .chain(trigger(host, build))
        .filter(there)
        .collect();
    let denied: Vec<(&String, Metadata)> = files
        .iter()
        .filter_map(|file| Some((file, fs::metadata(host.path(file)).ok()?)))
        .filter(|(file, it)| !account.may_use(file, it))
        .collect();
    if denied.is_empty() {
        let what = files.join(", ");
        return vec![Finding::ok(CHECK, format!("{} may use {what}", account.name))];
    }
    denied.into_iter().map(|(file, it)| deny(host, &account, file, &it)).collect()
}

fn deny(host: &Host, account: &Account, file: &str, it: &Metadata) -> Finding {
    let groups = host.read("/etc/group").unwrap_or_default();
    let named = |line: &&str| line.split(':').nth(2) == Some(&it.gid().to_string());
    let group = groups.lines().find(named).and_then(|line| line.split(':').next()).unwrap_or("?");
    let finding = Finding::wrong(
        "rights",
        format!("{} may not use {file}, which is for the group {group}", account.name),
    );
    let group_may = it.mode() >> 3 & 0o2 == 0o2;
    if !group_may || group == "root" {
        return finding.mend(
            "# a udev rule must give it to a group, as Raspberry Pi OS does with gpio and i2c",
        );
    }
    let name = &account.name;
    let again =
        if account.is_service() { "sudo systemctl restart soothed" } else { "# then log in again" };
    finding.mends([format!("sudo adduser {name} {group}"), again.to_owned()])
}

/// The file that hands the trigger's channel out.
fn trigger(host: &Host, build: &Build) -> Option<String> {
    let found = chip::find(&host.path(chip::CHIPS), build.trigger()?).ok()?;
    Some(format!("{}/pwmchip{}/export", chip::CHIPS, found.chip))
}
