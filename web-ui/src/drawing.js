// The drawing of an exercise, inside of the page so that it takes the colour of the text around it.

import { h } from "preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";

/** The drawings by their address, as they are served. */
const drawings = signal(/** @type {Record<string, string>} */ ({}));

/** @param {string} address */
async function fetchDrawing(address) {
  if (drawings.value[address]) return;
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) return;
  const text = await response.text();
  drawings.value = { ...drawings.value, [address]: text };
}

/** In the colour of the text around it. @param {{ address: string }} props */
export function Drawing({ address }) {
  useEffect(() => void fetchDrawing(address), [address]);
  // It is a file of the device's own, which its build looks through for whatever might run; the words say the same.
  return h("div", { class: "drawing", "aria-hidden": "true", dangerouslySetInnerHTML: { __html: drawings.value[address] ?? "" } });
}
