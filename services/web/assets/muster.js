// Enhancement only: every page works without it.

// A run's progress, as the server tells it. Without this the page has a link that loads it anew.
const run = document.querySelector("[data-run-events]");
if (run) {
  const bar = run.querySelector("progress");
  const text = run.querySelector("[data-run-text]");
  const source = new EventSource(run.dataset.runEvents);
  let said = -1;
  source.addEventListener("progress", (event) => {
    const now = JSON.parse(event.data);
    bar.value = now.percent;
    // a screen reader is told every tenth, not every change
    const tenth = Math.floor(now.percent / 10);
    if (tenth !== said) {
      said = tenth;
      text.textContent = now.text;
    }
  });
  source.addEventListener("ended", () => {
    source.close();
    window.location.reload();
  });
  for (const plain of run.querySelectorAll("[data-without-script]")) plain.hidden = true;
}

// After a part of the page was exchanged, what reads the page aloud is told how much there is now.
document.body.addEventListener("htmx:afterSwap", (event) => {
  const status = document.getElementById("results-status");
  const count = event.detail.target?.querySelector("[data-count]");
  if (status && count) status.textContent = count.textContent;
});

// A long upload must not be sent twice by an impatient second click.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.once;
    form.addEventListener("submit", (again) => again.preventDefault());
  });
}

// Sliders: each moves the field beside it; what the form says is asked for at once, without the steps while it moves.
const live = document.querySelector("form[data-live]");
if (live) {
  const outcome = document.getElementById("outcome");
  const status = document.getElementById("outcome-status");
  let soon, settled, asked;
  const ask = async (part) => {
    asked?.abort();
    asked = new AbortController();
    const body = new FormData(live);
    body.set("part", part);
    try {
      const answer = await fetch(live.action, { method: "POST", body, signal: asked.signal });
      if (!answer.headers.get("content-type")?.includes("html") || answer.status >= 500) throw new Error(answer.status);
      const got = document.createElement("template");
      got.innerHTML = await answer.text();
      const now = got.content.querySelector("[data-part=now]");
      const rest = outcome.querySelector("[data-part=rest]");
      if (part === "full") outcome.replaceChildren(got.content);
      else if (now) {
        if (rest) rest.classList.add("m-stale");
        outcome.querySelector("[data-part=now]")?.remove();
        outcome.prepend(now);
      }
      if (part === "full") status.textContent = outcome.querySelector("[data-finding]")?.textContent ?? "There is a problem.";
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = "The service does not answer: press Compare to try again.";
    }
  };
  const changed = (event) => {
    if (event.target.type === "file") return;
    clearTimeout(soon);
    clearTimeout(settled);
    soon = setTimeout(() => ask("quick"), 60);
    settled = setTimeout(() => ask("full"), 900);
  };
  for (const range of live.querySelectorAll("input[type=range][data-for]")) {
    const field = document.getElementById(range.dataset.for);
    range.hidden = false;
    range.addEventListener("input", () => (field.value = range.value));
    field.addEventListener("input", () => (range.value = field.value || 0));
  }
  live.addEventListener("input", changed);
}
