// What the page asks of the exchange that serves it, and what it says about that.

import { byId, setText } from "/elements.js";

const token = document.querySelector("meta[name=control-token]").content;

export async function get(name, fields = {}) {
  const answer = await fetch(`/control/${name}?${new URLSearchParams(fields)}`);
  if (!answer.ok) throw new Error((await answer.text()) || `refused (${answer.status})`);
  return answer.json();
}

// Changes something; `done` says so to those who do not see it.
export async function act(name, fields, done) {
  try {
    const answer = await fetch(`/control/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Control-Token": token },
      body: JSON.stringify(fields),
    });
    complain(answer.ok ? "" : (await answer.text()) || `refused (${answer.status})`);
    if (answer.ok) byId("said").textContent = done; // also what was done once more
    return answer.ok;
  } catch {
    complain("The exchange does not answer.");
    return false;
  }
}

export function complain(text) {
  setText("notice", text);
  byId("notice").hidden = !text;
}
