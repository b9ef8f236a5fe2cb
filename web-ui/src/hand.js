// What one hand does to a running session: the TENS level, a pause, going on; and what an exercise looks like. Fetched when
// a session wants it. The level is what the device says, never what was tapped.

import { h } from "preact";
import { useEffect } from "preact/hooks";
import { Drawing } from "./drawing.js";
import { ask, pending, stale, useHold } from "./link.js";
import { duration } from "./logic.js";

/** @import { LevelStatus, SessionStatus } from "./api" */

/** So long a thumb stays on "more": a level never rises by a touch in passing. */
const RAISE_MS = 400;
/** How often the device hears of a page that is looked at, at life speed (HL-S3: every half minute at least). */
const BEAT_MS = 10_000;

/** @param {{ session: SessionStatus, speed: number }} props */
export default function Hand({ session, speed }) {
  const { phase } = session;
  const level = phase.level;
  const paused = phase.pause_left_s != null;
  return h("section", { class: "card hand", "aria-label": "In your hand" }, [
    phase.exercise && h(Drawing, { address: `/exercises/${phase.exercise}.svg` }),
    level && h(Level, { level, speed }),
    paused && h("button", { type: "button", class: "keep", disabled: stale.value || pending("resume"), onClick: () => void ask("resume", "POST", "/api/v1/resume", null) }, [
      h("b", null, "Go on"),
      h("small", null, phase.kind === "heat" ? "The pad warms again" : phase.kind === "tens" ? "The level begins at zero" : "Where it stood"),
    ]),
    paused && h("p", { class: "account" }, `Everything is off. Without you the session ends in ${duration(phase.pause_left_s ?? 0)}.`),
  ]);
}


/** Without `raise` the device never takes it up: what is shown may be late. @param {number} level_ma @param {boolean} [raise] */
function set(level_ma, raise = false) {
  return ask("level", "PUT", "/api/v1/level", { level_ma, raise });
}

/** The level, less at a touch, more for a thumb that stays. @param {{ level: LevelStatus, speed: number }} props */
function Level({ level, speed }) {
  const { level_ma, cap_ma, zeroed_by, rms_ma } = level;
  const flows = level_ma > 0;
  useEffect(() => {
    if (!flows) return undefined;
    const timer = setInterval(heartbeat, BEAT_MS / Math.max(1, speed));
    return () => clearInterval(timer);
  }, [flows, speed]);
  return h("div", { class: "level", role: "group", "aria-label": "TENS level" }, [
    h("button", { type: "button", class: "less", disabled: stale.value || !flows, onClick: () => void set(level_ma - 1), "aria-label": "1 mA less" }, "−"),
    h("p", null, [
      h("b", { "aria-live": "polite" }, `${level_ma} mA`),
      h("small", null, flows ? `of ${cap_ma}; ${rms_ma.toFixed(1)} mA rms` : `none flows; up to ${cap_ma} mA`),
    ]),
    h(More, { blocked: stale.value || level_ma >= cap_ma, onHeld: () => void set(level_ma + 1, true) }),
    h("button", { type: "button", class: "zero", disabled: stale.value || !flows, onClick: () => void set(0) }, "To zero"),
    zeroed_by && h("p", { class: "notice", role: "alert" }, `The level went to zero: ${zeroed_by}.`),
  ]);
}

/** 1 mA more, once it was held. @param {{ blocked: boolean, onHeld: () => void }} props */
function More({ blocked, onHeld }) {
  const { held, listeners } = useHold({ ms: RAISE_MS, blocked, onHeld });
  return h("button", {
    type: "button", class: held ? "more held" : "more", disabled: blocked, "aria-label": "1 mA more: hold", ...listeners,
  }, ["+", h("small", { "aria-hidden": "true" }, "hold")]);
}

/** Only a page that is looked at can lower the level. */
function heartbeat() {
  if (document.visibilityState === "visible") void fetch("/api/v1/heartbeat", { method: "POST" }).catch(() => null);
}
