// What the panel thinks about a protocol before it is started: its phases with what repeats said once, and what it
// costs. Pure functions; no DOM, no clock, no network.

import { duration } from "./logic.js";

/** @import { PhaseInfo, ProtocolInfo } from "./api" */

/** @typedef {{ times: number, phases: PhaseInfo[] }} Repeat phases that are done so many times one after the other */

/**
 * The phases with what repeats said once.
 * @param {PhaseInfo[]} phases @returns {Repeat[]}
 */
export function folded(phases) {
  /** @type {Repeat[]} */
  const found = [];
  const same = phases.map((phase) => JSON.stringify(phase));
  for (let at = 0; at < phases.length; ) {
    let best = { times: 1, length: 1 };
    for (let length = 1; at + 2 * length <= phases.length; length += 1) {
      let times = 1;
      while (at + (times + 1) * length <= phases.length && isRepeated(same, at, length, times)) times += 1;
      if (times > 1 && times * length > best.times * best.length) best = { times, length };
    }
    found.push({ times: best.times, phases: phases.slice(at, at + best.length) });
    at += best.times * best.length;
  }
  return found;
}

/** @param {string[]} same @param {number} at @param {number} length @param {number} times @returns {boolean} */
function isRepeated(same, at, length, times) {
  return same.slice(at, at + length).every((phase, i) => phase === same[at + times * length + i]);
}

/** @param {ProtocolInfo} protocol @returns {string} its length and its dose */
export function costs({ duration_s, dose_cem43, phases }) {
  const answers = phases.some(({ kind, until_normal }) => kind === "ice" || kind === "swap" || until_normal) ? ", your answers aside" : "";
  const dose = dose_cem43 > 0 ? `Its heat comes to ${dose_cem43.toFixed(2)} CEM43.` : "Nothing is warmed.";
  return `${duration(duration_s)}${answers}. ${dose}`;
}
