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

/// The same within `width` columns: the cells of column `gives_way` are shortened where there is no room, to half a
/// dozen columns at least.
pub(crate) fn table_within(
    width: usize,
    gives_way: usize,
    columns: &[Column],
    mut rows: Vec<Vec<String>>,
) -> Vec<String> {
    let widest = |rows: &[Vec<String>]| {
        table(columns, rows).iter().map(|line| self::width(line)).max().unwrap_or(0)
    };
    let cell = |row: &Vec<String>| row.get(gives_way).map_or(0, |cell| self::width(cell));
    let too_wide = widest(&rows).saturating_sub(width);
    let room = rows.iter().map(cell).max().unwrap_or(0).saturating_sub(too_wide);
    for row in &mut rows {
        if let Some(cell) = row.get_mut(gives_way) {
            *cell = shortened(cell, room.max(LEAST));
        }
    }
    table(columns, &rows)
}

/// No cell is made shorter than this: it would say nothing.
const LEAST: usize = 6;

/// The beginning of a text that is longer than `width`, with a sign that it goes on.
fn shortened(text: &str, width: usize) -> String {
    if self::width(text) <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Columns on a terminal; none of our characters takes two.
fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_column_gives_way_where_there_is_no_room() {
        let columns =
            [Column { heading: "WHAT", right: false }, Column { heading: "RAN", right: true }];
        let rows = || vec![vec!["tens-conventional".to_owned(), "5:00".to_owned()]];
        let within = |width| table_within(width, 0, &columns, rows());
        assert_eq!(within(80)[1], "tens-conventional  5:00");
        assert_eq!(within(20)[1], "tens-conventi…  5:00");
        assert_eq!(within(5)[1], "tens-…  5:00");
    }

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
