// Every state that the panel draws, in light and in dark: readable by everyone, STOP always in reach.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";
import { accessibilityFaults, holdStart, launch, openPage } from "./browser.js";
import { openDaemon } from "./daemon.js";
import { NO_DIARY, openFixture } from "./fixture.js";
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
  Object.assign(fixture.device, { state, silent: false, refuses: false, taps: [], bodies: [], diary: NO_DIARY, sessions: [] });
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
      assert.match(await answer.innerText(), /Refused: .*17 min ago; 60 min of rest.*HL-H9.*in 43 min, when the site has rested/);
      assert.deepEqual(await accessibilityFaults(page), []);
      await assertStopInReach(page);
      await context.close();
    });
  });
}

test("a fault takes over: what happened, what the device did, what to do; its clearing names it and can be refused", async () => {
  const { page, context } = await show(STATES.fault);
  const alarm = page.locator(".alarm");
  const order = /Fault\. Every output is off[\s\S]*What happened[\s\S]*44\s°C[\s\S]*HL-H3: limit 44\.0\s°C, reading 44\.1\s°C[\s\S]*What the device did[\s\S]*Take the pad off/;
  assert.match(await alarm.innerText(), order);
  assert.ok((await alarm.boundingBox()).y < 100);
  assert.equal(await page.locator(".hold, .hero, .checklist").count(), 0);
  fixture.device.refuses = true;
  await page.getByRole("button", { name: "I have looked: clear" }).tap();
  await page.locator(".answer.refused").waitFor();
  assert.deepEqual(fixture.device.taps, ["POST /api/v1/clear"]);
  assert.deepEqual(fixture.device.bodies.map((body) => JSON.parse(body)), [{ fault: "too-hot" }]);
  await context.close();
});

test("a pad that may heat although all is off is to be unplugged, before anything else is said", async () => {
  const { page, context } = await show(STATES.unplug);
  assert.match(await page.locator(".alarm").innerText(), /^Unplug the pad now\s+What to do now\s+UNPLUG THE PAD NOW/);
  await context.close();
});

test("a sign that is asked for is in sight wherever the page is scrolled, is announced, and is given by one tap", async () => {
  const { page, context, complaints } = await show(STATES.asking);
  const button = page.getByRole("button", { name: "I am here" });
  assert.match(await page.locator(".prompt [role=alert]").innerText(), /Are you there\?/);
  assert.equal(await page.title(), "Are you there?");
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.waitForTimeout(200);
  const box = await button.boundingBox();
  assert.ok(box.y >= 0 && box.y + box.height < page.viewportSize().height && box.height >= 64, JSON.stringify(box));
  await assertStopInReach(page);
  await button.tap();
  await page.locator(".answer.accepted", { hasText: "You are there: noted." }).waitFor();
  assert.deepEqual(fixture.device.taps, ["POST /api/v1/present"]);
  fixture.device.state = STATES.holding;
  await page.locator(".prompt").waitFor({ state: "detached" });
  assert.equal(await page.title(), "soothe");
  assert.deepEqual(complaints, []);
  await context.close();
});

const PROMPTS = [
  ["swapAsked", "Take off what lies on the skin", "Done: changed over", "Change over", 1],
  ["packAsked", "Put the cold pack on", "Done: the cold pack is on, over a damp cloth", "Cold pack on", 2],
  ["packOffAsked", "Take the cold pack off", "Done: the cold pack is off", "Cold pack off", 3],
  ["normalAsked", "Wait until the skin feels normal", "The skin feels normal: warm, not numb", "Skin normal?", 4],
];

for (const [name, text, done, title, number] of PROMPTS) {
  test(`${name}: what is asked is announced, calls, and is answered once, by its number`, async () => {
    const { page, context, complaints } = await show(STATES[name]);
    await page.locator(".prompt [role=alert]", { hasText: text }).waitFor();
    assert.equal(await page.title(), title);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    const button = page.getByRole("button", { name: done });
    await button.tap();
    await page.locator(".answer.accepted", { hasText: "Noted." }).waitFor();
    assert.ok((await button.boundingBox()).height >= 64);
    await button.tap({ force: true });
    await page.waitForTimeout(300);
    assert.deepEqual(fixture.device.taps, ["POST /api/v1/confirm"]);
    assert.deepEqual(fixture.device.bodies.map((body) => JSON.parse(body)), [{ session: STATES[name].session.id, prompt: number }]);
    await assertStopInReach(page);
    fixture.device.state = STATES.resting;
    await page.locator(".prompt").waitFor({ state: "detached" });
    assert.equal(await page.title(), "soothe");
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("a tap that was meant for one prompt does not answer the next, and an answer that comes too late says so", async () => {
  const { page, context } = await show(STATES.swapAsked);
  await page.getByRole("button", { name: "Done: changed over" }).tap();
  await page.locator(".answer.accepted").waitFor();
  fixture.device.state = STATES.packAsked;
  const next = page.getByRole("button", { name: "Done: the cold pack is on" });
  await next.waitFor();
  await next.tap({ force: true });
  await page.waitForTimeout(100);
  assert.deepEqual(fixture.device.bodies.map((body) => JSON.parse(body)), [{ session: 18, prompt: 1 }]);
  fixture.device.refuses = true;
  await next.tap();
  await page.locator(".answer.refused").waitFor();
  assert.deepEqual(fixture.device.bodies.map((body) => JSON.parse(body)), [{ session: 18, prompt: 1 }, { session: 18, prompt: 2 }]);
  assert.equal(await next.isEnabled(), true);
  await context.close();
});

test("what is asked cannot be answered on old data", async () => {
  const { page, context } = await show(STATES.packAsked);
  await page.locator(".prompt button:enabled").waitFor();
  fixture.device.silent = true;
  await page.locator(".stale .banner").waitFor({ timeout: 4500 });
  assert.equal(await page.locator(".prompt button:enabled").count(), 0);
  await assertStopInReach(page);
  await context.close();
});

test("ice counts its time, says what comes, and is ended by one tap from wherever the page is scrolled", async () => {
  const { page, context, complaints } = await show(STATES.icing);
  await page.locator(".step", { hasText: "Heat, ice and warmth for a knot: phase 3 of 5" }).waitFor();
  assert.match(await page.locator(".hero").innerText(), /Ice[\s\S]*The cold pack is on[\s\S]*7:09\s+left/);
  assert.match(await page.locator(".course").innerText(), /A damp cloth lies[\s\S]*Next: rest for 5 min, and until the skin feels normal\. 23 min left in all/);
  assert.doesNotMatch(await page.locator(".legend").innerText(), /target/);
  const numb = page.getByRole("button", { name: "Numb" });
  for (const at of [0, 200]) {
    await page.evaluate((top) => window.scrollTo(0, top), at);
    await page.waitForTimeout(100);
    const [box, stop] = [await numb.boundingBox(), await page.locator("#stop button").boundingBox()];
    assert.ok(box.y >= 0 && box.y + box.height <= stop.y && box.height >= 64, JSON.stringify(box));
  }
  await numb.tap();
  await page.locator(".answer.accepted", { hasText: "Take the cold pack off now." }).waitFor();
  assert.deepEqual(fixture.device.taps, ["POST /api/v1/numb"]);
  fixture.device.state = STATES.packOffAsked;
  await numb.waitFor({ state: "detached" });
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a rest counts; after it the pad is waited for, with what its sensors read", async () => {
  const { page, context } = await show(STATES.resting);
  assert.match(await page.locator(".hero").innerText(), /phase 4 of 5[\s\S]*Rest[\s\S]*3:30\s+left/);
  fixture.device.state = STATES.padAwaited;
  await page.getByText("waits until both contact sensors agree; they read 31.2 and 25.4").waitFor();
  assert.match(await page.locator(".heard").innerText(), /phase 4 of 5\. Put the pad on/);
  assert.equal(await page.locator(".prompt").count(), 0);
  await context.close();
});

test("a heat phase of a protocol shows its own time, and what comes after it", async () => {
  const { page, context } = await show(STATES.courseHeats);
  assert.match(await page.locator(".hero").innerText(), /phase 1 of 5[\s\S]*Holding[\s\S]*target 40\.0[\s\S]*6:28 left/);
  assert.match(await page.locator(".course").innerText(), /Next: change over, 1 min 30 s at least\. 33 min left in all/);
  await context.close();
});

test("a sign and a prompt that wait together are answered each by its own button", async () => {
  const { page, context } = await show(STATES.bothAsked);
  assert.equal(await page.title(), "Are you there?");
  await page.getByRole("button", { name: "I am here" }).tap();
  await page.locator(".answer.accepted", { hasText: "You are there" }).waitFor();
  await page.getByRole("button", { name: "The skin feels normal" }).tap();
  await page.locator(".answer.accepted", { hasText: "Noted." }).waitFor();
  assert.deepEqual(fixture.device.taps, ["POST /api/v1/present", "POST /api/v1/confirm"]);
  fixture.device.state = STATES.icing;
  await page.locator(".calls").waitFor({ state: "detached" });
  assert.equal(await page.title(), "soothe");
  await context.close();
});

test("a pack that is still on when the session is over is asked for", async () => {
  const { page, context } = await show(STATES.packLeft);
  await page.locator(".prompt [role=alert]", { hasText: "nobody has said that the pack is off" }).waitFor();
  assert.equal(await page.title(), "Cold pack off");
  await page.getByRole("button", { name: "The cold pack is off" }).tap();
  await page.locator(".answer.accepted").waitFor();
  assert.deepEqual(fixture.device.taps, ["POST /api/v1/present"]);
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`a protocol is chosen by what it is, and started with the place, in ${colorScheme}`, async () => {
    const { page, context, complaints } = await show(STATES.idle, { colorScheme });
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.getByRole("button", { name: "A protocol" }).tap();
    await page.locator("#protocol").waitFor();
    assert.equal(await page.locator(".hold").count(), 0, "nothing is chosen yet");
    await page.selectOption("#protocol", "contrast-classic");
    const told = page.locator(".protocol");
    assert.match(await told.innerText(), /Ten minutes of warmth[\s\S]*Heat at 40\.0\s°C for 10 min\.\s+3 times:\s+Change over[\s\S]*Ice for 1 min/);
    assert.match(await told.innerText(), /34 min, your answers aside\. Its heat comes to 0\.69 CEM43/);
    assert.equal(await page.getByText("no trial of packs on knots").isVisible(), false);
    await page.locator(".protocol summary").tap();
    assert.match(await told.innerText(), /What speaks for it[\s\S]*Advice for consumers[\s\S]*What is not known[\s\S]*no trial of packs on knots/);
    assert.deepEqual(await accessibilityFaults(page), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    for (const target of [".protocol summary", "#protocol", ".kinds button"]) {
      assert.ok((await page.locator(target).first().boundingBox()).height >= 44, target);
    }

    await page.selectOption("#protocol", "alternate-knot");
    await holdStart(page, 800);
    await page.locator(".answer.refused", { hasText: "Choose first where" }).waitFor();
    await page.selectOption("#site", "left-shoulder");
    await holdStart(page, 800);
    await page.locator(".answer.accepted").waitFor();
    assert.deepEqual(fixture.device.taps, ["POST /api/v1/session"]);
    assert.deepEqual(fixture.device.bodies.map((body) => JSON.parse(body)), [{ protocol: "alternate-knot", site: "left-shoulder" }]);
    assert.deepEqual(asked.filter((path) => path === "/api/v1/protocols").length, 1);
    assert.deepEqual(complaints, []);
    await page.getByRole("button", { name: "Heat", exact: true }).tap();
    await page.locator("#target").waitFor();
    await context.close();
  });
}

test("what the check-list does not forbid can be asked for, with and without heat", async () => {
  const { page, context } = await show(STATES.heatForbidden);
  await page.getByText("No heat for you now").waitFor();
  await page.locator("#protocol").waitFor();
  assert.deepEqual(await page.locator("#protocol option").allInnerTexts(), ["Choose…", "Ice, ten minutes"]);
  await page.selectOption("#protocol", "ice-10");
  await page.selectOption("#site", "left-shoulder");
  await holdStart(page, 800);
  await page.locator(".answer.accepted").waitFor();
  assert.deepEqual(fixture.device.bodies.map((body) => JSON.parse(body)), [{ protocol: "ice-10", site: "left-shoulder" }]);
  fixture.device.state = STATES.coldForbidden;
  await page.getByRole("button", { name: "Heat", exact: true }).tap();
  await page.locator("#target").waitFor();
  await page.getByText("No cold for you now").waitFor();
  await page.getByText("brings on (no cold)").waitFor();
  await page.getByRole("button", { name: "A protocol" }).tap();
  await page.locator("#protocol").waitFor();
  const offered = await page.locator("#protocol option").allInnerTexts();
  assert.ok(offered.includes("Gentle heat") && !offered.includes("Ice, ten minutes"), offered.join());
  await context.close();
});

test("a protocol that was cut off is called by its name, and a pack is thought of", async () => {
  const { page, context } = await show(STATES.courseCutOff);
  assert.match(await page.locator(".alarm").innerText(), /Session 19, Left shoulder, ice-10, broke off after 2 min 11 s\.\s+If a cold pack lies on the skin, take it off/);
  await context.close();
});

test("a proof says in words that nothing is warmed yet", async () => {
  const { page, context } = await show(STATES.proving);
  assert.match(await page.locator(".hero").innerText(), /Testing[\s\S]*nothing is warmed yet/);
  await context.close();
});

test("a tuning says what it does and what to do meanwhile, for how long it went on, and nothing of a target that is held", async () => {
  const { page, context, complaints } = await show(STATES.tuningProves);
  const hero = page.locator(".hero");
  assert.match(await hero.innerText(), /Tuning the pad[\s\S]*nothing is warmed yet/);
  fixture.device.state = STATES.tuningHeats;
  await hero.getByText("The pad warms up.").waitFor();
  assert.match(await hero.innerText(), /34\.9[\s\S]*up to about 41\s°C[\s\S]*1:36 so far/);
  const card = page.locator(".tuning");
  await card.waitFor();
  assert.match(await card.innerText(), /Lie still[\s\S]*Leave pad, sensors and blanket[\s\S]*5 to 10 minutes[\s\S]*the power stays off/);
  const [told, stop] = [await card.boundingBox(), await page.locator("#stop button").boundingBox()];
  assert.ok(told.y + told.height < stop.y, "it is read without scrolling");

  fixture.device.state = STATES.tuningWatches;
  await hero.getByText("The power is off now and the pad is watched. This is right.").waitFor();
  assert.match(await page.locator(".heard").innerText(), /Tuning the pad\. .*power is off/);
  assert.match(await page.locator(".plot").getAttribute("aria-label"), /up to about 41 /);
  assert.doesNotMatch(await page.locator("main").innerText(), /target| left\b|±/);
  await page.locator("#stop button").tap();
  await page.locator(".answer.accepted").waitFor();
  assert.deepEqual(fixture.device.taps, ["POST /api/v1/stop"]);
  assert.deepEqual(complaints, []);
  await context.close();
});

const TUNING_ENDS = [
  ["tuned", /^Tuned\s+The pad is known now\. It took 5 min 52 s\./, /The pad has 39\.2 W[\s\S]*put to use/],
  ["notTuned", /^Not tuned\s+Nothing was found\. It took/, /something happened to the pad[\s\S]*was in use before/],
  ["tuningStopped", /^Stopped\s+It was stopped by hand\./, /ended before enough was measured[\s\S]*was in use before/],
];

for (const [name, hero, card] of TUNING_ENDS) {
  test(`${name}: what came of a tuning is told, to those who saw it and to those who open the page later`, async () => {
    const running = { ...STATES.tuningWatches, session: { ...STATES.tuningWatches.session, id: STATES[name].last.id } };
    for (const first of [running, STATES[name]]) {
      const { page, context, complaints } = await show(first);
      fixture.device.state = STATES[name];
      await page.locator(".tuning", { hasText: card }).waitFor();
      assert.match(await page.locator(".hero").innerText(), hero);
      assert.doesNotMatch(await page.locator(".plot").getAttribute("aria-label"), /target/);
      assert.deepEqual(complaints, []);
      await context.close();
    }
  });
}

test("a tuning that was cut off is called one", async () => {
  const { page, context } = await show(STATES.tuningCutOff);
  assert.match(await page.locator(".alarm").innerText(), /The last session was cut off\s+Tuning 17, Left shoulder, 41\.0\s°C, broke off after 2 min 11 s\./);
  await context.close();
});

test("a heat session that was seen is not asked about, and its end is told as ever", async () => {
  const { page, context } = await show(STATES.holding);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  fixture.device.state = STATES.done;
  await page.locator("h1", { hasText: "Done" }).waitFor();
  await page.waitForTimeout(600);
  assert.deepEqual(asked, []);
  assert.equal(await page.locator(".tuning").count(), 0);
  await context.close();
});

test("a check-list that is due stands before the start, and all of it before its button", async () => {
  const { page, context } = await show(STATES.unanswered);
  assert.equal(await page.locator(".hold").count(), 0);
  const list = page.locator(".checklist");
  await list.getByRole("checkbox").first().waitFor();
  assert.equal(await list.getByRole("checkbox").count(), 4);
  const last = await list.locator("li").last().boundingBox();
  const button = list.getByRole("button", { name: "None of these applies to me" });
  assert.ok((await button.boundingBox()).y > last.y);
  await button.tap();
  await page.locator(".answer.accepted", { hasText: "Your answers are kept." }).waitFor();
  fixture.device.state = STATES.idle;
  await page.locator(".hold:enabled").waitFor();

  fixture.device.state = STATES.unanswered;
  await list.getByText("alcohol, sedatives").tap();
  await list.getByText("an open wound").tap();
  await list.getByRole("button", { name: "2 of these apply" }).tap();
  await page.locator(".answer.accepted").waitFor();
  assert.deepEqual(fixture.device.taps, ["PUT /api/v1/checklist", "PUT /api/v1/checklist"]);
  assert.deepEqual(fixture.device.bodies.map((body) => JSON.parse(body)), [{ yes: [] }, { yes: ["drugs", "skin"] }]);
  await context.close();
});

test("what the check-list forbids is named, and can be answered anew with what was said before", async () => {
  const { page, context } = await show(STATES.forbidden);
  assert.match(await page.locator(".checklist").innerText(), /No heat, cold or TENS for you now[\s\S]*HL-S7[\s\S]*an open wound/);
  assert.equal(await page.locator(".hold").count(), 0);
  await page.getByRole("button", { name: "answer again" }).tap();
  await page.getByRole("checkbox", { checked: true }).first().waitFor();
  assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 1);
  await page.getByText("an open wound").tap();
  fixture.device.state = STATES.idle;
  await page.getByRole("button", { name: "None of these applies to me" }).tap();
  await page.locator(".hold:enabled").waitFor();
  await context.close();
});

test("a place that rests says what it got and for how long it still rests, and is not started", async () => {
  const { page, context } = await show(STATES.done);
  await page.selectOption("#site", "left-shoulder");
  await page.getByText("In 24 h: 0.61 of 20 CEM43, 15 of 120 min, 1 of 4 sessions. It rests for 43 min more (HL-H9).").waitFor();
  assert.match(await page.locator(".hold:disabled").innerText(), /Possible here in 43 min/);
  await page.selectOption("#site", "right-shoulder");
  await page.locator(".hold:enabled").waitFor();
  await context.close();
});

test("a lost record is explained with how it opens", async () => {
  const { page, context } = await show(STATES.worn);
  await page.getByText(/in 21 h 57 min, or when someone goes on without the record, at the device: soothe clear --forget-doses/).waitFor();
  assert.equal(await page.locator(".hold:enabled").count(), 0);
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
    for (const state of [STATES.icing, STATES.swapAsked, STATES.packAsked, STATES.bothAsked, STATES.padAwaited, STATES.holding, STATES.tuningWatches, STATES.notTuned, STATES.idle, STATES.fault, STATES.unplug, STATES.asking, STATES.unanswered]) {
      const { page, context } = await show(state, { viewport: { width, height }, isMobile: false });
      await page.evaluate((percent) => { document.documentElement.style.fontSize = `${percent}%`; }, text);
      await page.waitForTimeout(300);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${wide} px too wide`);
      await assertStopInReach(page);
      // Whatever is to be tapped can be brought into sight, also where it is higher than the window.
      for (const button of await page.locator(".prompt button, .numb").all()) {
        await button.tap({ timeout: 3000 });
      }
      await context.close();
    }
  });
}
