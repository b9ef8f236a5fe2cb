// The diary of pain: a number that a thumb can say half asleep, what was said before, and what was done besides the
// sessions.

import { h } from "preact";
import { useEffect } from "preact/hooks";
import { signal, useSignal } from "@preact/signals";
import { CAUSES, KINDS, TREATMENTS, entryInWords } from "./diary.js";
import { ask, hello, pending, stale } from "./link.js";
import { sentence } from "./logic.js";
import { Signs } from "./signs.js";

/** @import { NewPain, NewTreatment, PainAnswer, PainEntry, PainSite, SessionSummary } from "./api" */

/** The newest entries and sessions, and how the pain of their sites stands; none until it was fetched. */
export const diary = signal(/** @type {{ entries: PainEntry[], sites: PainSite[], sessions: SessionSummary[] } | null} */ (null));

const POINTS = Array.from({ length: 11 }, (_, points) => points);

/** What is at hand of the diary: enough for the last days of every site that is kept. */
export async function fetchDiary() {
  try {
    const [pain, sessions] = await Promise.all(["/api/v1/pain?limit=50", "/api/v1/sessions?limit=10"].map(async (path) => {
      const response = await fetch(path);
      if (!response.ok) throw new Error(response.statusText);
      return response.json();
    }));
    diary.value = { entries: pain.entries, sites: pain.sites, sessions: sessions.sessions };
  } catch {
    // It is asked for again when something was written down, or a session ended.
  }
}

/** @returns {string[][]} name and label of every site */
export function places() {
  return (hello.value?.limits.sites ?? []).map(({ name, label }) => [name, label]);
}

/** @param {string} site @returns {string} */
export function labelOf(site) {
  return hello.value?.limits.sites.find(({ name }) => name === site)?.label ?? site;
}

/** @param {{ site: string }} props the site that the start form has */
export default function Pain({ site: begun }) {
  useEffect(() => void fetchDiary(), []);
  const own = useSignal("");
  const site = own.value || begun;
  const kind = useSignal("other");
  const of = diary.value?.entries.filter((entry) => entry.site === site).slice(0, 5) ?? [];
  return h("div", { class: "later" }, [
    h(Choice, { id: "pain-site", name: "Where it hurts", value: site, none: "Choose…", all: places(), onValue: (it) => { own.value = it; } }),
    site !== "" && [
      h(Choice, { id: "pain-kind", name: "When", value: kind.value, all: Object.entries(KINDS), onValue: (it) => { kind.value = it; } }),
      // Another place or time is another entry.
      h(Entry, { key: `${site} ${kind.value}`, site, kind: kind.value }),
      of.length > 0 && [h("h3", null, "Said before"), h("ul", { class: "entries" }, of.map((entry) => h("li", { key: entry.id }, [
        h("b", null, entry.nrs), h("span", null, said(entry.at_unix_ms)), h("small", null, entryInWords(entry)),
      ])))],
      h("details", null, [h("summary", null, "Something else was done for it"), h(TreatmentForm, { key: site, site })]),
    ],
    h("details", null, [h("summary", null, "Signs of an emergency"), h(Signs, null)]),
  ]);
}

/** What is said before a session, to be compared with after it. @param {{ site: string }} props */
export function Before({ site }) {
  return site ? h(Entry, { key: site, site, kind: "before-session" }) : h("p", { class: "account" }, "Choose first where.");
}

/** @param {number} unix_ms @returns {string} day and time, as the phone writes them */
function said(unix_ms) {
  return new Date(unix_ms).toLocaleString([], { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/**
 * One entry: how much it hurts, and on request what else is known.
 * @param {{ site: string, kind: string, session?: number, onTold?: () => void }} props
 */
export function Entry({ site, kind, session, onTold }) {
  const nrs = useSignal(/** @type {number | null} */ (null));
  const awake = useSignal(/** @type {boolean | null} */ (null));
  const cause = useSignal("");
  const note = useSignal("");
  const told = useSignal(/** @type {PainAnswer | null} */ (null));
  const name = `${kind}-${site}`;
  const keep = async () => {
    if (nrs.value === null) return;
    /** @type {NewPain} */
    const entry = { site, nrs: nrs.value, kind };
    if (session !== undefined) entry.session = session;
    if (awake.value !== null) entry.awake = awake.value;
    if (cause.value) entry.cause = cause.value;
    if (note.value.trim()) entry.note = note.value.trim();
    const response = await ask("note", "POST", "/api/v1/pain", entry);
    if (!response) return;
    told.value = await response.json();
    onTold?.();
    void fetchDiary();
  };
  if (told.value) {
    const { entry, message } = told.value;
    return h("p", { role: "status" }, `${entry.nrs} of 10 is written down. ${message ? sentence(message) : ""}`.trim());
  }
  const night = kind === "next-morning";
  // No form of its own: it may stand in the one that starts a session.
  return h("div", { class: "later" }, [
    h(Scale, { name: `nrs-${name}`, value: nrs.value, onValue: (points) => { nrs.value = points; } }),
    night && h(Awake, { name: `awake-${name}`, value: awake.value, onValue: (it) => { awake.value = it; } }),
    h("details", null, [
      h("summary", null, "Say more"),
      h("div", { class: "later" }, [
        !night && kind === "other" && h(Awake, { name: `awake-${name}`, value: awake.value, onValue: (it) => { awake.value = it; } }),
        h(Choice, { id: `cause-${name}`, name: "What may be behind it", value: cause.value, none: "Not known", all: Object.entries(CAUSES),
          onValue: (it) => { cause.value = it; } }),
        h(Note, { id: `note-${name}`, value: note.value, onValue: (it) => { note.value = it; } }),
      ]),
    ]),
    h("button", { type: "button", class: "keep", disabled: nrs.value === null || stale.value || pending("note"), onClick: keep },
      h("b", null, nrs.value === null ? "Choose a number" : `Write down: ${nrs.value} of 10`)),
  ]);
}

/**
 * The numeric rating scale as eleven buttons.
 * @param {{ name: string, value: number | null, onValue: (points: number) => void }} props
 */
function Scale({ name, value, onValue }) {
  return h("fieldset", null, [
    h("legend", null, "How much it hurts"),
    h("div", { class: "scale" }, POINTS.map((points) => h("label", { key: points }, [
      h("input", { type: "radio", name, value: points, checked: value === points, "aria-label": scaled(points), onChange: () => onValue(points) }),
      h("span", { "aria-hidden": "true" }, points),
    ]))),
    h("p", { class: "ends", "aria-hidden": "true" }, [h("span", null, "0: no pain"), h("span", null, "10: the worst imaginable")]),
  ]);
}

/** @param {number} points @returns {string} */
function scaled(points) {
  if (points === 0) return "0, no pain";
  return points === 10 ? "10, the worst that you can imagine" : String(points);
}

/** @param {{ name: string, value: boolean | null, onValue: (awake: boolean) => void }} props */
function Awake({ name, value, onValue }) {
  return h("fieldset", null, [
    h("legend", null, "Did it keep you awake last night?"),
    h("div", { class: "two" }, [[true, "Yes"], [false, "No"]].map(([awake, text]) => h("label", { key: text }, [
      h("input", { type: "radio", name, "aria-label": text, checked: value === awake, onChange: () => onValue(awake === true) }),
      h("span", { "aria-hidden": "true" }, text),
    ]))),
  ]);
}

/**
 * A choice from a list; `none` is what the empty choice is called, where there is one.
 * @param {{ id: string, name: string, value: string, all: string[][], none?: string, onValue: (value: string) => void }} props
 */
export function Choice({ id, name, value, all, none, onValue }) {
  return h("label", { class: "field", for: id }, [
    name,
    h("select", { id, value, onChange: (/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) => onValue(event.currentTarget.value) }, [
      none !== undefined && h("option", { value: "" }, none),
      all.map(([it, text]) => h("option", { value: it, key: it }, text)),
    ]),
  ]);
}

/** @param {{ id: string, value: string, onValue: (text: string) => void }} props */
function Note({ id, value, onValue }) {
  return h("label", { class: "field", for: id }, [
    "A note",
    h("input", {
      id, type: "text", maxLength: 500, autoComplete: "off", value,
      onInput: (/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => onValue(event.currentTarget.value),
    }),
  ]);
}

/** What was done besides the sessions. @param {{ site: string }} props */
function TreatmentForm({ site }) {
  const kind = useSignal("");
  const [before, after, note] = [useSignal(""), useSignal(""), useSignal("")];
  const done = useSignal(false);
  const keep = async () => {
    /** @type {NewTreatment} */
    const treatment = { kind: kind.value, site };
    if (before.value) treatment.before = Number(before.value);
    if (after.value) treatment.after = Number(after.value);
    if (note.value.trim()) treatment.note = note.value.trim();
    done.value = await ask("note", "POST", "/api/v1/treatments", treatment) !== null;
  };
  if (done.value) return h("p", { role: "status" }, `Written down: ${TREATMENTS[kind.value]}, ${labelOf(site)}.`);
  const points = POINTS.map((it) => [String(it), String(it)]);
  const field = (/** @type {string} */ id, /** @type {string} */ name, /** @type {{ value: string }} */ into, /** @type {string[][]} */ all, /** @type {string} */ none) =>
    h(Choice, { id, name, value: into.value, none, all, onValue: (it) => { into.value = it; } });
  return h("form", { class: "later", onSubmit: (/** @type {Event} */ event) => event.preventDefault() }, [
    field("treatment-kind", "What was done", kind, Object.entries(TREATMENTS), "Choose…"),
    field("treatment-before", "Pain before it", before, points, "Not said"),
    field("treatment-after", "Pain after it", after, points, "Not said"),
    h(Note, { id: "treatment-note", value: note.value, onValue: (it) => { note.value = it; } }),
    h("button", { type: "button", class: "keep", disabled: !kind.value || stale.value || pending("note"), onClick: keep }, h("b", null, "Write down")),
  ]);
}
