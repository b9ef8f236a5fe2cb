//! The real binary: how it ends, and each layer of off with those above it disabled. The lines are a file,
//! which shows what a pin would do when its process is gone.

mod ends;
mod guard;
mod kills;
mod lines_off;
mod machine;
mod support;
mod watchdog;
