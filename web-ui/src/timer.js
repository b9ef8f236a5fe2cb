// Where the timer of an exercise is. Pure functions; no DOM, no clock, no network.

/** Time to get into place, before each time. */
export const READY_S = 5;

/** @typedef {{ phase: "ready" | "hold" | "done", nth: number, left_s: number }} Beat `nth` counts from one; seconds are whole */

/**
 * Where it is `elapsed_s` after its start: each time begins with a moment to get into place.
 * @param {number} elapsed_s @param {{ hold_s: number, repeats: number }} exercise @returns {Beat}
 */
export function beat(elapsed_s, { hold_s, repeats }) {
  const round_s = READY_S + hold_s;
  const nth = Math.floor(elapsed_s / round_s) + 1;
  if (nth > repeats) return { phase: "done", nth: repeats, left_s: 0 };
  const into_s = elapsed_s - (nth - 1) * round_s;
  const [phase, end_s] = into_s < READY_S ? /** @type {const} */ (["ready", READY_S]) : /** @type {const} */ (["hold", round_s]);
  return { phase, nth, left_s: Math.ceil(end_s - into_s) };
}

/** @param {Beat} beat @param {{ repeats: number, kind: string }} exercise @returns {string} what to do now */
export function beatInWords({ phase, nth }, { repeats, kind }) {
  if (phase === "done") return "Done. Where there are two sides, do the other one.";
  const doing = phase === "ready" ? "Get into place" : kind === "massage" ? "Press" : "Hold";
  return `${doing}: ${nth} of ${repeats}`;
}
