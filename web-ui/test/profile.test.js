// When a profile can be chosen, and what is said when not.

import assert from "node:assert/strict";
import test from "node:test";
import { choiceBlocked } from "../src/profile.js";

test("a profile is chosen between sessions, and only where the configuration fixes none", () => {
  assert.equal(choiceBlocked({ profile_fixed: false, session: null }), "");
  assert.match(choiceBlocked({ profile_fixed: false, session: { id: 1 } }), /when the session is over/);
  assert.match(choiceBlocked({ profile_fixed: true, session: null }), /configuration fixes/);
  assert.match(choiceBlocked({ profile_fixed: true, session: { id: 1 } }), /configuration fixes/);
});
