//! Heat regulation: the crate `pid` inside a wrapper that never feeds it an unchecked number.
/// placeholder
#[derive(Clone, Copy, Debug)]
pub struct Regulator {}
