// Every state that the panel draws, in light and in dark: readable by everyone, STOP always in reach.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";
import { accessibilityFaults, holdStart, launch, openPage } from "./browser.js";
import { openDaemon } from "./daemon.js";
import { openFixture } from "./fixture.js";
import { STATES } from "./states.js";

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

async function show(state, options) {
  Object.assign(fixture.device, { state, silent: false, refuses: false, taps: [] });
  const opened = await openPage(browser, options);
  await opened.page.goto(fixture.url);
  await opened.page.locator(".facts").waitFor();
  return opened;
}

/** STOP is in the window, at least 64 px high, and a tap in its middle and its corners reaches it. */
async function assertStopInReach(page) {
  const box = await page.locator("#stop button").boundingBox();
  const { width, height } = page.viewportSize();
  assert.ok(box.height >= 64 && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height);
  for (const [x, y] of [[0.5, 0.5], [0.05, 0.2], [0.95, 0.8]]) {
    const hit = await page.evaluate(([left, top]) => document.elementFromPoint(left, top)?.closest("form")?.id,
      [box.x + x * box.width, box.y + y * box.height]);
    assert.equal(hit, "stop");
  }
  assert.equal(await page.locator("#stop button").isEnabled(), true);
}

for (const colorScheme of ["light", "dark"]) {
  describe(`in ${colorScheme}`, () => {
    for (const [name, state] of Object.entries(STATES)) {
      test(`${name} has no accessibility faults and STOP in reach`, async () => {
        const { page, context, complaints } = await show(state, { colorScheme });
        assert.deepEqual(await accessibilityFaults(page), []);
        await assertStopInReach(page);
        assert.deepEqual(complaints, []);
        await context.close();
      });
    }

    test("what is old is grey, says so, and still lets STOP through", async () => {
      const { page, context } = await show(STATES.holding, { colorScheme });
      fixture.device.silent = true;
      await page.locator(".stale .banner").waitFor({ timeout: 4500 });
      assert.match(await page.locator("h1").innerText(), /last seen/);
      assert.deepEqual(await accessibilityFaults(page), []);
      await assertStopInReach(page);
      await page.locator("#stop button").tap();
      await page.locator(".answer.accepted").waitFor();
      assert.deepEqual(fixture.device.taps, ["POST /api/v1/stop"]);
      await context.close();
    });

    test("a refused start gives the reason, the rule and when it opens", async () => {
      const { page, context } = await show(STATES.idle, { colorScheme });
      fixture.device.refuses = true;
      await page.selectOption("#site", "left-shoulder");
      await holdStart(page, 800);
      const answer = page.locator(".answer.refused");
      await answer.waitFor();
      assert.match(await answer.innerText(), /Refused: .*38\.4\s°C.*HL-H22.*when the pad is between/);
      assert.deepEqual(await accessibilityFaults(page), []);
      await assertStopInReach(page);
      await context.close();
    });
  });
}

test("a fault stands at the top with what to do; its clearing can be refused", async () => {
  const { page, context } = await show(STATES.fault);
  const alarm = page.locator(".alarm");
  assert.match(await alarm.innerText(), /Every output is off[\s\S]*44\s°C[\s\S]*Take the pad off/);
  assert.ok((await alarm.boundingBox()).y < 100);
  assert.equal(await page.locator(".hold").count(), 0);
  fixture.device.refuses = true;
  await page.getByRole("button", { name: "I have looked: clear" }).tap();
  await page.locator(".answer.refused").waitFor();
  assert.deepEqual(fixture.device.taps, ["POST /api/v1/clear"]);
  await context.close();
});

test("STOP falls back to the plain form when the page's own request gets no answer", async () => {
  const { page, context } = await show(STATES.holding);
  await page.route("**/api/v1/stop", (route) => (route.request().isNavigationRequest() ? route.continue() : null));
  await page.locator("#stop button").tap();
  await page.waitForURL("**/api/v1/stop");
  assert.deepEqual(fixture.device.taps, ["POST /api/v1/stop"]);
  await context.close();
});

test("after the plain form the page says that it stopped, once", async () => {
  const { page, context } = await show(STATES.stopped);
  await page.goto(`${fixture.url}#stopped`);
  await page.reload();
  await page.locator(".answer.accepted", { hasText: "Stopped" }).waitFor();
  await page.reload();
  await page.locator(".facts").waitFor();
  assert.equal(await page.getByText("was carried out").count() + (await page.locator(".answer").count()), 0);
  await context.close();
});

test("a device that cannot switch off says so, and what is left to do", async () => {
  const { page, context } = await show(STATES.holding);
  const detail = "PULL THE PLUG: a line could not be written";
  await page.route("**/api/v1/stop", (route) => route.fulfill({ status: 503, json: { type: "not-off", detail } }));
  await page.locator("#stop button").tap();
  await page.locator(".answer.unanswered", { hasText: `STOP FAILED. ${detail}` }).waitFor();
  assert.equal(page.url(), fixture.url);
  await context.close();
});

test("STOP withdraws a start that is on its way", async () => {
  const { page, context } = await show(STATES.idle);
  let withdrawn = false;
  page.on("requestfailed", (request) => (withdrawn ||= request.url().endsWith("/session")));
  await page.route("**/api/v1/session", () => {});
  await page.selectOption("#site", "left-shoulder");
  await holdStart(page, 800);
  await page.locator(".answer.pending").waitFor();
  await page.locator("#stop button").tap();
  await page.locator(".answer.accepted", { hasText: "Stopped" }).waitFor();
  assert.equal(withdrawn, true);
  await context.close();
});

test("a start needs a place, and the minutes follow the target", async () => {
  const { page, context } = await show(STATES.idle);
  await holdStart(page, 800);
  await page.locator(".answer.refused", { hasText: "where the pad lies" }).waitFor();
  assert.deepEqual(fixture.device.taps, []);

  await page.fill("#minutes", "30");
  await page.getByRole("button", { name: "More: Target" }).tap();
  assert.equal(await page.inputValue("#minutes"), "20");
  await page.locator(".hint", { hasText: "Above 40.0 °C: at most 20 minutes." }).waitFor();
  await page.fill("#target", "104");
  await page.locator("#target").blur();
  assert.equal(await page.inputValue("#target"), "42.0");
  await context.close();
});

test("a number being typed is not overwritten by snapshots", async () => {
  const { page, context } = await show(STATES.idle);
  await page.fill("#target", "3");
  await page.waitForTimeout(1200);
  assert.equal(await page.inputValue("#target"), "3");
  await context.close();
});

const SCREENS = [
  ["320 px wide", 320, 568, 100],
  ["200 % text", 390, 844, 200],
  ["a desktop", 1280, 800, 100],
  ["lying on its side", 667, 320, 100],
];

for (const [name, width, height, text] of SCREENS) {
  test(`${name}: nothing runs out of the window and STOP is in reach`, async () => {
    for (const state of [STATES.holding, STATES.idle, STATES.fault]) {
      const { page, context } = await show(state, { viewport: { width, height }, isMobile: false });
      await page.evaluate((percent) => { document.documentElement.style.fontSize = `${percent}%`; }, text);
      await page.waitForTimeout(300);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${wide} px too wide`);
      await assertStopInReach(page);
      await context.close();
    }
  });
}
