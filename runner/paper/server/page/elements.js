// Elements, and lists of them that change under somebody's hands without taking anything out of them.
// Whatever comes from a client is shown as text and never read as HTML.

const SVG = "http://www.w3.org/2000/svg";
const drawn = new WeakMap();

export const byId = (id) => document.getElementById(id);

export function element(tag, { text = "", className = "", title = "", ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (text !== "") made.textContent = text;
  if (className) made.className = className;
  if (title) made.title = title;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function drawing(tag, attributes, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== "") made.textContent = text;
  return made;
}

export function row(...cells) {
  return element("tr", {}, ...cells.map((cell) => (cell instanceof Element ? cell : element("td", { text: cell }))));
}

// The same text again would be read aloud again.
export function setText(id, text) {
  if (byId(id).textContent !== String(text)) byId(id).textContent = text;
}

export function setLabel(made, text) {
  if (made.getAttribute("aria-label") !== text) made.setAttribute("aria-label", text);
}

export function timeOf(seconds, digits = 8) {
  return new Date(seconds * 1000).toISOString().slice(11, 11 + digits);
}

// Items that have not changed keep their elements, so that focus and pointer stay where they are.
export function drawList(id, items, keyOf, make) {
  const list = byId(id);
  const keys = items.map((item, place) => String(keyOf(item, place)));
  const wanted = new Set(keys);
  for (const made of [...list.children]) if (!wanted.has(made.dataset.key)) made.remove();
  const before = new Map([...list.children].map((made) => [made.dataset.key, made]));
  let next = list.firstElementChild;
  items.forEach((item, place) => {
    const made = redrawn(before.get(keys[place]), item, place, make);
    made.dataset.key = keys[place];
    if (next && next.dataset.key === keys[place]) next = next.nextElementSibling;
    else list.insertBefore(made, next);
  });
}

function redrawn(old, item, place, make) {
  const content = JSON.stringify(item);
  if (old && drawn.get(old) === content) return old;
  const made = make(item, place);
  drawn.set(made, content);
  if (!old) return made;
  made.dataset.key = old.dataset.key;
  const controls = [...old.querySelectorAll("button")];
  const focused = controls.indexOf(document.activeElement);
  old.replaceWith(made);
  if (focused >= 0) made.querySelectorAll("button")[focused]?.focus();
  return made;
}

export function drawOnce(id, content, make) {
  drawList(id, [content], () => "all", make);
}

export function drawOptions(id, values, current) {
  drawList(id, values, (value) => value, (value) => element("option", { text: value, value }));
  if (byId(id).value !== current) byId(id).value = current;
}
