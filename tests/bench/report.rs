//! The table that a benchmark run prints.

/// Rows, and whether every goal was met.
#[derive(Debug, Default)]
pub(crate) struct Report {
    missed: Vec<String>,
}

impl Report {
    /// A table with its head printed.
    #[must_use]
    pub(crate) fn begin() -> Self {
        println!("| what | measured: median (least to greatest) unless said | to reach | |");
        println!("|---|---|---|---|");
        Self::default()
    }

    /// A figure with a goal.
    pub(crate) fn row(&mut self, what: &str, measured: &str, goal: &str, met: bool) {
        println!("| {what} | {measured} | {goal} | {} |", if met { "met" } else { "MISSED" });
        if !met {
            self.missed.push(what.to_owned());
        }
    }

    /// A figure without one.
    pub(crate) fn fact(&self, what: &str, measured: &str) {
        println!("| {what} | {measured} | | |");
    }

    /// What was missed.
    #[must_use]
    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }
}
