// The page: it mirrors the newest snapshot and nothing else. STOP is not made here; it stands in index.html
// as a plain form and is only given a faster way.

import { h, render } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { signal, useSignal } from "@preact/signals";
import { Chart, Dial } from "./chart.js";
import {
  ageMs, answer, answerChecklist, ask, clear, conditions, confirm, confirmed, fetchConditions, fetchProtocols, hello, log, numb, pending,
  plainlyStopped, present, protocols, sayNo, settle, silentS, stale, start, status, stop, useHold, watch,
} from "./link.js";
import {
  HOLD_MS, accountInWords, accountOf, age, agents, agentsInWords, askedBesides, bounded, calls, cutOff, degrees, doneInWords,
  duration, grounds, headline, isGuided, isProtocol, lasting, maxMinutes, mayPause, notices, outputs,
  sentence, signWithin, startBlocked, stepped, stepOf, tightened, tuningEnd, unbroken, wantsHand, whatComes,
} from "./logic.js";

/**
 * @import { ChecklistStatus, FaultStatus, Limits, SessionStatus, SessionSummary, Status } from "./api"
 * @import { Plan } from "./logic.js"
 */

/** A prompt that comes up under a thumb takes no tap for so long: the tap was meant for what was there before. */
const READY_AFTER_MS = 800;

/** What is said of pain at first sight can wait until the page has settled. */
const CARE_AFTER_MS = 3000;

/** What is fetched when it is first shown. */
const PARTS = {
  body: () => import("./body.js"),
  protocols: () => import("./protocols.js"),
  pain: () => import("./pain.js"),
  profile: () => import("./profile.js"),
  before: async () => ({ default: (await import("./pain.js")).Before }),
  care: () => import("./care.js"),
  exercises: () => import("./exercises.js"),
  reminder: () => import("./reminder.js"),
  hand: () => import("./hand.js"),
  tuning: () => import("./tuning.js"),
};

/** What the start form holds. */
const plan = signal(/** @type {Plan} */ ({ target_c: NaN, minutes: 15, site: remembered() }));
/** The protocol that the start form holds: none while plain heat is chosen, empty until one of them is. */
const chosen = signal(/** @type {string | null} */ (null));
/** Why the form changed a number that was entered. */
const hint = signal("");
/** The check-list was asked for although it is not due. */
const anew = signal(false);

/** @returns {string} the site of the last start from this phone; a browser may forbid to remember */
function remembered() {
  try {
    return localStorage.getItem("site") ?? "";
  } catch {
    return "";
  }
}

/** @param {string} site */
function remember(site) {
  try {
    localStorage.setItem("site", site);
  } catch {
    // Then it is chosen anew each time.
  }
}

function Panel() {
  const now = status.value;
  const old = stale.value;
  const mood = now ? headline(now, log.value).mood : "off";
  return h("div", { class: `page mood-${mood}${old ? " stale" : ""}` }, [
    h(Header, null),
    old && h(StaleBanner, null),
    h("main", null, now ? h(Body, { now }) : h("p", { class: "boot" }, "Looking for the device…")),
    h(Announcer, null),
    h(Answer, null),
    h(Footer, null),
  ]);
}

/** @param {{ now: Status }} props */
function Body({ now }) {
  // A fault takes over: nothing else is to be done.
  const left = now.pack_left_on && h(PackLeft, { heard: now.alarm === "pack-off" });
  if (now.fault) return [h(Fault, { fault: now.fault, now }), left, h("div", { class: "columns" }, [h(Facts, { now }), h(Chart, null)])];
  const sign_s = signWithin(now);
  const free = !now.session && !now.interrupted;
  const tuning = free ? tuningEnd(now, log.value) : null;
  const session = now.session;
  const asked = session?.phase.asked;
  const call = calls(now);
  return [
    call && h(Caller, call),
    call && h("div", { class: "calls" }, [
      sign_s !== null && h(Attend, { left_s: sign_s }),
      session && asked && h(Asked, { key: `${session.id} ${asked.number}`, session }),
      left,
    ]),
    now.interrupted && h(Interrupted, { session: now.interrupted }),
    h("div", { class: "columns" }, [
      h("div", { class: "column" }, [
        h(Hero, { now }),
        session?.phase.pack_on && !asked && h(NumbButton, null),
        session && wantsHand(session) && h(Later, { key: "hand", part: "hand", session, speed: now.speed }),
        session && mayPause(session) && h(PauseButton, null),
        session && isProtocol(session) && h(Course, { session }),
        session?.protocol === "tune" && h(Later, { key: "tunes", part: "tuning", texts: null }),
        tuning && h(Later, { key: "tuned", part: "tuning", texts: tuning.texts }),
        h(Facts, { now }),
        notices(now).map((text) => h("p", { class: "notice", key: text }, marked(text))),
        free && h(Cared, { now }),
        now.reminders.length > 0 && h(Later, { part: "reminder", due: now.reminders }),
        free && hello.value && h(Beginning, { now, limits: hello.value.limits }),
        !now.interrupted && !now.checklist.due && h(Fold, { class: "card", title: `Profile: ${now.profile}`, part: "profile", now }),
        free && hello.value && [
          h(Fold, { class: "card", title: "Pain", part: "pain", site: plan.value.site }),
          h(Fold, { class: "card", title: "Stretches and pressure points", part: "exercises", site: plan.value.site }),
        ],
      ]),
      h("div", { class: "column" }, h(Chart, null)),
    ]),
  ];
}

/**
 * Something that is fetched when it is first drawn; `part` says what, the rest is for it.
 * @param {{ part: keyof typeof PARTS, [more: string]: unknown }} props
 */
function Later({ part, ...props }) {
  const drawn = useSignal(/** @type {import("preact").FunctionComponent<any> | null} */ (null));
  const failed = useSignal(false);
  useEffect(() => {
    Promise.all([PARTS[part](), styled()]).then(([it]) => { drawn.value = it.default; }, () => { failed.value = true; });
  }, []);
  if (drawn.value) return h(drawn.value, props);
  return failed.value && h("p", { class: "account" }, "It could not be fetched. Load the page again.");
}

/** @returns {Promise<unknown>} once the styles of what comes later are there */
function styled() {
  return styles ??= new Promise((done, failed) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/assets/later.css", onload: done, onerror: failed });
    document.head.append(link);
  });
}
/** @type {Promise<unknown> | undefined} */
let styles;

/** What stays closed, and is not even fetched, until it is wanted. @param {{ class: string, title: string, part: keyof typeof PARTS, [more: string]: unknown }} props */
function Fold({ class: name, title, ...later }) {
  const open = useSignal(false);
  return h("details", {
    class: `fold ${name}`, onToggle: (/** @type {Event & { currentTarget: HTMLDetailsElement }} */ event) => { open.value ||= event.currentTarget.open; },
  }, [h("summary", null, title), open.value && h(Later, later)]);
}

/** What pain forbids, warns of and asks; what forbids is shown at once. @param {{ now: Status }} props */
function Cared({ now }) {
  const settled = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => { settled.value = true; }, CARE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const { red_flags, locked } = now.care;
  return (settled.value || red_flags.length + locked.length > 0) && h(Later, { part: "care", now });
}

/** What comes before a session: the check-list when it is due, else the start. @param {{ now: Status, limits: Limits }} props */
function Beginning({ now, limits }) {
  const list = now.checklist;
  if (list.due || anew.value) return h(Checklist, { limits, list });
  return [list.forbids.length > 0 && h(Forbidden, { list }), h(StartForm, { now, limits })];
}

function Header() {
  return h("header", null, [
    h("div", { class: "brand" }, [h(Mark, null), h("span", null, "soothe")]),
    status.value?.simulated && h("span", { class: "badge" }, simulation(status.value)),
    h(Pulse, null),
  ]);
}

/** @param {Status} now */
function simulation(now) {
  return now.speed > 1 ? `Simulated, ${now.speed}×` : "Simulated";
}

/** A warm stone with one slow wave. */
function Mark() {
  return h("svg", { class: "mark", viewBox: "0 0 32 32", "aria-hidden": "true" }, [
    h("circle", { cx: 16, cy: 16, r: 16 }),
    h("path", { d: "M6 17c4-7 7-7 10-1s6 6 10-1" }),
  ]);
}

/** The age of what is shown, always. */
function Pulse() {
  const old = stale.value;
  const text = status.value ? `${age(ageMs.value)} old` : "no data yet";
  return h("span", { class: "pulse" }, [
    h("i", { "aria-hidden": "true" }),
    status.value && !old && h("span", null, "Live"),
    h("span", { class: "age" }, text),
  ]);
}

function StaleBanner() {
  // The seconds stand outside of what is read out, or it would be read out every second.
  return h("section", { class: "banner", "aria-label": "Connection" }, [
    h("h2", null, `No contact for ${age(silentS.value * 1000)}`),
    h("p", { role: "alert" }, marked(
      "What you see is old. STOP still works if the device can be reached; if not, press the e-stop or pull the plug.")),
  ]);
}

/** Calls a person: it is felt, and seen where the page is one of many. @param {{ title: string, every_ms: number }} props */
function Caller({ title, every_ms }) {
  // With the page, not after it is painted: the title never calls for what is no longer shown.
  useLayoutEffect(() => {
    const before = document.title;
    document.title = title;
    const call = () => {
      // A browser complains about a page that calls before it was ever touched.
      if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
    };
    call();
    const timer = setInterval(call, every_ms);
    return () => {
      clearInterval(timer);
      document.title = before;
    };
  }, [title, every_ms]);
  return null;
}

/** Somebody is to say that they are there. @param {{ left_s: number }} props */
function Attend({ left_s }) {
  return h("section", { class: "prompt", "aria-label": "Attendance" }, [
    h("div", { role: "alert" }, [
      h("h2", null, "Are you there?"),
      h("p", null, "Without a sign the session ends: people fall asleep on heating pads."),
    ]),
    h("button", { type: "button", disabled: stale.value || pending("present"), onClick: () => void present() }, [
      h("b", null, "I am here"),
      // Read out every second it would never be silent.
      h("small", { "aria-hidden": "true" }, `${Math.ceil(left_s)} s left`),
    ]),
  ]);
}

/** What a person is to do now, and to say that it is done. @param {{ session: SessionStatus }} props */
function Asked({ session }) {
  const ready = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => { ready.value = true; }, READY_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const { id, phase } = session;
  const asked = phase.asked;
  if (!asked) return null;
  const told = confirmed.value.session === id && confirmed.value.prompt === asked.number;
  const besides = askedBesides(phase);
  return h("section", { class: "prompt", "aria-label": "What to do now" }, [
    h("div", { role: "alert" }, [
      h("h2", null, sentence(asked.text)),
      besides && h("p", null, marked(besides)),
    ]),
    h("button", {
      type: "button", disabled: stale.value || !ready.value || told || pending("confirm"), onClick: () => void confirm(id, asked.number),
    }, h("b", null, doneInWords(asked))),
  ]);
}

/** A session ended with a cold pack on the skin. While a fault sounds, a sign means that. @param {{ heard: boolean }} props */
function PackLeft({ heard }) {
  return h("section", { class: "prompt", "aria-label": "What to do now" }, [
    h("div", { role: "alert" }, [
      h("h2", null, "Take the cold pack off."),
      h("p", null, "The session is over, and nobody has said that the pack is off."),
    ]),
    h("button", { type: "button", disabled: stale.value || !heard || pending("present"), onClick: () => void present() }, h("b", null, "The cold pack is off")),
  ]);
}

/** Ends the ice: there is no more to be had from a pack on numb skin. */
function NumbButton() {
  return h("button", { type: "button", class: "numb", disabled: stale.value || pending("numb"), onClick: () => void numb() }, [
    h("b", null, "Numb"),
    h("small", null, "The skin feels numb: the pack comes off now"),
  ]);
}

/** Everything off for a while. */
function PauseButton() {
  const pause = () => void ask("pause", "POST", "/api/v1/pause", null);
  return h("button", { type: "button", class: "quiet", disabled: stale.value || pending("pause"), onClick: pause }, "Pause");
}

/** Where the session is in its protocol. @param {{ session: SessionStatus }} props */
function Course({ session }) {
  useEffect(() => void fetchProtocols());
  const { number, of, say } = session.phase;
  const comes = whatComes(session);
  if (!say && !comes) return null;
  return h("section", { class: "card course", "aria-label": "The course of the session" }, [
    say && h("p", { class: "says" }, marked(say)),
    of > 1 && h("progress", { max: of, value: number, "aria-label": `Phase ${number} of ${of}` }),
    comes && h("p", null, marked(comes)),
  ]);
}

/** What happened, what the device did, what to do now. @param {{ fault: FaultStatus, now: Status }} props */
function Fault({ fault, now }) {
  const at = fault.latched_unix_ms ? ` at ${new Date(fault.latched_unix_ms).toLocaleTimeString([], { timeStyle: "short" })}` : "";
  const todo = [h("dt", null, "What to do now"), h("dd", { class: "todo" }, marked(fault.advice))];
  const what = [h("dt", null, `What happened${at}`), h("dd", { class: "what" }, marked(fault.message)), h("dd", null, marked(grounds(fault)))];
  const did = [
    h("dt", null, "What the device did"),
    h("dd", null, `${outputs(now)} Heating is locked until the cause is gone and someone has looked.`),
  ];
  return h("section", { class: fault.unplug ? "alarm unplug" : "alarm", role: "alert" }, [
    h("h1", null, fault.unplug ? "Unplug the pad now" : `Fault. ${outputs(now)}`),
    h("dl", null, fault.unplug ? [todo, what, did] : [what, did, todo]),
    h(ClearButton, { shown: fault.kind }),
  ]);
}

/** @param {{ session: SessionSummary }} props */
function Interrupted({ session }) {
  const site = hello.value?.limits.sites.find(({ name }) => name === session.site)?.label ?? session.site;
  return h("section", { class: "alarm calm" }, [
    h("h2", null, "The last session was cut off"),
    h("p", { class: "what" }, marked(cutOff(session, site))),
    isProtocol(session) && h("p", null, "If a cold pack lies on the skin, take it off."),
    h("p", null, "Nothing goes on by itself. Look at the skin before you heat again."),
    h(ClearButton, { shown: undefined }),
  ]);
}

/** Clears what was shown, and nothing that latched meanwhile. @param {{ shown: string | undefined }} props */
function ClearButton({ shown }) {
  return h("button", { type: "button", class: "clear", disabled: stale.value || pending("clear"), onClick: () => void clear(shown) }, "I have looked: clear");
}

/** Who must not use heat, cold or TENS, to be gone through before a session. @param {{ limits: Limits, list: ChecklistStatus }} props */
function Checklist({ limits, list }) {
  useEffect(() => void fetchConditions());
  const yes = useSignal(list.forbidding.map(({ name }) => name));
  const toggle = (/** @type {string} */ name) => () => {
    yes.value = yes.value.includes(name) ? yes.value.filter((it) => it !== name) : [...yes.value, name];
  };
  const keep = async () => {
    await answerChecklist(yes.value);
    if (answer.value?.phase === "accepted") anew.value = false;
  };
  const busy = pending("checklist");
  const some = yes.value.length;
  return h("form", { class: "card checklist", onSubmit: (/** @type {Event} */ event) => event.preventDefault() }, [
    h("h2", null, "Before a session: does any of these apply?"),
    h("p", null, ["To whoever is treated. Asked before the first session and every ",
      `${limits.checklist_valid_s / 86_400} days (`, h("span", { class: "rule" }, "HL-S7"), ")."]),
    h("ul", null, conditions.value.map(({ name, text }) => h("li", { key: name }, h("label", null, [
      h("input", { type: "checkbox", checked: yes.value.includes(name), onChange: toggle(name) }),
      h("span", null, text),
    ])))),
    h("button", { type: "button", class: some ? "keep some" : "keep", disabled: stale.value || busy || conditions.value.length === 0, onClick: keep }, [
      h("b", null, some ? `${some} of these ${some === 1 ? "applies" : "apply"}` : "None of these applies to me"),
      h("small", null, some ? "What they forbid stays locked while that is so." : "I have read them all."),
    ]),
  ]);
}

/** @param {{ list: ChecklistStatus }} props */
function Forbidden({ list }) {
  return h("section", { class: "card checklist" }, [
    h("h2", null, `No ${agentsInWords(list.forbids)} for you now`),
    h("p", null, ["The check-list forbids it (", h("span", { class: "rule" }, "HL-S7"), "):"]),
    h("ul", { class: "plain" }, list.forbidding.map(({ name, text, forbids }) => h("li", { key: name }, `${text} (no ${agentsInWords(forbids)})`))),
    h(AnswerAnew, { text: "That has changed: answer again" }),
  ]);
}

/** @param {{ text: string }} props */
function AnswerAnew({ text }) {
  return h("button", { type: "button", class: "quiet", onClick: () => { anew.value = true; } }, text);
}

/** The one glance: state, temperature, target, time. @param {{ now: Status }} props */
function Hero({ now }) {
  const { title, text } = headline(now, log.value);
  const session = now.session;
  return h("section", { class: session?.phase.left_s == null ? "hero" : "hero running", "aria-label": "What is happening" }, [
    h("div", { class: "state" }, [
      session && isProtocol(session) && h("p", { class: "step" }, stepOf(session, protocols.value)),
      h("h1", null, [stale.value && h("small", null, "last seen "), title]),
      h("p", null, marked(text)),
    ]),
    h(Dial, { now }),
  ]);
}

/** @param {{ now: Status }} props */
function Facts({ now }) {
  const session = now.session;
  return h("dl", { class: "facts" }, [
    (now.fault || (isGuided(now) && session?.phase.left_s != null)) && h("div", { class: "fact" }, [
      h("dt", null, "Pad"),
      h("dd", null, [degrees(now.hottest_c), h("small", null, " °C")]),
    ]),
    h("div", { class: now.heater_on ? "fact on" : "fact" }, [
      h("dt", null, "Heater"),
      h("dd", null, [h("i", { class: "lamp", "aria-hidden": "true" }), now.heater_on ? "On" : "Off"]),
    ]),
    session && h("div", { class: "fact" }, [
      h("dt", null, "CEM43 dose"),
      h("dd", null, [
        session.dose_cem43.toFixed(2),
        h("small", null, ` of ${session.dose_max_cem43}`),
        h("meter", { min: 0, max: session.dose_max_cem43, value: session.dose_cem43, "aria-label": "Dose, CEM43 minutes" }),
      ]),
    ]),
    now.skin && session?.phase.pack_on && h("div", { class: "fact" }, [
      h("dt", null, "Under the pack"),
      h("dd", null, [degrees(now.skin.freshness === "lost" ? null : now.skin.reading_c), h("small", null, " °C")]),
    ]),
    h("div", { class: "fact" }, [
      h("dt", null, "Room"),
      h("dd", null, [degrees(now.ambient.freshness === "lost" ? null : now.ambient.reading_c), h("small", null, " °C")]),
    ]),
  ]);
}

/** @param {{ now: Status, limits: Limits }} props */
function StartForm({ now, limits: device }) {
  const limits = tightened(device, now.profile_takes);
  const { target_c, minutes, site } = bounded(plan.value, limits).plan;
  const set = (/** @type {Partial<Plan>} */ change) => {
    const next = bounded({ ...plan.value, target_c, ...change }, limits);
    plan.value = next.plan;
    hint.value = next.hint;
  };
  const label = limits.sites.find(({ name }) => name === site)?.label;
  const { forbids } = now.checklist;
  const forbidden = forbids.includes("heat");
  const allowed = protocols.value.filter((it) => !agents(it).some((one) => forbids.includes(one)));
  const offered = allowed.filter(({ refused }) => refused === null);
  const protocol = offered.find(({ name }) => name === chosen.value);
  const blocked = startBlocked(now, stale.value, site, protocol && agents(protocol));
  const account = accountOf(now, site);
  const begin = () => {
    if (!label) {
      document.getElementById("site")?.focus();
      return sayNo("start", "Choose first where the pad lies.");
    }
    remember(site);
    const request = protocol ? { protocol: protocol.name, site } : { protocol: "heat", target_c, duration_s: minutes * 60, site };
    // What happens now stands above the form.
    void start(request).then((began) => { if (began) scrollTo(0, 0); });
  };
  const plain = chosen.value === null && !forbidden;
  return h("form", { class: "card start", onSubmit: (/** @type {Event} */ event) => event.preventDefault() }, [
    h("h2", null, forbidden ? "Without heat" : "Start"),
    !forbidden && h("div", { class: "kinds", role: "group", "aria-label": "What to start" }, [
      h("button", { type: "button", "aria-pressed": plain, onClick: () => { chosen.value = null; } }, "Heat"),
      h("button", { type: "button", "aria-pressed": !plain, onClick: () => { chosen.value ??= ""; } }, "A protocol"),
    ]),
    !plain && h(Later, { part: "protocols", offered, beyond: allowed.filter(({ refused }) => refused !== null), profile: now.profile, protocol, onChoose: (/** @type {string} */ name) => { chosen.value = name; } }),
    plain && h("div", { class: "steppers" }, [
      h(Stepper, {
        id: "target", name: "Target, °C", value: target_c, text: degrees(target_c), step: 0.5,
        min: limits.target_min_c, max: limits.target_max_c, onValue: (c) => set({ target_c: c }),
      }),
      h(Stepper, {
        id: "minutes", name: "Minutes", value: minutes, text: String(minutes), step: 5,
        min: limits.duration_min_s / 60, max: maxMinutes(target_c, limits), onValue: (min) => set({ minutes: min }),
      }),
    ]),
    h("p", { class: "hint", role: "status" }, hint.value),
    h("label", { for: "site" }, plain ? "Where the pad lies" : "Where on the body"),
    h("select", {
      id: "site", value: label ? site : "",
      onChange: (/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) => set({ site: event.currentTarget.value }),
    }, [
      h("option", { value: "", disabled: true }, "Choose…"),
      limits.sites.map(({ name, label: text }) => h("option", { value: name, key: name }, text)),
    ]),
    h(Fold, { class: "", title: "Choose on a picture of the body", part: "body", site, onSite: (/** @type {string} */ name) => set({ site: name }) }),
    account && h("p", { class: "account" }, marked(accountInWords(account, limits))),
    h(Fold, { class: "", title: "Say how much it hurts before", part: "before", site }),
    (plain || protocol) && h(HoldButton, {
      blocked, detail: protocol ? `${protocol.title}, ${duration(protocol.duration_s)}` : `${degrees(target_c)} °C for ${minutes} min`,
      onHeld: begin,
    }),
    forbids.length === 0 && h("p", { class: "account" }, [
      `Check-list: answered ${lasting(now.checklist.answered_s_ago ?? 0)} ago. `,
      h(AnswerAnew, { text: "Answer again" }),
    ]),
  ]);
}

/**
 * @param {{ id: string, name: string, value: number, text: string, step: number, min: number, max: number,
 *   onValue: (value: number) => void }} props
 */
function Stepper({ id, name, value, text, step, min, max, onValue }) {
  // While someone types, the field is theirs: snapshots and bounds wait until it is left.
  const draft = useSignal(/** @type {string | null} */ (null));
  const commit = () => {
    if (draft.value === null) return;
    const typed = parseFloat(draft.value.replace(",", "."));
    draft.value = null;
    if (Number.isFinite(typed)) onValue(typed);
  };
  const by = (/** @type {1 | -1} */ direction) => () => onValue(stepped(value, step, direction));
  return h("div", { class: "stepper" }, [
    h("label", { for: id }, name),
    h("div", { class: "row" }, [
      h("button", { type: "button", "aria-label": `Less: ${name}`, disabled: value <= min, onClick: by(-1) }, "−"),
      h("input", {
        id, type: "text", inputMode: "decimal", autoComplete: "off", value: draft.value ?? text,
        onInput: (/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => { draft.value = event.currentTarget.value; },
        onBlur: commit,
        onKeyDown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Enter") commit();
          if (event.key === "ArrowUp") by(1)();
          if (event.key === "ArrowDown") by(-1)();
        },
      }),
      h("button", { type: "button", "aria-label": `More: ${name}`, disabled: value >= max, onClick: by(1) }, "+"),
    ]),
  ]);
}

/**
 * Starts only after it was held for half a second, by thumb, mouse, Enter or Space.
 * @param {{ blocked: string | null, detail: string, onHeld: () => void }} props
 */
function HoldButton({ blocked, detail, onHeld }) {
  const { held, listeners } = useHold({
    ms: HOLD_MS, blocked: blocked !== null, onHeld,
    onTooShort: () => sayNo("start", "To start, hold the button for half a second."),
  });
  const busy = pending("start");
  return h("button", {
    type: "button", class: held ? "hold held" : "hold", disabled: blocked !== null || busy, ...listeners,
  }, [
    h("span", { class: "progress", "aria-hidden": "true" }),
    h("b", null, busy ? "Asking…" : held ? "Keep holding…" : "Hold to start"),
    h("small", null, blocked ?? detail),
  ]);
}

/** What became of the last tap, above STOP. */
function Answer() {
  const reply = answer.value;
  return h("div", { class: "answers", role: "status" },
    reply && h("p", { class: `answer ${reply.phase}` }, marked(reply.text)));
}

/** Changes of state for those who listen; numbers are left out, or it would never be silent. */
function Announcer() {
  const now = status.value;
  const { title, text } = now && !stale.value ? headline(now, log.value) : { title: "", text: "" };
  const session = now?.session;
  // A tuning keeps its title while it goes on from heating to watching.
  const said = session?.protocol === "tune" ? `${title}. ${text}` : title;
  return h("p", { class: "heard", "aria-live": "polite" }, session && isProtocol(session) && title ? `${stepOf(session, protocols.value)}. ${said}` : said);
}

function Footer() {
  return h("footer", null, [
    h("p", null, "Hobby hardware and software, not a medical device. It can burn you if it is built wrong, wired wrong or "
      + "fails. Never on anyone who is asleep, and not instead of seeing a clinician."),
    h("p", null, hello.value ? `soothe ${hello.value.version}` : "soothe"),
  ]);
}

/** Keeps numbers with their unit, the ids of rules and the e-stop on one line. @param {string} text */
function marked(text) {
  return unbroken(text).split(/(HL-[A-Z]\d+|e-stop)/).map((part, i) => (i % 2 ? h("span", { class: "rule" }, part) : part));
}

/** Gives STOP its faster way; without this line the form is sent as it is. */
function quickenStop() {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("stop"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void stop(form);
  });
}

/** The plain form leads here; with script, what it says on the page becomes an answer like any other. */
function tellOfPlainStop() {
  document.getElementById("stopped")?.remove();
  if (location.hash !== "#stopped") return;
  history.replaceState(null, "", "/");
  plainlyStopped();
}

quickenStop();
tellOfPlainStop();
document.addEventListener("pointerdown", settle);
watch();
const place = /** @type {HTMLElement} */ (document.getElementById("panel"));
place.replaceChildren();
render(h(Panel, null), place);
