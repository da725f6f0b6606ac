// The control page: reads the state of the exchange twice a second, shows it, and sends what a person does.

import { byId, drawOptions, setText } from "/elements.js";
import { listenToFaults, showFaults } from "/faults.js";
import { listenToMarket, showMarket, shownPair } from "/market.js";
import { listenToMessages, showMessages } from "/messages.js";
import { act, complain, get } from "/requests.js";
import { listenToTables, showTables } from "/tables.js";

const EVERY_MS = 500;

function show(state) {
  drawOptions("status", state.statuses, state.status);
  setText("clock", `${new Date(state.now * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`);
  byId("reset").hidden = !state.resettable;
  showMarket(state);
  showTables(state);
  showFaults(state.scenario);
  showMessages(state.messages);
}

function showLive(text, good) {
  setText("live", text);
  byId("live").className = `pill ${good ? "good" : "bad"}`;
}

async function look() {
  const pair = shownPair();
  let state;
  try {
    state = await get("state", { pair });
  } catch {
    showLive("not reachable", false);
    return;
  }
  if (pair !== shownPair()) return; // another one was chosen meanwhile
  show(state);
  showLive("live", true);
}

async function watch() {
  for (;;) {
    await look();
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

byId("status").addEventListener("change", async (event) => {
  await act("status", { status: event.target.value }, `the state is ${event.target.value}`);
  look();
});
byId("reset").addEventListener("click", () => {
  byId("confirm-reset").returnValue = "";
  byId("confirm-reset").showModal();
});
byId("confirm-reset").addEventListener("close", async (event) => {
  if (event.target.returnValue !== "reset") return;
  await act("reset", {}, "the exchange begins again");
  look();
});
listenToMarket(look);
listenToTables(look);
listenToMessages();
listenToFaults(look).catch((error) => complain(error.message));
watch();
