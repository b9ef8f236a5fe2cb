// What the panel thinks: words for a snapshot, its age, the bounds of a start, the answer to a tap,
// the points of the curve. Pure functions; no DOM, no clock, no network.

/**
 * @import { EndedRecord, FaultStatus, Limits, Problem, Sample, SessionStatus, Sensor, Status } from "./api"
 */

/**
 * A snapshot older than this is shown as old: five are missing then. With a look every quarter of a second the page is
 * grey within 3 s.
 */
export const STALE_AFTER_MS = 2500;
/** A stream that is silent for this long is thrown away and opened anew. */
export const REOPEN_AFTER_MS = 4000;
/** Half a second of holding starts a session. */
export const HOLD_MS = 500;
/** Half the width of the set-point band, in kelvin. */
export const BAND_K = 0.5;

/** @param {number | null | undefined} c @returns {string} one decimal, or a dash for "not known" */
export function degrees(c) {
  return c == null ? "–" : c.toFixed(1);
}

/** @param {number} s @returns {string} minutes and seconds, e.g. `12:05` */
export function clock(s) {
  const whole = Math.max(0, Math.round(s));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** @param {number} s @returns {string} a length in words, e.g. `15 min` or `1 min 30 s` */
export function duration(s) {
  const whole = Math.max(0, Math.round(s));
  const [min, rest] = [Math.floor(whole / 60), whole % 60];
  if (min === 0) return `${rest} s`;
  return rest === 0 ? `${min} min` : `${min} min ${rest} s`;
}

/** @param {number} ms @returns {string} an age in words: tenths while it is young, then seconds, then minutes */
export function age(ms) {
  if (ms < STALE_AFTER_MS) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.floor(ms / 1000)} s` : `${Math.floor(ms / 60_000)} min`;
}

/** @param {string} text @returns {string} the same with a capital and a full stop */
export function sentence(text) {
  const trimmed = text.trim();
  const end = /[.!?]$/.test(trimmed) ? "" : ".";
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + end;
}

/** @typedef {{ mono: number, wall: number }} Clocks the page's two clocks at one moment, in ms */

/**
 * How long the device that shows the page slept between two looks at its clocks. Its monotonic clock may
 * stand still in sleep, its wall clock does not; a step of the wall clock only makes data look older.
 * @param {Clocks} before @param {Clocks} after @returns {number} milliseconds
 */
export function sleptMs(before, after) {
  const hidden = after.wall - before.wall - (after.mono - before.mono);
  return hidden > 1000 ? hidden : 0;
}

/** @typedef {"off" | "warming" | "holding" | "done" | "ended" | "fault" | "interrupted"} Mood */

/**
 * What is happening, in a word and in a sentence.
 * @param {Status} status @returns {{ mood: Mood, title: string, text: string }}
 */
export function headline(status) {
  if (status.fault) {
    return { mood: "fault", title: "Fault", text: `${outputs(status)} Heating is locked until someone has looked.` };
  }
  if (status.session) return running(status.session);
  if (status.interrupted) {
    return { mood: "interrupted", title: "Cut off", text: `${outputs(status)} Nothing goes on by itself.` };
  }
  if (status.last) return ended(status.last, status);
  return { mood: "off", title: "Off", text: `Nothing is running. ${outputs(status)}` };
}

/** @param {SessionStatus} session @returns {{ mood: Mood, title: string, text: string }} */
function running(session) {
  return session.target_reached
    ? { mood: "holding", title: "Holding", text: `${session.site_label}, kept at ${degrees(session.target_c)} °C.` }
    : { mood: "warming", title: "Warming up", text: `${session.site_label}, on the way to ${degrees(session.target_c)} °C.` };
}

/** @param {EndedRecord} last @param {Status} status @returns {{ mood: Mood, title: string, text: string }} */
function ended(last, status) {
  const done = last.outcome === "completed";
  const title = done ? "Done" : last.outcome === "stopped" ? "Stopped" : "Ended early";
  const rule = last.rule ? ` (${last.rule})` : "";
  const text = `${sentence(last.reason + rule)} It ran for ${duration(last.elapsed_s)}. ${outputs(status)}`;
  return { mood: done ? "done" : "ended", title, text };
}

/** @param {Status} status @returns {string} what the lines read, said only as far as it is so */
export function outputs(status) {
  if (status.heater_on) return "The heater is on.";
  return status.armed ? "The heater is off, the safety relay is held in." : "Every output is off.";
}

/** What to do about a fault; the ids are those of the daemon. @type {Record<string, string>} */
const ADVICE = {
  "stayed-hot": "Take the pad off and look at the skin. If the pad stays hot, pull the plug.",
  "too-hot": "Take the pad off and look at the skin. If the pad stays hot, pull the plug.",
  "contact-lost": "Take the pad off. Check the wires and plugs of the contact sensors.",
  "too-few-contacts": "Take the pad off. Check the wires and plugs of the contact sensors.",
  disagree: "Look at the skin. Lay the pad flat, so that both sensors touch it.",
  "cycle-late": "Take the pad off. The controller was too slow to be trusted: restart it before you heat again.",
  "e-stop": "Look at the skin. Release the e-stop when all is well.",
};

/** @param {FaultStatus} fault @returns {string} */
export function advice(fault) {
  return ADVICE[fault.kind] ?? "Take the pad off and look at the skin. If the pad stays hot, pull the plug.";
}

/**
 * Things that are not in order and keep a session from starting or from going on.
 * @param {Status} status @returns {string[]}
 */
export function notices(status) {
  const found = [];
  if (status.estop_open && status.fault?.kind !== "e-stop") found.push("The e-stop is open. Release it to heat.");
  if (status.log_failure) found.push(`The session log cannot be written, so no session can start: ${status.log_failure}.`);
  status.contact.forEach((sensor, i) => found.push(...lost(sensor, `Contact sensor ${i + 1}`)));
  found.push(...lost(status.ambient, "The room sensor"));
  return found;
}

/** @param {Sensor} sensor @param {string} name @returns {string[]} */
function lost(sensor, name) {
  return sensor.freshness === "lost" ? [`${name} gives no reading.`] : [];
}

/** @typedef {{ target_c: number, minutes: number, site: string }} Plan what the start form holds */

/** @param {number} target_c @param {Limits} limits @returns {number} the longest phase in minutes */
export function maxMinutes(target_c, limits) {
  return (target_c <= limits.gentle_target_c ? limits.duration_max_gentle_s : limits.duration_max_s) / 60;
}

/**
 * The nearest plan within the bounds, and what had to give.
 * @param {Plan} plan @param {Limits} limits @returns {{ plan: Plan, hint: string }}
 */
export function bounded(plan, limits) {
  const { target_min_c, target_max_c, gentle_target_c, duration_min_s } = limits;
  const tenths = Math.round((Number.isFinite(plan.target_c) ? plan.target_c : limits.target_default_c) * 10) / 10;
  const target_c = Math.min(target_max_c, Math.max(target_min_c, tenths));
  const max = maxMinutes(target_c, limits);
  const whole = Number.isFinite(plan.minutes) ? Math.round(plan.minutes) : 15;
  const minutes = Math.min(max, Math.max(duration_min_s / 60, whole));
  let hint = "";
  if (target_c !== tenths) hint = `The target can be ${degrees(target_min_c)} to ${degrees(target_max_c)} °C.`;
  else if (minutes < whole) {
    const side = target_c <= gentle_target_c ? "Up to" : "Above";
    hint = `${side} ${degrees(gentle_target_c)} °C: at most ${max} minutes.`;
  } else if (minutes > whole) hint = `At least ${duration_min_s / 60} minute.`;
  return { plan: { ...plan, target_c, minutes }, hint };
}

/**
 * The next multiple of `step` in a direction, so that odd values fall back onto the scale.
 * @param {number} value @param {number} step @param {1 | -1} direction @returns {number}
 */
export function stepped(value, step, direction) {
  const steps = value / step;
  const whole = direction > 0 ? Math.floor(steps + 1e-6) + 1 : Math.ceil(steps - 1e-6) - 1;
  return whole * step;
}

/**
 * Why a start is not offered now; the daemon decides in the end.
 * @param {Status | null} status @param {boolean} stale @returns {string | null}
 */
export function startBlocked(status, stale) {
  if (stale || !status) return "No contact with the device.";
  if (status.fault) return "A fault is latched.";
  if (status.session) return "A session is running.";
  return status.interrupted ? "Look at the skin first." : null;
}

/**
 * @typedef {"start" | "stop" | "clear"} Tap
 * @typedef {{ tap: Tap, phase: "pending" | "accepted" | "refused" | "unanswered", text: string }} Reply
 */

/** @type {Record<Tap, { pending: string, accepted: string, unanswered: string }>} */
const WORDS = {
  start: {
    pending: "Asking the device to start…",
    accepted: "Started.",
    unanswered: "No answer. Look at the state above before you try again.",
  },
  stop: {
    pending: "Stopping…",
    accepted: "Stopped. Every output is off.",
    unanswered: "STOP got no answer. Trying the plain way. Press the e-stop or pull the plug.",
  },
  clear: { pending: "Asking the device to clear…", accepted: "Cleared.", unanswered: "No answer. Try again." },
};

/** @param {Tap} tap @param {"pending" | "accepted" | "unanswered"} phase @returns {Reply} */
export function reply(tap, phase) {
  return { tap, phase, text: WORDS[tap][phase] };
}

/** @param {string} detail what the device said @returns {Reply} */
export function stopFailed(detail) {
  return { tap: "stop", phase: "unanswered", text: `STOP FAILED. ${sentence(detail)} Press the e-stop or pull the plug.` };
}

/** @param {Tap} tap @param {Partial<Problem> | null} problem what the device answered @returns {Reply} */
export function refused(tap, problem) {
  const detail = (problem?.detail ?? "the device gave no reason").replace(/\.$/, "");
  const rule = problem?.rule && !detail.includes(problem.rule) ? ` (${problem.rule})` : "";
  const why = sentence(detail + rule);
  const opens = problem?.opens ? ` Possible again ${problem.opens.replace(/\.$/, "")}.` : "";
  return { tap, phase: "refused", text: `Refused: ${why}${opens}` };
}

/**
 * @typedef {object} Curve the points of one session; `t_min` and `contact_c` have the same length
 * @property {number} id
 * @property {number} target_c
 * @property {number} duration_s the width of the picture
 * @property {number[]} t_min
 * @property {(number | null)[]} contact_c
 */

/** More points than a phone has columns help nobody. */
const POINTS_MAX = 600;

/**
 * The curve with a snapshot added; a new curve when another session runs.
 * @param {Curve | null} curve @param {Status} status @returns {Curve | null}
 */
export function withSnapshot(curve, status) {
  const session = status.session;
  if (!session) return curve;
  const { id, target_c, duration_s } = session;
  const old = curve?.id === id ? curve : { t_min: [], contact_c: [] };
  return thinned(
    { id, target_c, duration_s },
    [...old.t_min, session.elapsed_s / 60],
    [...old.contact_c, status.hottest_c ?? null],
  );
}

/**
 * The curve with the log's samples in front of its first live point.
 * @param {{ id: number, duration_s: number }} session @param {Sample[]} samples @param {Curve | null} live @returns {Curve | null}
 */
export function withSamples(session, samples, live) {
  const last = samples.at(-1);
  if (!last) return live;
  const same = live?.id === session.id ? live : null;
  const first = same?.t_min[0] ?? Infinity;
  const before = samples.filter((sample) => sample.t_s / 60 < first);
  return thinned(
    { id: session.id, target_c: last.target_c, duration_s: session.duration_s },
    [...before.map((sample) => sample.t_s / 60), ...(same?.t_min ?? [])],
    [...before.map(hottest), ...(same?.contact_c ?? [])],
  );
}

/** @param {Sample} sample @returns {number | null} */
function hottest({ contact1_c, contact2_c }) {
  const known = [contact1_c, contact2_c].filter((c) => c != null);
  return known.length > 0 ? Math.max(...known) : null;
}

/**
 * Keeps time running forward and at most one point per column, always with the newest.
 * @param {{ id: number, target_c: number, duration_s: number }} head @param {number[]} t_min
 * @param {(number | null)[]} contact_c @returns {Curve}
 */
function thinned(head, t_min, contact_c) {
  const gap = head.duration_s / 60 / POINTS_MAX;
  /** @type {Curve} */
  const curve = { ...head, t_min: [], contact_c: [] };
  t_min.forEach((t, i) => {
    const [before, newest] = [curve.t_min.at(-2), curve.t_min.at(-1) ?? -Infinity];
    const crowded = t <= newest || (before !== undefined && newest - before < gap);
    const at = curve.t_min.length - (crowded ? 1 : 0);
    curve.t_min[at] = t;
    curve.contact_c[at] = contact_c[i] ?? null;
  });
  return curve;
}

/** @param {Curve} curve @returns {string} the curve in words, for those who do not see it */
export function curveInWords(curve) {
  const known = curve.contact_c.filter((c) => c != null);
  if (known.length === 0) return "No readings yet.";
  const span = duration((curve.t_min.at(-1) ?? 0) * 60);
  return (
    `Contact temperature over ${span}: from ${degrees(known[0])} to ${degrees(known.at(-1))} °C, ` +
    `highest ${degrees(Math.max(...known))} °C, target ${degrees(curve.target_c)} °C.`
  );
}
