// What a person does: reads the figures, uses the keyboard, a phone, a browser without scripts, and makes mistakes.
import { axe, problem } from "./audit.mjs";

async function open(browser, options, work) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  try {
    await work(await context.newPage());
  } finally {
    await context.close();
  }
}

// The headlines of the first page are the JSON's figures, rounded.
export async function keyFigures(browser, base) {
  const { run, rows } = await (await fetch(`${base}/api/forecast.json?level=system`)).json();
  const last = rows.filter((row) => row.year === run.to_year);
  const round = (value, unit) => Math.sign(value) * Math.floor((Math.abs(value) + unit / 2) / unit);
  await open(browser, {}, async (page) => {
    await page.goto(`${base}/`);
    for (const role of ["gp", "nurse"]) {
      const row = last.find((r) => r.role === role);
      const shown = await page.locator(`[data-figure=${role}-gap]`).textContent();
      const wanted = String(Math.abs(round(row.gap_milli.p50, 1000)));
      if (shown !== wanted) problem("/", `shows ${shown} ${role} missing, the JSON says ${wanted}`);
      const interval = await page.locator(`[data-figure=${role}-interval]`).textContent();
      for (const end of [row.gap_milli.p10, row.gap_milli.p90]) {
        const text = String(Math.abs(round(end, 1000)));
        if (!interval.includes(text)) problem("/", `the ${role} interval "${interval}" lacks ${text}`);
      }
      const cost = await page.locator(`[data-figure=${role}-cost]`).textContent();
      const millions = (Math.abs(round(row.cost_pence.p50, 10_000_000)) / 10).toFixed(1);
      if (!cost.includes(millions)) problem("/", `the ${role} cost "${cost}" is not ${millions} million`);
    }
    const boroughs = await page.locator("#boroughs-caption").locator("xpath=..").locator("tbody tr").count();
    const known = (await (await fetch(`${base}/api/forecast.json?level=borough&year=${run.to_year}`)).json()).rows;
    if (boroughs !== known.length / 2) problem("/", `${boroughs} boroughs are shown of ${known.length / 2}`);
    const origin = await page.locator("#origin").textContent();
    for (const part of [run.run_id, run.inputs_sha256, run.engine, `seed ${run.seed}`]) {
      if (!origin.includes(part)) problem("/", `the origin lacks ${part}`);
    }
  });
}

// Every field of the form that starts a forecast is reached with the tab key, in sight, in order.
export async function keyboard(browser, base) {
  await open(browser, {}, async (page) => {
    await page.goto(`${base}/forecasts`);
    const reached = [];
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const now = document.activeElement;
        const box = now.getBoundingClientRect();
        const style = getComputedStyle(now);
        const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" || style.backgroundColor === "rgb(255, 235, 59)";
        return { id: now.id || now.textContent.trim(), marked, inSight: box.top >= 0 && box.bottom <= innerHeight, box: box.width };
      });
      reached.push(seen.id);
      if (seen.box > 0 && !seen.marked) problem("/forecasts", `the focus on "${seen.id}" cannot be seen`);
      if (seen.box > 0 && !seen.inSight) problem("/forecasts", `the focus on "${seen.id}" is out of sight`);
      if (seen.id === "Run the forecast") break;
    }
    const fields = ["scenario", "area", "missing_returns", "list", "base_year", "to_year", "draws", "seed", "Run the forecast"];
    const order = fields.map((field) => reached.indexOf(field));
    if (order.includes(-1)) problem("/forecasts", `the tab key does not reach ${fields[order.indexOf(-1)]}`);
    if (order.some((place, i) => i > 0 && place < order[i - 1])) problem("/forecasts", "the tab order is not the form's");
    if (reached[0] !== "Skip to main content") problem("/forecasts", "the first stop is not the skip link");
  });
}

// A wrong form comes back with what was typed, a summary that has the focus, and a message at the field.
export async function wrongForm(browser, base) {
  await open(browser, {}, async (page) => {
    await page.goto(`${base}/forecasts`);
    await page.fill("#draws", "7");
    await page.locator("#draws").press("Enter");
    await page.waitForURL("**/forecasts");
    await page.waitForSelector(".nhsuk-error-summary");
    if ((await page.inputValue("#draws")) !== "7") problem("wrong form", "what was typed is lost");
    if (!(await page.locator("#draws-error").textContent()).includes("from 16 to 65536")) problem("wrong form", "the field has no message");
    const described = await page.getAttribute("#draws", "aria-describedby");
    if (!described.includes("draws-error")) problem("wrong form", "the message is not tied to the field");
    await page.locator(".nhsuk-error-summary a").first().click();
    if ((await page.evaluate(() => document.activeElement.id)) !== "draws") problem("wrong form", "the summary does not lead to the field");
  });
}

// A refused file says where and what to do.
export async function refusedFile(browser, base, shots) {
  await open(browser, {}, async (page) => {
    await page.goto(`${base}/imports`);
    await page.selectOption("#kind", "groupings");
    await page.setInputFiles("#file", { name: "groupings.csv", mimeType: "text/csv", buffer: Buffer.from("kind\nwrong\n") });
    await page.click("form[enctype] button");
    await page.waitForSelector("#report-heading");
    const text = await page.locator("main").textContent();
    for (const part of ["groupings.csv was refused: nothing was stored", "line 2, valid_from", "is no date", "write YYYY-MM-DD"]) {
      if (!text.includes(part)) problem("refused file", `lacks "${part}"`);
    }
    if (shots) await page.screenshot({ path: `${shots}/full-refused-desktop.png`, fullPage: true });
    const found = await axe(page).analyze();
    for (const violation of found.violations) problem("refused file", `${violation.id}: ${violation.help}`);
  });
}

// A decision without a reason comes back with what was chosen, and a round takes a bundle, both without scripts.
export async function roundForms(browser, base) {
  await open(browser, { javaScriptEnabled: false }, async (page) => {
    await page.goto(`${base}/catalogue/review`);
    await page.selectOption("#relation-0", "other-pack");
    await page.locator("#proposal-0 button[value=confirm]").click();
    if (!(await page.locator(".nhsuk-error-summary").isVisible())) problem("review", "takes a decision without a reason");
    if ((await page.inputValue("#relation-0")) !== "other-pack") problem("review", "forgets what was chosen");
    await page.fill("#reason-0", "ten boxes in the case");
    await page.locator("#proposal-0 button[value=confirm]").click();
    if (await page.locator(".nhsuk-error-summary").isVisible()) problem("review", "takes no decision without scripts");
    const round = `${base}/catalogue/rounds/0190-bidding`;
    await page.goto(round);
    await page.fill("#bid_id", "D-1");
    await page.fill("#bid_supplier", "POLYCO");
    await page.fill("#bid_price", "179,000");
    await page.click("button[value=bid]");
    if (!(await page.locator("a[href='#bid_lot_0']").isVisible())) problem(round, "takes a bid for no lot");
    if ((await page.inputValue("#bid_supplier")) !== "POLYCO") problem(round, "forgets who bids");
    for (const lot of ["#bid_lot_0", "#bid_lot_1"]) await page.check(lot);
    await page.click("button[value=bid]");
    if (page.url() !== round || (await page.locator(".nhsuk-error-summary").isVisible())) problem(round, "takes no bundle without scripts");
  });
}

// Finance attests a claim without scripts; a form that lacks the line of the ledger comes back with what was typed, and so does a signature that is missing.
export async function claimForms(browser, base) {
  await open(browser, { javaScriptEnabled: false }, async (page) => {
    await page.goto(`${base}/back-office/claims`);
    const form = page.locator("#claim-0");
    await form.locator("details", { hasText: "Attest it" }).locator("summary").click();
    await page.selectOption("#attest-scheme-0", "S-001");
    await page.fill("#attest-amount-0", "8,400.50");
    await form.locator("button[value=attest]").click();
    if (!(await page.locator("a[href='#attest-account-0']").isVisible())) problem("claims", "attests without a line of the ledger");
    if ((await page.inputValue("#attest-amount-0")) !== "8,400.50") problem("claims", "forgets the amount");
    if ((await page.inputValue("#attest-scheme-0")) !== "S-001") problem("claims", "forgets the scheme");
    if (!(await page.locator("#attest-account-0-error").isVisible())) problem("claims", "says nothing beside the field");
    await page.fill("#attest-account-0", "52100");
    await page.locator("#claim-0 button[value=attest]").click();
    if (!page.url().includes("done=attested")) problem(page.url(), "attests nothing without scripts");
    await page.goto(`${base}/editions`);
    await page.fill("#note", "for the board");
    await page.click("form[method=post] button");
    if (!(await page.locator("a[href='#signed_as']").isVisible())) problem("editions", "freezes without a signature");
    if ((await page.inputValue("#note")) !== "for the board") problem("editions", "forgets the note");
    await page.fill("#signed_as", "programme director");
    await page.click("form[method=post] button");
    if (!page.url().endsWith("/editions/2?frozen=1")) problem(page.url(), "freezes nothing without scripts");
  });
  // the refused form again, with scripts, for axe
  await open(browser, {}, async (page) => {
    await page.goto(`${base}/back-office/claims`);
    await page.locator("#claim-0 details", { hasText: "Reject it" }).locator("summary").click();
    await page.locator("#claim-0 button[value=reject]").click();
    await page.waitForSelector(".nhsuk-error-summary");
    const found = await axe(page).analyze();
    for (const violation of found.violations) problem("claims, refused", `${violation.id}: ${violation.help}`);
  });
}

// An option is approved without scripts; a form without a reason comes back with the option that was chosen.
export async function caseForms(browser, base) {
  await open(browser, { javaScriptEnabled: false }, async (page) => {
    const address = `${base}/back-office/cases/payroll-2016`;
    await page.goto(address);
    await page.selectOption("#option", "outsourced");
    await page.locator("form[method=get] button").click();
    if (!page.url().includes("option=outsourced") || (await page.inputValue("#option")) !== "outsourced") problem(page.url(), "shows no other option");
    await page.selectOption("#option-to-approve", "outsourced");
    await page.click("button[value=approve]");
    if (!(await page.locator("a[href='#approve-reason-case']").isVisible())) problem("case", "approves without a reason");
    if ((await page.inputValue("#option-to-approve")) !== "outsourced") problem("case", "forgets the option");
    await page.fill("#approve-reason-case", "the cheapest");
    await page.click("button[value=approve]");
    if (!page.url().endsWith("?done=approved")) problem(page.url(), "approves nothing without scripts");
    await page.locator("summary", { hasText: "Take the approval back" }).click();
    await page.fill("#take-back-reason-case", "stale");
    await page.click("button[value=take-back]");
    if (!page.url().endsWith("?done=taken-back")) problem(page.url(), "takes nothing back without scripts");
  });
}

// A slider moves its field, the finding follows at once and is read out when it rests; put back, it says what it said before.
export async function sliders(browser, base) {
  await open(browser, {}, async (page) => {
    await page.goto(`${base}/staffing/scenarios`);
    const finding = page.locator("#outcome [data-finding]").first();
    const before = await finding.textContent();
    const move = (value) =>
      page.locator("input[data-for=leavers-gp]").evaluate((range, to) => {
        range.value = to;
        range.dispatchEvent(new Event("input", { bubbles: true }));
      }, value);
    const says = (text, same) =>
      page.waitForFunction(
        ([old, same]) => {
          const now = document.querySelector("#outcome [data-finding]")?.textContent;
          return now && (now === old) === same && document.getElementById("outcome-status").textContent === now;
        },
        [text, same],
        { timeout: 30_000 },
      );
    try {
      await move("-20");
      if ((await page.inputValue("#leavers-gp")) !== "-20") problem("sliders", "the field does not follow its slider");
      await says(before, false);
      const found = await axe(page).analyze();
      for (const violation of found.violations) problem("sliders, moved", `${violation.id}: ${violation.help}`);
      await move("0");
      await says(before, true);
    } catch (error) {
      problem("sliders", `the finding does not follow: ${error.message.split("\n")[0]}; it says "${await finding.textContent()}"`);
    }
  });
}

// With letters twice the size nothing is cut off.
export async function largeText(browser, base) {
  await open(browser, { viewport: { width: 1280, height: 900 } }, async (page) => {
    await page.goto(`${base}/`);
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 1280) problem("/", `is ${wide} pixels wide with text at 200%`);
  });
}

// Without scripts every kind of page says the same, and the forms work.
export async function withoutScript(browser, base, routes, state) {
  await open(browser, { javaScriptEnabled: false }, async (page) => {
    for (const route of routes) {
      await page.goto(base + route);
      if (!(await page.locator("h1").isVisible())) problem(`${state} ${route}`, "shows no heading without scripts");
    }
    await page.goto(`${base}/forecasts`);
    await page.fill("#seed", "-1");
    await page.click("form[method=post] button");
    if (!(await page.locator(".nhsuk-error-summary").isVisible())) problem(`${state} /forecasts`, "refuses nothing without scripts");
    if (state === "full") {
      await page.fill("#seed", "1");
      await page.click("form[method=post] button");
      if (!page.url().includes("/forecasts/")) problem(`${state} /forecasts`, "starts nothing without scripts");
      if (!(await page.locator("text=See how far it is now").isVisible())) problem(page.url(), "cannot be refreshed without scripts");
      await page.goto(`${base}/staffing/backtest`);
      await page.selectOption("#role", "nurse");
      await page.selectOption("#origin", "2019");
      await page.click("form[method=get] button");
      const [scores, others] = await Promise.all(["nurse", "gp"].map((role) => page.locator(`#scores-${role}-caption`).count()));
      if (scores !== 1 || others !== 0) problem(page.url(), "chooses no role without scripts");
      if ((await page.inputValue("#origin")) !== "2019") problem(page.url(), "forgets the year that was chosen");
    }
  });
}
