// The market of one pair: its quote and book, and how a person moves it.

import { drawDepth, drawPrices } from "/charts.js";
import { byId, drawList, drawOnce, drawOptions, element, row, setText } from "/elements.js";
import { act } from "/requests.js";

const LEVELS = 8;
let market = null;
let pair = "";
let touched = false;

export const shownPair = () => pair;

export function showMarket(state) {
  market = state.market;
  pair = state.pair;
  drawOptions("pair", state.pairs, pair);
  setText("last", market.last);
  drawPrices(state);
  drawDepth(state);
  drawList("asks", market.asks.slice(0, LEVELS).reverse(), (level) => level.price, levelRow);
  drawOnce("spread", (market.ask - market.bid).toFixed(market.decimals), spreadRow);
  drawList("bids", market.bids.slice(0, LEVELS), (level) => level.price, levelRow);
  byId("release").hidden = !state.held;
  if (!touched && !isTyping()) fill();
}

function levelRow(level) {
  const made = row(level.price, level.crowd, level.own);
  if (level.own) made.className = "own";
  return made;
}

function spreadRow(spread) {
  const made = row(`spread ${spread}`);
  made.firstElementChild.colSpan = 3;
  return made;
}

// What somebody is about to change, or what was refused, is not overwritten.
function isTyping() {
  return ["bid", "ask"].includes(document.activeElement.id);
}

function fill() {
  byId("bid").value = market.bid;
  byId("ask").value = market.ask;
}

async function move(bid, ask) {
  return act("quote", { pair, bid, ask }, `${pair} moved to ${bid} and ${ask}`);
}

export function listenToMarket(look) {
  byId("move").addEventListener("input", () => { touched = true; });
  byId("move").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await move(byId("bid").value.trim(), byId("ask").value.trim())) touched = false;
    look();
  });
  byId("move").addEventListener("click", async (event) => {
    const step = Number(event.target.dataset?.step);
    if (!step || !market) return;
    touched = false;
    const moved = (price) => (Number(price) * (1 + step / 100)).toFixed(market.decimals);
    await move(moved(market.bid), moved(market.ask));
    look();
  });
  byId("release").addEventListener("click", async () => {
    await act("release", { pair }, `${pair} moves by itself again`);
    byId("pair").focus();
    look();
  });
  byId("pair").addEventListener("change", (event) => {
    pair = event.target.value;
    touched = false;
    look();
  });
}
