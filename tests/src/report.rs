//! The table that a run prints that measures something.

/// Rows, and whether every goal was met.
#[derive(Debug, Default)]
pub struct Report {
    missed: Vec<String>,
}

impl Report {
    /// A table with its head printed.
    #[must_use]
    pub fn begin() -> Self {
        println!("| what | measured: median (least to greatest) unless said | to reach | |");
        println!("|---|---|---|---|");
        Self::default()
    }

    /// A figure with a goal.
    pub fn row(&mut self, what: &str, measured: &str, goal: &str, met: bool) {
        println!("| {what} | {measured} | {goal} | {} |", if met { "met" } else { "MISSED" });
        if !met {
            self.missed.push(what.to_owned());
        }
    }

    /// A figure without one.
    pub fn fact(&self, what: &str, measured: &str) {
        println!("| {what} | {measured} | | |");
    }

    /// What was missed.
    #[must_use]
    pub fn missed(&self) -> &[String] {
        &self.missed
    }
}
