// The tables: orders, trades, balances; and the connections.

import { byId, drawList, element, row, setText, timeOf } from "/elements.js";
import { act } from "/requests.js";

const HIDE_EMPTY = "hide-empty";

export function showTables(state) {
  setText("open-count", state.open);
  setText("connection-count", state.connections.length);
  drawRows("orders", state.orders.slice().reverse(), (order) => order.txid, orderRow, 3);
  drawRows("ended", state.ended, (order) => order.txid, orderRow, 3);
  drawRows("trades", state.trades, (trade) => trade.id, tradeRow, 6);
  drawRows("balances", state.balances.filter(isShown), (balance) => balance.asset, balanceRow, 3);
  drawItems("connections", state.connections, (connection) => connection.number, connectionItem, "No connection.");
}

export function drawItems(id, items, keyOf, make, none) {
  if (items.length) drawList(id, items, keyOf, make);
  else drawList(id, [none], () => "none", (text) => element("li", { text, className: "empty" }));
}

function drawRows(id, items, keyOf, make, columns) {
  if (items.length) drawList(id, items, keyOf, make);
  else drawList(id, ["None."], () => "none", (text) => row(element("td", { text, className: "empty", colspan: columns })));
}

function orderRow(order) {
  const what = element("td", {}, element("span", { text: order.descr, className: order.type }));
  what.append(element("div", { text: order.txid, className: "small" }), element("div", { text: order.id, className: "small" }));
  const filled = element("td", { text: `${order.share} %`, title: `${order.executed} of ${order.volume}` });
  const bar = element("i");
  bar.style.setProperty("width", `${order.share}%`);
  filled.append(element("span", { className: "bar" }, bar));
  const state = element("td", { text: order.status, className: `state ${order.status}`, title: order.reason });
  const made = row(what, filled, state);
  made.dataset.txid = order.txid;
  made.dataset.status = order.status;
  return made;
}

function tradeRow(trade) {
  const right = (text, title = "") => element("td", { text, title, className: "right" });
  const made = row(
    element("td", { text: timeOf(trade.at), className: "quiet" }),
    trade.pair,
    element("td", { text: trade.type, className: trade.type }),
    right(trade.volume),
    right(trade.price, `cost ${trade.cost}`),
    right(`${trade.fee} ${trade.fee_currency}`, trade.maker ? "maker" : "taker"),
  );
  made.dataset.txid = trade.txid;
  return made;
}

function balanceRow(balance) {
  return row(balance.asset, element("td", { text: balance.balance, className: "right" }), element("td", { text: balance.held, className: "right" }));
}

function isShown(balance) {
  return !byId("hide-empty").checked || Number(balance.balance) !== 0 || Number(balance.held) !== 0;
}

function connectionItem(connection) {
  const feeds = connection.feeds.length ? connection.feeds.join(", ") : "no subscription";
  const cut = element("button", { text: "Cut", className: "cut", type: "button", "aria-label": `Cut connection ${connection.number}` });
  cut.dataset.cut = connection.number;
  return element("li", {}, element("span", { text: `#${connection.number}` }), element("span", { text: feeds, className: "quiet" }), cut);
}

export function listenToTables(look) {
  // A tab remembers it; where a browser keeps nothing, it is as new.
  const kept = (use) => { try { return use(sessionStorage); } catch { return null; } };
  byId("hide-empty").checked = kept((store) => store.getItem(HIDE_EMPTY)) === "yes";
  byId("hide-empty").addEventListener("change", (event) => {
    kept((store) => store.setItem(HIDE_EMPTY, event.target.checked ? "yes" : "no"));
    look();
  });
  byId("connections").addEventListener("click", async (event) => {
    const number = event.target.dataset?.cut;
    if (!number) return;
    await act("cut", { connection: Number(number) }, `connection ${number} was cut`);
    await look();
    if (!event.target.isConnected) byId("connections-title").focus();
  });
}
