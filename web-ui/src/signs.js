// Signs of an emergency (HL-P2): they are asked for, and while one is there the page says to get help.

import { h } from "preact";
import { useEffect } from "preact/hooks";
import { signal, useSignal } from "@preact/signals";
import { ask, pending, stale } from "./link.js";
import { sentence } from "./logic.js";

/** @import { RedFlagAnswers, RedFlagList, Status } from "./api" */

/** What is asked for as a sign of an emergency, and what to do then; none until it was fetched. */
const signs = signal(/** @type {RedFlagList | null} */ (null));
async function fetchSigns() {
  const response = await fetch("/api/v1/red-flags").catch(() => null);
  if (response?.ok) signs.value = await response.json();
}

/** HL-P2: nothing starts. @param {{ now: Status }} props */
export function Emergency({ now }) {
  useEffect(() => void fetchSigns(), []);
  return h("section", { class: "card later emergency", role: "alert" }, [
    h("h2", null, "Get help now"),
    h("p", null, h("b", null, sentence(signs.value?.advice ?? "This may be an emergency: call the emergency number now"))),
    h("p", null, ["You said that this is so (", h("span", { class: "rule" }, "HL-P2"), "):"]),
    h("ul", null, now.care.red_flags.map(({ name, text }) => h("li", { key: name }, text))),
    h("p", null, "Nothing can be started while that is so."),
    // One tap must not do it.
    h("details", null, [
      h("summary", null, "It is not so any more"),
      h("button", { type: "button", class: "keep", disabled: stale.value || pending("note"), onClick: () => void answerSigns([]) },
        h("b", null, "None of these signs is there")),
    ]),
  ]);
}

/** @param {string[]} yes the signs that are there */
function answerSigns(yes) {
  return ask("note", "PUT", "/api/v1/red-flags", /** @type {RedFlagAnswers} */ ({ yes }));
}

/** The signs of an emergency, to be said yes or no to. */
export function Signs() {
  useEffect(() => void fetchSigns(), []);
  const list = signs.value;
  const yes = useSignal(/** @type {string[]} */ ([]));
  if (!list) return h("p", { class: "account" }, "Asking the device for its questions…");
  const toggle = (/** @type {string} */ name) => () => {
    yes.value = yes.value.includes(name) ? yes.value.filter((it) => it !== name) : [...yes.value, name];
  };
  const some = yes.value.length;
  return h("div", { class: "later checklist" }, [
    h("ul", null, list.signs.map(({ name, text }) => h("li", { key: name }, h("label", null, [
      h("input", { type: "checkbox", checked: yes.value.includes(name), onChange: toggle(name) }),
      h("span", null, text),
    ])))),
    h("button", { type: "button", class: some ? "keep some" : "keep", disabled: stale.value || pending("note"), onClick: () => void answerSigns(yes.value) },
      h("b", null, some ? `${some} of these ${some === 1 ? "is" : "are"} so` : "None of these is so")),
  ]);
}
