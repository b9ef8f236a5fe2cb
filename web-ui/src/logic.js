// What the panel thinks: words for a snapshot, its age, the bounds of a start, the answer to a tap,
// the points of the curve. Pure functions; no DOM, no clock, no network.

/**
 * @import { Ahead, EndedRecord, FaultStatus, Limits, Phase, PhaseStatus, Problem, ProfileTakes } from "./api"
 * @import { Prompt, ProtocolInfo, Sample, SessionDetail, SessionStatus, SessionSummary, Sensor, SiteAccount, Status } from "./api"
 */

/**
 * A snapshot older than this is shown as old: five are missing then. With a look every quarter of a second the page is
 * grey within 3 s.
 */
export const STALE_AFTER_MS = 2500;
/** A stream that is silent for this long is thrown away and opened anew. */
export const REOPEN_AFTER_MS = 4000;
/** Half a second of holding starts a session. */
export const HOLD_MS = 500;
/** Half the width of the set-point band, in kelvin. */
export const BAND_K = 0.5;

/** @param {number | null | undefined} c @returns {string} one decimal, or a dash for "not known" */
export function degrees(c) {
  return c == null ? "–" : c.toFixed(1);
}

/** @param {number} s @returns {string} minutes and seconds, e.g. `12:05` */
export function clock(s) {
  const whole = Math.max(0, Math.round(s));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** @param {number} s @returns {string} a length in words, e.g. `15 min` or `1 min 30 s` */
export function duration(s) {
  const whole = Math.max(0, Math.round(s));
  const [min, rest] = [Math.floor(whole / 60), whole % 60];
  if (min === 0) return `${rest} s`;
  return rest === 0 ? `${min} min` : `${min} min ${rest} s`;
}

/** @param {number} s @returns {string} a time to wait, never said too short: `25 s`, `43 min`, `3 h 12 min`, `27 days` */
export function lasting(s) {
  const whole = Math.max(0, Math.ceil(s));
  const min = Math.ceil(whole / 60);
  if (whole < 60) return `${whole} s`;
  if (min < 60) return `${min} min`;
  if (min >= 2880) return `${Math.ceil(min / 1440)} days`;
  return min % 60 === 0 ? `${min / 60} h` : `${Math.floor(min / 60)} h ${min % 60} min`;
}

/** @param {number} ms @returns {string} an age in words: tenths while it is young, then seconds, then minutes */
export function age(ms) {
  if (ms < STALE_AFTER_MS) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.floor(ms / 1000)} s` : `${Math.floor(ms / 60_000)} min`;
}

/** @param {string} text @returns {string} the same with a capital and a full stop */
export function sentence(text) {
  const trimmed = text.trim();
  return capital(trimmed) + (/[.!?]$/.test(trimmed) ? "" : ".");
}

/** @param {string} text @returns {string} */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {string} text @returns {string} the same with numbers kept on one line with their unit */
export function unbroken(text) {
  return text.replaceAll(" °C", "\u00a0°C");
}

/** @typedef {{ mono: number, wall: number }} Clocks the page's two clocks at one moment, in ms */

/**
 * How long the device that shows the page slept between two looks at its clocks. Its monotonic clock may
 * stand still in sleep, its wall clock does not; a step of the wall clock only makes data look older.
 * @param {Clocks} before @param {Clocks} after @returns {number} milliseconds
 */
export function sleptMs(before, after) {
  const hidden = after.wall - before.wall - (after.mono - before.mono);
  return hidden > 1000 ? hidden : 0;
}

/** @typedef {"off" | "proving" | "tuning" | "warming" | "holding" | "guided" | "done" | "ended" | "fault" | "interrupted"} Mood */

/**
 * What is happening, in a word and in a sentence.
 * @param {Status} status @param {SessionDetail | null} [log] what is known of the last session
 * @returns {{ mood: Mood, title: string, text: string }}
 */
export function headline(status, log = null) {
  if (status.fault) return { mood: "fault", title: status.fault.unplug ? "Unplug the pad now" : "Fault", text: outputs(status) };
  const tuning = status.session?.protocol === "tune";
  if (status.session && status.state === "proving") {
    const meanwhile = status.session.phase.kind === "tens"
      ? "for two to six minutes; the electrodes come after that" : "first; nothing is warmed yet";
    const text = `${status.session.site_label}. The switches are tested ${meanwhile}.`;
    return { mood: "proving", title: tuning ? "Tuning the pad" : "Testing", text };
  }
  if (status.session && tuning) return { mood: "tuning", title: "Tuning the pad", text: tuned(status.session) };
  if (status.session && status.state === "paused") {
    return { mood: "guided", title: "Paused", text: `${status.session.site_label}. Everything is off until you go on.` };
  }
  if (status.session && status.state === "stimulating") {
    const ma = status.session.phase.level?.level_ma ?? 0;
    return { mood: "guided", title: "TENS", text: `${status.session.site_label}. ${ma > 0 ? `Pulses flow at ${ma} mA.` : "No current flows: raise the level by your own hand."}` };
  }
  if (status.session && isGuided(status)) return guided(status.session, status.contact);
  if (status.session) return running(status.session);
  if (status.interrupted) {
    return { mood: "interrupted", title: "Cut off", text: `${outputs(status)} Nothing goes on by itself.` };
  }
  if (status.last) return ended(status.last, status, tuningEnd(status, log));
  return { mood: "off", title: "Off", text: `Nothing is running. ${outputs(status)}` };
}

/** @param {SessionStatus} session @returns {string} what a tuning is at: it asks for all of the power first, and then for none */
function tuned(session) {
  return `${session.site_label}. ${session.duty > 0 ? "The pad warms up." : "The power is off now and the pad is watched. This is right."}`;
}

/**
 * What is held, or in a tuning come near to and passed by a little at most; nothing where nothing heats.
 * @param {{ target_c?: number | null }} phase @param {Purpose} purpose @param {string} [unit] with how near it is held @returns {string}
 */
export function aim({ target_c }, purpose, unit = " °C") {
  if (target_c == null) return "";
  return purpose === "tune" ? `up to about ${Number(target_c.toFixed(1))} °C` : `target ${degrees(target_c)}${unit}`;
}

/** @param {SessionStatus} session @returns {{ mood: Mood, title: string, text: string }} */
function running(session) {
  const target = `${degrees(session.phase.target_c)} °C.`;
  return session.target_reached
    ? { mood: "holding", title: "Holding", text: `${session.site_label}, kept at ${target}` }
    : { mood: "warming", title: "Warming up", text: `${session.site_label}, on the way to ${target}${arrival(session)}` };
}

/** @param {Status} status @returns {boolean} whether it is a person's turn, or their time: everything is off */
export function isGuided({ state, session }) {
  return session != null && (state === "guided" || session.phase.asked != null || session.phase.awaits_pad || session.phase.awaits_break);
}

/** @type {Record<string, { title: string, asked: string, counts: string }>} what a phase is called, and what it is at */
const GUIDED = {
  ice: {
    title: "Ice", asked: "It begins when you say that the pack is on.",
    counts: "The cold pack is on. When the skin is numb it has had enough: say so.",
  },
  swap: { title: "Change over", asked: "It goes on when you say so.", counts: "Take your time: the next phase begins when this is over." },
  rest: { title: "Rest", asked: "It goes on when you say so.", counts: "Nothing is warmed or cooled." },
};

/** @param {SessionStatus} session @param {Sensor[]} contact @returns {{ mood: Mood, title: string, text: string }} */
function guided({ site_label, phase }, contact) {
  const words = GUIDED[phase.kind] ?? { title: capital(phase.kind), asked: "It goes on when you say so.", counts: "" };
  if (phase.awaits_break && !phase.asked) {
    return { mood: "guided", title: "A break", text: `${site_label}. The next phase waits until the skin has had a break for long enough.` };
  }
  if (phase.awaits_pad && !phase.asked) {
    // TENS waits for it where only the pad's temperature tells that it is off; it lies beside the body then, and cools.
    const [title, until, where] = phase.next?.kind === "tens"
      ? ["Look at the pad", "agree, below 38 °C", " It stays off the skin."] : ["Put the pad on", "agree", ""];
    return { mood: "guided", title, text: `${site_label}. ${padAwaited(contact, until)}${where}` };
  }
  const counts = phase.analgesia ? "The skin is numb to pain by now. That is enough: say so, and take the pack off." : words.counts;
  const now = phase.asked?.kind === "pack-off" ? "It goes on when the pack is off." : phase.asked ? words.asked : counts;
  return { mood: "guided", title: words.title, text: `${site_label}. ${now}`.trim() };
}

/** @param {Sensor[]} contact @param {string} until what they must do @returns {string} for what the next phase waits, and how near it is */
function padAwaited(contact, until) {
  const read = contact.map(({ freshness, reading_c }) => degrees(freshness === "lost" ? null : reading_c)).join(" and ");
  return `The next phase waits until both contact sensors ${until}; they read ${read} °C.`;
}

/** @param {Phase} phase @returns {string} a phase in a few words */
export function phaseInWords({ kind, target_c, duration_s, until_normal, tens }) {
  const time = duration(duration_s);
  if (kind === "heat") return `heat at ${degrees(target_c)} °C for ${time}`;
  if (tens) return `TENS, at most ${tens.cap_ma} mA, for ${time}`;
  if (kind === "swap") return `change over, ${time} at least`;
  return `${kind} for ${time}${until_normal ? ", and until the skin feels normal" : ""}`;
}

/** @param {{ protocol: string }} session @returns {boolean} whether it follows a protocol, and is no tuning nor heat as it was set */
export function isProtocol({ protocol }) {
  return protocol !== "heat" && protocol !== "tune";
}

/** @param {SessionStatus} session @returns {boolean} whether it has something for a hand: a level, an exercise, a pause to end */
export function wantsHand({ phase }) {
  return phase.level != null || phase.exercise != null || phase.pause_left_s != null;
}

/** @param {SessionStatus} session @returns {boolean} */
export function mayPause({ protocol, phase }) {
  return protocol !== "tune" && !phase.pack_on && phase.pause_left_s == null;
}

/** @param {SessionStatus} session @param {ProtocolInfo[]} known @returns {string} which phase of which protocol */
export function stepOf({ protocol, phase }, known) {
  const title = known.find(({ name }) => name === protocol)?.title ?? protocol;
  return phase.of > 1 ? `${title}: phase ${phase.number} of ${phase.of}` : title;
}

/** @param {SessionStatus} session @returns {string} what comes after this phase, and how long it all still lasts */
export function whatComes({ phase, remaining_s }) {
  if (!phase.next) return phase.of > 1 ? "This is the last phase." : "";
  return `Next: ${phaseInWords(phase.next)}. ${lasting(remaining_s)} left in all, your answers aside.`;
}

/** @type {Record<string, string>} what is said by a tap, for each kind of prompt */
const DONE = {
  "pack-on": "Done: the cold pack is on, over a damp cloth",
  "pack-off": "Done: the cold pack is off",
  swapped: "Done: changed over",
  normal: "The skin feels normal: warm, not numb",
  electrodes: "Done: both electrodes lie",
  exercise: "I begin",
};

/** @param {Prompt} prompt @returns {string} */
export function doneInWords({ kind }) {
  return DONE[kind] ?? "Done";
}

/** @param {PhaseStatus} phase @returns {string} what a person who does what is asked must know besides */
export function askedBesides({ asked, next }) {
  if (asked?.how) return asked.how;
  if (asked?.kind === "swapped" && next) return `What comes next: ${phaseInWords(next)}.`;
  if (asked?.kind === "pack-off") return "Ice that stays on too long harms the skin.";
  if (asked?.kind === "normal") return "Numb skin cannot warn of heat.";
  return "";
}

/**
 * For what the person is called, as the device's buzzer does: by the title of the page, and by shaking every so often.
 * @param {Status} status @returns {{ title: string, every_ms: number } | null}
 */
export function calls(status) {
  const asked = status.session?.phase.asked;
  if (asked?.kind === "pack-off" || status.pack_left_on) return { title: "Cold pack off", every_ms: 3000 };
  if (signWithin(status) !== null) return { title: "Are you there?", every_ms: 3000 };
  return asked ? { title: CALLS[asked.kind] ?? "Your turn", every_ms: 5000 } : null;
}

/** @type {Record<string, string>} */
const CALLS = { "pack-on": "Cold pack on", swapped: "Change over", normal: "Skin normal?", electrodes: "Electrodes on", exercise: "Get ready" };

/** @type {Record<string, string>} what of a phase a check-list may forbid, for each kind that has something */
const AGENTS = { heat: "heat", ice: "cold", tens: "tens" };

/** @param {ProtocolInfo} protocol @returns {string[]} with what it treats: some of `heat`, `cold` and `tens` */
export function agents({ phases }) {
  return [...new Set(phases.flatMap(({ kind }) => AGENTS[kind] ?? []))];
}

/** @param {string[]} names @returns {string} the same as people write it: `heat, cold or TENS` */
export function agentsInWords(names) {
  return names.join(", ").replace("tens", "TENS").replace(/, (\w+)$/, " or $1");
}

/** @param {SessionSummary} session @param {string} site @returns {string} what was cut off, and when */
export function cutOff({ id, protocol, target_c, elapsed_s }, site) {
  const named = protocol === "heat" || protocol === "tune" ? `${degrees(target_c)} °C` : protocol;
  return `${protocol === "tune" ? "Tuning" : "Session"} ${id}, ${site}, ${named}, broke off after ${duration(elapsed_s)}.`;
}

/** @param {SessionStatus} session @returns {string} when the target will be reached, as far as that is known */
function arrival(session) {
  if (!session.ahead) return "";
  const { target_in_s } = session.ahead;
  return target_in_s == null ? " It will not get there before the end." : ` There in about ${about(target_in_s)}.`;
}

/** @param {number} s @returns {string} a time that nobody knows better: whole minutes, or quarters below two */
function about(s) {
  return s >= 120 ? `${Math.round(s / 60)} min` : `${Math.max(15, Math.ceil(s / 15) * 15)} s`;
}

/**
 * @param {EndedRecord} last @param {Status} status @param {TuningEnd | null} tuning
 * @returns {{ mood: Mood, title: string, text: string }}
 */
function ended(last, status, tuning) {
  const done = last.outcome === "completed";
  if (done && tuning) {
    const took = `It took ${duration(last.elapsed_s)}. ${outputs(status)}`;
    return tuning.found
      ? { mood: "done", title: "Tuned", text: `The pad is known now. ${took}` }
      : { mood: "ended", title: "Not tuned", text: `Nothing was found. ${took}` };
  }
  const title = done ? "Done" : last.outcome === "stopped" ? "Stopped" : "Ended early";
  const grounds = last.limit ? `: limit ${last.limit}, reading ${last.reading}` : "";
  const rule = last.rule ? ` (${last.rule}${grounds})` : "";
  const opens = last.opens ? ` Possible again ${last.opens}.` : "";
  const text = `${sentence(last.reason + rule)} It ran for ${duration(last.elapsed_s)}. ${outputs(status)}${opens}`;
  return { mood: done ? "done" : "ended", title, text };
}

/** @typedef {{ found: boolean, texts: string[] }} TuningEnd what came of a tuning, in sentences */

/**
 * What came of the last session where it was a tuning. A snapshot does not tell; the log does.
 * @param {Status} status @param {SessionDetail | null} log @returns {TuningEnd | null}
 */
export function tuningEnd({ last }, log) {
  const told = last?.id === log?.id && log?.events.find(({ kind }) => kind === "tuned" || kind === "not-tuned");
  if (!told) return null;
  const found = told.kind === "tuned";
  // Said as what was done, for another tuning may have been chosen since.
  return { found, texts: [sentence(told.message), found ? "It was kept and put to use." : "What was in use before stays in use."] };
}

/** @typedef {"heat" | "tune"} Purpose whether something is held, or the pad is found out about */

/**
 * What the running or the last session with this number is for.
 * @param {number} id @param {Status | null} status @param {SessionDetail | null} log @returns {Purpose}
 */
export function purposeOf(id, status, log) {
  const running = status?.session;
  const protocol = running?.id === id ? running.protocol : log?.id === id ? log.protocol : "";
  return protocol === "tune" ? "tune" : "heat";
}

/** @param {Status} status @returns {string} what the lines read, said only as far as it is so */
export function outputs(status) {
  if (status.heater_on) return "The heater is on.";
  return status.armed ? "The heater is off for the moment." : "Every output is off.";
}

/** @param {FaultStatus} fault @returns {string} what judged it, in one line */
export function grounds(fault) {
  return `${fault.rule}: limit ${fault.limit}, reading ${fault.reading}.`;
}

/** @param {Status} status @returns {number | null} for how many seconds more a sign is waited for, when one is asked for */
export function signWithin(status) {
  return status.session?.answer_within_s ?? null;
}

/**
 * Things that are not in order: most keep a session from starting or from going on.
 * @param {Status} status @returns {string[]}
 */
export function notices(status) {
  const found = [];
  const { estop_open, cutout_open, undervoltage, guard_lost } = status.lines;
  if (estop_open) found.push("The e-stop is open. Release it to heat.");
  if (cutout_open) found.push("The pad's own cut-out is open: the pad is too hot, or its wire is broken.");
  if (undervoltage) found.push("The supply voltage is too low to heat.");
  if (guard_lost) found.push("The guard process is gone. Restart the daemon to heat.");
  if (status.record_lost) {
    found.push("The record of doses could not be read, so every site counts as having had its dose. Heat is possible again in "
      + `${lasting(status.record_lost.opens_in_s)}, or when someone goes on without the record, at the device: `
      + "soothe clear --forget-doses");
  }
  if (status.relay.warn) found.push(`The relay has switched ${status.relay.operations} times and is nearly worn: have a new one at hand.`);
  if (status.session?.misfit) found.push(sentence(status.session.misfit.message));
  if (status.log_failure) found.push(`The session log cannot be written, so no session can start: ${status.log_failure}.`);
  status.contact.forEach((sensor, i) => found.push(...lost(sensor, `Contact sensor ${i + 1}`)));
  found.push(...lost(status.ambient, "The room sensor"));
  if (status.skin) found.push(...lost(status.skin, "The skin probe"));
  return found;
}

/** @param {Sensor} sensor @param {string} name @returns {string[]} */
function lost(sensor, name) {
  return sensor.freshness === "lost" ? [`${name} gives no reading.`] : [];
}

/** @param {Limits} limits @param {ProfileTakes} takes @returns {Limits} the limits of heat as the profile in use has them */
export function tightened(limits, { target_max_c, heat_max_s }) {
  return {
    ...limits,
    target_max_c: Math.min(limits.target_max_c, target_max_c),
    duration_max_s: Math.min(limits.duration_max_s, heat_max_s),
    duration_max_gentle_s: Math.min(limits.duration_max_gentle_s, heat_max_s),
  };
}

/** @typedef {{ target_c: number, minutes: number, site: string }} Plan what the start form holds */

/** @param {number} target_c @param {Limits} limits @returns {number} the longest phase in minutes */
export function maxMinutes(target_c, limits) {
  return (target_c <= limits.gentle_target_c ? limits.duration_max_gentle_s : limits.duration_max_s) / 60;
}

/**
 * The nearest plan within the bounds, and what had to give.
 * @param {Plan} plan @param {Limits} limits @returns {{ plan: Plan, hint: string }}
 */
export function bounded(plan, limits) {
  const { target_min_c, target_max_c, gentle_target_c, duration_min_s } = limits;
  const tenths = Math.round((Number.isFinite(plan.target_c) ? plan.target_c : limits.target_default_c) * 10) / 10;
  const target_c = Math.min(target_max_c, Math.max(target_min_c, tenths));
  const max = maxMinutes(target_c, limits);
  const whole = Number.isFinite(plan.minutes) ? Math.round(plan.minutes) : 15;
  const minutes = Math.min(max, Math.max(duration_min_s / 60, whole));
  let hint = "";
  if (target_c !== tenths) hint = `The target can be ${degrees(target_min_c)} to ${degrees(target_max_c)} °C.`;
  else if (minutes < whole) {
    const side = target_c <= gentle_target_c ? "Up to" : "Above";
    hint = `${side} ${degrees(gentle_target_c)} °C: at most ${max} minutes.`;
  } else if (minutes > whole) hint = `At least ${duration_min_s / 60} minute.`;
  return { plan: { ...plan, target_c, minutes }, hint };
}

/**
 * The next multiple of `step` in a direction, so that odd values fall back onto the scale.
 * @param {number} value @param {number} step @param {1 | -1} direction @returns {number}
 */
export function stepped(value, step, direction) {
  const steps = value / step;
  const whole = direction > 0 ? Math.floor(steps + 1e-6) + 1 : Math.ceil(steps - 1e-6) - 1;
  return whole * step;
}

/**
 * Why a start is not offered now; the daemon decides in the end.
 * @param {Status | null} status @param {boolean} stale @param {string} site @param {string[]} [used] with what it treats
 * @returns {string | null}
 */
export function startBlocked(status, stale, site, used = ["heat"]) {
  if (stale || !status) return "No contact with the device.";
  if (status.fault) return "A fault is latched.";
  if (status.session) return "A session is running.";
  if (status.interrupted) return "Look at the skin first.";
  if (status.care.red_flags.length > 0) return "There are signs of an emergency.";
  if (status.care.locked.includes(site)) return "This place is locked: its pain got worse.";
  if (status.checklist.due) return "The check-list comes first.";
  const forbidden = used.filter((it) => status.checklist.forbids.includes(it));
  if (forbidden.length > 0) return `The check-list forbids ${agentsInWords(forbidden)}.`;
  if (!used.includes("heat")) return null;
  if (status.record_lost) return "The record of doses was lost.";
  const account = accountOf(status, site);
  return account && account.opens_in_s > 0 ? `Possible here in ${lasting(account.opens_in_s)}.` : null;
}

/** @param {Status} status @param {string} site @returns {SiteAccount | undefined} what the site got in the last 24 h, if it got anything */
export function accountOf(status, site) {
  return status.sites.find((account) => account.site === site);
}

/** @param {SiteAccount} account @param {Limits} limits @returns {string} the same in a sentence, with when it may be heated again */
export function accountInWords(account, limits) {
  const { dose_cem43, heated_s, sessions, rule, opens_in_s } = account;
  const got = `In 24 h: ${dose_cem43.toFixed(2)} of ${limits.day_dose_max_cem43} CEM43, ${Math.round(heated_s / 60)} of `
    + `${limits.day_heat_max_s / 60} min, ${sessions} of ${limits.day_sessions_max} sessions.`;
  return opens_in_s > 0 ? `${got} It rests for ${lasting(opens_in_s)} more (${rule}).` : got;
}

/**
 * @typedef {"start" | "stop" | "clear" | "present" | "confirm" | "numb" | "checklist" | "note" | "level" | "pause" | "resume"} Tap
 * @typedef {{ tap: Tap, phase: "pending" | "accepted" | "refused" | "unanswered", text: string }} Reply
 */

/** @type {Record<Tap, { pending: string, accepted: string, unanswered: string }>} */
const WORDS = {
  start: {
    pending: "Asking the device to start…",
    accepted: "Started.",
    unanswered: "No answer. Look at the state above before you try again.",
  },
  stop: {
    pending: "Stopping…",
    accepted: "Stopped. Every output is off.",
    unanswered: "STOP got no answer. Trying the plain way. Press the e-stop or pull the plug.",
  },
  clear: { pending: "Asking the device to clear…", accepted: "Cleared.", unanswered: "No answer. Try again." },
  present: {
    pending: "Telling the device…",
    accepted: "You are there: noted.",
    unanswered: "No answer. Try again, or the session ends.",
  },
  confirm: { pending: "Telling the device…", accepted: "Noted.", unanswered: "No answer. Look at what is asked above and try again." },
  numb: {
    pending: "Telling the device…",
    accepted: "Noted. Take the cold pack off now.",
    unanswered: "No answer. Take the cold pack off all the same, and try again.",
  },
  level: { pending: "Setting the level…", accepted: "Set.", unanswered: "No answer. Take an electrode off if it is too strong." },
  pause: { pending: "Pausing…", accepted: "Paused. Everything is off.", unanswered: "No answer. Press STOP." },
  resume: { pending: "Asking the device to go on…", accepted: "It goes on.", unanswered: "No answer. Look at the state above before you try again." },
  note: { pending: "Writing it down…", accepted: "Written down.", unanswered: "No answer. Try again." },
  checklist: { pending: "Keeping your answers…", accepted: "Your answers are kept.", unanswered: "No answer. Try again." },
};

/** @param {Tap} tap @param {"pending" | "accepted" | "unanswered"} phase @returns {Reply} */
export function reply(tap, phase) {
  return { tap, phase, text: WORDS[tap][phase] };
}

/** @param {boolean} pack_on whether a cold pack lay on the skin @returns {Reply} */
export function stopped(pack_on) {
  const done = reply("stop", "accepted");
  return pack_on ? { ...done, text: `${done.text} Take the cold pack off.` } : done;
}

/** @param {string} detail what the device said @returns {Reply} */
export function stopFailed(detail) {
  return { tap: "stop", phase: "unanswered", text: `STOP FAILED. ${sentence(detail)} Press the e-stop or pull the plug.` };
}

/** @param {Tap} tap @param {Partial<Problem> | null} problem what the device answered @returns {Reply} */
export function refused(tap, problem) {
  const detail = (problem?.detail ?? "the device gave no reason").replace(/\.$/, "");
  const rule = problem?.rule && !detail.includes(problem.rule) ? ` (${problem.rule})` : "";
  const why = sentence(detail + rule);
  const soon = problem?.opens_in_s ? `in ${lasting(problem.opens_in_s)}, ` : "";
  const opens = problem?.opens ? ` Possible again ${soon}${problem.opens.replace(/\.$/, "")}.` : "";
  // What was done and not recorded was not refused.
  const text = problem?.type === "not-recorded" ? why : `Refused: ${why}${opens}`;
  return { tap, phase: "refused", text };
}

/**
 * @typedef {object} Curve the points of one session; `t_min` and `contact_c` have the same length
 * @property {number} id
 * @property {number | null} target_c of the phase that is on, or was on last
 * @property {number} duration_s the width of the picture, answers that take their time aside
 * @property {number[]} t_min
 * @property {(number | null)[]} contact_c
 * @property {{ t_min: number[], c: number[] }} [ahead] what is expected from now on
 */

/** More points than a phone has columns help nobody. */
const POINTS_MAX = 600;

/**
 * The curve with a snapshot added; a new curve when another session runs.
 * @param {Curve | null} curve @param {Status} status @returns {Curve | null}
 */
export function withSnapshot(curve, status) {
  const session = status.session;
  if (!session) return curve;
  const { id, duration_s } = session;
  const target_c = session.phase.target_c ?? null;
  const old = curve?.id === id ? curve : { t_min: [], contact_c: [] };
  const curveNow = thinned(
    { id, target_c, duration_s },
    [...old.t_min, session.elapsed_s / 60],
    [...old.contact_c, status.hottest_c ?? null],
  );
  return session.ahead ? { ...curveNow, ahead: expected(session, session.ahead) } : curveNow;
}

/**
 * The expected curve: up to the target, and kept there where it is reached before the end.
 * @param {SessionStatus} session @param {Ahead} ahead @returns {{ t_min: number[], c: number[] }}
 */
function expected({ elapsed_s, phase }, { every_s, surface_c, target_in_s }) {
  const t_min = surface_c.map((_, i) => (elapsed_s + i * every_s) / 60);
  if (target_in_s == null || phase.target_c == null) return { t_min, c: surface_c };
  const [from_s, to_s] = [elapsed_s + surface_c.length * every_s, elapsed_s + (phase.left_s ?? 0)];
  return { t_min: [...t_min, from_s / 60, to_s / 60], c: [...surface_c, phase.target_c, phase.target_c] };
}

/**
 * The curve with the log's samples in front of its first live point.
 * @param {{ id: number, duration_s: number }} session @param {Sample[]} samples @param {Curve | null} live @returns {Curve | null}
 */
export function withSamples(session, samples, live) {
  const last = samples.at(-1);
  if (!last) return live;
  const same = live?.id === session.id ? live : null;
  const first = same?.t_min[0] ?? Infinity;
  const before = samples.filter((sample) => sample.t_s / 60 < first);
  return thinned(
    { id: session.id, target_c: same ? same.target_c : last.target_c ?? null, duration_s: session.duration_s },
    [...before.map((sample) => sample.t_s / 60), ...(same?.t_min ?? [])],
    [...before.map(hottest), ...(same?.contact_c ?? [])],
  );
}

/** @param {Sample} sample @returns {number | null} */
function hottest({ contact1_c, contact2_c }) {
  const known = [contact1_c, contact2_c].filter((c) => c != null);
  return known.length > 0 ? Math.max(...known) : null;
}

/**
 * Keeps time running forward and at most one point per column, always with the newest.
 * @param {{ id: number, target_c: number | null, duration_s: number }} head @param {number[]} t_min
 * @param {(number | null)[]} contact_c @returns {Curve}
 */
function thinned(head, t_min, contact_c) {
  const gap = head.duration_s / 60 / POINTS_MAX;
  /** @type {Curve} */
  const curve = { ...head, t_min: [], contact_c: [] };
  t_min.forEach((t, i) => {
    const [before, newest] = [curve.t_min.at(-2), curve.t_min.at(-1) ?? -Infinity];
    const crowded = t <= newest || (before !== undefined && newest - before < gap);
    const at = curve.t_min.length - (crowded ? 1 : 0);
    curve.t_min[at] = t;
    curve.contact_c[at] = contact_c[i] ?? null;
  });
  return curve;
}

/** @param {Curve} curve @param {Purpose} purpose @returns {string} the curve in words, for those who do not see it */
export function curveInWords(curve, purpose) {
  const known = curve.contact_c.filter((c) => c != null);
  if (known.length === 0) return "No readings yet.";
  const span = duration((curve.t_min.at(-1) ?? 0) * 60);
  const aimed = curve.target_c === null ? "" : `, ${aim(curve, purpose)}`;
  return (
    `Contact temperature over ${span}: from ${degrees(known[0])} to ${degrees(known.at(-1))} °C, ` +
    `highest ${degrees(Math.max(...known))} °C${aimed}.`
  );
}
