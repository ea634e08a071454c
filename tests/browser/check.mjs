// Walks every route in a real browser. Fails with a list of everything that is wrong, not with the first.
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { chromium } from "playwright-core";
import { answers, audit, problems, problem } from "./audit.mjs";
import { caseForms, claimForms, keyFigures, keyboard, largeText, refusedFile, roundForms, sliders, withoutScript, wrongForm } from "./journeys.mjs";

const shots = process.env.SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

// The routes of a node that has data, with one of each kind of page behind a link.
async function routesOf(base) {
  const runs = (await (await fetch(`${base}/api/forecasts.json`)).json()).runs;
  const routes = ["/"];
  const levels = ["system", "borough", "federation", "lcn", "pcn", "practice"].map((level) => `/areas?level=${level}`);
  for (const list of [...levels, "/back-office/cases", "/back-office/sharing"]) {
    if (levels.includes(list)) routes.push(list);
    const html = await (await fetch(base + list)).text();
    const link = html.match(/<th scope="row"[^>]*><a href="([^"]+)"/);
    if (link) routes.push(link[1].replaceAll("&amp;", "&"));
  }
  routes.push("/areas?level=practice&q=zzzz", "/areas?level=borough&as_of=2016-03-31");
  for (const state of ["finished", "running", "failed"]) {
    const run = runs.find((r) => r.state === state);
    if (run) routes.push(`/forecasts/${run.run_id}`);
  }
  return [...routes, ...plain];
}

const backtest = "/staffing/backtest";
const staffing = ["/staffing", "/staffing/scenarios", "/staffing/sensitivity", "/staffing/plan", "/staffing/need", "/staffing/trusts", "/staffing/quality"];
const agency = ["/agency", "/agency/cover", "/agency/drift", "/agency/shared-bank", "/agency/spend", "/agency/returns", "/agency/overrides", "/agency/rates"];
const catalogue = ["/catalogue", "/catalogue/review", "/catalogue/suppliers", "/catalogue/variance", "/catalogue/rounds", "/catalogue/rounds/new", "/catalogue/realised"];
const backOffice = ["/back-office", "/back-office/schemes", "/back-office/tracker", "/back-office/claims", "/back-office/cases", "/back-office/sharing", "/back-office/recharges", "/back-office/benchmarks", "/back-office/bridge", "/back-office/plan", "/editions"];
const plain = ["/forecasts", ...staffing, backtest, ...agency, ...catalogue, ...backOffice, "/trace", "/parameters", "/imports", "/activity"];
// the same whatever a node holds: audited once
const anywhere = ["/api", "/sign-in", "/nowhere"];
const states = [];
if (process.env.MUSTER) states.push(["sample", process.env.MUSTER, await routesOf(process.env.MUSTER)]);
// one year and level with too few cases to judge, nothing to show, too few years, and longer than a page waits
const backtests = ["origin=2018&level=borough", "level=pcn", "area=BRO", "area=ENGLAND"].map((query) => `${backtest}?${query}`);
// a preview, a stored version counted again, an organisation that cannot be projected
const weeks = ["/agency/returns/RJZ/2016-04-04", "/agency/returns/RJZ/2016-04-04?version=1&recompute=true", "/agency?organisation=RJ1"];
// the cover of another role and of one area, one without a forecast; proposals with and without shifts, and a form to be mended
const cover = ["cover?role=nurse&year=2020", "cover?level=system", "cover?level=practice", "shared-bank?from=&until=&deadline=5", "shared-bank?from=2031-01-01&deadline=5", "shared-bank?deadline=60"].map((query) => `/agency/${query}`);
// an item with everything, one of somebody else, one with a question; a round in each phase; forms to be mended
const items = ["1204?quantity=60&on=2026-05-01", "1310", "1402", "1204?quantity=-1"].map((query) => `/catalogue/items/${query}`);
const rounds = ["pledging", "bidding", "computed", "refused", "awarded", "cancelled"].map((phase) => `/catalogue/rounds/0190-${phase}`);
const procurement = ["/catalogue?q=glvoes", "/catalogue?token=25&from=26", "/catalogue/review?token=10", "/catalogue/suppliers?by_supplier=on&by_organisation=on&by_expense_type=on&by_month=on", "/catalogue/rounds/new?item=1204", ...items, ...rounds];
// a scheme that looks well and is not; claims in every state, one with everything; a pair that may not be compared; editions, documents, a trace
const claims = ["state=all", "from=10", "claim=c-held", "claim=c-attested&done=attested"].map((query) => `/back-office/claims?${query}`);
const bridge = ["shipped=1", "one=do-nothing&other=later", "one=web"].map((query) => `/back-office/bridge?${query}`);
const editions = ["1", "2?public=1", "2?prefix=scheme%2F", "diff?from=1&to=2", "1/board-update", "2/board-update"].map((page) => `/editions/${page}`);
const savings = [...claims, ...bridge, ...editions, "/back-office/schemes?standing=deceiving", "/back-office/schemes/S-002", "/back-office/benchmarks?organisation=RPG", "/trace?figure=savings%2Fattested&edition=2", "/trace?figure=savings%2Flater"];
// a case with everything, one without an approval; gains of a purchase; an older quarter
const cases = ["cases/payroll-2016", "cases/procurement-2016", "sharing/Gloves%20by%20price%20tiers", "recharges?service=payroll&quarter=2017-04"].map((page) => `/back-office/${page}`);
const levers = ["/staffing?at=borough%2FLAM&role=nurse&year=2020", "/staffing?practice=Y90001", "/staffing/sensitivity?node=LAM", "/staffing/scenarios?start=new-roles&leavers-gp=-10", "/staffing/trusts?trust=RZ1&need=1.5"];
states.push(["full", process.env.PAGES_FULL, [...(await routesOf(process.env.PAGES_FULL)), ...anywhere, ...backtests, ...weeks, ...cover, ...procurement, ...savings, ...cases, ...levers]]);
states.push(["empty", process.env.PAGES_EMPTY, ["/", "/areas", "/areas?level=practice", ...plain]]);
// where a service is away its pages are one and the same error: one of each context is audited, the others only have to answer so
const away = ["/", "/practices/Y90001", "/staffing", "/agency", "/catalogue", "/back-office", "/trace?figure=savings%2Fattested", "/imports", "/health/ready"];
states.push(["away", process.env.PAGES_AWAY, away]);
const awayToo = ["/areas", "/forecasts", ...staffing, backtest, ...agency, ...catalogue, ...backOffice, "/data-quality"].filter((route) => !away.includes(route));

let visited = 0;
const slowest = [];

// Every piece of work is done by whichever worker is free; each has a page of its own for routes.
const work = [];
for (const [state, base, routes] of states.filter(([state]) => state !== "away")) {
  work.push(() => withoutScript(browser, base, routes.filter((route) => !route.includes("?")), state));
}
for (const [, base] of states.filter(([state]) => state === "sample" || state === "full")) {
  for (const journey of [keyFigures, keyboard, wrongForm, largeText]) work.push(() => journey(browser, base));
}
if (process.env.MUSTER) work.push(() => sliders(browser, process.env.MUSTER));
work.push(() => refusedFile(browser, process.env.PAGES_FULL, shots));
for (const journey of [roundForms, claimForms, caseForms]) work.push(() => journey(browser, process.env.PAGES_FULL));
for (const [state, base, routes] of states) {
  for (const route of routes) work.push((page) => visit(page, base, route, state));
}
for (const route of awayToo) work.push(() => answers(process.env.PAGES_AWAY, route, "away"));
// another address of a page that is audited
work.push(() => answers(process.env.PAGES_FULL, "/data-quality", "full"));

async function visit(page, base, route, state) {
  const began = Date.now();
  await audit(page, base, route, state);
  slowest.push([Date.now() - began, `${state} ${route}`]);
  visited += 1;
  if (shots) await shoot(page, state, route);
}

async function worker() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  for (let next = work.shift(); next; next = work.shift()) await next(page);
  await context.close();
}

await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));

async function shoot(page, state, route) {
  const name = `${state}-${route.replace(/[^a-z0-9]+/gi, "_").replace(/^_|_$/g, "").slice(0, 60) || "home"}`;
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.screenshot({ path: `${shots}/${name}-desktop.png`, fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: `${shots}/${name}-phone.png`, fullPage: true });
  await page.setViewportSize({ width: 1280, height: 900 });
}

await browser.close();
if (visited < 30) problem("walk", `only ${visited} pages were visited`);
if (problems.length > 0) {
  for (const text of problems) console.error(`- ${text}`);
  console.error(`${problems.length} problems on ${visited} pages`);
  process.exit(1);
}
const slow = slowest.sort((a, b) => b[0] - a[0]).slice(0, 5).map(([took, where]) => `${where} ${(took / 1000).toFixed(1)} s`);
console.log(`slowest: ${slow.join(", ")}`);
console.log(`${visited} pages in ${states.length} states: no accessibility violation, figures agree, keyboard, reflow and no-script pass`);
