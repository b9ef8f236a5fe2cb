//! Where the daemon listens for local clients when it was not told otherwise.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The folder that the service manager makes for a daemon that runs as a service.
const SERVICE_FOLDER: &str = "/run/soothe";

/// `$XDG_RUNTIME_DIR/soothe.sock`, else `/run/soothe/soothe.sock` where that folder exists, else
/// `/tmp/soothe-<uid>.sock`.
#[must_use]
pub fn default_path() -> PathBuf {
    choose(std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from), Path::new(SERVICE_FOLDER), uid())
}

fn choose(runtime_dir: Option<PathBuf>, service_folder: &Path, uid: u32) -> PathBuf {
    match runtime_dir.filter(|dir| dir.is_absolute()) {
        Some(dir) => dir.join("soothe.sock"),
        None if service_folder.is_dir() => service_folder.join("soothe.sock"),
        None => PathBuf::from(format!("/tmp/soothe-{uid}.sock")),
    }
}

/// The user's number; /proc/self belongs to whoever runs this process.
fn uid() -> u32 {
    std::fs::metadata("/proc/self").map_or(0, |metadata| metadata.uid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_own_folder_comes_first_then_the_services_then_tmp() {
        let (here, nowhere) = (Path::new("/proc"), Path::new("/no/such/folder"));
        let chosen = |dir: Option<&str>, service| choose(dir.map(PathBuf::from), service, 1000);
        assert_eq!(chosen(Some("/run/user/1000"), here), Path::new("/run/user/1000/soothe.sock"));
        assert_eq!(chosen(None, here), Path::new("/proc/soothe.sock"));
        assert_eq!(chosen(None, nowhere), Path::new("/tmp/soothe-1000.sock"));
        assert_eq!(chosen(Some(""), nowhere), Path::new("/tmp/soothe-1000.sock"));
    }
}
