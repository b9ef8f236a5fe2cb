// What the panel thinks, said as behaviour.

import assert from "node:assert/strict";
import test from "node:test";
import * as logic from "../src/logic.js";

const LIMITS = {
  target_min_c: 30, target_max_c: 42, target_default_c: 40, gentle_target_c: 40,
  duration_min_s: 60, duration_max_s: 1200, duration_max_gentle_s: 1800, contact_off_c: 43,
  day_dose_max_cem43: 20, day_heat_max_s: 7200, day_sessions_max: 4, checklist_valid_s: 2_592_000,
  sites: [{ name: "left-calf", label: "Left calf" }],
};

const FRESH = { freshness: "fresh", reading_c: 24, age_s: 0 };

const IDLE = {
  version: "0", simulated: false, speed: 1, seq: 1, at_unix_ms: 0, state: "idle", session: null, last: null,
  fault: null, interrupted: null, contact: [FRESH, FRESH], ambient: FRESH, hottest_c: 24,
  heater_on: false, armed: false,
  lines: { estop_open: false, cutout_open: false, pad_current: false, undervoltage: false, guard_lost: false },
  alarm: null, checklist: { due: false, answered_s_ago: 60, valid_for_s: 2_591_940, forbids: [], forbidding: [] }, care: { red_flags: [], locked: [] }, sites: [], record_lost: null,
  relay: { operations: 12, warn: false }, reminders: [], log_failure: null,
};

const SESSION = {
  id: 7, protocol: "heat", site: "left-calf", site_label: "Left calf", target_c: 40, duration_s: 900, elapsed_s: 60, remaining_s: 840,
  target_reached: false, dose_cem43: 0, dose_max_cem43: 10, dose_before_cem43: 0, day_dose_max_cem43: 20, duty: 1,
  asks_in_s: 540, answer_within_s: null,
};

const PHASE = {
  number: 1, of: 1, kind: "heat", target_c: 40, duration_s: 900, until_normal: false, left_s: 840, asked: null, pack_on: false, analgesia: false,
  awaits_pad: false, awaits_break: false, next: null,
};

const FAULT = {
  kind: "too-hot", rule: "HL-H3", message: "too hot", limit: "44.0 °C", reading: "44.1 °C", advice: "Take the pad off.", unplug: false,
  opens: "when it is cleared", latched_unix_ms: null,
};

const heating = (session) => ({ ...IDLE, state: "heating", armed: true, heater_on: true, session: { ...SESSION, phase: PHASE, ...session } });

test("numbers read as a person says them", () => {
  assert.equal(logic.degrees(39.96), "40.0");
  assert.equal(logic.degrees(null), "–");
  assert.equal(logic.degrees(undefined), "–");
  assert.equal(logic.clock(725.4), "12:05");
  assert.equal(logic.clock(-3), "0:00");
  assert.equal(logic.duration(900), "15 min");
  assert.equal(logic.duration(90), "1 min 30 s");
  assert.equal(logic.duration(9), "9 s");
});

test("an age has tenths while it is young and never rounds up", () => {
  assert.equal(logic.age(440), "0.4 s");
  assert.equal(logic.age(3999), "3 s");
  assert.equal(logic.age(59_900), "59 s");
  assert.equal(logic.age(600_000), "10 min");
});

test("sleep counts as age although the page's own clock stood still", () => {
  assert.equal(logic.sleptMs({ mono: 0, wall: 1000 }, { mono: 250, wall: 601_250 }), 600_000);
  assert.equal(logic.sleptMs({ mono: 0, wall: 1000 }, { mono: 250, wall: 1260 }), 0);
});

test("a wall clock that is set back never makes data look younger", () => {
  assert.equal(logic.sleptMs({ mono: 0, wall: 9_000_000 }, { mono: 250, wall: 1000 }), 0);
});

test("a fault outranks everything, a session outranks how the last one ended", () => {
  const fault = FAULT;
  const last = { id: 6, outcome: "completed", reason: "the planned time was over", elapsed_s: 900, dose_cem43: 1 };
  assert.equal(logic.headline({ ...heating({}), fault, last }).mood, "fault");
  assert.equal(logic.headline({ ...heating({}), last }).mood, "warming");
  assert.equal(logic.headline({ ...heating({}), state: "proving", last }).mood, "proving");
  assert.equal(logic.headline({ ...heating({ target_reached: true }), last }).mood, "holding");
  assert.equal(logic.headline({ ...IDLE, last }).mood, "done");
  assert.equal(logic.headline(IDLE).mood, "off");
});

test("an end by a limit names the rule, the limit, the reading and when it opens", () => {
  const last = {
    id: 6, outcome: "limit", reason: "it reached 43 °C", rule: "HL-H2", limit: "43.0 °C", reading: "43.2 °C",
    opens: "when the pad has cooled", elapsed_s: 60, dose_cem43: 1,
  };
  const { title, text } = logic.headline({ ...IDLE, last });
  assert.equal(title, "Ended early");
  assert.match(text, /HL-H2: limit 43\.0 °C, reading 43\.2 °C/);
  assert.match(text, /Possible again when the pad has cooled\.$/);
});

test("a proof says that nothing is warmed yet", () => {
  const { title, text } = logic.headline({ ...heating({}), state: "proving" });
  assert.equal(title, "Testing");
  assert.match(text, /Left calf.*nothing is warmed yet/);
  const before = heating({});
  const tens = { ...before, session: { ...before.session, phase: { ...before.session.phase, kind: "tens" } } };
  assert.match(logic.headline({ ...tens, state: "proving" }).text, /for two to six minutes; the electrodes come after that\.$/);
});

test("a pad that must be unplugged is said first of all", () => {
  assert.equal(logic.headline({ ...IDLE, fault: { ...FAULT, unplug: true } }).title, "Unplug the pad now");
  assert.equal(logic.grounds(/** @type {any} */ (FAULT)), "HL-H3: limit 44.0 °C, reading 44.1 °C.");
});

test("a time to wait is never said to be shorter than it is", () => {
  const said = [0, 24.1, 59.5, 61, 2581, 3600, 3601, 86_400, 2_592_001].map(logic.lasting);
  assert.deepEqual(said, ["0 s", "25 s", "1 min", "2 min", "44 min", "1 h", "1 h 1 min", "24 h", "31 days"]);
});

test("a site says what it got and for how long it still rests", () => {
  const account = { site: "left-calf", site_label: "Left calf", dose_cem43: 0.314, heated_s: 900, sessions: 1, rule: "HL-H9", opens_in_s: 2581 };
  const resting = { ...IDLE, sites: [account] };
  assert.equal(logic.accountInWords(account, LIMITS),
    "In 24 h: 0.31 of 20 CEM43, 15 of 120 min, 1 of 4 sessions. It rests for 44 min more (HL-H9).");
  assert.equal(logic.startBlocked(resting, false, "left-calf"), "Possible here in 44 min.");
  assert.equal(logic.startBlocked(resting, false, "right-calf"), null);
  const rested = { ...account, rule: null, opens_in_s: 0 };
  assert.match(logic.accountInWords(rested, LIMITS), /1 of 4 sessions\.$/);
  assert.equal(logic.startBlocked({ ...IDLE, sites: [rested] }, false, "left-calf"), null);
});

test("a check-list that is due comes first, and one that forbids something keeps only that from starting", () => {
  const list = IDLE.checklist;
  assert.match(logic.startBlocked({ ...IDLE, checklist: { ...list, due: true } }, false, "", []) ?? "", /comes first/);
  const noCurrent = { ...IDLE, checklist: { ...list, forbids: ["cold", "tens"] } };
  assert.equal(logic.startBlocked(noCurrent, false, ""), null);
  assert.equal(logic.startBlocked(noCurrent, false, "", []), null);
  assert.equal(logic.startBlocked(noCurrent, false, "", ["heat", "tens"]), "The check-list forbids TENS.");
  assert.equal(logic.startBlocked(noCurrent, false, "", ["cold", "tens"]), "The check-list forbids cold or TENS.");
  const noHeat = { ...IDLE, checklist: { ...list, forbids: ["heat"] } };
  assert.equal(logic.startBlocked(noHeat, false, ""), "The check-list forbids heat.");
  assert.equal(logic.agentsInWords(["heat", "cold", "tens"]), "heat, cold or TENS");
  const care = { red_flags: [{ name: "chest", text: "pain in the chest" }], locked: ["left-hip"] };
  assert.match(logic.startBlocked({ ...IDLE, care }, false, "left-hip", ["cold"]) ?? "", /emergency/);
  const locked = { ...IDLE, care: { ...care, red_flags: [] } };
  assert.match(logic.startBlocked(locked, false, "left-hip", ["cold"]) ?? "", /locked/);
  assert.equal(logic.startBlocked(locked, false, "right-hip", ["cold"]), null);
});

test("a sign is asked for only while the device waits for one", () => {
  assert.equal(logic.signWithin(IDLE), null);
  assert.equal(logic.signWithin(heating({})), null);
  assert.equal(logic.signWithin(heating({ asks_in_s: null, answer_within_s: 42.3 })), 42.3);
});

test("off is said only of what reads off", () => {
  assert.equal(logic.outputs(IDLE), "Every output is off.");
  assert.equal(logic.outputs({ ...IDLE, heater_on: true }), "The heater is on.");
  assert.doesNotMatch(logic.outputs({ ...IDLE, armed: true }), /Every output/);
});

test("what keeps a session from starting is named", () => {
  const lost = { freshness: "lost", reading_c: null, age_s: 9 };
  const lines = { estop_open: true, cutout_open: true, pad_current: false, undervoltage: true, guard_lost: true };
  const found = logic.notices({ ...IDLE, lines, log_failure: "the disk is full", contact: [FRESH, lost], ambient: lost });
  assert.equal(found.length, 7);
  assert.match(found[5], /Contact sensor 2/);
  assert.deepEqual(logic.notices(IDLE), []);
});

test("a lost record says when it opens and how a person decides otherwise", () => {
  const [found] = logic.notices({ ...IDLE, record_lost: { opens_in_s: 79_100 } });
  assert.match(found, /in 21 h 59 min, or when someone .* soothe clear --forget-doses$/);
  assert.notEqual(logic.startBlocked({ ...IDLE, record_lost: { opens_in_s: 60 } }, false, ""), null);
});

test("a relay near the end of its life is told", () => {
  const [found] = logic.notices({ ...IDLE, relay: { operations: 80_001, warn: true } });
  assert.match(found, /80001 times/);
});

test("above the gentle target the minutes come down and it is said", () => {
  const { plan, hint } = logic.bounded({ target_c: 40.5, minutes: 30, site: "" }, LIMITS);
  assert.equal(plan.minutes, 20);
  assert.equal(hint, "Above 40.0 °C: at most 20 minutes.");
  assert.equal(logic.bounded({ target_c: 40, minutes: 30, site: "" }, LIMITS).plan.minutes, 30);
});

test("no plan leaves the bounds, whatever is entered", () => {
  for (const target_c of [-40, 0, 29.94, 42.06, 104, NaN, Infinity]) {
    for (const minutes of [-1, 0, 0.4, 21, 1e9, NaN]) {
      const { plan } = logic.bounded({ target_c, minutes, site: "" }, LIMITS);
      assert.ok(plan.target_c >= 30 && plan.target_c <= 42, `${plan.target_c} from ${target_c}`);
      assert.ok(plan.minutes >= 1 && plan.minutes <= logic.maxMinutes(plan.target_c, LIMITS));
      assert.equal(plan.minutes, Math.round(plan.minutes));
    }
  }
});

test("a step leads to the next mark of the scale", () => {
  assert.equal(logic.stepped(40, 0.5, 1), 40.5);
  assert.equal(logic.stepped(40.3, 0.5, -1), 40);
  assert.equal(logic.stepped(12, 5, 1), 15);
  assert.equal(logic.stepped(15, 5, -1), 10);
  assert.equal(logic.stepped(1, 5, 1), 5);
});

test("a start is offered only on fresh data of an idle device", () => {
  assert.equal(logic.startBlocked(IDLE, false, ""), null);
  assert.notEqual(logic.startBlocked(IDLE, true, ""), null);
  assert.notEqual(logic.startBlocked(null, false, ""), null);
  assert.notEqual(logic.startBlocked(heating({}), false, ""), null);
});

test("a refusal gives the reason, the rule and when it opens", () => {
  const said = logic.refused("start", { detail: "the pad is at 39.0 °C", rule: "HL-H22", opens: "when the pad is cool" });
  assert.equal(said.phase, "refused");
  assert.equal(said.text, "Refused: The pad is at 39.0 °C (HL-H22). Possible again when the pad is cool.");
  assert.match(logic.refused("start", null).text, /no reason/);
  const done = logic.refused("checklist", { type: "not-recorded", detail: "it was carried out and counts, but is not recorded: the disk is full" });
  assert.equal(done.text, "It was carried out and counts, but is not recorded: the disk is full.");
  const resting = logic.refused("start", { detail: "it rests", rule: "HL-H9", opens: "when the site has rested", opens_in_s: 2580 });
  assert.equal(resting.text, "Refused: It rests (HL-H9). Possible again in 43 min, when the site has rested.");
});

test("the rule is not said twice", () => {
  const said = logic.refused("clear", { detail: "the cause is still there: too hot (HL-H3)", rule: "HL-H3" });
  assert.equal(said.text.match(/HL-H3/g)?.length, 1);
});

test("the curve grows with its session and starts anew with the next", () => {
  let curve = logic.withSnapshot(null, heating({ elapsed_s: 0 }));
  curve = logic.withSnapshot(curve, { ...heating({ elapsed_s: 30 }), hottest_c: 30 });
  assert.deepEqual(curve?.t_min, [0, 0.5]);
  assert.deepEqual(curve?.contact_c, [24, 30]);
  assert.equal(logic.withSnapshot(curve, IDLE), curve);
  assert.deepEqual(logic.withSnapshot(curve, heating({ id: 8, elapsed_s: 0 }))?.t_min, [0]);
});

test("what the log has comes before the first live point, the hotter sensor of each moment", () => {
  const live = logic.withSnapshot(null, heating({ elapsed_s: 120 }));
  const sample = (t_s, contact1_c, contact2_c) => ({ t_s, contact1_c, contact2_c, target_c: 40, duty: 0, heater_on: false, dose_cem43: 0 });
  const curve = logic.withSamples(SESSION, [sample(0, 24, 25), sample(60, null, 31), sample(90, null, null), sample(150, 99, 99)], live);
  assert.deepEqual(curve?.t_min, [0, 1, 1.5, 2]);
  assert.deepEqual(curve?.contact_c, [25, 31, null, 24]);
});

test("a long session keeps the curve small and its newest point", () => {
  let curve = null;
  for (let half_s = 0; half_s <= 3600; half_s += 1) {
    curve = logic.withSnapshot(curve, heating({ duration_s: 1800, elapsed_s: half_s / 2 }));
  }
  assert.ok(curve && curve.t_min.length <= 602, `${curve?.t_min.length} points`);
  assert.equal(curve?.t_min.at(-1), 30);
  assert.ok(curve?.t_min.every((t, i, all) => i === 0 || t > all[i - 1]));
});

test("the curve can be told in words", () => {
  const curve = logic.withSnapshot(logic.withSnapshot(null, heating({ elapsed_s: 0 })), { ...heating({ elapsed_s: 60 }), hottest_c: 33 });
  assert.match(logic.curveInWords(/** @type {any} */ (curve), "heat"), /from 24.0 to 33.0 °C.*target 40.0 °C/);
});

test("a curve without a target says none", () => {
  const sample = { t_s: 0, contact1_c: 24, contact2_c: 25, target_c: null, duty: 0, heater_on: false, dose_cem43: 0 };
  const curve = logic.withSamples(SESSION, [sample], null);
  assert.equal(curve?.target_c, null);
  assert.match(logic.curveInWords(/** @type {any} */ (curve), "heat"), /highest 25\.0 °C\.$/);
  const iced = logic.withSnapshot(null, heating({ phase: { ...PHASE, kind: "ice", target_c: null } }));
  assert.equal(iced?.target_c, null);
  assert.equal(logic.aim({ target_c: null }, "heat"), "");
});

test("a pad on its way says when it will be there, and the curve shows how", () => {
  const ahead = { target_in_s: 84, every_s: 15, surface_c: [36, 37.5, 38.7, 39.5] };
  const text = (it) => logic.headline(heating({ ahead: it })).text;
  assert.match(text(ahead), /There in about 90 s\.$/);
  assert.match(text({ ...ahead, target_in_s: 250 }), /There in about 4 min\.$/);
  assert.match(text({ ...ahead, target_in_s: null }), /will not get there before the end\.$/);
  assert.doesNotMatch(text(null), /There in/);
  const curve = logic.withSnapshot(null, heating({ ahead }));
  assert.deepEqual(curve.ahead, { t_min: [1, 1.25, 1.5, 1.75, 2, 15], c: [36, 37.5, 38.7, 39.5, 40, 40] });
  const short = logic.withSnapshot(null, heating({ ahead: { ...ahead, target_in_s: null } }));
  assert.deepEqual(short.ahead.c, ahead.surface_c);
  assert.equal(logic.withSnapshot(null, heating({})).ahead, undefined);
});

test("a pad that is not what it was found to be is said", () => {
  const message = "the pad loses more heat than before";
  const notices = logic.notices(heating({ misfit: { kind: "changed", message } }));
  assert.ok(notices.includes("The pad loses more heat than before."), notices.join());
});
