// What the panel knows and how it asks: the newest snapshot with its age, the stream that brings it, the
// commands. Nothing here assumes that a tap worked; only a snapshot says what the device does.

import { computed, signal } from "@preact/signals";
import { REOPEN_AFTER_MS, STALE_AFTER_MS, refused, reply, sleptMs, stopFailed, withSamples, withSnapshot } from "./logic.js";

/**
 * @import { ChecklistAnswers, ClearRequest, Condition, Hello, Problem, Sample, SessionDetail, StartRequest, Status, Stopped } from "./api"
 * @import { Clocks, Curve, Reply, Tap } from "./logic.js"
 */

const TICK_MS = 250;
/** STOP is given this long before the plain form takes over. */
const STOP_WITHIN_MS = 1500;
const ANSWER_WITHIN_MS = 5000;
/** Points of a curve that are asked for: a phone draws it some 300 pixels wide, and a pad takes minutes to change. */
const POINTS = 40;
/** How long "accepted" stays; a refusal stays until something is tapped. */
const ACCEPTED_FOR_MS = 5000;

/** The newest snapshot. */
export const status = signal(/** @type {Status | null} */ (null));
/** What does not change while the daemon runs. */
export const hello = signal(/** @type {Hello | null} */ (null));
/** The points of the running or the last session. */
export const curve = signal(/** @type {Curve | null} */ (null));
/** What the log says of the last session, where it may have been a tuning. */
export const log = signal(/** @type {SessionDetail | null} */ (null));
/** What the check-list asks; none until it was fetched. */
export const conditions = signal(/** @type {Condition[]} */ ([]));
/** What became of the last tap. */
export const answer = signal(/** @type {Reply | null} */ (null));

/** Time since the newest snapshot came, or since the page was opened. */
export const ageMs = signal(0);
/** What is shown is old. */
export const stale = computed(() => ageMs.value > STALE_AFTER_MS);
/** Whole seconds without contact, so that what shows it is drawn once a second. */
export const silentS = computed(() => Math.floor(ageMs.value / 1000));

/** @type {EventSource | null} */
let source = null;
let openedAt = 0;
/** When the newest snapshot came; sleep moves it back. */
let heardAt = performance.now();
/** @type {Clocks} */
let looked = { mono: performance.now(), wall: Date.now() };
/** Counts taps, so that a late answer to an earlier one is not shown. */
let taps = 0;
/** A start that is on its way; STOP overtakes and withdraws it. */
let starting = new AbortController();
/** A log that did not answer is asked again after this. */
const RECALL_AGAIN_MS = 5000;
/** The session whose samples were asked for. */
let filled = -1;
/** The session about which the log was asked, or need not be asked. */
let recalled = -1;
/** The check-list is on its way. */
let fetching = false;

/** Opens the stream and starts to watch its pulse. */
export function watch() {
  open();
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", tick);
  window.addEventListener("pageshow", tick);
}

function open() {
  source?.close();
  openedAt = performance.now();
  source = new EventSource("/api/v1/events");
  source.addEventListener("hello", (event) => greet(JSON.parse(event.data)));
  source.addEventListener("status", (event) => {
    // What queued up while the phone slept is not news.
    if (lookAtClocks() > STALE_AFTER_MS) open();
    else take(JSON.parse(event.data));
  });
}

/** @returns {number} how long the phone slept since the last look, in ms */
function lookAtClocks() {
  const now = { mono: performance.now(), wall: Date.now() };
  const slept = sleptMs(looked, now);
  looked = now;
  heardAt -= slept;
  openedAt -= slept;
  return slept;
}

function tick() {
  lookAtClocks();
  const now = performance.now();
  ageMs.value = now - heardAt;
  if (ageMs.value > REOPEN_AFTER_MS && now - openedAt > REOPEN_AFTER_MS) open();
}

/** @param {Hello} news */
function greet(news) {
  // After an upgrade of the daemon the page belongs to another version of it.
  if (hello.value && hello.value.version !== news.version) location.reload();
  else hello.value = news;
}

/** @param {Status} news */
function take(news) {
  heardAt = performance.now();
  ageMs.value = 0;
  status.value = news;
  const before = curve.value;
  curve.value = withSnapshot(before, news);
  const running = news.session;
  if (running && before?.id !== running.id && running.elapsed_s > 2 * news.speed) void fill(running);
  else if (!running && !before && news.last) void fill({ id: news.last.id, duration_s: news.last.elapsed_s });
  if (running?.purpose === "heat") recalled = running.id;
  else if (!running && news.last) void recall(news.last.id);
}

/** Asks the log whether the last session was a tuning, and what came of it. @param {number} id */
async function recall(id) {
  if (recalled === id) return;
  recalled = id;
  try {
    const response = await fetch(`/api/v1/sessions/${id}`);
    if (!response.ok) throw new Error(response.statusText);
    const told = /** @type {SessionDetail} */ (await response.json());
    if (recalled === id) log.value = told;
  } catch {
    // It is asked again in a while, when there is a snapshot.
    setTimeout(() => { if (recalled === id) recalled = -1; }, RECALL_AGAIN_MS);
  }
}

/**
 * Puts what the log has in front of the live curve, once per session.
 * @param {{ id: number, duration_s: number }} session
 */
async function fill(session) {
  if (filled === session.id) return;
  filled = session.id;
  try {
    const response = await fetch(`/api/v1/sessions/${session.id}/samples?points=${POINTS}`);
    if (!response.ok) return;
    const samples = /** @type {Sample[]} */ (await response.json());
    const current = status.value?.session?.id;
    if (current == null || current === session.id) curve.value = withSamples(session, samples, curve.value);
  } catch {
    // The curve then starts where the page was opened; nothing else hangs on it.
  }
}

/** @param {StartRequest} request @returns {Promise<void>} */
export function start(request) {
  starting = new AbortController();
  return ask("start", "POST", "/api/v1/session", request, starting.signal);
}

/** @param {string | undefined} fault the kind that the person was shown @returns {Promise<void>} */
export function clear(fault) {
  return ask("clear", "POST", "/api/v1/clear", /** @type {ClearRequest} */ ({ fault }));
}

/** Somebody is there. @returns {Promise<void>} */
export function present() {
  return ask("present", "POST", "/api/v1/present", null);
}

/** Fetches what the check-list asks, once; it is shown so rarely that nobody else needs it. */
export async function fetchConditions() {
  if (conditions.value.length > 0 || fetching) return;
  fetching = true;
  try {
    const response = await fetch("/api/v1/checklist");
    if (response.ok) conditions.value = (await response.json()).conditions;
  } catch {
    // The next snapshot tries again.
  } finally {
    fetching = false;
  }
}

/** @param {string[]} yes the conditions that apply @returns {Promise<void>} */
export function answerChecklist(yes) {
  return ask("checklist", "PUT", "/api/v1/checklist", /** @type {ChecklistAnswers} */ ({ yes }));
}

/**
 * STOP: withdraws a start that is on its way, asks, and falls back to the plain form when there is no
 * answer. Where nobody can be reached the page stays: the browser's own error page would not say what to do.
 * @param {HTMLFormElement} form
 */
export async function stop(form) {
  starting.abort();
  const tap = begin("stop");
  try {
    const response = await sendStop(form.action).catch((error) => {
      // A kept connection may have died unseen; a new one tells whether the device is there.
      if (error instanceof TypeError) return sendStop(form.action);
      throw error;
    });
    const body = /** @type {Partial<Stopped & Problem>} */ (await response.json());
    if (response.ok && body.off) return finish(tap, reply("stop", "accepted"));
    // The device was reached and says what is wrong: nothing that the form would change.
    if (body.detail) return finish(tap, stopFailed(body.detail));
    throw new Error("neither an answer nor a problem");
  } catch (error) {
    // What `fetch` throws when a connection is refused or there is no network.
    if (error instanceof TypeError) return finish(tap, stopFailed("the device cannot be reached"));
    finish(tap, reply("stop", "unanswered"));
    // A browser opens few connections to one host: the stream gives its own up for the form.
    source?.close();
    form.submit();
  }
}

/** @param {string} action */
function sendStop(action) {
  const signal = AbortSignal.timeout(STOP_WITHIN_MS);
  return fetch(action, { method: "POST", headers: { accept: "application/json" }, signal });
}

/**
 * @param {Exclude<Tap, "stop">} what @param {"POST" | "PUT"} method @param {string} path @param {object | null} body
 * @param {AbortSignal} [withdrawn]
 */
async function ask(what, method, path, body, withdrawn) {
  const tap = begin(what);
  const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const response = await fetch(path, {
      method,
      headers: { accept: "application/json", ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
      signal: withdrawn ? AbortSignal.any([late, withdrawn]) : late,
    });
    if (response.ok) return finish(tap, reply(what, "accepted"));
    const problem = /** @type {Problem | null} */ (await response.json().catch(() => null));
    finish(tap, refused(what, problem));
  } catch {
    finish(tap, reply(what, "unanswered"));
  }
}

/** @param {Tap} what @returns {number} the number of this tap */
function begin(what) {
  answer.value = reply(what, "pending");
  taps += 1;
  return taps;
}

/** @param {number} tap @param {Reply} outcome */
function finish(tap, outcome) {
  if (tap !== taps) return;
  answer.value = outcome;
  if (outcome.phase !== "accepted") return;
  setTimeout(() => {
    if (tap === taps) answer.value = null;
  }, ACCEPTED_FOR_MS);
}

/** The plain form was carried out and led back to this page. */
export function plainlyStopped() {
  finish(begin("stop"), reply("stop", "accepted"));
}

/** Takes a settled answer away. */
export function settle() {
  if (answer.value?.phase !== "pending") answer.value = null;
}

/** Says something about a tap that was never sent. @param {Tap} tap @param {string} text */
export function sayNo(tap, text) {
  begin(tap);
  answer.value = { tap, phase: "refused", text };
}
