// What pain and signs of an emergency mean for this device, in plain words and with what to do; and the one question
// that is due, after a session or in the morning.

import { h } from "preact";
import { useEffect } from "preact/hooks";
import { signal, useSignal } from "@preact/signals";
import { nameOf, question, warnings } from "./diary.js";
import { ask, pending, stale } from "./link.js";
import { sentence } from "./logic.js";
import { Entry, diary, fetchDiary, labelOf } from "./pain.js";
import { Emergency } from "./signs.js";

/** @import { PainSite, Settlement, Status } from "./api" */
/** @import { Question } from "./diary.js" */

/** The question that was put off last, from this phone. */
const putOff = signal(remembered());

/** @returns {string} */
function remembered() {
  try {
    return localStorage.getItem("not-asked") ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name */
function dismiss(name) {
  putOff.value = name;
  try {
    localStorage.setItem("not-asked", name);
  } catch {
    // Then it is asked again when the page is opened anew.
  }
}

/** @param {{ now: Status }} props */
export default function Care({ now }) {
  useEffect(() => void fetchDiary(), [now.last?.id, now.care.locked.join()]);
  const { red_flags, locked } = now.care;
  const today = new Date(now.at_unix_ms);
  const due = diary.value && question(diary.value.sessions, diary.value.entries, today);
  const answered = useSignal(/** @type {Question | null} */ (null));
  // What was answered stays until it was read.
  const asks = answered.value ?? (due && nameOf(due, today) !== putOff.value ? due : null);
  return [
    red_flags.length > 0 && h(Emergency, { now }),
    locked.map((site) => h(Locked, { site, key: site })),
    // What sends to a doctor is said while it is so, whatever else is on.
    warnings(diary.value?.sites ?? []).map(({ site, message, rule }) => h(Warning, { key: site.site, site, message, rule })),
    asks && red_flags.length === 0 && h("section", { class: "card later", "aria-label": "How it is now", key: nameOf(asks, today) }, [
      h("h2", null, asks.kind === "after-session" ? "How much does it hurt now?" : "How was the night?"),
      h("p", null, `${labelOf(asks.site)}, ${asks.kind === "after-session" ? "after the session." : "this morning."}`),
      h(Entry, { ...asks, onTold: () => { answered.value = asks; } }),
      answered.value
        ? h("button", { type: "button", class: "quiet", onClick: () => { answered.value = null; } }, "All right")
        : h("button", { type: "button", class: "quiet", onClick: () => dismiss(nameOf(asks, today)) }, "Not now"),
    ]),
  ];
}

/** HL-P1: nothing starts at this site until somebody says what came of it. @param {{ site: string }} props */
function Locked({ site }) {
  const settle = (/** @type {"seen" | "waived"} */ how) => () => void ask("note", "POST", "/api/v1/pain/settled", /** @type {Settlement} */ ({ site, how }));
  const off = stale.value || pending("note");
  return h("section", { class: "card later alert" }, [
    h("h2", null, `${labelOf(site)} is locked`),
    h("p", null, ["Two sessions in a row made it hurt more (", h("span", { class: "rule" }, "HL-P1"),
      "). Let a doctor look at it before you heat or cool it again. Other places are free."]),
    h("button", { type: "button", class: "keep", disabled: off, onClick: settle("seen") }, h("b", null, "A doctor has looked at it")),
    h("details", null, [
      h("summary", null, "Go on without a doctor"),
      h("div", { class: "later" }, [
        h("p", null, "It got worse twice under this device. If you go on all the same, that is written down as your decision."),
        h("button", { type: "button", class: "keep some", disabled: off, onClick: settle("waived") }, h("b", null, "I go on without a doctor")),
      ]),
    ]),
  ]);
}

/** HL-P3. @param {{ site: PainSite, message: string, rule: string }} props */
function Warning({ site, message, rule }) {
  return h("section", { class: "card later alert" }, [
    h("h2", null, `${site.site_label}: time for a doctor`),
    h("p", null, [`${sentence(message)} `, h("span", { class: "rule" }, `(${rule})`)]),
  ]);
}
