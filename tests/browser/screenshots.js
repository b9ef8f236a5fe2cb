// Writes the screenshots of the README: `npm --prefix tests/browser run screenshots -- FOLDER`.
// The heating ones show the real daemon; the others show what it cannot be brought to in a moment. The last one
// shows the command line, in the colours that it prints.

import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { launch, openPage } from "./browser.js";
import { openDaemon } from "./daemon.js";
import { openFixture } from "./fixture.js";
import { shrink } from "./png.js";
import { STATES } from "./states.js";

const SOOTHE = fileURLToPath(new URL("../../target/debug/soothe", import.meta.url));
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

/** Runs `soothe` as typed and draws what a terminal would show. */
async function shootTerminal(name, ...words) {
  const said = execFileSync(SOOTHE, ["--color", "always", "--url", daemon.url, ...words], { encoding: "utf8" });
  const context = await browser.newContext({ deviceScaleFactor: 2, viewport: { width: 800, height: 200 } });
  const page = await context.newPage();
  await page.setContent(`<style>
    body { margin: 0; width: max-content; background: #16110f; color: #f4e9e2; padding: 16px 20px; font: 14px/1.25 "DejaVu Sans Mono", monospace }
    pre { margin: 0 } b { color: #ffab76 } span { display: inline-block; width: 1ch; white-space: pre }</style><pre></pre>`);
  await page.evaluate(([command, text]) => {
    const pre = document.querySelector("pre");
    const prompt = document.createElement("b");
    prompt.textContent = `$ soothe ${command}\n`;
    pre.append(prompt);
    const colours = { 1: "font-weight:bold", 2: "opacity:.65", 31: "color:#ff7b6b", 32: "color:#8fd694", 33: "color:#ffd166", 34: "color:#7db7ff", 35: "color:#d9a5ff", 36: "color:#7fd8d8" };
    let style = "";
    for (const [, codes, run] of `\x1b[0m${text}`.matchAll(/\x1b\[([\d;]*)m([^\x1b]*)/g)) {
      for (const code of codes.split(";")) style = code === "0" || code === "" ? "" : `${style};${colours[code] ?? ""}`;
      // One cell for each character, as in a terminal: the font at hand may lack some and borrow wider ones.
      for (const character of run) {
        const cell = document.createElement(character === "\n" ? "br" : "span");
        cell.style.cssText = style;
        if (character !== "\n") cell.textContent = character;
        pre.append(cell);
      }
    }
  }, [words.join(" "), said]);
  const png = shrink(await page.locator("body").screenshot());
  await writeFile(path.join(folder, `${name}.png`), png);
  console.log(`${name}.png: ${Math.round(png.length / 1000)} kB`);
  await context.close();
}

await shoot("idle", daemon.url, "light");
await daemon.post("/api/v1/session", HEAT);
await new Promise((later) => setTimeout(later, 14_000));
for (const colorScheme of ["light", "dark"]) await shoot("heating", daemon.url, colorScheme);
await daemon.post("/api/v1/stop");
await new Promise((later) => setTimeout(later, 500));
await shootTerminal("cli", "log", "show", "1");
const tens = await (await daemon.post("/api/v1/session", { protocol: "tens-knot", site: "right-calf" })).json();
await daemon.post("/api/v1/confirm", { session: tens.id, prompt: 1 });
for (let level_ma = 1; level_ma <= 6; level_ma += 1) {
  // Half a second of the session, and more, from one step to the next.
  await new Promise((later) => setTimeout(later, 100));
  await daemon.put("/api/v1/level", { level_ma, raise: true });
}
await shoot("tens", daemon.url, "light");
await daemon.post("/api/v1/stop");
fixture.device.state = STATES.packAsked;
await shoot("ice", fixture.url, "dark");
fixture.device.state = STATES.fault;
await shoot("fault", fixture.url, "dark");
fixture.device.state = STATES.asking;
await shoot("asking", fixture.url, "dark");
fixture.device.state = STATES.tuningWatches;
await shoot("tuning", fixture.url, "light");
fixture.device.state = STATES.tuned;
await shoot("tuned", fixture.url, "dark");
fixture.device.state = STATES.unanswered;
await shoot("checklist", fixture.url, "light");
fixture.device.state = STATES.holding;
await shoot("stale", fixture.url, "light", async (page) => {
  fixture.device.silent = true;
  await page.locator(".banner").waitFor();
});
fixture.close();
await Promise.all([browser.close(), daemon.close()]);
