//! A session's curve drawn with braille dots: eight to a character, two across and four down.

use soothe_wire::Sample;

use crate::render::model::Point;
use crate::render::paint::Paint;
use crate::render::scale::{Axis, time_step_s};
use crate::render::words::clock;

/// Rows from one label of the temperature axis to the next.
const ROWS_PER_STEP: usize = 3;
const DOTS_ACROSS: usize = 2;
const DOTS_DOWN: usize = 4;
/// The bits of a braille character by row and column (Unicode chapter 21.1).
const DOT_BITS: [[u8; DOTS_ACROSS]; DOTS_DOWN] =
    [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
/// How much of a column's time the heater was on.
const SHARES: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Space for a label of the temperature axis and the axis itself.
const MARGIN: usize = 6;
const PLOT_MIN: usize = 20;
/// How long a sample is in force when none follows: the log has one a second.
const SAMPLE_EVERY_S: f64 = 1.0;

/// Draws samples over `length_s` seconds into `width` columns: both contact sensors, the room, the
/// set-point, how much the heater was on, and a time axis.
pub(crate) fn draw(samples: &[Sample], length_s: f64, width: usize, paint: Paint) -> String {
    let columns = width.saturating_sub(MARGIN).max(PLOT_MIN);
    let axis = Axis::around(samples.iter().flat_map(temperatures_c));
    let rows = axis.steps * ROWS_PER_STEP + 1;
    let plot = Plot { axis, columns, rows, length_s: length_s.max(1.0) };

    let mut contacts = Dots::new(columns, rows);
    plot.trace(&mut contacts, samples.iter().map(|sample| (sample.t_s, sample.contact1_c)));
    plot.trace(&mut contacts, samples.iter().map(|sample| (sample.t_s, sample.contact2_c)));
    let mut room = Dots::new(columns, rows);
    plot.trace(&mut room, samples.iter().map(|sample| (sample.t_s, sample.ambient_c)));
    let target_c = samples.iter().filter_map(|sample| sample.target_c).reduce(f64::max);
    let target_row = target_c.map(|c| plot.y(c) / DOTS_DOWN);

    let grid = plot.grid(|column, row| match (contacts.at(column, row), room.at(column, row)) {
        (Some(dots), _) => paint.cyan(dots.encode_utf8(&mut [0; 4])),
        (None, Some(dots)) => paint.dim(dots.encode_utf8(&mut [0; 4])),
        (None, None) if target_row == Some(row) => paint.green("┄"),
        (None, None) => " ".to_owned(),
    });
    let switched = samples.iter().map(|sample| (sample.t_s, sample.heater_on));
    let strip = heater_strip(&plot, switched, paint);
    format!("  °C {}\n{grid}{strip}{}", legend(paint), time_axis(&plot))
}

/// Draws what a model reads over what was read, into `width` columns. Where both fall together, the model hides
/// what was read: what can be seen of that is what the model misses.
pub(crate) fn compare(points: &[Point], width: usize, paint: Paint) -> String {
    let columns = width.saturating_sub(MARGIN).max(PLOT_MIN);
    let both = points.iter().flat_map(|point| [point.measured_c, Some(point.model_c)]);
    let axis = Axis::around(both.flatten());
    let rows = axis.steps * ROWS_PER_STEP + 1;
    let length_s = points.last().map_or(1.0, |point| point.t_s.max(1.0));
    let plot = Plot { axis, columns, rows, length_s };
    let (mut measured, mut model) = (Dots::new(columns, rows), Dots::new(columns, rows));
    plot.trace(&mut measured, points.iter().map(|point| (point.t_s, point.measured_c)));
    plot.trace(&mut model, points.iter().map(|point| (point.t_s, Some(point.model_c))));
    let grid = plot.grid(|column, row| match (model.at(column, row), measured.at(column, row)) {
        (Some(dots), _) => paint.green(dots.encode_utf8(&mut [0; 4])),
        (None, Some(dots)) => paint.cyan(dots.encode_utf8(&mut [0; 4])),
        (None, None) => " ".to_owned(),
    });
    let legend = format!(
        "{} model  {} measured where it differs  {} heater on",
        paint.green("⣀⡠"),
        paint.cyan("⣀⡠"),
        paint.red("▄█"),
    );
    let switched = points.iter().map(|point| (point.t_s, point.heater_on));
    let strip = heater_strip(&plot, switched, paint);
    format!("  °C {legend}\n{grid}{strip}{}", time_axis(&plot))
}

fn legend(paint: Paint) -> String {
    format!(
        "{} contact sensors  {} set-point  {} room  {} heater on",
        paint.cyan("⣀⡠"),
        paint.green("┄┄"),
        paint.dim("⣀⣀"),
        paint.red("▄█"),
    )
}

fn margin(axis: &Axis, row: usize) -> String {
    if row.is_multiple_of(ROWS_PER_STEP) {
        format!("{:>4} ┤", axis.label(row / ROWS_PER_STEP))
    } else {
        "     │".to_owned()
    }
}

fn heater_strip(plot: &Plot, samples: impl Iterator<Item = (f64, bool)>, paint: Paint) -> String {
    let mut columns = vec![HeaterOn::default(); plot.columns];
    let mut known_to = 0;
    for (t_s, heater_on) in samples {
        let column = &mut columns[plot.x(t_s) / DOTS_ACROSS];
        column.closed += u32::from(heater_on);
        column.all += 1;
        column.last = Some(heater_on);
        known_to = plot.x(t_s + SAMPLE_EVERY_S) / DOTS_ACROSS + 1;
    }
    let mut in_force = false;
    let strip: String = columns
        .iter()
        .take(known_to)
        .map(|column| {
            let between = column.last.is_none();
            in_force = column.last.unwrap_or(in_force);
            if between { share(in_force.into(), 1) } else { share(column.closed, column.all) }
        })
        .collect();
    format!("heat │{}\n", paint.red(strip.trim_end()))
}

/// The samples that fall into one column. With fewer samples than columns there may be none: what
/// the one before said is still in force then.
#[derive(Clone, Default)]
struct HeaterOn {
    closed: u32,
    all: u32,
    last: Option<bool>,
}

/// A bar for `closed` of `all`; any time on at all can be seen.
fn share(closed: u32, all: u32) -> char {
    let full = SHARES.len() as u32 - 1;
    let eighths = if all == 0 { 0 } else { (closed * full).div_ceil(all) };
    SHARES[eighths as usize]
}

fn time_axis(plot: &Plot) -> String {
    let step_s = time_step_s(plot.length_s);
    let mut line = vec!['─'; plot.columns];
    let mut labels = vec![' '; plot.columns + MARGIN];
    let ticks = (plot.length_s / step_s).floor() as usize;
    for tick in 0..=ticks {
        let t_s = step_s * tick as f64;
        let column = plot.x(t_s) / DOTS_ACROSS;
        line[column] = '┬';
        let label = clock(t_s);
        // Centred under its tick, but never beyond the edge.
        let start = (MARGIN + column).saturating_sub(label.len() / 2);
        let start = start.min(labels.len().saturating_sub(label.len()));
        for (place, c) in labels[start..].iter_mut().zip(label.chars()) {
            *place = c;
        }
    }
    let (line, labels) = (String::from_iter(line), String::from_iter(labels));
    format!("     └{line}\n{}\n", labels.trim_end())
}

fn temperatures_c(sample: &Sample) -> impl Iterator<Item = f64> {
    [sample.contact1_c, sample.contact2_c, sample.ambient_c, sample.target_c].into_iter().flatten()
}

/// Where a time and a temperature are on the grid of dots.
struct Plot {
    axis: Axis,
    columns: usize,
    rows: usize,
    length_s: f64,
}

impl Plot {
    /// The dot column of a time; what is beyond the axis is shown at its end.
    fn x(&self, t_s: f64) -> usize {
        let last = self.columns * DOTS_ACROSS - 1;
        let share = (t_s / self.length_s).clamp(0.0, 1.0);
        (share * last as f64).round() as usize
    }

    /// The dot row of a temperature; a labelled one falls into the middle of its label's row.
    fn y(&self, c: f64) -> usize {
        let span_k = self.axis.high_c() - self.axis.low_c;
        let share = ((self.axis.high_c() - c) / span_k).clamp(0.0, 1.0);
        let from_first_label = share * ((self.rows - 1) * DOTS_DOWN) as f64;
        from_first_label.round() as usize + DOTS_DOWN / 2 - 1
    }

    /// All rows with their margins, `cell` saying what is in each place.
    fn grid(&self, cell: impl Fn(usize, usize) -> String) -> String {
        let mut text = String::new();
        for row in 0..self.rows {
            text += &margin(&self.axis, row);
            (0..self.columns).for_each(|column| text += &cell(column, row));
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
        text
    }

    /// Draws a line through what there is; it is broken where there is no reading.
    fn trace(&self, dots: &mut Dots, readings: impl Iterator<Item = (f64, Option<f64>)>) {
        let mut before: Option<(usize, usize)> = None;
        for (t_s, reading_c) in readings {
            let here = reading_c.filter(|c| c.is_finite()).map(|c| (self.x(t_s), self.y(c)));
            if let Some(to) = here {
                dots.line(before.unwrap_or(to), to);
            }
            before = here;
        }
    }
}

/// A grid of dots, kept as characters.
struct Dots {
    columns: usize,
    bits: Vec<u8>,
}

impl Dots {
    fn new(columns: usize, rows: usize) -> Self {
        Self { columns, bits: vec![0; columns * rows] }
    }

    fn set(&mut self, x: usize, y: usize) {
        let place = y / DOTS_DOWN * self.columns + x / DOTS_ACROSS;
        if let Some(bits) = self.bits.get_mut(place) {
            *bits |= DOT_BITS[y % DOTS_DOWN][x % DOTS_ACROSS];
        }
    }

    /// A straight line of dots, both ends included.
    fn line(&mut self, from: (usize, usize), to: (usize, usize)) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1)).max(1);
        let between = |a: usize, b: usize, step: usize| {
            let share = step as f64 / steps as f64;
            (a as f64 + (b as f64 - a as f64) * share).round() as usize
        };
        for step in 0..=steps {
            self.set(between(from.0, to.0, step), between(from.1, to.1, step));
        }
    }

    fn at(&self, column: usize, row: usize) -> Option<char> {
        let bits = self.bits.get(row * self.columns + column).copied().filter(|bits| *bits != 0)?;
        char::from_u32(0x2800 + u32::from(bits))
    }
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
