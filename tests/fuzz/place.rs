//! Where the fuzzer puts files: in memory where there is such a place, for they are written by the million.

use tempfile::TempDir;

/// A folder that goes with what is given back.
///
/// # Errors
/// When none can be made.
pub(crate) fn folder() -> std::io::Result<TempDir> {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new())
}
