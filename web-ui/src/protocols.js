// The choice of a protocol, and what should be known of it before it is started.

import { h } from "preact";
import { useEffect } from "preact/hooks";
import { fetchProtocols, protocols } from "./link.js";
import { phaseInWords, sentence, unbroken } from "./logic.js";
import { costs, folded } from "./outline.js";

/** @import { ListedProtocol, PhaseInfo } from "./api" */

/**
 * @param {{ offered: ListedProtocol[], beyond: ListedProtocol[], profile: string, protocol: ListedProtocol | undefined,
 *   onChoose: (name: string) => void }} props
 */
export default function Protocols({ offered, beyond, profile, protocol, onChoose }) {
  useEffect(() => void fetchProtocols());
  if (protocols.value.length === 0) return h("p", { class: "account" }, "Asking the device for its protocols…");
  return [
    h("label", { for: "protocol" }, "Protocol"),
    h("select", {
      id: "protocol", value: protocol?.name ?? "",
      onChange: (/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) => onChoose(event.currentTarget.value),
    }, [
      h("option", { value: "", disabled: true }, "Choose…"),
      offered.map(({ name, title }) => h("option", { value: name, key: name }, title)),
    ]),
    beyond.length > 0 && h("details", { class: "fold" }, [
      h("summary", null, `${beyond.length} more ask for more than the profile ${profile} takes`),
      h("ul", null, beyond.map(({ name, title, refused }) => h("li", { key: name }, unbroken(`${title}: ${refused}.`)))),
    ]),
    protocol && h("div", { class: "protocol" }, [
      h("p", null, unbroken(protocol.about)),
      h("ol", null, folded(protocol.phases).map(({ times, phases }) => h("li", null, times === 1 || phases.length === 1
        ? [times > 1 && `${times} times: `, unbroken(phaseSaid(phases[0]))]
        : [`${times} times:`, h("ul", null, phases.map((phase) => h("li", null, unbroken(phaseSaid(phase)))))]))),
      h("p", null, h("b", null, costs(protocol))),
      h("details", null, [
        h("summary", null, "What speaks for it, and what does not"),
        h("h3", null, "What speaks for it"),
        h("p", null, unbroken(protocol.evidence)),
        h("h3", null, "What is not known"),
        h("p", null, unbroken(protocol.weakness)),
      ]),
    ]),
  ];
}

/** @param {PhaseInfo | undefined} phase @returns {string} a phase, and what the protocol says to it */
function phaseSaid(phase) {
  return phase ? [sentence(phaseInWords(phase)), phase.say].filter(Boolean).join(" ") : "";
}
