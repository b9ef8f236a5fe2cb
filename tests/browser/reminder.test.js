// A reminder that is due, as a phone shows it, and what its two buttons do.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { accessibilityFaults, launch, openPage } from "./browser.js";
import { openDaemon } from "./daemon.js";
import { openFixture } from "./fixture.js";
import { STATES } from "./states.js";

const STRETCH = {
  id: 7, kind: "stretch", text: "Time to stretch: Side neck stretch", how: "Sit upright and let one ear sink. 20 s, 3 times.",
  exercise: "neck-tilt", site: null, due_unix_ms: 1_790_000_000_000,
};
const MOVE = { id: 8, kind: "move", text: "Time to move", how: null, exercise: null, site: null, due_unix_ms: 1_790_000_000_000 };
const DUE = { ...STATES.idle, reminders: [STRETCH, MOVE] };

let browser;
let daemon;
let fixture;

before(async () => {
  [browser, daemon] = await Promise.all([launch(), openDaemon()]);
  fixture = await openFixture(daemon.url.slice(0, -1), STATES.idle);
});

after(async () => {
  fixture?.close();
  await Promise.all([browser?.close(), daemon?.close()]);
});

for (const colorScheme of ["light", "dark"]) {
  test(`one that is due says what to do, in ${colorScheme}, and a tap answers that one`, async () => {
    Object.assign(fixture.device, { state: DUE, refuses: false, taps: [] });
    const { page, context, complaints } = await openPage(browser, { colorScheme });
    await page.goto(fixture.url);
    const cards = page.getByRole("region", { name: "Reminders" }).getByRole("article");
    await cards.first().waitFor();
    assert.equal(await cards.count(), 2);
    assert.match(await cards.first().innerText(), /Time to stretch\s+Side neck stretch\s+Sit upright and let one ear sink/);
    assert.deepEqual(await accessibilityFaults(page), []);
    await cards.first().getByRole("button", { name: "Done" }).tap();
    await cards.last().getByRole("button", { name: "Later" }).tap();
    fixture.device.state = STATES.idle;
    await cards.first().waitFor({ state: "detached" });
    assert.deepEqual(fixture.device.taps, ["POST /api/v1/reminders/7/done", "POST /api/v1/reminders/8/later"]);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("nothing of it is fetched before one is due, and an answer that was not taken is told", async () => {
  Object.assign(fixture.device, { state: STATES.idle, refuses: true, taps: [] });
  const { page, context } = await openPage(browser);
  const fetched = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(fixture.url);
  await page.locator(".facts").waitFor();
  assert.ok(!fetched.includes("/assets/reminder.js"), fetched.join("\n"));
  fixture.device.state = DUE;
  await page.getByRole("button", { name: "Done" }).first().tap();
  await page.getByText("The device did not take it: try again.").first().waitFor();
  await context.close();
});
