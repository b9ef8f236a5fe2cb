//! A table whose columns are as wide as what is in them.

/// A column: its heading, and whether its cells stand at the right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// The heading.
    pub(crate) heading: &'static str,
    /// Numbers stand at the right.
    pub(crate) right: bool,
}

/// Sets the rows under the headings; the last column is not padded.
pub(crate) fn table(columns: &[Column], rows: &[Vec<String>]) -> Vec<String> {
    let headings: Vec<String> = columns.iter().map(|column| column.heading.to_owned()).collect();
    let lines = || std::iter::once(&headings).chain(rows);
    let width_of =
        |nth: usize| lines().filter_map(|row| row.get(nth)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..columns.len()).map(|nth| width_of(nth).unwrap_or(0)).collect();
    lines()
        .map(|row| {
            let mut line = String::new();
            for ((cell, column), cell_width) in row.iter().zip(columns).zip(&widths) {
                let pad = " ".repeat(cell_width.saturating_sub(width(cell)));
                let gap = if line.is_empty() { "" } else { "  " };
                line += &if column.right {
                    format!("{gap}{pad}{cell}")
                } else {
                    format!("{gap}{cell}{pad}")
                };
            }
            line.truncate(line.trim_end().len());
            line
        })
        .collect()
}

/// Columns on a terminal; none of our characters takes two.
fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_under_their_headings() {
        let columns = [
            Column { heading: "ID", right: true },
            Column { heading: "SITE", right: false },
            Column { heading: "°C", right: true },
        ];
        let rows = [vec!["7".to_owned(), "left-hip".to_owned(), "40.0".to_owned()]];
        assert_eq!(table(&columns, &rows), ["ID  SITE        °C", " 7  left-hip  40.0"]);
    }
}
