// The body map: the same choice as the list beside it, by thumb, by keyboard and by ear.

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

async function openMap(options) {
  const opened = await openPage(browser, options);
  const asked = [];
  opened.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await opened.page.goto(daemon.url);
  await opened.page.locator(".hold:enabled").waitFor();
  assert.ok(!asked.some((path) => /body|sites/.test(path)), "nothing of it is fetched before it is wanted");
  await opened.page.getByText("Choose on a picture of the body").tap();
  await opened.page.locator(".figure [role=radio]").first().waitFor();
  return opened;
}

for (const colorScheme of ["light", "dark"]) {
  test(`every site is on it, has a name and room for a thumb, in ${colorScheme}`, async () => {
    const { page, context, complaints } = await openMap({ colorScheme });
    const { sites } = await daemon.get("/api/v1/sites");
    const seen = new Set();
    for (const view of ["Front", "Back"]) {
      await page.getByRole("button", { name: view, exact: true }).tap();
      const radios = page.getByRole("radiogroup").getByRole("radio");
      await page.locator(`[data-view=${view.toLowerCase()}] [tabindex="0"]`).waitFor();
      for (const radio of await radios.all()) {
        const name = await radio.getAttribute("data-site");
        assert.equal(await radio.getAttribute("aria-label"), sites.find((site) => site.name === name).label);
        const { width, height } = await radio.boundingBox();
        assert.ok(width >= 44 && height >= 44, `${name}: ${width} by ${height}`);
        seen.add(name);
      }
    }
    assert.deepEqual([...seen].sort(), sites.map(({ name }) => name).sort());
    assert.deepEqual(await accessibilityFaults(page), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("a tap chooses what the list then shows, and what is chosen in the list is marked on it", async () => {
  const { page, context } = await openMap();
  await page.getByRole("radio", { name: "Left calf" }).tap();
  assert.equal(await page.inputValue("#site"), "left-calf");
  await page.getByText("A nerve lies just under the skin here: ice for 10 min at most.").waitFor();
  await page.selectOption("#site", "right-hip");
  await page.getByRole("radio", { name: "Right hip and buttock", checked: true }).waitFor();
  assert.equal(await page.getByRole("radio", { checked: true }).count(), 1);
  assert.equal(await page.getByText("A nerve lies").count(), 0);
  await context.close();
});

test("the left side of a person is on the left from behind, and on the right from the front", async () => {
  const { page, context } = await openMap();
  const middle = async (name) => {
    const { x, width } = await page.getByRole("radio", { name, exact: true }).boundingBox();
    return x + width / 2;
  };
  assert.ok((await middle("Left shoulder")) < (await middle("Right shoulder")));
  await page.getByRole("button", { name: "Front", exact: true }).tap();
  assert.ok((await middle("Left shoulder")) > (await middle("Right shoulder")));
  await context.close();
});

test("it is one stop of the Tab key, and arrows go from site to site with the focus in sight", async () => {
  const { page, context } = await openMap();
  await page.getByRole("button", { name: "Front", exact: true }).focus();
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-site"));
  assert.equal(await focused(), "left-neck");
  await page.keyboard.press("Space");
  assert.equal(await page.inputValue("#site"), "left-neck");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "right-neck");
  assert.equal(await page.inputValue("#site"), "right-neck");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(), "right-calf");
  const width = await page.evaluate(() => getComputedStyle(document.activeElement.querySelector("path")).strokeWidth);
  assert.equal(width, "5px", "what has the focus is outlined");
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement?.closest(".figure")), true);
  assert.equal(await focused(), null);
  await context.close();
});
