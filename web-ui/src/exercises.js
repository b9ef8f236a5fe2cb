// Stretches and pressure points for the site that is chosen: a list, and each with its drawing, how it is done, what to
// look out for, and a timer that is felt at its turns.

import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { signal, useSignal } from "@preact/signals";
import { Drawing } from "./drawing.js";
import { fetchOnce } from "./link.js";
import { Choice, places } from "./pain.js";
import { beat, beatInWords } from "./timer.js";

/** @import { ExerciseInfo } from "./api" */
/** @import { Beat } from "./timer.js" */

/** What there is; nothing until it was fetched. */
const exercises = signal(/** @type {ExerciseInfo[]} */ ([]));
const TICK_MS = 200;

/** @param {{ site: string }} props the site that the start form has */
export default function Exercises({ site: begun }) {
  useEffect(() => void fetchOnce("/api/v1/exercises", exercises, (body) => body.exercises), []);
  const own = useSignal(/** @type {string | null} */ (null));
  const shown = useSignal(/** @type {string | null} */ (null));
  if (exercises.value.length === 0) return h("p", { class: "account" }, "Asking the device for its list…");
  const open = exercises.value.find(({ name }) => name === shown.value);
  if (open) return h(One, { key: open.name, exercise: open, onBack: () => { shown.value = null; } });
  const site = own.value ?? begun;
  const fitting = site ? exercises.value.filter(({ sites }) => sites.includes(site)) : exercises.value;
  return h("div", { class: "later" }, [
    h(Choice, { id: "exercise-site", name: "For which place", value: site, none: "All places", all: places(), onValue: (it) => { own.value = it; } }),
    h("ul", { class: "exercises" }, fitting.map((it) => h("li", { key: it.name }, h("button", { type: "button", onClick: () => { shown.value = it.name; } }, [
      h(Drawing, { address: it.drawing }),
      h("b", null, it.label),
      h("small", null, `${it.kind === "massage" ? "Pressure" : "Stretch"}, ${it.hold_s} s, ${it.repeats} times`),
    ])))),
    h("p", { class: "account" }, "Usual advice; none of it claims to heal. Stop when it hurts more."),
  ]);
}

/** @param {{ exercise: ExerciseInfo, onBack: () => void }} props */
function One({ exercise, onBack }) {
  const { label, instruction, caution, hold_s, repeats, drawing } = exercise;
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  // What was tapped is gone: the reading goes on here.
  useEffect(() => heading.current?.focus(), []);
  return h("div", { class: "exercise" }, [
    h("button", { type: "button", class: "quiet", onClick: onBack }, "Back to the list"),
    h("h3", { ref: heading, tabIndex: -1 }, label),
    h(Drawing, { address: drawing }),
    h("p", null, instruction),
    h("p", { class: "notice" }, caution),
    h(Timer, { exercise }),
    h("p", { class: "account" }, `${hold_s} s, ${repeats} times, on each side where there are two.`),
  ]);
}

/** @param {{ exercise: ExerciseInfo }} props */
function Timer({ exercise }) {
  const begun = useSignal(/** @type {number | null} */ (null));
  const now = useSignal(0);
  const ended = useSignal(/** @type {Beat | null} */ (null));
  useEffect(() => {
    if (begun.value === null) return undefined;
    const timer = setInterval(() => { now.value = performance.now(); }, TICK_MS);
    return () => clearInterval(timer);
  }, [begun.value]);
  const at = begun.value === null ? null : beat(Math.max(0, now.value - begun.value) / 1000, exercise);
  const turn = at && `${at.phase} ${at.nth}`;
  useEffect(() => {
    if (at && at.phase !== "ready") navigator.vibrate?.(at.phase === "done" ? [300, 150, 300] : 200);
    if (at?.phase !== "done") return;
    begun.value = null;
    ended.value = at;
  }, [turn]);
  const start = () => {
    now.value = performance.now();
    begun.value = now.value;
    ended.value = null;
  };
  const told = at ?? ended.value;
  return [
    at && at.phase !== "done" && h("p", { class: "count", "aria-hidden": "true" }, at.left_s),
    h("p", { class: "chosen", role: "status" }, told && beatInWords(told, exercise)),
    begun.value === null
      ? h("button", { type: "button", class: "keep", onClick: start }, h("b", null, ended.value ? "Once more" : "Start the timer"))
      : h("button", { type: "button", class: "keep some", onClick: () => { begun.value = null; } }, h("b", null, "Leave it")),
  ];
}
