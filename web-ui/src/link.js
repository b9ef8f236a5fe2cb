// What the panel knows and how it asks: the newest snapshot with its age, the stream that brings it, the
// commands. Nothing here assumes that a tap worked; only a snapshot says what the device does.

import { useEffect, useRef } from "preact/hooks";
import { computed, signal, useSignal } from "@preact/signals";
import { REOPEN_AFTER_MS, STALE_AFTER_MS, refused, reply, sleptMs, stopFailed, stopped, withSamples, withSnapshot } from "./logic.js";

/**
 * @import { ChecklistAnswers, ClearRequest, Condition, ConfirmRequest, Hello, ListedProtocol, Problem, ProtocolList, Sample } from "./api"
 * @import { SessionDetail, StartRequest, Status, Stopped } from "./api"
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
/** The protocols that the device knows, as the profile in use judges them; none until they were fetched. */
export const protocols = signal(/** @type {ListedProtocol[]} */ ([]));
/** The prompt that was answered last: its session and its number. */
export const confirmed = signal({ session: 0, prompt: 0 });
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
/** What is on its way. @type {Set<string>} */
const fetching = new Set();

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
  // Judged by another profile, they are asked for anew.
  if (status.value?.profile !== news.profile) protocols.value = [];
  status.value = news;
  const before = curve.value;
  curve.value = withSnapshot(before, news);
  const running = news.session;
  if (running && before?.id !== running.id && running.elapsed_s > 2 * news.speed) void fill(running);
  else if (!running && !before && news.last) void fill({ id: news.last.id, duration_s: news.last.elapsed_s });
  if (running && running.protocol !== "tune") recalled = running.id;
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

/** @param {StartRequest} request */
export function start(request) {
  starting = new AbortController();
  return ask("start", "POST", "/api/v1/session", request, starting.signal);
}

/** @param {string | undefined} fault the kind that the person was shown */
export function clear(fault) {
  return ask("clear", "POST", "/api/v1/clear", /** @type {ClearRequest} */ ({ fault }));
}

/** Somebody is there. */
export function present() {
  return ask("present", "POST", "/api/v1/present", null);
}

/**
 * What a prompt asks for is done. It is named, so that a late tap never answers another one.
 * @param {number} session @param {number} prompt @returns {Promise<void>}
 */
export async function confirm(session, prompt) {
  if (await ask("confirm", "POST", "/api/v1/confirm", /** @type {ConfirmRequest} */ ({ session, prompt }))) confirmed.value = { session, prompt };
}

/** The skin under the cold pack is numb. */
export function numb() {
  return ask("numb", "POST", "/api/v1/numb", null);
}

/** Fetches what the check-list asks, once; it is shown so rarely that nobody else needs it. */
export function fetchConditions() {
  return fetchOnce("/api/v1/checklist", conditions, (body) => body.conditions);
}

/** Fetches the protocols, once, when somebody wants to see them or follows one. */
export function fetchProtocols() {
  // An answer that a choice of profile overtook is none.
  const judged = (/** @type {ProtocolList} */ list) => (list.profile === status.value?.profile ? list.protocols : []);
  return fetchOnce("/api/v1/protocols", protocols, judged);
}

/**
 * @template T @param {string} path @param {{ value: T[] }} into @param {(body: any) => T[]} of what of the answer is wanted
 */
export async function fetchOnce(path, into, of) {
  if (into.value.length > 0 || fetching.has(path)) return;
  fetching.add(path);
  try {
    const response = await fetch(path);
    const found = response.ok ? of(await response.json()) : [];
    if (found.length > 0) into.value = found;
  } catch {
    // The next snapshot tries again.
  } finally {
    fetching.delete(path);
  }
}

/** @param {string[]} yes the conditions that apply */
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
  // A second try, where the first was carried out and its answer lost, is told of no pack any more.
  const lay = status.value?.session?.phase.pack_on ?? false;
  const tap = begin("stop");
  try {
    const response = await sendStop(form.action).catch((error) => {
      // A kept connection may have died unseen; a new one tells whether the device is there.
      if (error instanceof TypeError) return sendStop(form.action);
      throw error;
    });
    const body = /** @type {Partial<Stopped & Problem>} */ (await response.json());
    if (response.ok && body.off) return finish(tap, stopped(lay || (body.pack_on ?? false)));
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

/** @param {Tap} tap @returns {boolean} whether it is on its way */
export function pending(tap) {
  return answer.value?.tap === tap && answer.value.phase === "pending";
}

/**
 * @param {Exclude<Tap, "stop">} what @param {"POST" | "PUT"} method @param {string} path @param {object | null} body
 * @param {AbortSignal} [withdrawn] @returns {Promise<Response | null>} the answer, where it was accepted
 */
export async function ask(what, method, path, body, withdrawn) {
  const tap = begin(what);
  const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const response = await fetch(path, {
      method,
      headers: { accept: "application/json", ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
      signal: withdrawn ? AbortSignal.any([late, withdrawn]) : late,
    });
    if (response.ok) {
      finish(tap, reply(what, "accepted"));
      return response;
    }
    const problem = /** @type {Problem | null} */ (await response.json().catch(() => null));
    finish(tap, refused(what, problem));
  } catch {
    finish(tap, reply(what, "unanswered"));
  }
  return null;
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

/**
 * A tap that counts only once it was held for so long, by thumb, mouse, Enter or Space: whether it is held now, and what
 * its button listens to. One that was let go too early is told apart from one that slid off.
 * @param {{ ms: number, blocked: boolean, onHeld: () => void, onTooShort?: () => void }} options
 */
export function useHold({ ms, blocked, onHeld, onTooShort }) {
  const held = useSignal(false);
  const timer = useRef(0);
  const release = () => {
    clearTimeout(timer.current);
    held.value = false;
  };
  useEffect(() => release, []);
  const press = () => {
    if (blocked || held.value) return;
    held.value = true;
    timer.current = setTimeout(() => {
      release();
      onHeld();
    }, ms);
  };
  const letGo = () => {
    if (held.value) onTooShort?.();
    release();
  };
  const isKey = (/** @type {KeyboardEvent} */ event) => event.key === "Enter" || event.key === " ";
  const listeners = {
    onPointerDown: (/** @type {PointerEvent} */ event) => { if (event.isPrimary && event.button === 0) press(); },
    onPointerUp: letGo, onPointerLeave: release, onPointerCancel: release, onBlur: release,
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      if (!isKey(event)) return;
      event.preventDefault();
      if (!event.repeat) press();
    },
    onKeyUp: letGo,
    onContextMenu: (/** @type {Event} */ event) => event.preventDefault(),
  };
  return { held: held.value, listeners };
}
