// The last messages, each as a line and as a whole.

import { byId, element, setText, timeOf } from "/elements.js";
import { complain, get } from "/requests.js";
import { drawItems } from "/tables.js";

const LINE = 240;
const DEEPEST = 20;
const WAY = { in: ["→", "from the client"], out: ["←", "to the client"] };

export function showMessages(messages) {
  drawItems("messages", messages, (message) => message.number, messageItem, "Nothing yet.");
}

function messageItem(message) {
  const [arrow, words] = WAY[message.way];
  const open = element(
    "button",
    { type: "button", className: message.way },
    element("span", { text: timeOf(message.at, 12), className: "quiet" }),
    element("span", { className: "quiet" }, element("span", { text: "connection ", className: "unseen" }), `#${message.connection}`),
    element("span", { className: "arrow" }, element("span", { text: arrow, "aria-hidden": "true" }), element("span", { text: words, className: "unseen" })),
    element("code", { text: message.text.slice(0, LINE) }),
  );
  open.dataset.message = message.number;
  return element("li", {}, open);
}

export function listenToMessages() {
  byId("messages").addEventListener("click", (event) => {
    const opener = event.target.closest("[data-message]");
    if (opener) open(opener.dataset.message);
  });
  byId("message").addEventListener("close", () => {
    // Its line may have gone meanwhile.
    if (document.activeElement === document.body) byId("messages-title").focus();
  });
}

async function open(number) {
  try {
    const message = await get("message", { number });
    complain("");
    setText("message-title", `${timeOf(message.at, 12)} UTC, connection ${message.connection}, ${WAY[message.way][1]}`);
    byId("message-text").textContent = laidOut(message.text) + (message.cut ? "\n… and more" : "");
    byId("message").showModal();
    byId("message-text").scrollTop = 0;
  } catch (error) {
    complain(error.message);
  }
}

// Line breaks between the parts of JSON, with every other character as it was sent: no number is read.
export function laidOut(text) {
  if (!/^[[{]/.test(text)) return text;
  const parts = text.match(/"(?:[^"\\]|\\.)*"?|[[\]{},:]|[^\s"[\]{},:]+/g) ?? [];
  const line = (depth) => `\n${"  ".repeat(Math.min(Math.max(depth, 0), DEEPEST))}`;
  let depth = 0;
  return parts.map((part, place) => {
    if (part === "{" || part === "[") {
      depth += 1;
      return "}]".includes(parts[place + 1] ?? "") ? part : part + line(depth);
    }
    if (part === "}" || part === "]") {
      depth -= 1;
      return "{[".includes(parts[place - 1] ?? "") ? part : line(depth) + part;
    }
    if (part === ",") return part + line(depth);
    return part === ":" ? ": " : part;
  }).join("");
}
