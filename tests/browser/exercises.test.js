// Stretches and pressure points on the phone: those for the place that is chosen, each with its drawing and a timer.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { accessibilityFaults, launch, openPage } from "./browser.js";
import { openDaemon } from "./daemon.js";

let browser;
let daemon;

before(async () => {
  [browser, daemon] = await Promise.all([launch(), openDaemon()]);
});

after(async () => {
  await Promise.all([browser?.close(), daemon?.close()]);
});

for (const colorScheme of ["light", "dark"]) {
  test(`those for the place are listed, and one is shown with its drawing and what to look out for, in ${colorScheme}`, async () => {
    const { page, context, complaints } = await openPage(browser, { colorScheme });
    await page.goto(daemon.url);
    await page.selectOption("#site", "left-calf");
    await page.getByText("Stretches and pressure points", { exact: true }).tap();
    await page.locator(".exercises").waitFor();
    assert.equal(await page.inputValue("#exercise-site"), "left-calf");
    const { exercises } = await daemon.get("/api/v1/exercises");
    const fitting = exercises.filter(({ sites }) => sites.includes("left-calf"));
    assert.ok(fitting.length > 1 && fitting.length < exercises.length);
    assert.deepEqual(await page.locator(".exercises b").allInnerTexts(), fitting.map(({ label }) => label));
    await page.locator(".exercises svg").nth(1).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.getByRole("button", { name: "Calf stretch at the wall" }).tap();
    const one = page.locator(".exercise");
    const { instruction, caution } = fitting.find(({ name }) => name === "calf-wall");
    await one.getByText(instruction).waitFor();
    await one.getByText(caution).waitFor();
    await page.locator(":focus", { hasText: /^Calf stretch at the wall$/ }).waitFor();
    const [ink, drawn] = await one.locator("svg").evaluate((svg) => [getComputedStyle(document.querySelector(".page")).color, getComputedStyle(svg).stroke]);
    assert.equal(drawn, ink, "the drawing has the colour of the text");
    const { width } = await one.locator("svg").boundingBox();
    assert.ok(width > 200, `${width} px wide`);
    assert.deepEqual(await accessibilityFaults(page), []);
    await one.getByRole("button", { name: "Back to the list" }).tap();
    await page.locator(".exercises b").first().waitFor();
    await page.selectOption("#exercise-site", "");
    assert.equal(await page.locator(".exercises b").count(), exercises.length);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("the timer says when to hold, which time it is, and when it is done", async () => {
  const { page, context } = await openPage(browser);
  await page.clock.install();
  await page.goto(daemon.url);
  await page.getByText("Stretches and pressure points", { exact: true }).tap();
  await page.getByRole("button", { name: "Cat back" }).tap();
  const said = page.locator(".exercise [role=status]");
  await page.getByRole("button", { name: "Start the timer" }).tap();
  await said.getByText("Get into place: 1 of 6").waitFor();
  await page.clock.runFor(6_000);
  await said.getByText("Hold: 1 of 6").waitFor();
  // What is left counts down; by how much exactly depends on how long the taps took.
  await page.locator(".count", { hasText: /^([6-9]|10)$/ }).waitFor();
  await page.clock.runFor(3_000);
  await page.locator(".count", { hasText: /^[3-7]$/ }).waitFor();
  await page.clock.runFor(12_000);
  await said.getByText("Hold: 2 of 6").waitFor();
  await page.clock.runFor(75_000);
  await said.getByText("Done. Where there are two sides, do the other one.").waitFor();
  await page.getByRole("button", { name: "Once more" }).tap();
  await said.getByText("Get into place: 1 of 6").waitFor();
  await page.getByRole("button", { name: "Leave it" }).tap();
  await page.getByRole("button", { name: "Start the timer" }).waitFor();
  await context.close();
});
