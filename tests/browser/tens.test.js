// TENS and pauses on the phone: electrodes, a level that rises under a thumb that stays and falls at a touch, and nothing
// that goes on by itself.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { accessibilityFaults, holdStart, launch, openPage } from "./browser.js";
import { openDaemon } from "./daemon.js";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** A page whose session has begun. */
async function begun(t, protocol, site, options = {}) {
  const device = await openDaemon({ speed: 1 });
  t.after(() => device.close());
  const { page, complaints } = await openPage(browser, options);
  await page.goto(device.url);
  await page.getByRole("button", { name: "A protocol" }).tap();
  await page.selectOption("#protocol", protocol);
  await page.selectOption("#site", site);
  await holdStart(page, 800);
  return { device, page, complaints };
}

const hold = async (page, button, ms) => {
  await button.hover();
  await page.mouse.down();
  await page.waitForTimeout(ms);
  await page.mouse.up();
};

for (const colorScheme of ["light", "dark"]) {
  test(`the level rises under a thumb that stays, and falls at a touch, in ${colorScheme}`, async (t) => {
    const { device, page, complaints } = await begun(t, "tens-knot", "left-shoulder", { colorScheme });
    await page.locator(".prompt", { hasText: "Lay both electrodes" }).waitFor();
    // How they lie is said for the very place.
    await page.getByText("on the fleshy ridge of the same shoulder").waitFor();
    await page.getByRole("button", { name: "Done: both electrodes lie" }).tap();
    const level = async () => (await device.get("/api/v1/status")).session.phase.level.level_ma;
    const more = page.getByRole("button", { name: "1 mA more: hold" });
    await more.waitFor();
    await page.locator(".level", { hasText: "0 mA" }).waitFor();
    await page.waitForTimeout(600);
    // A touch in passing raises nothing.
    await hold(page, more, 100);
    assert.equal(await level(), 0);
    for (const ma of [1, 2]) {
      await hold(page, more, 700);
      await page.locator(".level", { hasText: `${ma} mA` }).waitFor();
      assert.equal(await level(), ma);
    }
    for (const name of ["1 mA more: hold", "1 mA less", "To zero", "Pause"]) {
      const { width, height } = await page.getByRole("button", { name }).boundingBox();
      assert.ok(width >= 44 && height >= 44, `${name}: ${width} by ${height}`);
    }
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("button", { name: "1 mA less" }).tap();
    await page.locator(".level", { hasText: "1 mA" }).waitFor();
    await page.getByRole("button", { name: "To zero" }).tap();
    await page.locator(".level", { hasText: "0 mA" }).waitFor();
    assert.equal(await level(), 0);
    assert.deepEqual(complaints, []);
  });
}

test("a pause takes the level to zero, says so, and only a tap goes on", async (t) => {
  const { device, page } = await begun(t, "tens-knot", "left-calf");
  await page.getByRole("button", { name: "Done: both electrodes lie" }).tap();
  const more = page.getByRole("button", { name: "1 mA more: hold" });
  await more.waitFor();
  await page.waitForTimeout(600);
  await hold(page, more, 700);
  await page.locator(".level", { hasText: "1 mA" }).waitFor();
  await page.getByRole("button", { name: "Pause", exact: true }).tap();
  await page.locator("h1", { hasText: "Paused" }).waitFor();
  const paused = await device.get("/api/v1/status");
  assert.equal(paused.state, "paused");
  assert.equal(paused.session.phase.level, null);
  await page.getByRole("button", { name: "Go on" }).tap();
  await page.locator(".level", { hasText: "0 mA" }).waitFor();
});

test("a stretch shows its drawing and waits until the person begins", async (t) => {
  const { page, complaints } = await begun(t, "desk-break", "left-neck");
  await page.locator(".prompt", { hasText: "Get ready" }).waitFor();
  await page.locator(".hand .drawing svg").waitFor();
  await page.getByRole("button", { name: "I begin" }).tap();
  await page.locator(".hero .ring").waitFor();
  assert.deepEqual(complaints, []);
});
