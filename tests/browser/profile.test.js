// The choice of a profile on the phone: whom each is for and what it takes, and when none can be chosen.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { accessibilityFaults, launch, openPage } from "./browser.js";
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

/** The page with the profiles unfolded. */
async function unfolded(url, profile, options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(url);
  await opened.page.getByText(`Profile: ${profile}`, { exact: true }).tap();
  await opened.page.getByRole("radio").first().waitFor();
  return opened;
}

for (const colorScheme of ["light", "dark"]) {
  test(`one is chosen and counts from then on, in ${colorScheme}`, async () => {
    await daemon.put("/api/v1/profile", { profile: "default" });
    const { page, context, complaints } = await unfolded(daemon.url, "default", { colorScheme });
    const { profiles } = await daemon.get("/api/v1/profile");
    for (const { name, for_whom } of profiles) {
      assert.equal(await page.getByRole("radio", { name: `for ${for_whom}` }).isChecked(), name === "default");
    }
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.equal(await page.getByRole("button", { name: /from now on/ }).count(), 0, "it is in use already");
    await page.getByRole("radio", { name: /^Sensitive/ }).check();
    await page.getByRole("button", { name: "Use sensitive from now on" }).tap();
    await page.getByText("Profile: sensitive", { exact: true }).waitFor();
    await page.getByText("Sensitive, in use").waitFor();
    assert.equal((await daemon.get("/api/v1/status")).profile, "sensitive");
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("a protocol is offered as the daemon judges it, anew after each choice, and why not is said", async () => {
  await daemon.put("/api/v1/profile", { profile: "cautious" });
  const { page, context, complaints } = await openPage(browser);
  await page.goto(daemon.url);
  await page.getByRole("button", { name: "A protocol" }).tap();
  const offered = async () => page.locator("#protocol option:not([disabled])").evaluateAll((all) => all.map(({ value }) => value));
  const taken = async () => (await daemon.get("/api/v1/protocols")).protocols.filter(({ refused }) => refused === null).map(({ name }) => name);
  await page.locator("#protocol").waitFor();
  assert.deepEqual(await offered(), await taken());
  assert.ok(!(await offered()).includes("contrast-classic"), "its phases are short, its warmth without a break is not");
  await page.getByText("more ask for more than the profile cautious takes").tap();
  await page.getByText("by phase 9 it heats for 18 min").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  const height = (await page.locator("details.fold summary", { hasText: "more ask" }).boundingBox()).height;
  assert.ok(height >= 44, `${height} px`);

  await daemon.put("/api/v1/profile", { profile: "default" });
  await page.locator("#protocol option[value=contrast-classic]").waitFor({ state: "attached" });
  assert.deepEqual(await offered(), await taken());
  assert.equal(await page.getByText("more ask for more").count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("one that the configuration fixes cannot be changed, nor any while a session runs", async () => {
  for (const [state, profile, said] of [
    [STATES.profileFixed, "cautious", "The device's configuration fixes this one"],
    [STATES.holding, "default", "It can be changed when the session is over."],
  ]) {
    Object.assign(fixture.device, { state, taps: [] });
    const { page, context, complaints } = await unfolded(fixture.url, profile);
    await page.getByText(said).waitFor();
    for (const radio of await page.getByRole("radio").all()) assert.equal(await radio.isDisabled(), true);
    assert.equal(await page.getByRole("radio", { name: new RegExp(`^${profile}`, "i") }).isChecked(), true);
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.deepEqual(fixture.device.taps, []);
    assert.deepEqual(complaints, []);
    await context.close();
  }
});

test("before the check-list is answered there is none to be chosen", async () => {
  Object.assign(fixture.device, { state: STATES.unanswered });
  const { page, context } = await openPage(browser);
  await page.goto(fixture.url);
  await page.locator(".checklist").waitFor();
  assert.equal(await page.getByText(/^Profile: /).count(), 0);
  await context.close();
});
