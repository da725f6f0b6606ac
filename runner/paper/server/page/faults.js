// The faults in force, and how a person adds and removes them.

import { byId, element, setText } from "/elements.js";
import { act, complain, get } from "/requests.js";
import { drawItems } from "/tables.js";

let acts = {};

export function showFaults(scenario) {
  setText("scenario-name", scenario?.name ? `scenario: ${scenario.name}` : "");
  byId("scenario-name").title = scenario ? scenario.description : "";
  const always = scenario ? scenario.always.map((text) => ({ text, times: "" })) : [];
  const rules = scenario ? scenario.rules.map((rule, number) => ({ ...rule, number })) : [];
  const keyOf = (fault) => `${fault.number ?? "always"} ${fault.text}`;
  drawItems("faults", [...always, ...rules], keyOf, faultItem, "None: it behaves as it should.");
  byId("remove-faults").hidden = rules.length < 2;
}

function faultItem(fault) {
  const made = element("li", {}, element("span", { text: fault.text, className: fault.exhausted ? "exhausted" : "" }));
  made.append(element("span", { text: fault.times, className: "quiet times" }));
  if (fault.number === undefined) return made;
  const remove = element("button", { text: "Remove", className: "cut", type: "button", "aria-label": `Remove ${fault.text}` });
  remove.dataset.remove = fault.number;
  made.append(remove);
  return made;
}

export async function listenToFaults(look) {
  byId("faults").addEventListener("click", async (event) => {
    const number = event.target.dataset?.remove;
    if (number !== undefined) await remove({ number: Number(number) }, "the fault was removed", look);
  });
  byId("remove-faults").addEventListener("click", () => remove({}, "all faults were removed", look));
  byId("fault-on").addEventListener("change", showActs);
  byId("fault-do").addEventListener("change", showFields);
  byId("fault").addEventListener("submit", (event) => {
    event.preventDefault();
    add(look);
  });
  const choices = await get("choices");
  acts = Object.assign({}, ...Object.values(choices.faults));
  byId("fault-on").append(...Object.entries(choices.faults).map(([label, names]) => element("optgroup", { label }, ...Object.keys(names).map(option))));
  byId("fault-on").value = "addOrder";
  showActs();
}

async function remove(fields, done, look) {
  await act("faults/remove", fields, done);
  await look();
  if (document.activeElement === document.body || document.activeElement.hidden) byId("faults-title").focus();
}

async function add(look) {
  const given = Object.fromEntries([...new FormData(byId("fault"))].map(([name, text]) => [name, text.trim()]).filter(([, text]) => text));
  if (given.times) given.times = Number(given.times);
  if (given.where) given.where = pairsOf(given.where);
  if (given.where === null) {
    complain("“Only with” takes name=text, as pair=ETH/EUR, type=buy");
    return;
  }
  if (await act("faults", { faults: [given] }, "the fault was added")) {
    byId("fault").reset();
    byId("fault-on").value = given.on;
    showActs();
  }
  look();
}

function pairsOf(text) {
  const parts = text.split(",").map((part) => part.trim().split("="));
  return parts.every((part) => part.length === 2 && part[0].trim()) ? Object.fromEntries(parts.map(([name, value]) => [name.trim(), value.trim()])) : null;
}

function option(name) {
  return element("option", { text: name, value: name });
}

function showActs() {
  const possible = acts[byId("fault-on").value] ?? [];
  const before = byId("fault-do").value;
  byId("fault-do").replaceChildren(...possible.map(option));
  byId("fault-do").value = possible.includes(before) ? before : possible[0];
  showFields();
}

// A field that says nothing about this fault is neither shown nor sent.
function showFields() {
  for (const label of document.querySelectorAll("#fault [data-for]")) {
    const used = label.dataset.for.split(" ").includes(byId("fault-do").value);
    label.hidden = !used;
    label.querySelector("input").disabled = !used;
  }
}
