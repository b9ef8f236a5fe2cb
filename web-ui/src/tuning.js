// What is said of a tuning, while it runs and when it is over. Fetched when there is one.

import { h } from "preact";
import { unbroken } from "./logic.js";

/** @param {{ texts: string[] | null }} props what it found, once it is over */
export default function Tuning({ texts }) {
  const said = texts ?? [
    "Leave pad, sensors and blanket as they are. It takes 5 to 10 minutes.",
    "The pad is heated once; then the power stays off and the pad is watched. What it does tells how to heat it well.",
  ];
  return h("section", { class: "card tuning" }, [
    h("h2", null, texts ? "What the tuning found" : "Lie still until it is over"),
    said.map((text) => h("p", { key: text }, unbroken(text))),
  ]);
}
