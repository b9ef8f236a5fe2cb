// What the panel thinks about pain: what to ask, and when; words for an entry and for what is warned of. Pure
// functions; no DOM, no clock, no network.

/** @import { PainEntry, PainSite, SessionSummary } from "./api" */

/** After a session is asked for so long: later the answer says little about it. */
const ASKS_AFTER_MS = 2 * 3_600_000;
/** What was stopped sooner did nothing that could be felt. */
const FELT_AFTER_S = 60;
/** The night is asked for in these hours of the phone's clock, about what was done or felt in the hours before it. */
const MORNING = { from_h: 4, to_h: 12, looks_back_ms: 36 * 3_600_000 };

/** @typedef {{ kind: "after-session" | "next-morning", site: string, session?: number }} Question */

/**
 * What a person is to be asked now, if anything: how it is after the last session, else how the night was.
 * @param {SessionSummary[]} sessions newest first @param {PainEntry[]} entries newest first @param {Date} now
 * @returns {Question | null}
 */
export function question(sessions, entries, now) {
  return afterSession(sessions[0], entries, now) ?? nextMorning(sessions, entries, now);
}

/** @param {SessionSummary | undefined} last @param {PainEntry[]} entries @param {Date} now @returns {Question | null} */
function afterSession(last, entries, now) {
  if (!last || last.protocol === "tune" || last.outcome === "running" || last.elapsed_s < FELT_AFTER_S) return null;
  const ended_ms = last.started_unix_ms + last.elapsed_s * 1000;
  const told = entries.some(({ kind, site, at_unix_ms, session }) =>
    kind === "after-session" && (session === last.id || (site === last.site && at_unix_ms > last.started_unix_ms)));
  return told || now.getTime() - ended_ms > ASKS_AFTER_MS ? null : { kind: "after-session", site: last.site, session: last.id };
}

/** @param {SessionSummary[]} sessions @param {PainEntry[]} entries @param {Date} now @returns {Question | null} */
function nextMorning(sessions, entries, now) {
  const hour = now.getHours();
  if (hour < MORNING.from_h || hour >= MORNING.to_h) return null;
  const dawn_ms = new Date(now).setHours(MORNING.from_h, 0, 0, 0);
  const before = (/** @type {number} */ at_ms) => at_ms < dawn_ms && now.getTime() - at_ms < MORNING.looks_back_ms;
  const sites = [
    ...sessions.filter(({ protocol, elapsed_s, started_unix_ms }) => protocol !== "tune" && elapsed_s >= FELT_AFTER_S && before(started_unix_ms)),
    ...entries.filter(({ nrs, at_unix_ms }) => nrs > 0 && before(at_unix_ms)),
  ].map(({ site }) => site);
  const told = (/** @type {string} */ site) =>
    entries.some((entry) => entry.site === site && entry.kind === "next-morning" && entry.at_unix_ms >= dawn_ms);
  const site = sites.find((name) => !told(name));
  return site === undefined ? null : { kind: "next-morning", site };
}

/** @param {Question} question @param {Date} now @returns {string} what names it, so that a "not now" holds for it alone */
export function nameOf({ kind, site, session }, now) {
  return `${kind} ${site} ${session ?? now.toDateString()}`;
}

/** @type {Record<string, string>} when it was felt */
export const KINDS = {
  other: "Now", "before-session": "Before a session", "after-session": "After a session", "next-morning": "On the morning after",
};

/** @type {Record<string, string>} what is suspected behind it */
export const CAUSES = { desk: "work at a desk", driving: "driving", training: "training", other: "something else" };

/** @type {Record<string, string>} what was done besides the sessions */
export const TREATMENTS = {
  massage: "professional massage", "physical-therapy": "physical therapy", "dry-needling": "dry needling", acupuncture: "acupuncture",
  injection: "an injection", ultrasound: "therapeutic ultrasound", "desk-stretching": "stretching at the desk",
};

/** @type {Record<string, string>} what has become of a pain */
const CHANGES = { improved: "better", slight: "a little better", same: "about the same", worse: "worse" };

/** @param {PainEntry} entry @returns {string} what was said besides the number */
export function entryInWords({ kind, before, change, awake, cause, note }) {
  const parts = [kind === "other" ? "" : (KINDS[kind] ?? kind).toLowerCase()];
  if (change && before != null) parts.push(`${CHANGES[change] ?? change} than ${before}`.replace("same than", "same as"));
  if (awake != null) parts.push(awake ? "awake at night" : "slept");
  if (cause) parts.push(CAUSES[cause] ?? cause);
  if (note) parts.push(note);
  return parts.filter(Boolean).join("; ");
}

/** @param {PainSite[]} sites @returns {{ site: PainSite, message: string, rule: string }[]} the strongest warning of each site */
export function warnings(sites) {
  return sites.flatMap((site) => {
    const strongest = site.warnings.at(-1);
    return strongest ? [{ site, message: strongest.message, rule: strongest.rule }] : [];
  });
}
