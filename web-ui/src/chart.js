// What is drawn of a session: the ring around its temperature, and the curve with the set-point band and the
// limit. uPlot draws the curve; the words beside it say the same. Colours come from the style sheet, so that
// dark, light and "old" need nothing here.

import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { curve, hello, log, stale, status } from "./link.js";
import { BAND_K, aim, clock, curveInWords, degrees, isGuided, purposeOf } from "./logic.js";

/** @import { SessionStatus, Status } from "./api" */
/** @import { Curve, Purpose } from "./logic.js" */

const FONT = "13px Roboto, Cantarell, 'Noto Sans', 'Liberation Sans', system-ui, sans-serif";

/**
 * The temperature, in a ring while a phase counts its time; the time itself where nothing heats, and no ring where a
 * person is waited for.
 * @param {{ now: Status }} props
 */
export function Dial({ now }) {
  const session = now.session;
  const left_s = session?.phase.left_s;
  if (!session || left_s == null) {
    return h("div", { class: "dial" }, h("div", { class: "reading" }, [
      h("p", { class: "temperature" }, [degrees(now.hottest_c), h("span", null, "°C")]),
      h("p", { class: "target" }, "at the pad"),
    ]));
  }
  const tuning = session.protocol === "tune";
  const reading = isGuided(now) || session.phase.kind === "tens"
    ? [h("p", { class: "temperature time" }, clock(left_s)), h("p", { class: "left" }, "left")]
    : [
      h("p", { class: "temperature" }, [degrees(now.hottest_c), "°"]),
      h("p", { class: "target" }, aim(session.phase, tuning ? "tune" : "heat")),
      // A tuning ends when enough was measured: how long that takes is not known.
      h("p", { class: "left" }, tuning ? [h("b", null, clock(session.elapsed_s)), " so far"] : [h("b", null, clock(left_s)), " left"]),
    ];
  return h("div", { class: "dial" }, [h(Ring, { session, left_s }), h("div", { class: "reading" }, reading)]);
}

/**
 * Time left of the phase, as the part of the ring that still glows; in a tuning all of it, while it heats.
 * @param {{ session: SessionStatus, left_s: number }} props
 */
function Ring({ session: { protocol, duty, phase }, left_s }) {
  const left = protocol === "tune" ? Math.ceil(duty) : Math.max(0, Math.min(1, left_s / phase.duration_s));
  const circle = { cx: 60, cy: 60, r: 55, pathLength: 100 };
  return h("svg", { class: "ring", viewBox: "0 0 120 120", "aria-hidden": "true" }, [
    h("circle", { ...circle, class: "track" }),
    // A dash as long as the ring would show where it begins.
    h("circle", { ...circle, class: "rest", "stroke-dasharray": left === 1 ? "none" : `${left * 100} 100`, transform: "rotate(-90 60 60)" }),
  ]);
}

/** Null until the first session. */
export function Chart() {
  const points = curve.value;
  const limits = hello.value?.limits;
  if (!points || !limits || points.t_min.length === 0) return null;
  const live = status.value?.session?.id === points.id;
  const purpose = purposeOf(points.id, status.value, log.value);
  return h("section", { class: "card curve", "aria-labelledby": "curve-title" }, [
    h("h2", { id: "curve-title" }, "Temperature at the skin"),
    h(Plot, { points, purpose, off_c: limits.contact_off_c, old: stale.value }),
    h("p", { class: "legend" }, [
      h("span", { class: "key line" }, `${live ? "now" : "last"} ${degrees(points.contact_c.at(-1))}°`),
      points.ahead && live && h("span", { class: "key ahead" }, "expected"),
      points.target_c !== null && h("span", { class: `key ${purpose}` }, aim(points, purpose, ` ± ${BAND_K}°`)),
      h("span", { class: "key limit" }, `off at ${degrees(limits.contact_off_c)}°`),
    ]),
  ]);
}

/** @param {{ points: Curve, purpose: Purpose, off_c: number, old: boolean }} props */
function Plot({ points, purpose, off_c, old }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const plot = useRef(/** @type {uPlot | null} */ (null));
  const shown = useRef(points);
  shown.current = points;

  useEffect(() => {
    const div = /** @type {HTMLDivElement} */ (place.current);
    const made = new uPlot(options(div, shown, purpose, off_c), data(shown.current), div);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize(size(div)));
    resized.observe(div);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const repaint = () => made.redraw(false, true);
    scheme.addEventListener("change", repaint);
    return () => {
      scheme.removeEventListener("change", repaint);
      resized.disconnect();
      made.destroy();
    };
  }, [off_c, purpose]);

  useEffect(() => plot.current?.setData(data(points)), [points]);
  useEffect(() => plot.current?.redraw(false, true), [old]);

  return h("div", { ref: place, class: "plot", role: "img", "aria-label": curveInWords(points, purpose) });
}

/** @param {Curve} points @returns {uPlot.AlignedData} */
function data(points) {
  return [points.t_min, points.contact_c];
}

/** @param {HTMLElement} div @returns what the style sheet gives it */
function size(div) {
  return { width: div.clientWidth, height: div.clientHeight };
}

/** @param {HTMLElement} div @param {string} name @returns {string} a colour of the style sheet */
function colour(div, name) {
  return getComputedStyle(div).getPropertyValue(name).trim();
}

/**
 * @param {HTMLElement} div @param {{ current: Curve }} shown @param {Purpose} purpose @param {number} off_c
 * @returns {uPlot.Options}
 */
function options(div, shown, purpose, off_c) {
  const axis = {
    font: FONT,
    stroke: () => colour(div, "--soft"),
    grid: { stroke: () => colour(div, "--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    ...size(div),
    padding: [8, 20, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [0, Math.max(shown.current.duration_s / 60, shown.current.t_min.at(-1) ?? 0, 0.1)] },
      y: { range: () => [lowest(shown.current), off_c + 1] },
    },
    axes: [
      { ...axis, size: 26, space: 70, incrs: [0.25, 0.5, 1, 2, 5, 10, 20], values: (_, ticks) => ticks.map((t) => `${t} min`) },
      { ...axis, size: 38, space: 34, values: (_, ticks) => ticks.map((t) => `${t}°`) },
    ],
    series: [
      {},
      {
        width: 2,
        spanGaps: false,
        points: { show: false },
        stroke: () => colour(div, "--glow"),
        fill: () => colour(div, "--glow-faint"),
      },
    ],
    hooks: {
      drawClear: [(u) => {
        const { target_c } = shown.current;
        if (target_c === null) return;
        // Nothing is held in a tuning.
        if (purpose === "tune") drawLine(u, target_c, colour(div, "--edge"));
        else drawBand(u, target_c, colour(div, "--band"));
      }],
      draw: [(u) => drawAhead(u, shown.current.ahead, colour(div, "--soft")), (u) => drawLine(u, off_c, colour(div, "--stop-line"))],
    },
  };
}

/** @param {Curve} points @returns {number} the bottom of the picture, on a multiple of 5 */
function lowest(points) {
  const known = points.contact_c.filter((c) => c != null);
  return Math.floor((Math.min((points.target_c ?? 35) - 5, ...known) - 0.5) / 5) * 5;
}

/** @param {uPlot} u @param {number} target_c @param {string} fill */
function drawBand(u, target_c, fill) {
  const top = u.valToPos(target_c + BAND_K, "y", true);
  const bottom = u.valToPos(target_c - BAND_K, "y", true);
  u.ctx.fillStyle = fill;
  u.ctx.fillRect(u.bbox.left, top, u.bbox.width, bottom - top);
}

/** What is expected, dotted. @param {uPlot} u @param {Curve["ahead"]} ahead @param {string} stroke */
function drawAhead(u, ahead, stroke) {
  if (!ahead) return;
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ahead.t_min.forEach((t, i) => ctx.lineTo(u.valToPos(t, "x", true), u.valToPos(ahead.c[i] ?? 0, "y", true)));
  ctx.stroke();
  ctx.restore();
}

/** Level and dashed. @param {uPlot} u @param {number} c @param {string} stroke */
function drawLine(u, c, stroke) {
  const y = u.valToPos(c, "y", true);
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
