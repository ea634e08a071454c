// One page: its status, its frame, what the browser complains about, and axe with every WCAG 2.2 A and AA rule.
import AxeBuilder from "@axe-core/playwright";

export const problems = [];

export function problem(where, what) {
  problems.push(`${where}: ${what}`);
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

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
  const charted = state === "full" ? ["/", "/agency/cover", "/catalogue/variance", "/catalogue/realised", "/back-office", "/back-office/bridge", "/staffing/backtest"] : state === "sample" ? ["/"] : [];
  if (charted.includes(route) && (await page.locator("svg").count()) === 0) problem(where, "shows no chart");
  // what is folded away must be sound too
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  // a document of an edition in a frame is a page of its own, with one main part of its own
  const found = await new AxeBuilder({ page }).withTags(TAGS).exclude("iframe").analyze();
  for (const violation of found.violations) {
    const places = violation.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}`);
    problem(where, `${violation.id}: ${violation.help} (${places.join("; ")})`);
  }
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = false)));
  for (const text of complaints) problem(where, `the browser complains: ${text}`);
  page.off("console", listen);
}
