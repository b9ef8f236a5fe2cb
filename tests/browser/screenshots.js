// Writes the screenshots of the README: `npm --prefix tests/browser run screenshots -- FOLDER`.
// The heating ones show the real daemon; the others show what it cannot be brought to in a moment.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { launch, openPage } from "./browser.js";
import { openDaemon } from "./daemon.js";
import { openFixture } from "./fixture.js";
import { shrink } from "./png.js";
import { STATES } from "./states.js";

const folder = path.resolve(process.argv[2] ?? "../../docs/img");
const HEAT = { protocol: "heat", target_c: 40, duration_s: 900, site: "left-shoulder" };

await mkdir(folder, { recursive: true });
const [browser, daemon] = await Promise.all([launch(), openDaemon({ speed: 30 })]);
const fixture = await openFixture(daemon.url.slice(0, -1), STATES.idle);

async function shoot(name, url, colorScheme, ready) {
  const { page, context } = await openPage(browser, { colorScheme });
  await page.goto(url);
  await page.locator(".facts").waitFor();
  await page.waitForTimeout(800);
  await ready?.(page);
  const png = shrink(await page.screenshot());
  const file = path.join(folder, `panel-${name}-${colorScheme}.png`);
  await writeFile(file, png);
  console.log(`${path.relative(process.cwd(), file)}: ${Math.round(png.length / 1000)} kB`);
  await context.close();
}

await shoot("idle", daemon.url, "light");
await daemon.post("/api/v1/session", HEAT);
await new Promise((later) => setTimeout(later, 14_000));
for (const colorScheme of ["light", "dark"]) await shoot("heating", daemon.url, colorScheme);
await daemon.post("/api/v1/stop");
fixture.device.state = STATES.fault;
await shoot("fault", fixture.url, "dark");
fixture.device.state = STATES.holding;
await shoot("stale", fixture.url, "light", async (page) => {
  fixture.device.silent = true;
  await page.locator(".banner").waitFor();
});
fixture.close();
await Promise.all([browser.close(), daemon.close()]);
