// Snapshots of a device in every state that the panel draws, as the API would send them.

const SITES = [
  { name: "left-shoulder", label: "Left shoulder" },
  { name: "right-shoulder", label: "Right shoulder" },
  { name: "left-lower-back", label: "Left lower back" },
];

export const HELLO = {
  version: "0.1.0",
  limits: {
    target_min_c: 30, target_max_c: 42, target_default_c: 40, gentle_target_c: 40,
    duration_min_s: 60, duration_max_s: 1200, duration_max_gentle_s: 1800,
    contact_off_c: 43, sites: SITES,
  },
};

const fresh = (reading_c) => ({ freshness: "fresh", reading_c, age_s: 0.4 });

const IDLE = {
  version: "0.1.0", simulated: true, speed: 1, seq: 1, at_unix_ms: 1_790_000_000_000,
  state: "idle", session: null, last: null, fault: null, interrupted: null,
  contact: [fresh(24.1), fresh(24.0)], ambient: fresh(21.6), hottest_c: 24.1,
  heater_on: false, armed: false, estop_open: false, log_failure: null,
};

const SESSION = {
  id: 12, site: "left-shoulder", site_label: "Left shoulder", target_c: 40, duration_s: 900,
  elapsed_s: 96, remaining_s: 804, target_reached: false, dose_cem43: 0.04, dose_max_cem43: 10, duty: 1,
};

const heating = (session, hottest_c, heater_on) => ({
  ...IDLE, state: "heating", armed: true, heater_on, hottest_c,
  contact: [fresh(hottest_c), fresh(hottest_c - 0.3)], session: { ...SESSION, ...session },
});

const ended = (outcome, reason, rule, elapsed_s) => ({
  ...IDLE, hottest_c: 39.2, contact: [fresh(39.2), fresh(38.9)],
  last: { id: 12, outcome, reason, rule, elapsed_s, dose_cem43: 0.61 },
});

const cutOff = {
  id: 11, protocol: "heat", site: "left-shoulder", target_c: 40, duration_s: 900, started_unix_ms: 1_789_999_000_000,
  outcome: "interrupted", reason: null, rule: null, elapsed_s: 252, dose_cem43: 0.2, hottest_c: 40.1, simulated: true,
};

/** Every state by name. */
export const STATES = {
  idle: IDLE,
  warming: heating({}, 33.4, true),
  holding: heating({ elapsed_s: 512, remaining_s: 388, target_reached: true, dose_cem43: 3.1, duty: 0.34 }, 40.1, false),
  done: ended("completed", "the planned time was over", null, 900),
  stopped: ended("stopped", "it was stopped by hand", null, 131),
  limit: ended("limit", "a contact sensor read 43 °C or more", "HL-H2", 410),
  fault: {
    ...ended("fault", "the contact temperature reached 44 °C (the hottest read 44.1 °C)", "HL-H3", 410), state: "fault",
    fault: { kind: "too-hot", rule: "HL-H3", message: "the contact temperature reached 44 °C (the hottest read 44.1 °C)", reading_c: 44.1 },
  },
  interrupted: { ...IDLE, interrupted: cutOff },
  unready: {
    ...IDLE, estop_open: true, log_failure: "the disk is full",
    contact: [fresh(24.1), { freshness: "lost", reading_c: null, age_s: 9 }],
  },
};

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
