// When a profile can be chosen, and what is said when not.

import assert from "node:assert/strict";
import test from "node:test";
import { bounded, isTaken, tightened } from "../src/logic.js";
import { choiceBlocked } from "../src/profile.js";

test("a profile is chosen between sessions, and only where the configuration fixes none", () => {
  assert.equal(choiceBlocked({ profile_fixed: false, session: null }), "");
  assert.match(choiceBlocked({ profile_fixed: false, session: { id: 1 } }), /when the session is over/);
  assert.match(choiceBlocked({ profile_fixed: true, session: null }), /configuration fixes/);
  assert.match(choiceBlocked({ profile_fixed: true, session: { id: 1 } }), /configuration fixes/);
});

const CAUTIOUS = { profile: "cautious", profile_takes: { target_max_c: 40, heat_max_s: 900, ice_max_s: 300 } };
const heat = (target_c, duration_s) => ({ kind: "heat", target_c, duration_s });
const ice = (duration_s) => ({ kind: "ice", duration_s });

test("what the profile does not take is not offered", () => {
  const taken = (...phases) => isTaken({ phases }, CAUTIOUS);
  assert.ok(taken(heat(40, 900), ice(300)));
  assert.ok(!taken(heat(40.5, 300)) && !taken(heat(40, 901)) && !taken(ice(301)));
  assert.ok(!taken(ice(200), heat(40, 300), ice(200)), "ice counts together");
  const long = { phases: [ice(1200), ice(1200)] };
  assert.ok(isTaken(long, { profile: "default", profile_takes: { ...CAUTIOUS.profile_takes, ice_max_s: 1200 } }));
});

test("the start's bounds are those of the profile", () => {
  const device = {
    target_min_c: 30, target_max_c: 42, target_default_c: 40, gentle_target_c: 40, duration_min_s: 60, duration_max_s: 1200,
    duration_max_gentle_s: 1800,
  };
  const within = (profile_takes) => bounded({ target_c: 41, minutes: 30, site: "left-hip" }, tightened(device, profile_takes)).plan;
  assert.deepEqual(within(CAUTIOUS.profile_takes), { target_c: 40, minutes: 15, site: "left-hip" });
  assert.deepEqual(within({ target_max_c: 42, heat_max_s: 1800, ice_max_s: 1200 }), { target_c: 41, minutes: 20, site: "left-hip" });
});
