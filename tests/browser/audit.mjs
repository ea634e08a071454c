// One page: its status, its frame, what the browser complains about, axe with every WCAG 2.2 A and AA rule, and its width on a phone.
import AxeBuilder from "@axe-core/playwright";

export const problems = [];

export function problem(where, what) {
  problems.push(`${where}: ${what}`);
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Every rule, run within the page: the other way opens a further page each time to put results together, which takes as long as
// the rules and is for frames of other origins. A document of an edition in a frame is a page of its own, with one main part of its own.
export function axe(page) {
  return new AxeBuilder({ page }).setLegacyMode(true).options({ runOnly: TAGS, resultTypes: ["violations"] }).exclude("iframe");
}

// At 320 CSS pixels (1280 at 400%) nothing but a table's own box is scrolled sideways.
async function reflow(page, where) {
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > 320) {
    const who = await page.evaluate(() => {
      const inBox = (e) => e.closest(".m-scroll") !== null;
      const out = [...document.querySelectorAll("main *, header *, footer *")].filter((e) => e.getBoundingClientRect().right > 321 && !inBox(e));
      return out.slice(0, 3).map((e) => `${e.tagName}.${e.className.baseVal ?? e.className}`).join(", ");
    });
    problem(where, `is ${wide} pixels wide at 320: ${who}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

// Sentences of tables in columns so narrow that a row of them fills the screen, while the table is scrolled sideways.
async function squeezed(page) {
  return page.evaluate(() => {
    const narrow = (cell) => cell.offsetHeight > 0 && cell.innerText.length >= 60 && cell.offsetWidth < 240;
    const cells = [...document.querySelectorAll(".m-scroll tbody td")].filter(narrow);
    return cells.slice(0, 3).map((cell) => cell.innerText.slice(0, 60));
  });
}

// A page that is audited elsewhere: only that it answers as it should, with one first heading.
export async function answers(base, route, state) {
  const where = `${state} ${route}`;
  const response = await fetch(base + route, { redirect: "manual" });
  if (response.status !== expected(route, state)) problem(where, `answers ${response.status}`);
  const headings = ((await response.text()).match(/<h1[ >]/g) ?? []).length;
  if (headings !== 1) problem(where, `has ${headings} first headings`);
}

// Pages that are meant to be errors, and the services' own state.
function expected(route, state) {
  if (route === "/nowhere") return 404;
  if (state === "full" && route.includes("area=ENGLAND")) return 504;
  if (state === "full" && /deadline=60|quantity=-1|one=web$/.test(route)) return 422;
  if (state === "away") return 503;
  return 200;
}

export async function audit(page, base, route, state) {
  const where = `${state} ${route}`;
  const complaints = [];
  const listen = (message) => {
    if (message.type() === "error" && !/status of (404|422|503|504)/.test(message.text())) complaints.push(message.text());
  };
  page.on("console", listen);
  page.on("pageerror", (error) => complaints.push(String(error)));
  const response = await page.goto(base + route, { waitUntil: "load" });
  const status = response.status();
  if (status !== expected(route, state)) problem(where, `answers ${status}`);
  if (!(response.headers()["content-type"] ?? "").includes("html")) {
    page.off("console", listen);
    return;
  }
  const policy = response.headers()["content-security-policy"] ?? "";
  if (!policy.includes("default-src 'self'") || policy.includes("unsafe")) problem(where, `policy is "${policy}"`);
  if (/\sstyle=|<style|<script(?![^>]*\ssrc=)/i.test(await response.text())) problem(where, "has inline style or script");
  if ((await page.locator("h1").count()) !== 1) problem(where, "has not exactly one first heading");
  if (!(await page.title()).endsWith("– Muster")) problem(where, `title is "${await page.title()}"`);
  // the sample has a single year: it can be forecast from, but nothing can be scored
  const charted = state === "full" ? ["/", "/agency/cover", "/catalogue/variance", "/catalogue/realised", "/back-office", "/back-office/bridge", "/back-office/cases/payroll-2016", "/staffing/backtest", "/staffing/trusts"] : state === "sample" ? ["/", "/staffing/trusts"] : [];
  if (charted.includes(route) && (await page.locator("svg").count()) === 0) problem(where, "shows no chart");
  // what is folded away must be sound too
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  const found = await axe(page).analyze();
  for (const violation of found.violations) {
    const places = violation.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}`);
    problem(where, `${violation.id}: ${violation.help} (${places.join("; ")})`);
  }
  for (const text of await squeezed(page)) problem(where, `a sentence is squeezed into a narrow column: "${text}"`);
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = false)));
  await reflow(page, where);
  for (const text of complaints) problem(where, `the browser complains: ${text}`);
  page.off("console", listen);
}
