// The card of reminders that are due, fetched when the first one is. Its taps change nothing but the reminder.

import { h } from "preact";
import { signal } from "@preact/signals";
import { stale } from "./link.js";

/** @import { DueReminder } from "./api" */

const ANSWER_WITHIN_MS = 3000;

/** The reminder whose answer is on its way. */
const sending = signal(/** @type {number | null} */ (null));
/** Why the last answer did not arrive. */
const failed = signal("");

/** @param {number} id @param {"done" | "later"} word */
async function answer(id, word) {
  sending.value = id;
  failed.value = "";
  try {
    const headers = { accept: "application/json" };
    const response = await fetch(`/api/v1/reminders/${id}/${word}`, { method: "POST", headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    // One that is gone is shown no more with the next snapshot.
    if (!response.ok && response.status !== 404) failed.value = "The device did not take it: try again.";
  } catch {
    failed.value = "The device did not answer: try again.";
  }
  sending.value = null;
}

/** @param {{ due: DueReminder[] }} props */
export default function Reminders({ due }) {
  return h("section", { class: "card", "aria-label": "Reminders" }, [
    due.map((it) => h(Reminder, { key: it.id, ...it })),
    failed.value && h("p", { class: "notice", role: "alert" }, failed.value),
  ]);
}

/** @param {DueReminder} props */
function Reminder({ id, text, how }) {
  const disabled = stale.value || sending.value === id;
  const [title, what] = text.split(/: (.*)/);
  return h("article", null, [
    h("div", { role: "status" }, [h("h2", null, title), what && h("p", null, h("b", null, what))]),
    how && h("p", null, how),
    h("div", { class: "kinds" }, [
      h("button", { type: "button", disabled, onClick: () => void answer(id, "done") }, "Done"),
      h("button", { type: "button", disabled, onClick: () => void answer(id, "later") }, "Later"),
    ]),
  ]);
}
