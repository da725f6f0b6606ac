"use strict";
// Sorts and filters all orders. Without it they are as the file has them, in folds.
const place = document.getElementById("orders");
const tables = place ? [...place.querySelectorAll("table")] : [];
if (tables.length) {
  const SHOWN = 500;
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
  const texts = new Map(rows.map((row) => [row, [...row.cells].map((cell) => cell.textContent)]));
  const wide = tables[0].parentElement;
  const body = tables[0].tBodies[0];
  const folds = [...place.querySelectorAll("details")];
  const filter = document.createElement("input");
  filter.type = "search";
  filter.placeholder = "Filter: a pair, a side, an id";
  filter.setAttribute("aria-label", "Filter the orders");
  const counted = document.createElement("p");
  counted.className = "quiet";
  counted.setAttribute("role", "status");
  const more = document.createElement("button");
  more.textContent = "Show more";
  wide.before(filter, counted);
  wide.after(more);
  more.hidden = true;
  let order = rows;
  let room = SHOWN;
  let touched = false;
  const numeric = (column) => tables[0].classList.contains(`n${column}`);
  const value = (row, column) => {
    const text = texts.get(row)[column];
    if (!numeric(column)) return text;
    const found = /-?[\d,]*\.?\d+/.exec(text);
    return found ? Number(found[0].replaceAll(",", "")) : NaN;
  };
  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = order.filter((row) => {
      const text = texts.get(row).join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    body.replaceChildren(...found.slice(0, room));
    for (const fold of folds) fold.hidden = true;
    more.hidden = found.length <= room;
    counted.textContent = words.length || found.length > room
      ? `${Math.min(room, found.length)} of ${found.length} shown`
      : "";
  };
  const touch = () => {
    touched = true;
    room = SHOWN;
    show();
  };
  filter.addEventListener("input", touch);
  more.addEventListener("click", () => {
    room += SHOWN;
    show();
  });
  addEventListener("hashchange", () => {
    const row = rows.find((one) => one.id && `#${one.id}` === decodeURIComponent(location.hash));
    if (!row) return;
    const fold = row.closest("details");
    if (fold) fold.open = true;
    if (touched && !row.isConnected) {
      filter.value = texts.get(row)[1];
      touch();
    }
    row.scrollIntoView({ block: "center" });
  });
  [...tables[0].tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.textContent = head.textContent;
    head.replaceChildren(button);
    let up = false;
    button.addEventListener("click", () => {
      up = !up;
      for (const other of tables[0].tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const keys = new Map(rows.map((row, number) => [row, [value(row, column), number]]));
      order = [...rows].sort((one, other) => {
        const [a, first] = keys.get(one);
        const [b, second] = keys.get(other);
        if (numeric(column) && Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
        const found = a < b ? -1 : a > b ? 1 : 0;
        return (up ? found : -found) || first - second;
      });
      touch();
    });
  });
}
