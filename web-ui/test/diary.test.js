// What is asked about pain, and when; words for what was said.

import assert from "node:assert/strict";
import test from "node:test";
import { entryInWords, nameOf, question, warnings } from "../src/diary.js";
import { READY_S, beat, beatInWords } from "../src/timer.js";

const at = (hour, day = 22) => new Date(2026, 8, day, hour);
const session = (started, more = {}) => ({
  id: 7, protocol: "heat", site: "left-hip", duration_s: 900, started_unix_ms: started.getTime(), outcome: "completed",
  elapsed_s: 900, dose_cem43: 0.4, simulated: false, ...more,
});
const entry = (when, more = {}) => ({ id: 1, at_unix_ms: when.getTime(), site: "left-hip", nrs: 4, kind: "other", ...more });

test("after a session it is asked how it is, until somebody said or it is long ago", () => {
  const now = at(18);
  const ended = session(at(17));
  const due = { kind: "after-session", site: "left-hip", session: 7 };
  assert.deepEqual(question([ended], [], now), due);
  assert.deepEqual(question([ended], [entry(at(16), { kind: "before-session" })], now), due);
  for (const [sessions, entries] of [
    [[], []],
    [[ended], [entry(now, { kind: "after-session", session: 7 })]],
    [[ended], [entry(now, { kind: "after-session" })]],
    [[session(at(14))], []],
    [[session(at(17), { elapsed_s: 40 })], []],
    [[session(at(17), { protocol: "tune" })], []],
  ]) {
    assert.equal(question(sessions, entries, now), null);
  }
});

test("in the morning the night is asked for, for each place that was treated or hurt the day before", () => {
  const evening = [session(at(21, 21))];
  const pains = [entry(at(22, 21), { site: "right-calf", nrs: 2 }), entry(at(22, 21), { site: "left-calf", nrs: 0 })];
  assert.deepEqual(question(evening, pains, at(8)), { kind: "next-morning", site: "left-hip" });
  const said = entry(at(7), { kind: "next-morning" });
  assert.deepEqual(question(evening, [said, ...pains], at(8)), { kind: "next-morning", site: "right-calf" });
  assert.equal(question(evening, [said, entry(at(7), { kind: "next-morning", site: "right-calf" }), ...pains], at(8)), null);
  assert.equal(question(evening, pains, at(3)), null);
  assert.equal(question(evening, pains, at(13)), null);
  assert.equal(question([session(at(18, 20))], [], at(8)), null, "two days ago is too long");
  assert.equal(question([], [entry(at(6))], at(8)), null, "this morning is no night");
});

test("a question that was put off is named by its session, or by its day", () => {
  const [one, other] = [{ kind: "after-session", site: "a", session: 7 }, { kind: "next-morning", site: "a" }];
  assert.equal(nameOf(one, at(8)), nameOf(one, at(8, 23)));
  assert.notEqual(nameOf(other, at(8)), nameOf(other, at(8, 23)));
});

test("an entry says what it is compared with and what else was known", () => {
  const said = { before: 6, change: "improved", awake: false, cause: "driving", note: "long day", kind: "after-session" };
  assert.equal(entryInWords(entry(at(8), said)), "after a session; better than 6; slept; driving; long day");
  assert.equal(entryInWords(entry(at(8), { before: 4, change: "same", kind: "after-session" })), "after a session; about the same as 4");
  assert.equal(entryInWords(entry(at(8))), "");
});

test("of each place the strongest warning is shown", () => {
  const warning = (strength, message) => ({ kind: message, strength, message, rule: "HL-P3" });
  const place = (site, all) => ({ site, site_label: site, locked: false, warnings: all });
  const found = warnings([place("a", []), place("b", [warning(1, "weak"), warning(4, "strong")])]);
  assert.deepEqual(found.map(({ site, message }) => [site.site, message]), [["b", "strong"]]);
});

test("a timer lets one get into place, counts down, and ends after the last time", () => {
  const exercise = { hold_s: 20, repeats: 3, kind: "stretch" };
  assert.deepEqual(beat(0, exercise), { phase: "ready", nth: 1, left_s: READY_S });
  assert.deepEqual(beat(READY_S, exercise), { phase: "hold", nth: 1, left_s: 20 });
  assert.deepEqual(beat(READY_S + 19.9, exercise), { phase: "hold", nth: 1, left_s: 1 });
  assert.deepEqual(beat(READY_S + 20, exercise), { phase: "ready", nth: 2, left_s: READY_S });
  const over_s = 3 * (READY_S + 20);
  assert.equal(beat(over_s - 0.1, exercise).phase, "hold");
  assert.equal(beat(over_s, exercise).phase, "done");
  assert.equal(beatInWords(beat(6, exercise), exercise), "Hold: 1 of 3");
  assert.equal(beatInWords(beat(6, exercise), { ...exercise, kind: "massage" }), "Press: 1 of 3");
});

