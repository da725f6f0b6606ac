// The control page: reads the state of the exchange twice a second, shows it, and sends what a person does.
// Whatever comes from a client is shown as text and never read as HTML.
"use strict";

const EVERY_MS = 500;
const token = document.querySelector("meta[name=control-token]").content;
const byId = (id) => document.getElementById(id);
const shown = new Map();
let market = null;
let pair = "";
let touched = false;

function element(tag, { text = "", className = "", title = "" } = {}, ...children) {
  const made = document.createElement(tag);
  if (text !== "") made.textContent = text;
  if (className) made.className = className;
  if (title) made.title = title;
  made.append(...children);
  return made;
}

// Draws a part only when it has changed, so that a button does not vanish under the pointer.
function draw(id, content, make) {
  const text = JSON.stringify(content);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  byId(id).replaceChildren(...make(content));
}

function row(...cells) {
  return element("tr", {}, ...cells.map((cell) => (cell instanceof Element ? cell : element("td", { text: cell }))));
}

function level(one) {
  const made = row(one.price, one.crowd, one.own);
  if (one.own) made.className = "own";
  return made;
}

function order(one) {
  const what = element("td", {}, element("span", { text: one.descr, className: one.type }));
  what.append(element("div", { text: one.txid, className: "small" }));
  const filled = element("td", { text: `${one.share} %`, title: `${one.executed} of ${one.volume}` });
  const bar = element("i");
  bar.style.setProperty("width", `${one.share}%`);
  filled.append(element("span", { className: "bar" }, bar));
  const state = element("td", { text: one.status, className: `state ${one.status}`, title: one.reason });
  const made = row(what, filled, state, element("td", { text: one.id, className: "small" }));
  made.dataset.txid = one.txid;
  made.dataset.status = one.status;
  return made;
}

function orders(list) {
  if (list.length) return list.map(order);
  const cell = element("td", { text: "None.", className: "empty" });
  cell.colSpan = 4;
  return [row(cell)];
}

function connection(one) {
  const cut = element("button", { text: "Cut", className: "cut" });
  cut.type = "button";
  cut.dataset.cut = one.number;
  const feeds = one.feeds.length ? one.feeds.join(", ") : "no subscription";
  return element("li", {}, element("span", { text: `#${one.number}` }), element("span", { text: feeds, className: "quiet" }), cut);
}

function fault(one) {
  const made = element("li", {}, element("span", { text: one.text, className: one.exhausted ? "exhausted" : "" }));
  made.append(element("span", { text: one.times, className: "quiet" }));
  return made;
}

function faults(scenario) {
  const all = scenario ? [...scenario.always.map((text) => ({ text, times: "" })), ...scenario.rules] : [];
  return all.length ? all.map(fault) : [element("li", { text: "None: it behaves as it should.", className: "empty" })];
}

function message(one) {
  const at = new Date(one.at * 1000).toISOString().slice(11, 23);
  const made = element("li", { className: one.way });
  made.append(
    element("span", { text: at, className: "quiet" }),
    element("span", { text: `#${one.connection}`, className: "quiet" }),
    element("span", { text: one.way === "in" ? "→" : "←", title: one.way === "in" ? "from the client" : "to the client" }),
    element("code", { text: one.text, title: one.text }),
  );
  return made;
}

function options(select, values, current) {
  draw(select, [values, current], () => values.map((value) => {
    const made = element("option", { text: value });
    made.value = value;
    made.selected = value === current;
    return made;
  }));
}

function show(state) {
  market = state.market;
  pair = state.pair;
  options("pair", state.pairs, state.pair);
  options("status", state.statuses, state.status);
  byId("clock").textContent = new Date(state.now * 1000).toISOString().slice(0, 19).replace("T", " ") + " UTC";
  byId("scenario-name").textContent = state.scenario ? `scenario: ${state.scenario.name}` : "";
  byId("scenario-name").title = state.scenario ? state.scenario.description : "";
  byId("last").textContent = market.last;
  byId("open-count").textContent = state.open;
  byId("connection-count").textContent = state.connections.length;
  draw("asks", market.asks, (asks) => asks.slice().reverse().map(level));
  draw("bids", market.bids, (bids) => bids.map(level));
  draw("spread", [market.bid, market.ask], () => {
    const cell = element("td", { text: `spread ${(market.ask - market.bid).toFixed(market.decimals)}` });
    cell.colSpan = 3;
    return [row(cell)];
  });
  draw("orders", state.orders.slice().reverse(), orders);
  draw("ended", state.ended, orders);
  draw("connections", state.connections, (list) => (list.length ? list.map(connection) : [element("li", { text: "No connection.", className: "empty" })]));
  draw("faults", state.scenario, faults);
  draw("balances", state.balances, (list) => list.map((one) => row(one.asset, element("td", { text: one.balance, className: "right" }), element("td", { text: one.held, className: "right" }))));
  draw("messages", state.messages, (list) => (list.length ? list.map(message) : [element("li", { text: "Nothing yet.", className: "empty" })]));
  byId("release").hidden = !state.held;
  if (!touched && !isTyping()) fill(market.bid, market.ask);
}

// What somebody is about to change, or what was refused, is not overwritten.
function isTyping() {
  return ["bid", "ask"].includes(document.activeElement.id);
}

function fill(bid, ask) {
  byId("bid").value = bid;
  byId("ask").value = ask;
}

function showNotice(text, good) {
  byId("live").textContent = text;
  byId("live").className = `pill ${good ? "good" : "bad"}`;
}

function complain(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
}

async function act(name, fields) {
  try {
    const answer = await fetch(`/control/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Control-Token": token },
      body: JSON.stringify(fields),
    });
    complain(answer.ok ? "" : (await answer.text()) || `refused (${answer.status})`);
    if (answer.ok) await look();
    return answer.ok;
  } catch {
    complain("The exchange does not answer.");
    return false;
  }
}

async function look() {
  const answer = await fetch(`/control/state?pair=${encodeURIComponent(pair)}`);
  if (!answer.ok) throw new Error(await answer.text());
  show(await answer.json());
  showNotice("live", true);
}

async function watch() {
  for (;;) {
    try {
      await look();
    } catch {
      showNotice("not reachable", false);
    }
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

byId("move").addEventListener("input", () => { touched = true; });
byId("move").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await act("quote", { pair, bid: byId("bid").value.trim(), ask: byId("ask").value.trim() })) touched = false;
});
byId("move").addEventListener("click", async (event) => {
  const step = Number(event.target.dataset?.step);
  if (!step || !market) return;
  touched = false;
  const moved = (price) => (Number(price) * (1 + step / 100)).toFixed(market.decimals);
  await act("quote", { pair, bid: moved(market.bid), ask: moved(market.ask) });
});
byId("release").addEventListener("click", () => act("release", { pair }));
byId("pair").addEventListener("change", async (event) => {
  pair = event.target.value;
  touched = false;
  await look().catch(() => showNotice("not reachable", false));
});
byId("status").addEventListener("change", (event) => act("status", { status: event.target.value }));
byId("connections").addEventListener("click", (event) => {
  const number = event.target.dataset?.cut;
  if (number) act("cut", { connection: Number(number) });
});
watch();
