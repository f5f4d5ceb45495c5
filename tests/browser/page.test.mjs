// What a person does with the page, each step against the running system's own REST. The tests build on each other: one azud,
// one tab, in this order.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { name_of, System, wait_until } from "./system.mjs";

const axe_source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const points = 50_000;
const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const screens = ["#/", "#/alarms", "#/alarms?view=history", "#/topics", "#/topics/ENTRY", "#/jobs", "#/jobs?view=plan", "#/outbox", "#/d/history", "#/d/stream", "#/help"];
const zones = ["NorthAmerica", "SouthAmerica", "Mediterranean", "CentroEurope", "NorthEurope", "UK", "North", "Africa", "Oceania"];

const system = new System();
let browser, page;
/** Two sensors of one cell, one of the United Kingdom, one of Africa, one more. */
let twins, british, african, other;
const complaints = []; // of the console, except while azud is dead
let outage = false;

function watch(tab) {
  tab.on("pageerror", (error) => complaints.push(error.stack));
  tab.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !outage) complaints.push(message.text());
  });
  tab.setDefaultTimeout(60_000); // on a machine that builds meanwhile, drawing takes its time
  return tab;
}

const open = (route, tab = page) => tab.goto(system.page(route));
const panel = (title) => page.locator("section.panel", { has: page.getByRole("heading", { name: title, exact: true }) });
const listed = (list) => list.locator(".alarm-line, tbody tr").count();
const text_of = async (locator) => (await locator.innerText()).replace(/\s+/g, " ");
/** Waits until the text is like that: what is pushed comes when it comes, each panel's for itself. */
async function shows(locator, pattern) {
  let text = "";
  const seen = async () => pattern.test((text = await text_of(locator)));
  await wait_until(seen, pattern).catch((error) => assert.fail(`${error.message}; the page shows: ${text}`));
}
const number_in = (text) => Number(text.replace(/[^0-9.]/g, ""));
const drawn = () => page.locator(".map-points").evaluate((canvas) => Number(canvas.dataset.points ?? 0));
const draws = (count) => page.waitForFunction((wanted) => document.querySelector(".map-points")?.dataset.points === String(wanted), count);

before(async () => {
  await system.start();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
  page = watch(await browser.newPage({ viewport: wide, colorScheme: "light" }));
  const map = await system.query({ source: "entities", topic: "CUSTOMERS", id: "id", geohash: "geohash", zone: "zone", alarms: true });
  assert.equal(map.count, points);
  const cell = (i) => map.geohash.slice(i * map.geohash_chars, (i + 1) * map.geohash_chars);
  const first = new Map();
  // Of five digits: no other number on the page contains them.
  for (let i = 0; !twins; ++i) {
    if (map.ids[i].length < 5) continue;
    if (first.has(cell(i))) twins = [first.get(cell(i)), map.ids[i]];
    first.set(cell(i), map.ids[i]);
  }
  const in_zone = (zone) => map.ids.find((id, i) => id.length === 5 && map.zones[map.zone[i]] === zone && !twins.includes(id));
  [british, african, other] = [in_zone("UK"), in_zone("Africa"), in_zone("Oceania")];
  await system.report(other); // the clock of the stream has begun
});
after(async () => {
  await browser?.close();
  await system.stop();
});

test("the first load is small and asks nobody but azud", async () => {
  const bytes = new Map();
  const foreign = [];
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (!request.url.startsWith(system.page())) foreign.push(request.url);
    bytes.set(requestId, 0);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  await open("");
  await draws(points);
  await page.locator(".chart, .panel-topics tbody").first().waitFor();
  const sum = [...bytes.values()].reduce((a, b) => a + b, 0);
  console.log(`# first load: ${bytes.size} requests, ${(sum / 1000).toFixed(0)} kB`);
  assert.ok(bytes.size > 4 && sum > 40_000, "the requests were seen");
  assert.deepEqual(foreign, []);
  assert.ok(sum < 150_000, `${sum} bytes`);
  await session.detach();
});

test("50,000 points are drawn, and nothing jumps meanwhile", async () => {
  await page.addInitScript(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shifts += entry.hadRecentInput ? 0 : entry.value))).observe({ type: "layout-shift", buffered: true });
  });
  await page.reload();
  await draws(points);
  const [at, draw_ms] = await page.evaluate(() => [performance.now(), Number(document.querySelector(".map-points").dataset.drawMs)]);
  console.log(`# points drawn: ${points} in ${draw_ms} ms, ${at.toFixed(0)} ms after the page was asked for`);
  assert.ok(draw_ms > 0);
  await page.locator(".panel-topics tbody tr").first().waitFor();
  const shifts = await page.evaluate(() => window.shifts);
  assert.ok(shifts < 0.1, `layout shift ${shifts}`);
});

test("an alarm is pushed to the list, the map, the numbers and the title", async () => {
  await page.evaluate(() => (window.same_page = true));
  const list = panel("Active alarms").locator("ul");
  assert.equal(await page.locator(".alarm-line").count(), 0);
  await system.report(british, { movement: true });
  await list.getByText(british, { exact: true }).waitFor();
  await page.getByRole("button", { name: "UK, 1 in alarm" }).waitFor();
  await page.waitForFunction(() => document.querySelector(".map-points").dataset.clusters === "1");
  await page.waitForFunction(() => document.title.startsWith("(1)"));
  await shows(panel("Raised since the start"), /^Raised since the start 1 /);
  for (const id of [...twins, african]) await system.report(id, { movement: true });
  for (let i = 0; i < 3; ++i) await system.report(other, { smoke: true });
  await system.active([`humo ${other}`, ...[british, african, ...twins].map((id) => `movimiento ${id}`)]);
  await page.waitForFunction(() => document.querySelectorAll(".alarm-line").length === 5);
  assert.equal(await page.evaluate(() => window.same_page), true, "without loading the page again");
  const [entry] = await system.alarms(`state=active&originator=${british}`);
  await shows(list.locator("li", { hasText: british }), new RegExp(`Movement ${british} ${entry.label} · UK`));
});

test("two sensors of one cell are both reached", async () => {
  const [one, two] = twins;
  await page.getByLabel("Find a device by id").fill(one);
  await page.keyboard.press("Enter");
  const list = page.locator(".devices");
  await list.getByRole("button", { name: new RegExp(`^${two} `) }).click();
  await shows(list.locator(".device.open"), new RegExp(`^${two} .*All alarms of ${two}`));
  await list.getByRole("button", { name: "Close the list" }).click();
  // The same by pointing: the map shows the place in its middle.
  await page.goto(system.page(`#/?sel=${two}`));
  await page.reload();
  await list.waitFor();
  await page.getByLabel("Find a device by id").fill(two);
  await page.keyboard.press("Enter");
  await wait_until(async () => (await drawn()) < points, "the map to fly there");
  await page.waitForTimeout(500);
  await list.getByRole("button", { name: "Close the list" }).click();
  const canvas = await page.locator(".map-points").boundingBox();
  await page.mouse.click(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2);
  await list.waitFor();
  for (const id of twins) await shows(list, new RegExp(`\\b${id}\\b`));
  await open("#/");
  await page.reload();
});

test("each of the nine zones can be chosen, and rules the map and the list", async () => {
  await draws(points);
  let sum = 0;
  for (const zone of zones) {
    const chip = page.locator(".chip").nth(1 + zones.indexOf(zone));
    await chip.click();
    await page.waitForURL(new RegExp(`zone=${zone}$`));
    await page.locator('.chip[aria-pressed="true"]').nth(0).waitFor();
    sum += await wait_until(async () => {
      const count = number_in(await page.locator(".map-legend-head").innerText());
      return count > 0 && count < points && count;
    }, `the devices of ${zone}`);
    await wait_until(async () => (await drawn()) > 0, `points of ${zone}`);
    const expected = (await system.alarms(`state=active&zone=${zone}`)).length;
    await wait_until(async () => (await listed(panel("Active alarms"))) === expected, `${expected} alarms of ${zone} in the list`);
  }
  assert.equal(sum, points, "every device is in one of them");
  await page.locator(".chip").first().click();
  await wait_until(async () => (await listed(panel("Active alarms"))) === 5, "all again");
});

test("acknowledging on the page is what REST then says", async () => {
  await panel("Active alarms").getByRole("button", { name: `Acknowledge Movement of ${african}` }).click();
  await wait_until(async () => (await system.alarms(`originator=${african}`))[0].state === "ACTIVE_ACK", "the acknowledgement");
  await panel("Active alarms").locator("li", { hasText: african }).locator(".ack-done").waitFor();

  await open("#/alarms");
  await page.locator("tbody tr", { hasText: british }).getByRole("button", { name: british, exact: true }).click();
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("Comment").fill("on my way");
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("dialog").getByText("acknowledged", { exact: true }).waitFor();
  const alarm = (await system.alarms(`originator=${british}`))[0];
  assert.deepEqual([alarm.state, alarm.acknowledged_by, alarm.comment], ["ACTIVE_ACK", "Ada", "on my way"]);
  await page.keyboard.press("Escape");

  for (const id of twins) await page.getByLabel(`Choose Movement of ${id}`).check();
  await page.getByRole("button", { name: "Acknowledge 2" }).click();
  await page.getByText("2 alarms acknowledged").waitFor();
  assert.equal((await system.alarms("state=ACTIVE_UNACK")).length, 1);
});

test("a repaired sensor leaves the list; history finds it by type, time and device", async () => {
  await system.repair(african);
  await system.active([`humo ${other}`, ...[british, ...twins].map((id) => `movimiento ${id}`)]);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 4);
  await open("#/alarms?view=history");
  await page.getByRole("heading", { name: "5 alarms" }).waitFor();
  await shows(page.locator("tbody tr", { hasText: african }), /Cleared/);
  await page.locator(".field", { hasText: /^Type/ }).locator("select").selectOption("humo");
  await page.getByRole("heading", { name: "1 alarm" }).waitFor();
  await shows(page.locator("tbody tr"), new RegExp(`Smoke ${other}`));
  await page.locator(".field", { hasText: /^Type/ }).locator("select").selectOption("");
  await page.getByLabel("Device id").fill(twins[1]);
  await page.waitForURL(/originator/);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  await open(`#/alarms?view=history&from=${Date.UTC(2020, 0, 1)}&to=${Date.UTC(2020, 0, 2)}`);
  await page.reload();
  await page.getByText("No alarms in this time").waitFor();
});

test("alarms per minute are shown by type", async () => {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const row = (tipo, n) => JSON.stringify({ tipo, window_start: new Date(minute).toISOString().replace("T", " ").slice(0, 19), n });
  await system.write("COUNT_MINUTE", row("movimiento", 31));
  await system.write("COUNT_MINUTE", row("humo", 7));
  await open("#/");
  const chart = panel("Alarms per minute");
  await chart.locator(".legend-value", { hasText: "31" }).waitFor();
  await chart.getByRole("button", { name: "Show as table" }).click();
  await shows(chart.locator("thead"), /Time Movement Smoke/);
  await shows(chart.locator("tbody tr").first(), / 31 7$/);
  // From the alarms themselves: raised four times by movement, once by smoke, in at most two minutes.
  await open("#/d/history");
  const raised = panel("Raised per minute");
  await raised.getByRole("button", { name: "Show as table" }).click();
  await wait_until(async () => {
    const rows = await raised.locator("tbody tr").allInnerTexts();
    const cells = rows.map((line) => line.split("\t").map(number_in));
    return cells.reduce((sum, line) => sum + line[1], 0) === 4 && cells.reduce((sum, line) => sum + line[2], 0) === 1;
  }, "the counts of the history");
});

test("rates are those of what is written, in the numbers, the topics and the job", async () => {
  await open("#/");
  const before_it = (await system.get("/api/topics/ENTRY")).records;
  let written = 0;
  const busy = { on: true };
  const writing = (async () => {
    while (busy.on) {
      await Promise.all(Array.from({ length: 10 }, () => system.report(african)));
      written += 10;
    }
  })();
  try {
    await wait_until(async () => number_in(await panel("Messages in").locator(".stat-value").innerText()) > 5, "a message rate");
    await wait_until(async () => /→ [1-9]/.test(await text_of(panel("Job").locator(".node", { hasText: "union all" }))), "a rate in the job");
    const source = async () => (await system.get("/api/jobs")).jobs[0].nodes.find((node) => node.name === "ENTRY");
    assert.ok((await source()).records_in_per_second > 0, "REST has it too, at the first call");
    await wait_until(async () => (await source()).records_in_per_second > 5, "a rate of the job's source");
    const { busy: share } = await source();
    assert.ok(share > 0 && share < 1, `busy ${share}`);
  } finally {
    busy.on = false;
    await writing;
  }
  await wait_until(async () => {
    const row = page.locator(".panel-topics tbody tr", { hasText: "ENTRY" });
    return number_in(await row.locator("td").nth(2).innerText()) === before_it + written;
  }, "the topic's count");
});

test("the job graph: every part, its watermark, its sources at their end", async () => {
  await open("#/jobs");
  await page.locator(".node").first().waitFor();
  const names = await page.locator(".node-head b").allInnerTexts();
  for (const name of ["ENTRY", "OK", "CUSTOMERS", "union all", "over · unnest", "temporal join", "window aggregate", "ALARMS", "COUNT", "COUNT_MINUTE"]) assert.ok(names.includes(name), `${name} in ${names}`);
  for (const mark of await page.locator(".node .node-mark:first-child").allInnerTexts()) assert.match(mark, /up to date|behind/);
  await page.locator(".node", { hasText: "ENTRY" }).locator(".node-main").click();
  await page.waitForURL(/node=/);
  // Either is told once a second.
  const written = async () => (await system.get("/api/topics/ENTRY")).records;
  const read = async () => number_in(await page.locator(".facts.inner div").first().locator(".muted").innerText());
  await wait_until(async () => (await read()) === (await written()), "all records read");
  const behind = async () => {
    const [job] = (await system.get("/api/jobs")).jobs;
    return job.nodes.flatMap((node) => node.partitions).filter((part) => part.position !== part.end);
  };
  await wait_until(async () => (await behind()).length === 0, "every source at its end");
});

test("topics show their last messages decoded", async () => {
  await system.report(african, { temperature: 21.5, max: 33 });
  await open("#/topics/ENTRY");
  const row = page.locator("tbody tr").first();
  await wait_until(async () => /21\.5/.test(await text_of(row)), "the newest message on top");
  await shows(row, new RegExp(`${african} id ${african} movimiento false humo false temperatura 21.5 temp_maxima 33$`));
  await open("#/topics");
  await page.locator(".row-link", { hasText: "ALARMS" }).click();
  await page.locator("tbody tr", { hasText: african }).first().locator(".record-open").click();
  await shows(page.locator(".record-detail"), /what (clear|raise)/);
});

test("the outbox holds one e-mail for each raise and each clear, readable", async () => {
  await open("#/outbox");
  await page.getByRole("heading", { name: "6 e-mails" }).waitFor();
  await page.getByRole("link", { name: new RegExp(`\\[${british}\\] - ALARMA ACTIVADA`) }).click();
  const entity = (await system.get(`/api/entities?dashboard=overview&panel=world&ids=${british}`)).entities[0];
  const text = await text_of(page.locator(".mail-text"));
  for (const part of [british, entity.columns.name, entity.columns.surname, entity.columns.city]) assert.ok(text.includes(part), `${part} in ${text}`);
  const raw = await page.getByRole("link", { name: "save as .eml" }).getAttribute("href");
  const answer = await fetch(new URL(raw, system.page()));
  assert.equal(answer.headers.get("content-type"), "message/rfc822");
  assert.match(await answer.text(), /^Subject: /m);
});

test("the whole page can be used from the keyboard", async () => {
  await open("#/");
  await page.reload();
  await draws(points);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the page");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement.classList.contains("map-points"))); ++i) await page.keyboard.press("Tab");
  for (let i = 0; i < 6; ++i) await page.keyboard.press("+");
  await wait_until(async () => (await drawn()) < points, "zooming by key");
  await page.keyboard.press("0");
  await draws(points);
  await page.keyboard.press("Enter");
  await page.locator(".devices").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".devices").waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.waitForURL(/#\/jobs/);
  await page.locator(".node-main").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/node=/);
});

for (const theme of ["light", "dark"]) {
  test(`every screen in ${theme}: ${theme === "light" ? "contrast, names, roles" : "contrast"}`, async () => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    const found = [];
    await page.reload();
    await page.evaluate(axe_source);
    for (const screen of screens) {
      await open(screen);
      await page.locator("main h1").waitFor();
      await page.waitForFunction(() => !document.querySelector(".loading") && document.querySelector(".live-open"));
      await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
      const light = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).reduce((sum, one) => sum + Number(one), 0));
      assert.equal(light > 384, theme === "light", `background of ${screen}`);
      // Names and roles do not depend on the colours.
      const rules = theme === "light" ? ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] : { type: "rule", values: ["color-contrast"] };
      const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), rules);
      for (const one of violations) found.push(`${screen}: ${one.id}: ${one.nodes.map((node) => node.target + " " + (node.any[0]?.message ?? "")).slice(0, 3).join(" | ")}`);
    }
    assert.deepEqual(found, []);
  });
}

test("a click changes the theme, and it stays", async () => {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  await open("#/help");
  // The page hears of the system's colours and of clicks in tasks of their own.
  const becomes = (theme) => page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
  await becomes("light");
  const button = page.locator(".nav-foot .icon-button").first();
  await button.click(); // light, whatever the system says
  await button.click();
  await becomes("dark");
  await page.reload();
  await becomes("dark");
  await button.click();
  await becomes("light");
});

test("on a phone no screen is wider than the phone", async () => {
  const tab = watch(await browser.newPage({ viewport: phone, isMobile: true, hasTouch: true }));
  const wider = [];
  for (const screen of screens) {
    await open(screen, tab);
    await tab.locator("main h1").waitFor();
    await tab.waitForFunction(() => !document.querySelector(".loading") && document.querySelector(".live-open"));
    const [shown, there] = await tab.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
    if (there > shown) wider.push(`${screen}: ${there} in ${shown}`);
  }
  assert.deepEqual(wider, []);
  await open("#/", tab);
  await tab.getByRole("button", { name: "More" }).tap();
  await tab.getByRole("dialog").getByRole("link", { name: "Outbox" }).tap();
  await tab.waitForURL(/#\/outbox/);
  await tab.close();
});

test("data that stops coming is marked as old", async () => {
  await open("#/");
  const stat = panel("Messages in");
  await stat.getByText(/No data since/).waitFor();
  assert.ok(await stat.locator(".feed.stale").count());
  await system.report(african);
  await stat.getByText(/No data since/).waitFor({ state: "detached" });
});

test("after kill -9 the page says so, comes back by itself, and shows the same alarms, none twice", async () => {
  await open("#/alarms");
  const rows = () => page.locator("tbody tr").evaluateAll((list) => list.map((row) => ["Type", "Device", "State"].map((name) => row.querySelector(`[data-label="${name}"]`).innerText.trim()).join(" ")).sort());
  await wait_until(async () => (await rows()).length === 4, "four alarms");
  const [shown, told, started] = [await rows(), await system.alarms("state=all"), system.pid];
  await page.evaluate(() => (window.same_page = true));
  outage = true;
  await system.kill();
  await page.getByText(/The server does not answer/).waitFor();
  await page.getByText("Disconnected").waitFor();
  await system.start();
  assert.notEqual(system.pid, started);
  await page.locator(".live-open").waitFor();
  await page.getByText(/The server does not answer/).waitFor({ state: "detached" });
  outage = false;
  await wait_until(async () => (await rows()).length === 4, "four alarms again");
  assert.deepEqual(await rows(), shown);
  assert.deepEqual((await system.alarms("state=all")).map((one) => [one.id, one.state]), told.map((one) => [one.id, one.state]));
  assert.equal((await system.get("/api/outbox")).total, 6);
  await system.report(african, { movement: true });
  await page.locator("tbody tr", { hasText: african }).waitFor();
  assert.equal((await rows()).length, 5);
  assert.equal(new Set((await system.alarms()).map(name_of)).size, 5);
  assert.equal(await page.evaluate(() => window.same_page), true, "without loading the page again");
});

test("the console stayed silent", () => assert.deepEqual(complaints, []));
