//! Plots of one run each, as SVG: what the surface did, and what power went into the pad.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::contestant::Contestant;
use crate::pad::Pad;
use crate::seeds;
use crate::simulation::Trace;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SURFACE: RGBColor = RGBColor(178, 34, 34);
const ASKED: RGBColor = RGBColor(90, 90, 90);
const POWER: RGBColor = RGBColor(40, 96, 160);
const GRID: RGBColor = RGBColor(225, 225, 225);
const BARE: RGBColor = RGBColor(240, 240, 232);

/// One plot for each contestant, in pixels: temperature above power.
const SINGLE: (u32, u32) = (900, 520);
const POWER_HEIGHT: u32 = 170;
/// One cell of the plot of all.
const CELL: (u32, u32) = (330, 230);
const COLUMNS: usize = 3;

/// Seconds between the points of a curve.
const POINT_S: usize = 10;
/// Seconds over which power is averaged: a whole number of everybody's windows.
const POWER_S: usize = 20;

/// Draws one run of each contestant into `folder`: `NAME.svg`, and all together as `all.svg`.
///
/// # Errors
/// When the folder cannot be made or a file not written. Whose tuner finds nothing has no plot.
pub fn draw(folder: &Path, contestants: &[&Contestant], pad: &Pad) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut drawn = Vec::new();
    for contestant in contestants {
        let (tuning, control) = (seeds::tuning(1).next(), seeds::control(1).next());
        let (Some(tuning), Some(control)) = (tuning, control) else {
            continue;
        };
        if let Some(prepared) = contestant.prepare(pad, tuning) {
            let trace = prepared.run(pad, control);
            let path = folder.join(format!("{}.svg", contestant.key));
            single(&path, contestant.name, pad, &trace)?;
            drawn.push((contestant.name, trace));
        }
    }
    together(&folder.join("all.svg"), pad, &drawn)
}

/// Temperature above power, with labels.
fn single(path: &Path, name: &str, pad: &Pad, trace: &Trace) -> Result<()> {
    let root = SVGBackend::new(path, SINGLE).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(name, ("sans-serif", 22).into_font())?;
    let (above, below) = root.split_vertically(root.dim_in_pixel().1 - POWER_HEIGHT);
    temperature(&above, pad, trace, "surface, °C", 15)?;
    power(&below, pad, trace)?;
    root.present()?;
    Ok(())
}

/// The temperatures of all, in cells of one scale.
fn together(path: &Path, pad: &Pad, runs: &[(&str, Trace)]) -> Result<()> {
    let rows = runs.len().div_ceil(COLUMNS).max(1);
    // A few dozen at most.
    let size = (CELL.0 * COLUMNS as u32, CELL.1 * rows as u32);
    let root = SVGBackend::new(path, size).into_drawing_area();
    root.fill(&WHITE)?;
    for (cell, (name, trace)) in root.split_evenly((rows, COLUMNS)).iter().zip(runs) {
        let cell = cell.titled(name, ("sans-serif", 14).into_font())?;
        temperature(&cell, pad, trace, "", 12)?;
    }
    root.present()?;
    Ok(())
}

/// Minutes, for the axis.
fn minutes(at_s: usize) -> f64 {
    at_s as f64 / 60.0
}

/// What was asked for and what the surface did; where the blanket was off, the ground is grey.
fn temperature(area: &Area<'_>, pad: &Pad, trace: &Trace, title: &str, font: u32) -> Result<()> {
    let timeline = &pad.timeline;
    let end = minutes(timeline.end_s as usize);
    let lowest_c = pad.ambient_c.floor() - 1.0;
    // Room for the overshoot that there is.
    let highest_c = trace.surface_c.iter().fold(timeline.target_c + 4.0, |most, c| most.max(*c));
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(16)
        .x_label_area_size(font * 2)
        .y_label_area_size(if title.is_empty() { 30 } else { 56 })
        .build_cartesian_2d(0.0..end, lowest_c..highest_c.ceil())?;
    let bare = [timeline.blanket_from_s, timeline.blanket_to_s].map(|at| minutes(at as usize));
    let ground = [(bare[0], lowest_c), (bare[1], highest_c.ceil())];
    chart.draw_series([Rectangle::new(ground, BARE.filled())])?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .x_labels(7)
        .y_labels(7)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .label_style(("sans-serif", font))
        .y_desc(title)
        .draw()?;
    let asked = (0..=timeline.end_s as usize).step_by(POINT_S);
    // A whole number of seconds within an hour or two.
    let asked = asked.map(|at_s| (minutes(at_s), timeline.setpoint_c(at_s as u32)));
    chart.draw_series(LineSeries::new(asked, ASKED.stroke_width(1)))?;
    let surface = trace.surface_c.iter().enumerate().step_by(POINT_S);
    let surface = surface.map(|(at_s, c)| (minutes(at_s), *c));
    chart.draw_series(LineSeries::new(surface, SURFACE.stroke_width(2)))?;
    Ok(())
}

/// The power, averaged over whole windows.
fn power(area: &Area<'_>, pad: &Pad, trace: &Trace) -> Result<()> {
    let end = minutes(pad.timeline.end_s as usize);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(16)
        .x_label_area_size(46)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..end, 0.0..pad.power_w * 1.05)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .x_labels(7)
        .y_labels(4)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .label_style(("sans-serif", 15))
        .x_desc("minutes")
        .y_desc("power, W")
        .draw()?;
    let windows = trace.closed_share.chunks(POWER_S).enumerate();
    let steps = windows.flat_map(|(index, shares)| {
        let mean_w = pad.power_w * shares.iter().sum::<f64>() / shares.len() as f64;
        let from_s = index * POWER_S;
        [from_s, from_s + shares.len()].map(|at_s| (minutes(at_s), mean_w))
    });
    let area = AreaSeries::new(steps, 0.0, POWER.mix(0.25)).border_style(POWER.stroke_width(1));
    chart.draw_series(area)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contestant;

    #[test]
    fn every_contestant_has_a_plot_with_its_name_and_axes() {
        let folder = std::env::temp_dir().join(format!("soothe-plots-{}", std::process::id()));
        let contestants: Vec<&Contestant> = contestant::ALL.iter().collect();
        draw(&folder, &contestants, &Pad::NOMINAL).expect("they are drawn");
        for contestant in contestants {
            let path = folder.join(format!("{}.svg", contestant.key));
            let svg = std::fs::read_to_string(path).expect("it is there");
            for text in [contestant.name, "surface, °C", "power, W", "minutes"] {
                assert!(svg.contains(text), "{}: no {text}", contestant.key);
            }
        }
        assert!(folder.join("all.svg").exists());
        std::fs::remove_dir_all(folder).expect("they can go");
    }
}
