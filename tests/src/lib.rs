//! What spans crates: helpers shared by scenarios, API tests, CLI tests and benchmarks.
//!
//! What it never does: be depended on by the product.

pub mod bins;
pub mod repo;
pub mod report;
