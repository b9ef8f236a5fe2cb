// Pain on the phone: a number said half asleep, what is asked after a session and in the morning, and what forbids or
// warns, with what to do.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { accessibilityFaults, launch, openPage } from "./browser.js";
import { openDaemon } from "./daemon.js";
import { openFixture } from "./fixture.js";
import { STATES } from "./states.js";

let browser;
let daemon;

before(async () => {
  [browser, daemon] = await Promise.all([launch(), openDaemon({ speed: 60 })]);
});

after(async () => {
  await Promise.all([browser?.close(), daemon?.close()]);
});

async function openPanel(url, options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(url);
  await opened.page.locator(".facts").waitFor();
  return opened;
}

/** Opens what is folded. */
const unfold = (page, title) => page.getByText(title, { exact: true }).tap();
const written = (page) => page.locator(".answer.accepted", { hasText: "Written down." }).waitFor();
const entries = async (device) => (await device.get("/api/v1/pain")).entries;

for (const colorScheme of ["light", "dark"]) {
  test(`a pain is said with a thumb, and with what else is known, in ${colorScheme}`, async (t) => {
    const device = await openDaemon();
    t.after(() => device.close());
    const { page, context, complaints } = await openPanel(device.url, { colorScheme });
    await unfold(page, "Pain");
    await page.selectOption("#pain-site", "right-hip");
    const scale = page.getByRole("radio");
    assert.equal(await scale.count(), 11);
    for (const point of await scale.all()) {
      const { width, height } = await point.boundingBox();
      assert.ok(width >= 44 && height >= 44, `${width} by ${height}`);
    }
    const keep = page.getByRole("button", { name: "Choose a number" });
    assert.equal(await keep.isDisabled(), true);
    await page.getByRole("radio", { name: "7", exact: true }).tap();
    await unfold(page, "Say more");
    await page.getByRole("radio", { name: "Yes" }).tap();
    await page.getByLabel("What may be behind it").selectOption("desk");
    await page.locator("#note-other-right-hip").fill("since the long drive");
    await unfold(page, "Something else was done for it");
    await unfold(page, "Signs of an emergency");
    await page.getByText("pain in the chest").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    await page.getByRole("button", { name: "Write down: 7 of 10" }).tap();
    await written(page);
    const [{ site, nrs, kind, awake, cause, note }] = await entries(device);
    assert.deepEqual({ site, nrs, kind, awake, cause, note },
      { site: "right-hip", nrs: 7, kind: "other", awake: true, cause: "desk", note: "since the long drive" });
    await page.locator(".entries li", { hasText: "awake at night; work at a desk; since the long drive" }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("what was said before a session is asked for after it and compared; it is asked once", async () => {
  const { page, context, complaints } = await openPanel(daemon.url);
  await page.selectOption("#site", "left-thigh");
  await unfold(page, "Say how much it hurts before");
  await page.getByRole("radio", { name: "6", exact: true }).tap();
  await page.getByRole("button", { name: "Write down: 6 of 10" }).tap();
  await written(page);
  assert.equal((await daemon.post("/api/v1/session", { protocol: "heat", target_c: 38, duration_s: 120, site: "left-thigh" })).status, 201);
  const card = page.locator("section", { has: page.getByRole("heading", { name: "How much does it hurt now?" }) });
  await card.getByText("Left thigh, after the session.").waitFor({ timeout: 20_000 });
  await card.getByRole("radio", { name: "3", exact: true }).tap();
  await card.getByRole("button", { name: "Write down: 3 of 10" }).tap();
  await card.getByText("3 of 10 is written down. Improved: less pain").waitFor();
  const [{ kind, session, before: from, change }] = await entries(daemon);
  assert.deepEqual({ kind, session, from, change }, { kind: "after-session", session: 1, from: 6, change: "improved" });
  await card.getByRole("button", { name: "All right" }).tap();
  await card.waitFor({ state: "detached" });
  await page.reload();
  await page.waitForTimeout(4500);
  assert.equal(await card.count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("signs of an emergency say to get help, what was said, and that nothing starts", async (t) => {
  const device = await openDaemon();
  t.after(() => device.close());
  const { page, context } = await openPanel(device.url);
  await unfold(page, "Pain");
  await unfold(page, "Signs of an emergency");
  await page.getByText("pain in the chest").tap();
  await page.getByRole("button", { name: "1 of these is so" }).tap();
  const alarm = page.locator(".emergency[role=alert]");
  await alarm.getByText(/call the emergency number now \(112 in Europe, 911 in the US\)/).waitFor();
  assert.match(await alarm.innerText(), /Get help now[\s\S]*HL-P2[\s\S]*pain in the chest[\s\S]*Nothing can be started/);
  await page.selectOption("#site", "left-hip");
  await page.locator(".hold:disabled", { hasText: "There are signs of an emergency." }).waitFor();
  const gone = alarm.getByRole("button", { name: "None of these signs is there" });
  assert.equal(await gone.isVisible(), false, "one tap does not do it");
  await alarm.getByText("It is not so any more").tap();
  await gone.tap();
  await page.locator(".hold:enabled").waitFor();
  assert.equal(await alarm.count(), 0);
  await context.close();
});

test("a locked place says why and what to do, and is opened by a doctor or by a decision", async (t) => {
  const device = await openDaemon();
  t.after(() => device.close());
  const say = (site, nrs, kind) => device.post("/api/v1/pain", { site, nrs, kind });
  for (const site of ["left-hip", "right-hip"]) {
    for (let twice = 0; twice < 2; twice += 1) {
      await say(site, 2, "before-session");
      await say(site, 6, "after-session");
    }
  }
  const { page, context } = await openPanel(device.url);
  const card = (name) => page.locator("section", { has: page.getByRole("heading", { name: `${name} is locked` }) });
  const [left, right] = [card("Left hip and buttock"), card("Right hip and buttock")];
  await left.getByText("Two sessions in a row made it hurt more").waitFor();
  assert.match(await left.innerText(), /HL-P1[\s\S]*Let a doctor look at it/);
  await page.selectOption("#site", "left-hip");
  await page.locator(".hold:disabled", { hasText: "This place is locked: its pain got worse." }).waitFor();
  await left.getByRole("button", { name: "A doctor has looked at it" }).tap();
  await left.waitFor({ state: "detached" });
  await page.locator(".hold:enabled").waitFor();
  const waive = right.getByRole("button", { name: "I go on without a doctor" });
  assert.equal(await waive.isVisible(), false, "one tap does not do it");
  await right.getByText("Go on without a doctor", { exact: true }).tap();
  await waive.tap();
  await right.waitFor({ state: "detached" });
  assert.deepEqual((await device.get("/api/v1/status")).care.locked, []);
  await context.close();
});

test("what was done besides the sessions is written down", async (t) => {
  const device = await openDaemon();
  t.after(() => device.close());
  const { page, context } = await openPanel(device.url);
  await unfold(page, "Pain");
  await page.selectOption("#pain-site", "left-calf");
  await unfold(page, "Something else was done for it");
  await page.getByLabel("What was done").selectOption("dry-needling");
  await page.getByLabel("Pain before it").selectOption("6");
  await page.getByLabel("Pain after it").selectOption("4");
  await page.getByRole("button", { name: "Write down", exact: true }).tap();
  await page.getByText("Written down: dry needling, Left calf.").waitFor();
  const [{ kind, site, before: from, after: to }] = (await device.get("/api/v1/treatments")).treatments;
  assert.deepEqual({ kind, site, from, to }, { kind: "dry-needling", site: "left-calf", from: 6, to: 4 });
  await context.close();
});

const MORNING = Date.UTC(2026, 8, 22, 7, 0);
const YESTERDAY = { id: 3, at_unix_ms: MORNING - 11 * 3_600_000, site: "left-shoulder", nrs: 5, kind: "other" };

test("in the morning the night is asked for, warnings send to a doctor, and not now is remembered", async (t) => {
  const state = { ...STATES.idle, at_unix_ms: MORNING };
  const fixture = await openFixture(daemon.url.slice(0, -1), state);
  t.after(() => fixture.close());
  const warning = { kind: "awake-at-night", strength: 1, rule: "HL-P3", message: "pain kept you awake in 2 of the last 3 nights: tell a doctor" };
  fixture.device.diary = { entries: [YESTERDAY], total: 1, sites: [{ site: "left-shoulder", site_label: "Left shoulder", locked: false, warnings: [warning] }] };
  const { page, context } = await openPanel(fixture.url, { timezoneId: "UTC" });
  const card = page.locator("section", { has: page.getByRole("heading", { name: "How was the night?" }) });
  await card.getByText("Left shoulder, this morning.").waitFor();
  await page.getByText("Pain kept you awake in 2 of the last 3 nights: tell a doctor. (HL-P3)").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await card.getByRole("radio", { name: "4", exact: true }).tap();
  await card.getByRole("radio", { name: "No", exact: true }).tap();
  await card.getByRole("button", { name: "Write down: 4 of 10" }).tap();
  await written(page);
  assert.deepEqual(fixture.device.bodies.map((body) => JSON.parse(body)), [{ site: "left-shoulder", nrs: 4, kind: "next-morning", awake: false }]);

  await page.reload();
  await card.getByRole("button", { name: "Not now" }).tap();
  await card.waitFor({ state: "detached" });
  await page.reload();
  await page.waitForTimeout(4500);
  assert.equal(await card.count(), 0);
  await context.close();
});
