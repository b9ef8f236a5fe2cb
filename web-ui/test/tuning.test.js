// What the panel says of a tuning, while it runs and after it.

import assert from "node:assert/strict";
import test from "node:test";
import * as logic from "../src/logic.js";

const IDLE = { state: "idle", session: null, last: null, fault: null, interrupted: null, heater_on: false, armed: false };

const SESSION = {
  id: 7, protocol: "tune", site: "left-calf", site_label: "Left calf", target_c: 41, duration_s: 600, elapsed_s: 60, remaining_s: 540,
  target_reached: false, duty: 1, phase: { number: 1, of: 1, kind: "heat", target_c: 41, left_s: 540, asked: null, awaits_pad: false },
};

const tuning = (session) => ({ ...IDLE, state: "heating", armed: true, session: { ...SESSION, ...session } });

const ended = (outcome, reason) => ({ ...IDLE, last: { id: 7, outcome, reason, elapsed_s: 352, dose_cem43: 0.1 } });
const OVER = ended("completed", "enough was measured");

const log = (kind, message, protocol = "tune") => ({ id: 7, protocol, events: [{ t_s: 0, kind: "started", message: "" }, { t_s: 352, kind, message }] });
const TUNED = log("tuned", "the pad has 39.2 W");
const NOT_TUNED = log("not-tuned", "nothing was found: the pad has less than 22.5 W");

test("a tuning is called one in each of its phases, and says that power off is right", () => {
  const proving = logic.headline({ ...tuning({ duty: 0 }), state: "proving" });
  const [heats, watches] = [logic.headline(tuning({})), logic.headline(tuning({ duty: 0 }))];
  for (const { title } of [proving, heats, watches]) assert.equal(title, "Tuning the pad");
  assert.deepEqual([proving.mood, heats.mood, watches.mood], ["proving", "tuning", "tuning"]);
  assert.match(proving.text, /nothing is warmed yet/);
  assert.equal(heats.text, "Left calf. The pad warms up.");
  assert.match(watches.text, /power is off.*This is right\.$/);
});

test("a tuning that passes its target holds nothing, and nobody waits for it to get there", () => {
  const ahead = { target_in_s: 84, every_s: 15, surface_c: [36] };
  for (const target_reached of [false, true]) {
    const { text } = logic.headline(tuning({ target_reached, ahead }));
    assert.doesNotMatch(text, /kept|There in|on the way/);
  }
  assert.equal(logic.headline({ ...tuning({ target_reached: true, protocol: "heat" }) }).mood, "holding");
});

test("a fault outranks a tuning", () => {
  assert.equal(logic.headline({ ...tuning({}), fault: { unplug: false } }).mood, "fault");
});

test("what came of a tuning is told from the log", () => {
  const { mood, title, text } = logic.headline(OVER, TUNED);
  assert.deepEqual([mood, title], ["done", "Tuned"]);
  assert.equal(text, "The pad is known now. It took 5 min 52 s. Every output is off.");
  const end = logic.tuningEnd(OVER, TUNED);
  assert.deepEqual([end?.found, end?.texts[0]], [true, "The pad has 39.2 W."]);
});

test("a tuning that found nothing says why, and that nothing has changed", () => {
  const { mood, title } = logic.headline(OVER, NOT_TUNED);
  assert.deepEqual([mood, title], ["ended", "Not tuned"]);
  const end = logic.tuningEnd(OVER, NOT_TUNED);
  assert.deepEqual([end?.found, end?.texts], [false, [
    "Nothing was found: the pad has less than 22.5 W.", "What was in use before stays in use."]]);
});

test("a tuning that did not end by itself says first what ended it", () => {
  const stopped = ended("stopped", "it was stopped by hand");
  const { title, text } = logic.headline(stopped, NOT_TUNED);
  assert.equal(title, "Stopped");
  assert.match(text, /^It was stopped by hand\./);
  assert.equal(logic.tuningEnd(stopped, NOT_TUNED)?.found, false);
});

test("a log of heat, of another session, or none says nothing of a tuning", () => {
  for (const other of [null, { ...TUNED, id: 6 }, log("ended", "", "heat"), { ...TUNED, events: [] }]) {
    assert.equal(logic.tuningEnd(OVER, other), null);
    assert.equal(logic.headline(OVER, other).title, "Done");
  }
  assert.equal(logic.tuningEnd(IDLE, TUNED), null);
  assert.equal(logic.tuningEnd(IDLE, null), null);
});

test("a curve is known to be that of a tuning while it runs and after it", () => {
  assert.equal(logic.purposeOf(7, tuning({}), null), "tune");
  assert.equal(logic.purposeOf(7, OVER, TUNED), "tune");
  assert.equal(logic.purposeOf(7, tuning({ protocol: "heat" }), null), "heat");
  assert.equal(logic.purposeOf(8, OVER, TUNED), "heat");
  assert.equal(logic.purposeOf(7, OVER, null), "heat");
  assert.equal(logic.purposeOf(7, tuning({ protocol: "alternate-knot" }), null), "heat");
  const curve = { id: 7, target_c: 41, duration_s: 600, t_min: [0, 1], contact_c: [24, 33] };
  assert.match(logic.curveInWords(curve, "tune"), /highest 33\.0 °C, up to about 41 °C\.$/);
});

test("how warm a pad may get in a tuning is said no finer than it is known", () => {
  const said = [41, 40.5, 40.96].map((target_c) => logic.aim({ target_c }, "tune", " ± 0.5°"));
  assert.deepEqual(said, ["up to about 41 °C", "up to about 40.5 °C", "up to about 41 °C"]);
  assert.equal(logic.aim({ target_c: 40 }, "heat", " ± 0.5°"), "target 40.0 ± 0.5°");
});
