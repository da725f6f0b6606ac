// The line of a price, and the depth of a book: pictures of what the exchange says, with the same in words.

import { byId, drawing, setLabel, timeOf } from "/elements.js";

const EDGE = 16;
const MARGIN = 62;

export function drawPrices(state) {
  const chart = byId("prices");
  const { prices: points, pair, market, now } = state;
  const begun = points[0].at;
  const low = Math.min(...points.map((point) => Number(point.low)));
  const high = Math.max(...points.map((point) => Number(point.high)));
  const fixed = (price) => Number(price).toFixed(market.decimals);
  const { width, height, x, y } = scales(chart, [begun, Math.max(now, begun + 1)], [low, high], MARGIN);
  const whole = width + MARGIN;
  let path = `M0 ${y(points[0].last)}`;
  for (const point of points.slice(1)) path += `H${x(point.at)}V${y(point.low)}V${y(point.high)}V${y(point.last)}`;
  chart.replaceChildren(
    ...(low === high ? [] : [rule(width, y(high)), rule(width, y(low))]),
    drawing("path", { d: `${path}H${width}`, class: "line" }),
    ...state.trades.filter((trade) => trade.pair === pair && trade.at >= begun).map((trade) => dot(trade, x, y)),
    label(fixed(high), { x: whole, y: y(high) + 4, class: "end" }),
    ...(low === high ? [] : [label(fixed(low), { x: whole, y: y(low) + 4, class: "end" })]),
    label(timeOf(begun), { x: 0, y: height - 2 }),
    label("now", { x: width, y: height - 2, class: "end" }),
  );
  const range = low === high ? `at ${fixed(low)} all the time` : `from ${fixed(points[0].last)} to ${fixed(points.at(-1).last)}, lowest ${fixed(low)}, highest ${fixed(high)}`;
  setLabel(chart, `Price of ${pair} since ${timeOf(begun)} UTC: ${range}`);
}

function dot(trade, x, y) {
  return drawing("circle", { cx: x(trade.at), cy: y(trade.price), r: 3.5, class: trade.type });
}

export function drawDepth(state) {
  const chart = byId("depth");
  const { market, pair } = state;
  const [bid, ask] = [Number(market.bid), Number(market.ask)];
  const sides = [side("bids", market.bids), side("asks", market.asks)];
  const prices = [bid, ask, ...sides.flatMap(({ own, crowd }) => [...own, ...crowd].map(([price]) => price))];
  const most = Math.max(0, ...sides.flatMap(({ own, crowd }) => [...own, ...crowd].map(([, volume]) => volume)));
  const spare = (Math.max(...prices) - Math.min(...prices)) / 20 || bid / 20;
  const ends = [Math.min(...prices) - spare, Math.max(...prices) + spare];
  const { width, height, x, y } = scales(chart, ends, [0, most || 1]);
  const end = { bids: 0, asks: width };
  const areas = sides.flatMap(({ name, own, crowd }) => [
    drawing("path", { d: steps(crowd, end[name], x, y), class: `crowd ${name}` }),
    drawing("path", { d: steps(own, end[name], x, y), class: `own ${name}` }),
  ]);
  chart.replaceChildren(
    ...areas,
    ...[bid, ask].map((price) => drawing("path", { d: `M${x(price)} 0V${height - EDGE}`, class: "quote" })),
    label(most ? `${Number(most.toPrecision(6))} ${pair.split("/")[0]}` : "No order of yours rests here.", { x: 0, y: 11 }),
    label(ends[0].toFixed(market.decimals), { x: 0, y: height - 2 }),
    label(ends[1].toFixed(market.decimals), { x: width, y: height - 2, class: "end" }),
  );
  const words = sides.map(({ name, own }) => `your ${name}: ${own.length ? `${Number(own.at(-1)[1].toPrecision(6))} in all, the last at ${own.at(-1)[0]}` : "none"}`);
  setLabel(chart, `Depth of ${pair}: bid ${market.bid}, ask ${market.ask}; ${words.join("; ")}`);
}

// The volume from the best price to each price, of the account and of the crowd, where that ends.
function side(name, levels) {
  const sum = (field) => {
    let all = 0;
    return levels.filter((level) => Number(level[field]) > 0).map((level) => [Number(level.price), (all += Number(level[field]))]);
  };
  return { name, own: sum("own"), crowd: sum("crowd") };
}

function steps(points, end, x, y) {
  if (!points.length) return "";
  const path = points.map(([price, volume]) => `H${x(price)}V${y(volume)}`).join("");
  return `M${x(points[0][0])} ${y(0)}${path}H${end}V${y(0)}Z`;
}

// One unit of the drawing is one pixel, whatever the width, so that text and lines keep their shape.
function scales(chart, [left, right], [low, high], margin = 0) {
  const whole = Math.max(160, Math.round(chart.clientWidth));
  const width = whole - margin;
  const height = Math.max(60, Math.round(chart.clientHeight));
  chart.setAttribute("viewBox", `0 0 ${whole} ${height}`);
  const tall = height - 2 * EDGE;
  const rounded = (number) => Math.round(number * 10) / 10;
  return {
    width,
    height,
    x: (value) => rounded(((Number(value) - left) / (right - left)) * width),
    y: (value) => rounded(EDGE + (high === low ? tall / 2 : (1 - (Number(value) - low) / (high - low)) * tall)),
  };
}

function rule(width, y) {
  return drawing("path", { d: `M0 ${y}H${width}`, class: "rule" });
}

function label(text, attributes) {
  return drawing("text", attributes, text);
}
