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
