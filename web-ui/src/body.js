// The body map: a drawing of a person, from behind and from the front, on which a site is picked. The list of sites
// beside it says the same; nothing can be chosen here that cannot be chosen there.

import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { signal, useSignal } from "@preact/signals";
import { fetchOnce } from "./link.js";

/** @import { SiteInfo } from "./api" */

/** What is known of each site; none until it was fetched. */
export const sites = signal(/** @type {SiteInfo[]} */ ([]));
/** The drawing as it is served; empty until it was fetched. */
const drawing = signal("");

/** Where the eye looks first: most knots are there. */
const VIEWS = /** @type {const} */ ([["back", "Back"], ["front", "Front"]]);
/** What an arrow does to the place among the sites. @type {Record<string, number>} */
const ARROWS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export function fetchSites() {
  return fetchOnce("/api/v1/sites", sites, (body) => body.sites);
}

async function fetchDrawing() {
  if (drawing.value) return;
  const response = await fetch("/assets/body.svg").catch(() => null);
  if (response?.ok) drawing.value = await response.text();
}

/** @param {{ site: string, onSite: (site: string) => void }} props */
export default function BodyMap({ site, onSite }) {
  const view = useSignal(/** @type {"back" | "front"} */ ("back"));
  useEffect(() => {
    void fetchSites();
    void fetchDrawing();
  }, []);
  const known = sites.value.find(({ name }) => name === site);
  if (sites.value.length === 0 || !drawing.value) return h("p", { class: "account" }, "Asking the device for the picture…");
  return h("div", { class: "body" }, [
    h("div", { class: "kinds", role: "group", "aria-label": "Side of the body" }, VIEWS.map(([name, text]) => h("button", {
      type: "button", key: name, "aria-pressed": view.value === name, onClick: () => { view.value = name; },
    }, text))),
    h(Figure, { view: view.value, site, onSite }),
    h("p", { class: "chosen", role: "status" }, known ? known.label : "Nothing is chosen yet."),
    known?.note && h("p", { class: "notice" }, known.note),
  ]);
}

/**
 * The drawing, each of its sites a radio button with a name.
 * @param {{ view: "back" | "front", site: string, onSite: (site: string) => void }} props
 */
function Figure({ view, site, onSite }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    const drawn = regions(place.current, view);
    const reached = drawn.find(({ dataset }) => dataset.site === site) ?? drawn[0];
    for (const region of drawn) {
      const label = sites.value.find(({ name }) => name === region.dataset.site)?.label ?? "";
      // A radio group is one stop of the Tab key.
      const told = { role: "radio", "aria-label": label, "aria-checked": String(region.dataset.site === site), tabindex: region === reached ? "0" : "-1" };
      Object.entries(told).forEach(([name, value]) => region.setAttribute(name, value));
    }
  }, [view, site, drawing.value]);
  const choose = (/** @type {SVGElement | null | undefined} */ region) => {
    if (region?.dataset.site) onSite(region.dataset.site);
  };
  return h("div", {
    ref: place, class: `figure ${view}`, role: "radiogroup", "aria-label": view === "back" ? "Body from behind" : "Body from the front",
    onClick: (/** @type {MouseEvent} */ event) => choose(regionOf(event)),
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      const region = regionOf(event);
      if (!region) return;
      const step = ARROWS[event.key];
      const all = regions(place.current, view);
      const next = step ? all[(all.indexOf(region) + step + all.length) % all.length] : region;
      if (!step && event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      next?.focus();
      choose(next);
    },
    // It is a file of the device's own, which its build looks through for whatever might run.
    dangerouslySetInnerHTML: { __html: drawing.value },
  });
}

/** @param {HTMLElement | null} place @param {string} view @returns {SVGElement[]} */
function regions(place, view) {
  return [...(place?.querySelectorAll(`[data-view=${view}] [data-site]`) ?? [])].filter((it) => it instanceof SVGElement);
}

/** @param {Event} event @returns {SVGElement | null} */
function regionOf({ target }) {
  return target instanceof Element ? target.closest("[data-site]") : null;
}
