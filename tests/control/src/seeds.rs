//! Which noise belongs to which run: tuning and control never see the same.

/// The seeds of so many tuning runs.
pub fn tuning(seeds: u32) -> impl Iterator<Item = u64> {
    (0..u64::from(seeds)).map(|seed| 1000 + seed)
}

/// The seeds of so many control runs.
pub fn control(seeds: u32) -> impl Iterator<Item = u64> {
    (0..u64::from(seeds)).map(|seed| 5000 + seed)
}
