// What the panel says of a protocol, before it is started and while it leads a person through its phases.

import assert from "node:assert/strict";
import test from "node:test";
import * as logic from "../src/logic.js";
import { costs, folded } from "../src/outline.js";

const FRESH = { freshness: "fresh", reading_c: 31.2, age_s: 0 };

const IDLE = {
  state: "idle", session: null, last: null, fault: null, interrupted: null, heater_on: false, armed: false, alarm: null, record_lost: null,
  contact: [FRESH, { ...FRESH, reading_c: 25.4 }], checklist: { due: false, forbids: [], forbidding: [] }, care: { red_flags: [], locked: [] }, sites: [],
};

const phase = (kind, duration_s, more = {}) => ({ kind, target_c: null, duration_s, until_normal: false, ...more });
const HEAT = phase("heat", 900, { target_c: 40 });
const SWAP = phase("swap", 90);
const ICE = phase("ice", 600);
const REST = phase("rest", 300, { until_normal: true });

const guided = (on, session = {}, more = {}) => ({
  ...IDLE, state: "guided", ...more,
  session: {
    id: 7, protocol: "alternate-knot", site: "left-calf", site_label: "Left calf", target_c: 40, duration_s: 2490, elapsed_s: 1000,
    remaining_s: 1490, answer_within_s: null, ...session,
    phase: { number: 3, of: 5, ...ICE, left_s: null, asked: null, pack_on: false, analgesia: false, awaits_pad: false, awaits_break: false, next: REST, ...on },
  },
});

const PROMPTS = {
  "pack-on": "put the cold pack on, over a damp cloth",
  "pack-off": "take the cold pack off",
  swapped: "take off what lies on the skin and dry it; put the pad on if heat comes next",
  normal: "wait until the skin feels normal: warm, and not numb",
};
const asks = (kind, number = 1) => ({ number, kind, text: PROMPTS[kind] });

const info = (name, phases, dose_cem43 = 0) => ({ name, title: "For a knot", phases, duration_s: 2490, dose_cem43 });

test("a phase reads as a person says it", () => {
  assert.deepEqual([HEAT, SWAP, ICE, REST, phase("rest", 60), phase("tens", 45)].map(logic.phaseInWords), [
    "heat at 40.0 °C for 15 min", "change over, 1 min 30 s at least", "ice for 10 min",
    "rest for 5 min, and until the skin feels normal", "rest for 1 min", "tens for 45 s",
  ]);
});

test("phases that are repeated are said once, and nothing is lost or added", () => {
  const round = [SWAP, phase("ice", 60), SWAP, phase("heat", 240, { target_c: 40 })];
  const cases = [[], [HEAT], [ICE, REST, ICE], [ICE, ICE, ICE], [HEAT, ...round, ...round, ...round], [...round, ...round, HEAT, HEAT]];
  for (const phases of cases) {
    const unfolded = folded(phases).flatMap(({ times, phases: part }) => Array(times).fill(part).flat());
    assert.deepEqual(unfolded, phases);
  }
  const times = (phases) => folded(phases).map((it) => [it.times, it.phases.length]);
  assert.deepEqual(times(cases[4]), [[1, 1], [3, 4]]);
  assert.deepEqual(times(cases[3]), [[3, 1]]);
  assert.deepEqual(times(cases[2]), [[1, 1], [1, 1], [1, 1]]);
});

test("what a protocol takes is said, and what of it is a person's", () => {
  assert.equal(costs(info("a", [HEAT], 0.4688)), "41 min 30 s. Its heat comes to 0.47 CEM43.");
  assert.equal(costs(info("a", [ICE])), "41 min 30 s, your answers aside. Nothing is warmed.");
  assert.deepEqual([[HEAT], [ICE, REST], [ICE, HEAT]].map((phases) => logic.agents(info("a", phases))), [["heat"], ["cold"], ["cold", "heat"]]);
});

test("a session says which phase of which protocol is on, with the title once it is known", () => {
  const { session } = guided({});
  assert.equal(logic.stepOf(session, []), "alternate-knot: phase 3 of 5");
  assert.equal(logic.stepOf(session, [info("alternate-knot", [])]), "For a knot: phase 3 of 5");
  assert.equal(logic.stepOf(guided({ number: 1, of: 1 }).session, []), "alternate-knot");
  assert.deepEqual(["heat", "tune", "ice-10"].map((protocol) => logic.isProtocol({ protocol })), [false, false, true]);
});

test("what comes next is said, and how long it all lasts", () => {
  assert.equal(logic.whatComes(guided({}).session), "Next: rest for 5 min, and until the skin feels normal. 25 min left in all, your answers aside.");
  assert.equal(logic.whatComes(guided({ next: null, number: 5 }).session), "This is the last phase.");
  assert.equal(logic.whatComes(guided({ next: null, number: 1, of: 1 }).session), "");
});

test("a phase that a person carries out is told as what it is, and heats nothing", () => {
  const told = (on) => logic.headline(guided(on));
  assert.deepEqual([{}, SWAP, REST].map((on) => told(on).title), ["Ice", "Change over", "Rest"]);
  assert.match(told({ left_s: 300, pack_on: true }).text, /^Left calf\. The cold pack is on\. When the skin is numb/);
  assert.match(told({ asked: asks("pack-on") }).text, /begins when you say that the pack is on/);
  assert.match(told({ left_s: 300, pack_on: true, analgesia: true }).text, /^Left calf\. The skin is numb to pain by now\./);
  assert.match(told({ asked: asks("pack-off"), pack_on: true }).text, /goes on when the pack is off/);
  for (const on of [{}, SWAP, REST, { asked: asks("normal") }, { awaits_pad: true }]) {
    assert.equal(told(on).mood, "guided");
    assert.doesNotMatch(told(on).text, /null|undefined|NaN|–/);
  }
  assert.equal(told({ ...phase("tens", 60), asked: asks("swapped") }).title, "Tens");
});

test("a phase that waits for the pad says so and what the sensors read, also between two phases that heat", () => {
  const { title, text } = logic.headline(guided({ ...REST, awaits_pad: true }));
  assert.equal(title, "Put the pad on");
  assert.match(text, /waits until both contact sensors agree; they read 31\.2 and 25\.4 °C\.$/);
  // Before TENS it lies beside the body, and is only looked at.
  const looked = logic.headline(guided({ ...REST, awaits_pad: true, next: { ...REST, kind: "tens" } }));
  assert.equal(looked.title, "Look at the pad");
  assert.match(looked.text, /agree, below 38 °C; they read 31\.2 and 25\.4 °C\. It stays off the skin\.$/);
  const lost = [FRESH, { freshness: "lost", reading_c: null, age_s: 9 }];
  assert.match(logic.headline(guided({ awaits_pad: true }, {}, { contact: lost })).text, /31\.2 and – °C/);
  assert.equal(logic.headline(guided({ ...HEAT, awaits_pad: true }, {}, { state: "heating" })).title, "Put the pad on");
});

test("a heat phase of a protocol is told with its own target", () => {
  const on = { ...HEAT, target_c: 39, left_s: 500 };
  assert.match(logic.headline(guided(on, { target_reached: true }, { state: "heating" })).text, /kept at 39\.0 °C\.$/);
  assert.equal(logic.isGuided(guided(on, {}, { state: "heating" })), false);
  assert.equal(logic.isGuided(guided({})), true);
  assert.equal(logic.isGuided(IDLE), false);
});

test("the answer to each prompt says what was done", () => {
  const said = Object.keys(PROMPTS).map((kind) => logic.doneInWords(asks(kind)));
  assert.deepEqual(said, [
    "Done: the cold pack is on, over a damp cloth", "Done: the cold pack is off", "Done: changed over", "The skin feels normal: warm, not numb",
  ]);
  assert.equal(logic.doneInWords({ number: 1, kind: "hum", text: "hum" }), "Done");
  assert.equal(logic.askedBesides({ asked: asks("swapped"), next: ICE }), "What comes next: ice for 10 min.");
});

test("a prompt calls as the buzzer does: the pack that is to come off before a sign, a sign before all others", () => {
  const title = (status) => logic.calls(status)?.title ?? null;
  const sign = { answer_within_s: 40 };
  assert.equal(title(IDLE), null);
  assert.equal(title(guided({ left_s: 20 })), null);
  assert.equal(title(guided({ asked: asks("pack-on") })), "Cold pack on");
  assert.equal(title(guided({ asked: asks("normal") }, sign)), "Are you there?");
  assert.equal(title(guided({ asked: asks("pack-off") }, sign)), "Cold pack off");
  assert.equal(title(guided({ asked: { number: 1, kind: "hum", text: "hum" } })), "Your turn");
});

test("a pack that was left on is called for after the session", () => {
  assert.equal(logic.calls({ ...IDLE, alarm: "pack-off", pack_left_on: true })?.title, "Cold pack off");
  assert.equal(logic.calls(IDLE), null);
});

test("a STOP says that the pack is to come off, where there is one", () => {
  assert.equal(logic.stopped(false).text, "Stopped. Every output is off.");
  assert.equal(logic.stopped(true).text, "Stopped. Every output is off. Take the cold pack off.");
});

test("what forbids or delays heat keeps no ice from being asked for", () => {
  const forbidden = { ...IDLE, checklist: { ...IDLE.checklist, forbids: ["heat"] } };
  const resting = { ...IDLE, sites: [{ site: "left-calf", opens_in_s: 600 }], record_lost: { opens_in_s: 60 } };
  for (const status of [forbidden, resting]) {
    assert.notEqual(logic.startBlocked(status, false, "left-calf"), null);
    assert.equal(logic.startBlocked(status, false, "left-calf", ["cold"]), null);
  }
  const unanswered = { ...IDLE, checklist: { ...IDLE.checklist, due: true } };
  for (const status of [unanswered, guided({}), { ...IDLE, fault: {} }, { ...IDLE, interrupted: {} }]) {
    assert.notEqual(logic.startBlocked(status, false, "left-calf", ["cold"]), null);
  }
  assert.notEqual(logic.startBlocked(IDLE, true, "left-calf", ["cold"]), null);
});

test("a session that was cut off is named by what it was", () => {
  const cut = { id: 11, protocol: "heat", target_c: 40, elapsed_s: 252 };
  assert.equal(logic.cutOff(cut, "Left calf"), "Session 11, Left calf, 40.0 °C, broke off after 4 min 12 s.");
  assert.match(logic.cutOff({ ...cut, protocol: "tune", target_c: 41 }, "Left calf"), /^Tuning 11, Left calf, 41\.0 °C/);
  assert.match(logic.cutOff({ ...cut, protocol: "ice-10", target_c: null }, "Left calf"), /^Session 11, Left calf, ice-10, broke/);
});

test("TENS says what flows, and how the electrodes lie while they are asked for", () => {
  const level = { level_ma: 7, cap_ma: 20, zeroed_by: null, rms_ma: 3.1 };
  const tens = { mode: "knot", cap_ma: 20 };
  const on = guided({ kind: "tens", duration_s: 900, left_s: 600, level, tens }, {}, { state: "stimulating" });
  assert.deepEqual(logic.headline(on), { mood: "guided", title: "TENS", text: "Left calf. Pulses flow at 7 mA." });
  const zero = guided({ kind: "tens", level: { ...level, level_ma: 0 }, tens }, {}, { state: "stimulating" });
  assert.match(logic.headline(zero).text, /raise the level by your own hand/);
  assert.equal(logic.phaseInWords(phase("tens", 900, { tens })), "TENS, at most 20 mA, for 15 min");
  const asked = { number: 1, kind: "electrodes", text: "lay both electrodes on dry skin and press them on", how: "Both on the same calf." };
  assert.equal(logic.askedBesides({ asked }), "Both on the same calf.");
  assert.equal(logic.doneInWords(asked), "Done: both electrodes lie");
  assert.ok(logic.wantsHand(on.session) && logic.mayPause(on.session));
});

test("a pause says that everything is off, and a pack that lies on the skin is not paused", () => {
  const paused = guided({ pause_left_s: 271 }, {}, { state: "paused" });
  assert.deepEqual(logic.headline(paused), { mood: "guided", title: "Paused", text: "Left calf. Everything is off until you go on." });
  assert.ok(logic.wantsHand(paused.session) && !logic.mayPause(paused.session));
  assert.ok(!logic.mayPause(guided({ pack_on: true }).session));
  assert.ok(!logic.wantsHand(guided({}).session));
});
