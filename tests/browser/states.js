// Snapshots of a device in every state that the panel draws, as the API would send them.

const SITES = [
  { name: "left-shoulder", label: "Left shoulder" },
  { name: "right-shoulder", label: "Right shoulder" },
  { name: "left-lower-back", label: "Left lower back" },
];

const ALL = ["heat", "cold", "tens"];

export const CONDITIONS = [
  { name: "numbness", text: "numb or less sensitive skin, neuropathy, or diabetes", forbids: ALL },
  { name: "circulation", text: "poor circulation, vasculitis, a thrombosis or an inflamed vein", forbids: ALL },
  { name: "skin", text: "an open wound, rash, damaged or scarred skin in the area", forbids: ALL },
  { name: "drugs", text: "alcohol, sedatives, pain or sleep medication today", forbids: ["heat"] },
];

const COLD = { name: "cold", text: "Raynaud's disease, hives from cold, or another illness that cold brings on", forbids: ["cold"] };

export const HELLO = {
  version: "0.1.0",
  limits: {
    target_min_c: 30, target_max_c: 42, target_default_c: 40, gentle_target_c: 40,
    duration_min_s: 60, duration_max_s: 1200, duration_max_gentle_s: 1800,
    contact_off_c: 43, day_dose_max_cem43: 20, day_heat_max_s: 7200, day_sessions_max: 4, checklist_valid_s: 2_592_000, sites: SITES,
  },
};

const fresh = (reading_c) => ({ freshness: "fresh", reading_c, age_s: 0.4 });

const IDLE = {
  version: "0.1.0", simulated: true, speed: 1, seq: 1, at_unix_ms: 1_790_000_000_000,
  state: "idle", session: null, last: null, fault: null, interrupted: null,
  contact: [fresh(24.1), fresh(24.0)], ambient: fresh(21.6), hottest_c: 24.1,
  heater_on: false, armed: false,
  lines: { estop_open: false, cutout_open: false, pad_current: false, undervoltage: false, guard_lost: false }, alarm: null, pack_left_on: false,
  checklist: { due: false, answered_s_ago: 259_200, valid_for_s: 2_332_800, forbids: [], forbidding: [] },
  care: { red_flags: [], locked: [] }, sites: [], record_lost: null, relay: { operations: 1234, warn: false }, profile: "default", profile_fixed: false, profile_takes: { target_max_c: 42, heat_max_s: 1800 }, reminders: [], log_failure: null,
};

const RESTING = {
  site: "left-shoulder", site_label: "Left shoulder", dose_cem43: 0.61, heated_s: 900, sessions: 1, rule: "HL-H9", opens_in_s: 2541,
};

/** The phases of protocols, as the API tells them. */
const phase = (kind, duration_s, more = {}) => ({ kind, target_c: null, duration_s, until_normal: false, ...more });
const HEAT = phase("heat", 900, { target_c: 40 });
const SWAP = phase("swap", 90);
const ICE = phase("ice", 600);
const REST = phase("rest", 300, { until_normal: true });
const WARMTH = phase("heat", 600, { target_c: 39 });

const info = (name, title, about, phases, duration_s, dose_cem43) => ({
  name, title, about, duration_s, dose_cem43, phases: phases.map((it) => ({ say: null, ...it })),
  evidence: "Advice for consumers: alternate heat and ice, or stay with the one that helps more.",
  weakness: "Low: no trial of packs on knots was found, and none says in which order or for how long.",
  own: false, refused: null,
});

export const PROTOCOLS = [
  info("heat-gentle", "Gentle heat", "Fifteen minutes at 40 °C on a stiff or knotted muscle: the one to begin with.", [HEAT], 900, 0.4688),
  info("ice-10", "Ice, ten minutes", "A cold pack over a damp cloth for ten minutes.",
    [{ ...ICE, say: "A damp cloth lies between pack and skin." }], 600, 0),
  info("contrast-classic", "Contrast, the classic schedule", "Ten minutes of warmth, then three times one minute of ice and four of warmth.", [
    phase("heat", 600, { target_c: 40 }), ...Array(3).fill([SWAP, phase("ice", 60), SWAP, phase("heat", 240, { target_c: 40 })]).flat(),
  ], 2040, 0.6875),
  info("alternate-knot", "Heat, ice and warmth for a knot",
    "Fifteen minutes of heat, ten of ice, and ten of mild warmth once the skin feels normal again; it ends warm.",
    [HEAT, SWAP, { ...ICE, say: "A damp cloth lies between pack and skin." }, REST, WARMTH], 2490, 0.5469),
];

const SESSION = {
  id: 12, protocol: "heat", site: "left-shoulder", site_label: "Left shoulder", target_c: 40, duration_s: 900,
  elapsed_s: 96, remaining_s: 804, target_reached: false, dose_cem43: 0.04, dose_max_cem43: 10, dose_before_cem43: 0.31,
  day_dose_max_cem43: 20, duty: 1, asks_in_s: 504, answer_within_s: null,
};

/** A session of one heat phase, or in one of the phases of a protocol. */
const running = (session, on = {}) => {
  const { target_c, duration_s, remaining_s, ...rest } = { ...SESSION, ...session };
  const only = { number: 1, of: 1, ...HEAT, target_c, duration_s, left_s: remaining_s, asked: null, pack_on: false, analgesia: false, awaits_pad: false, awaits_break: false, next: null };
  return { target_c, duration_s, remaining_s, ...rest, phase: { ...only, ...on } };
};

const heating = (session, hottest_c, heater_on, on) => ({
  ...IDLE, state: "heating", armed: true, heater_on, hottest_c, contact: [fresh(hottest_c), fresh(hottest_c - 0.3)], session: running(session, on),
});

const KNOT = { id: 18, protocol: "alternate-knot", duration_s: 2490, duty: 0, dose_cem43: 0.41, dose_before_cem43: 0 };

/** A phase that a person carries out. */
const guided = (elapsed_s, remaining_s, hottest_c, on, more = {}) => ({
  ...heating({ ...KNOT, elapsed_s, remaining_s }, hottest_c, false, { of: 5, ...on }), state: "guided", armed: false, ...more,
});

const PACK_ON = { number: 2, kind: "pack-on", text: "put the cold pack on, over a damp cloth" };
const PACK_OFF = { number: 3, kind: "pack-off", text: "take the cold pack off" };
const SWAPPED = { number: 1, kind: "swapped", text: "take off what lies on the skin and dry it; put the pad on if heat comes next" };
const NORMAL = { number: 4, kind: "normal", text: "wait until the skin feels normal: warm, and not numb" };

const ended = (outcome, reason, elapsed_s, why = {}) => ({
  ...IDLE, hottest_c: 39.2, contact: [fresh(39.2), fresh(38.9)], sites: [RESTING],
  last: { id: 12, outcome, reason, rule: null, limit: null, reading: null, opens: null, elapsed_s, dose_cem43: 0.61, ...why },
});

/** A tuning on the way; it may take 10 min. */
const tuning = (elapsed_s, hottest_c, duty) => heating(
  { id: 13, protocol: "tune", target_c: 41, duration_s: 600, elapsed_s, remaining_s: 600 - elapsed_s, duty, asks_in_s: 600 - elapsed_s },
  hottest_c, duty > 0,
);

const tuningEnded = (id, ...how) => {
  const state = ended(...how);
  return { ...state, last: { ...state.last, id } };
};

/** How the log says that the tuning with each number ended. */
const TUNING_ENDS = {
  14: {
    kind: "tuned", message: "the pad has 39.2 W, 0.99 times the reference pad's heat capacity and 1.03 times its loss (0.041 K rms unexplained)",
  },
  15: {
    kind: "not-tuned", message: "nothing was found: something happened to the pad meanwhile (0.31 K rms unexplained, at most 0.12 K): leave pad, "
      + "sensors and blanket alone and repeat it",
  },
  16: { kind: "not-tuned", message: "nothing was found: the session ended before enough was measured" },
};

/** What the log says of a session. */
export function detail(id) {
  const end = TUNING_ENDS[id];
  return { ...cutOff, id, protocol: end ? "tune" : "heat", version: "0.1.0", events: end ? [{ t_s: 350, rule: null, ...end }] : [] };
}

const TOO_HOT = {
  kind: "too-hot", rule: "HL-H3", message: "the contact temperature reached 44 °C (the hottest read 44.1 °C)", limit: "44.0 °C",
  reading: "44.1 °C", advice: "Take the pad off and look at the skin. If the pad stays hot, pull the plug.", unplug: false,
  opens: "when the cause is gone and a person has cleared the fault", latched_unix_ms: 1_790_000_000_000,
};

const STRAY_CURRENT = {
  kind: "stray-current", rule: "HL-H19", message: "current flows through the pad although it is switched off",
  limit: "no current while off", reading: "current flows", unplug: true,
  advice: "UNPLUG THE PAD NOW: current flows although everything is off, and nothing here can stop it. Take the pad off and look "
    + "at the skin. Replace the stuck switch before you plug it in again.",
  opens: "when the cause is gone and a person has cleared the fault", latched_unix_ms: null,
};

const faulty = (fault) => ({
  ...ended("fault", fault.message, 410, { rule: fault.rule, limit: fault.limit, reading: fault.reading, opens: fault.opens }),
  state: "fault", fault, alarm: fault.unplug ? "unplug" : "fault",
});

const cutOff = {
  id: 11, protocol: "heat", site: "left-shoulder", target_c: 40, duration_s: 900, started_unix_ms: 1_789_999_000_000,
  outcome: "interrupted", reason: null, rule: null, elapsed_s: 252, dose_cem43: 0.2, hottest_c: 40.1, simulated: true,
};

const bothAsked = guided(2570, 600, 31.2, { number: 4, ...REST, left_s: null, asked: NORMAL, next: WARMTH }, { alarm: "attend" });
bothAsked.session = { ...bothAsked.session, asks_in_s: null, answer_within_s: 41 };

/** Every state by name. */
export const STATES = {
  idle: IDLE,
  warming: heating({}, 33.4, true),
  holding: heating({ elapsed_s: 512, remaining_s: 388, target_reached: true, dose_cem43: 3.1, duty: 0.34 }, 40.1, false),
  proving: { ...heating({ elapsed_s: 1, remaining_s: 899, dose_cem43: 0 }, 24.1, false), state: "proving" },
  asking: {
    ...heating({ elapsed_s: 612, remaining_s: 288, target_reached: true, asks_in_s: null, answer_within_s: 48 }, 40.1, false), alarm: "attend",
  },
  courseHeats: heating({ ...KNOT, elapsed_s: 512, remaining_s: 1978, target_reached: true }, 40.1, false, {
    number: 1, of: 5, ...HEAT, left_s: 388, next: SWAP,
  }),
  swapAsked: guided(905, 1585, 39.4, { number: 2, ...SWAP, left_s: null, asked: SWAPPED, next: ICE }, { alarm: "prompt" }),
  packAsked: guided(1002, 1500, 33.2, { number: 3, ...ICE, left_s: null, asked: PACK_ON, next: REST }, { alarm: "prompt" }),
  icing: guided(1180, 1329, 21.7, {
    number: 3, ...ICE, say: "A damp cloth lies between pack and skin.", left_s: 429, pack_on: true, next: REST,
  }),
  packOffAsked: guided(1612, 900, 15.2, { number: 3, ...ICE, left_s: null, pack_on: true, asked: PACK_OFF, next: REST }, { alarm: "pack-off" }),
  resting: guided(1700, 810, 20.3, { number: 4, ...REST, left_s: 210, next: WARMTH }),
  normalAsked: guided(1960, 600, 28.9, { number: 4, ...REST, left_s: null, asked: NORMAL, next: WARMTH }, { alarm: "prompt" }),
  padAwaited: guided(2010, 600, 31.2, { number: 4, ...REST, left_s: null, awaits_pad: true, next: WARMTH }, { contact: [fresh(31.2), fresh(25.4)] }),
  bothAsked,
  packLeft: { ...ended("limit", "nobody gave a sign", 1190, { rule: "HL-H11" }), alarm: "pack-off", pack_left_on: true },
  courseCutOff: { ...IDLE, interrupted: { ...cutOff, id: 19, protocol: "ice-10", target_c: null, duration_s: 600, elapsed_s: 131 } },
  heatForbidden: { ...IDLE, checklist: { ...IDLE.checklist, forbids: ["heat"], forbidding: [CONDITIONS[3]] } },
  coldForbidden: { ...IDLE, checklist: { ...IDLE.checklist, forbids: ["cold"], forbidding: [COLD] } },
  tuningProves: { ...tuning(1, 24.1, 0), state: "proving" },
  tuningHeats: tuning(96, 34.9, 1),
  tuningWatches: tuning(248, 38.8, 0),
  tuned: tuningEnded(14, "completed", "enough was measured", 352),
  notTuned: tuningEnded(15, "completed", "enough was measured", 361),
  tuningStopped: tuningEnded(16, "stopped", "it was stopped by hand", 131),
  tuningCutOff: { ...IDLE, interrupted: { ...cutOff, id: 17, protocol: "tune", target_c: 41, duration_s: 600, elapsed_s: 131 } },
  done: ended("completed", "the planned time was over", 900),
  stopped: ended("stopped", "it was stopped by hand", 131),
  limit: ended("limit", "a contact sensor read 43 °C or more", 410, {
    rule: "HL-H2", limit: "43.0 °C", reading: "43.2 °C",
    opens: "when the pad has cooled below 38 °C and the site has rested; look at the skin first",
  }),
  fault: faulty(TOO_HOT),
  unplug: faulty(STRAY_CURRENT),
  profileFixed: { ...IDLE, profile: "cautious", profile_fixed: true },
  unanswered: { ...IDLE, checklist: { due: true, answered_s_ago: null, valid_for_s: null, forbids: [], forbidding: [] } },
  forbidden: { ...IDLE, checklist: { due: false, answered_s_ago: 60, valid_for_s: 2_591_940, forbids: ALL, forbidding: [CONDITIONS[2]] } },
  worn: { ...IDLE, record_lost: { opens_in_s: 79_000 }, relay: { operations: 80_001, warn: true } },
  interrupted: { ...IDLE, interrupted: cutOff },
  emergency: { ...IDLE, care: { red_flags: [{ name: "chest", text: "pain in the chest" }], locked: [] } },
  locked: { ...IDLE, care: { red_flags: [], locked: ["left-shoulder"] } },
  unready: {
    ...IDLE, log_failure: "the disk is full", lines: { ...IDLE.lines, estop_open: true, undervoltage: true, guard_lost: true },
    contact: [fresh(24.1), { freshness: "lost", reading_c: null, age_s: 9 }],
  },
};

/** The samples of a tuning up to `end_s`: it heats for 160 s, and the surface passes its peak half a minute later. */
export function tuningSamples(end_s) {
  return Array.from({ length: Math.ceil(end_s) }, (_, t_s) => {
    const cooling_s = Math.max(0, t_s - 190);
    const contact1_c = t_s < 190 ? 24 + 17 * Math.sin((t_s / 190) * (Math.PI / 2)) ** 1.3 : 24 + 17 * Math.exp(-cooling_s / 430);
    const heater_on = t_s < 160;
    return { t_s, contact1_c, contact2_c: contact1_c - 0.3, ambient_c: 21.6, target_c: 41, duty: heater_on ? 1 : 0, heater_on, dose_cem43: 0 };
  });
}

/**
 * The samples of a session up to `end_s`: a pad of 90 s that settles at its target with a small ripple, and in the
 * last half minute climbs to `peak_c` when there is one.
 */
export function samples(end_s, peak_c = null, target_c = 40) {
  return Array.from({ length: Math.ceil(end_s) }, (_, t_s) => {
    const rise = 1 - Math.exp(-t_s / 90);
    const settled_c = 24 + (target_c + 0.1 - 24) * rise + (t_s > 200 ? 0.18 * Math.sin(t_s / 6) : 0);
    const climb = peak_c === null ? 0 : Math.max(0, 1 - (end_s - 1 - t_s) / 30);
    const contact1_c = settled_c + climb * ((peak_c ?? 0) - settled_c);
    return { t_s, contact1_c, contact2_c: contact1_c - 0.3, ambient_c: 21.6, target_c, duty: 0.4, heater_on: false, dose_cem43: 0 };
  });
}
