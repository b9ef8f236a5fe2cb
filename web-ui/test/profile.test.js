// When a profile can be chosen, and what is said when not.

import assert from "node:assert/strict";
import test from "node:test";
import { bounded, tightened } from "../src/logic.js";
import { choiceBlocked } from "../src/profile.js";

test("a profile is chosen between sessions, and only where the configuration fixes none", () => {
  assert.equal(choiceBlocked({ profile_fixed: false, session: null }), "");
  assert.match(choiceBlocked({ profile_fixed: false, session: { id: 1 } }), /when the session is over/);
  assert.match(choiceBlocked({ profile_fixed: true, session: null }), /configuration fixes/);
  assert.match(choiceBlocked({ profile_fixed: true, session: { id: 1 } }), /configuration fixes/);
});

test("the start's bounds are those of the profile", () => {
  const device = {
    target_min_c: 30, target_max_c: 42, target_default_c: 40, gentle_target_c: 40, duration_min_s: 60, duration_max_s: 1200,
    duration_max_gentle_s: 1800,
  };
  const within = (profile_takes) => bounded({ target_c: 41, minutes: 30, site: "left-hip" }, tightened(device, profile_takes)).plan;
  assert.deepEqual(within({ target_max_c: 40, heat_max_s: 900 }), { target_c: 40, minutes: 15, site: "left-hip" });
  assert.deepEqual(within({ target_max_c: 42, heat_max_s: 1800 }), { target_c: 41, minutes: 20, site: "left-hip" });
});
