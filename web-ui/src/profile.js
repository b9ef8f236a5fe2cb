// The profiles: stricter limits for whom they suit, and a person's choice among them.

import { h } from "preact";
import { useEffect } from "preact/hooks";
import { signal, useSignal } from "@preact/signals";
import { ask, fetchOnce, pending, stale } from "./link.js";
import { capital, sentence, unbroken } from "./logic.js";

/** @import { ProfileInfo, ProfileRequest, Status } from "./api" */

/** Whom each is for and what it takes; none until they were fetched. */
const profiles = signal(/** @type {ProfileInfo[]} */ ([]));

/** @param {Status} status @returns {string} why none can be chosen now; nothing where one can */
export function choiceBlocked({ profile_fixed, session }) {
  if (profile_fixed) return "The device's configuration fixes this one: whoever set it up can change that.";
  return session ? "It can be changed when the session is over." : "";
}

/** @param {{ now: Status }} props */
export default function Profiles({ now }) {
  useEffect(() => void fetchOnce("/api/v1/profile", profiles, (body) => body.profiles));
  const picked = useSignal("");
  if (profiles.value.length === 0) return h("p", { class: "account" }, "Asking the device for its profiles…");
  const why = choiceBlocked(now);
  const marked = why ? now.profile : picked.value || now.profile;
  const use = async () => {
    if (await ask("note", "PUT", "/api/v1/profile", /** @type {ProfileRequest} */ ({ profile: marked }))) picked.value = "";
  };
  return h("div", { class: "later checklist" }, [
    h("p", null, why || "A profile only makes the limits stricter. It counts from the next session on."),
    h("fieldset", { disabled: why !== "" }, [
      h("legend", { class: "heard" }, "Profile"),
      profiles.value.map(({ name, for_whom, takes }) => h("label", { key: name }, [
        h("input", { type: "radio", name: "profile", value: name, checked: name === marked, onChange: () => { picked.value = name; } }),
        h("span", null, [
          h("b", null, name === now.profile ? `${capital(name)}, in use` : capital(name)),
          `: for ${for_whom}. ${unbroken(sentence(takes))}`,
        ]),
      ])),
    ]),
    marked !== now.profile && h("button", { type: "button", class: "keep", disabled: stale.value || pending("note"), onClick: () => void use() },
      h("b", null, `Use ${marked} from now on`)),
  ]);
}
