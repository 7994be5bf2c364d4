// The page as a journalist meets it: in a real browser, with and without JavaScript, by mouse and by keyboard.
"use strict";
const assert = require("node:assert/strict");
const {spawn, execFileSync} = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const {after, before, test} = require("node:test");
const {chromium} = require("playwright-core");

const source = path.resolve(__dirname, "../../..");
const bin = process.env.DATELINE_BIN;
const shots = process.env.DATELINE_SCREENSHOTS;
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const hostPage = fs.readFileSync(path.join(source, "searcher/examples/host-page.html"), "utf8");
let folder, server, base, browser, host, hostAddress;

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "dateline-page-"));
  const index = (what) => execFileSync(path.join(bin, "dateline-index"), ["-q", "-d", path.join(folder, "index"), what]);
  index(path.join(source, "corpus"));
  // An article that was rewritten once.
  const ferry = path.join(folder, "ferry.jsonl");
  for (const [title, hour, second] of [["Ferry runs aground off the harbour", "08", "Nobody was hurt, the coastguard said."],
    ["Ferry runs aground off the harbour, three hurt", "11", "Three passengers were hurt, the coastguard said, one of them badly."]]) {
    fs.writeFileSync(ferry, JSON.stringify({id: "ferry", source: "The Harbour Post", title, published: "2022-03-04T07:30:00Z", modified: `2022-03-04T${hour}:15:00Z`,
      url: "https://post.example/ferry", authors: ["Ann Lee"], body: ["A ferry with 240 people on board ran aground in fog on Friday, a mile off the harbour.", second,
        "The port has been closed until the evening."]}) + "\n");
    index(ferry);
  }
  host = http.createServer((_, response) => {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(hostPage.replaceAll("ENDPOINT", base));
  });
  await new Promise((done) => host.listen(0, "127.0.0.1", done));
  hostAddress = `http://127.0.0.1:${host.address().port}`;
  server = spawn(path.join(bin, "dateline-serve"),
    ["-q", "-d", path.join(folder, "index"), "--port", "0", "--allow-origin", hostAddress], {stdio: ["ignore", "ignore", "pipe"]});
  base = await new Promise((done, fail) => {
    server.stderr.on("data", (data) => {
      const found = /listening on (http:\/\/\S+)\//.exec(data);
      if (found) done(found[1]);
    });
    server.on("exit", () => fail(new Error("dateline-serve ended")));
  });
  for (let i = 0; i < 100 && (await fetch(base + "/readyz")).status !== 200; ++i) await new Promise((done) => setTimeout(done, 100));
  browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ["--no-sandbox"]});
});
after(async () => {
  if (browser) await browser.close();
  if (host) host.close();
  if (server) server.kill();
  fs.rmSync(folder, {recursive: true, force: true});
});

/** A page that fails the test on an error, a refused policy or a request to anywhere else. */
async function open(options = {}) {
  const page = await browser.newPage({viewport: {width: 1280, height: 900}, ...options});
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error" && !/400 \(Bad Request\)|404 \(Not Found\)/.test(message.text())) page.problems.push(message.text()); });
  page.on("request", (request) => { if (![base, hostAddress].includes(new URL(request.url()).origin)) page.problems.push(request.url()); });
  return page;
}
async function finish(page) {
  assert.deepEqual(page.problems, []);
  await page.close();
}
const total = async (page) => Number((await page.textContent(".bar h1")).replace(/\D*([\d,]+).*/s, "$1").replace(",", ""));

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  test(`search, drill down, open, back ${how}`, async () => {
    const page = await open({javaScriptEnabled});
    await page.goto(base);
    assert.match(await page.textContent("h1"), /articles in the archive/);
    await page.fill("#q", "sanctions");
    await page.press("#q", "Enter");
    await page.waitForURL(/\/search\?q=sanctions/);
    const all = await total(page);
    assert.ok(all > 10);
    assert.match(await page.textContent(".echo"), /Understood as sanctions/);
    assert.ok(await page.locator(".hits mark").count() > 5);
    // Two sources are alternatives; an actor narrows.
    const first = page.locator(".facets section", {hasText: "Source"}).locator("li a").nth(0);
    const count = Number(await first.locator(".n").textContent());
    await first.click();
    assert.equal(await total(page), count);
    assert.equal(await page.locator(".on a").count(), 1);
    await page.locator(".facets section", {hasText: "Source"}).locator("li a").nth(1).click();
    assert.ok(await total(page) > count);
    const wide = await total(page);
    await page.locator(".facets section", {hasText: "People"}).locator("li a").nth(0).click();
    assert.ok(await total(page) < wide);
    await page.locator(".on a", {hasText: "Clear all"}).click();
    assert.equal(await total(page), all);
    await page.locator(".sort a", {hasText: "oldest"}).click();
    const dates = await page.locator(".hits time").evaluateAll((times) => times.map((t) => t.dateTime.slice(0, 10)));
    assert.deepEqual(dates, [...dates].sort());
    // A bar of the histogram is a link.
    await page.locator(".when svg a", {has: page.locator("rect:not(.hit)")}).last().dispatchEvent("click");
    await page.waitForURL(/date=/);
    assert.ok(await total(page) >= 1 && await total(page) < all);
    await page.goto(base + "/search?q=navalny+sanctions");
    await page.locator(".hits h2 a").first().click();
    await page.waitForURL(/\/article\?id=/);
    assert.ok(await page.locator(".text mark").count() > 0);
    assert.ok(await page.locator(".text a.actor").count() > 3);
    assert.ok(await page.locator(".aside li a").count() > 5);
    await page.locator(".back a").click();
    assert.match(page.url(), /\/search\?q=navalny\+sanctions/);
    await finish(page);
  });

  test(`dates can be written ${how}`, async () => {
    const page = await open({javaScriptEnabled});
    await page.goto(base + "/search?q=*");
    await page.fill("#span", "2022-02..2022-03");
    await page.click(".span button");
    await page.waitForURL(/date=2022-02\.\.2022-03/);
    const days = await page.locator(".hits time").evaluateAll((times) => times.map((t) => t.dateTime.slice(0, 7)));
    assert.ok(days.length > 0 && days.every((day) => day === "2022-02" || day === "2022-03"));
    assert.ok(await page.locator(".when .sel").count() > 0);
    await finish(page);
  });
}

test("the histogram is brushed", async () => {
  const page = await open();
  await page.goto(base + "/search?q=sanctions");
  const all = await total(page);
  const chart = await page.locator(".when svg[role=group]").boundingBox();
  const from = await page.locator(".when .hit").nth(3).getAttribute("data-from");
  const width = chart.width / await page.locator(".when .hit").count();
  await page.mouse.move(chart.x + 3.5 * width, chart.y + 30);
  await page.mouse.down();
  await page.mouse.move(chart.x + chart.width * 0.4, chart.y + 30, {steps: 8});
  assert.equal(await page.locator(".brush").count(), 1);
  await page.mouse.up();
  await page.waitForURL(/date=/);
  assert.equal(new URL(page.url()).searchParams.get("date").split("..")[0], from);
  assert.ok(await total(page) <= all);
  assert.ok(await page.locator(".when .sel").count() > 1);
  // The address is the whole state: another browser sees the same.
  const other = await open();
  await other.goto(page.url());
  assert.equal(await total(other), await total(page));
  await page.goBack();
  assert.equal(await total(page), all);
  await finish(other);
  await finish(page);
});

test("an article says what it was before", async () => {
  const page = await open();
  await page.goto(base + "/article?id=ferry&q=ferry");
  const versions = page.locator(".versions li a");
  assert.equal(await versions.count(), 2);
  assert.match(await page.textContent(".story"), /Three passengers/);
  await versions.nth(1).click();
  await page.waitForURL(/version=/);
  assert.equal(await page.textContent("h1 ins"), "harbour, three hurt");
  assert.equal(await page.locator(".text del").count(), 1);
  assert.equal(await page.getAttribute(".versions [aria-current]", "aria-current"), "page");
  assert.match(await page.textContent(".earlier"), /until \d+ \w+ \d{4}/);
  await page.locator(".back a").click();
  await page.waitForURL(/\/search\?q=ferry/);
  await finish(page);
});

test("a query is completed as it is typed", async () => {
  const page = await open();
  await page.goto(base);
  await page.locator("#q").pressSequentially("sanctions putn");
  await page.waitForSelector(".complete [role=option]");
  await page.press("#q", "ArrowDown");
  assert.equal(await page.inputValue("#q"), 'sanctions actor:"Vladimir Putin"');
  assert.ok(await page.getAttribute("#q", "aria-activedescendant"));
  await page.press("#q", "Escape");
  assert.equal(await page.inputValue("#q"), "sanctions putn");
  assert.equal(await page.locator(".complete").isVisible(), false);
  await page.locator("#q").pressSequentially("i");
  await page.waitForSelector(".complete [role=option]");
  await page.locator(".complete [role=option]").first().click();
  await page.waitForURL(/actor/);
  assert.ok(await total(page) > 3);
  await finish(page);
});

test("everything can be done by keyboard", async () => {
  const page = await open();
  await page.goto(base + "/search?q=sanctions");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  assert.equal(await focused(), await page.locator(".hits h2 a").nth(0).textContent());
  await page.keyboard.press("j");
  const title = await focused();
  await page.keyboard.press("?");
  assert.ok(await page.locator("dialog").isVisible());
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog").count(), 0);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.press("Tab");
  await page.locator(".hits h2 a").nth(1).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/article/);
  assert.equal(await page.textContent("h1"), title);
  await finish(page);
});

test("what goes wrong is said where it is", async () => {
  const page = await open();
  await page.goto(base + "/search?q=" + encodeURIComponent("putin AND (oil"));
  assert.equal(await page.textContent(".caret .at"), "(");
  await page.goto(base + "/search?q=sanctons");
  await page.locator(".mean a").first().click();
  assert.ok(await total(page) > 10);
  await page.goto(base + "/search?q=sanctions&source=Capital+Ledger&date=1989");
  assert.match(await page.textContent(".nothing"), /Without 1989: \d+ article/);
  assert.equal((await page.goto(base + "/nowhere")).status(), 404);
  await finish(page);
});

test("a page of another origin has a search", async () => {
  const page = await open();
  await page.goto(hostAddress);
  const component = page.locator("dateline-search");
  await component.locator("li").first().waitFor();
  assert.equal(await component.locator("li").count(), 3);
  assert.ok(await component.locator("mark").count() > 0);
  await component.locator("input").fill("grain");
  await component.locator("button").click();
  await page.waitForFunction(() => /^\d+ articles?$/.test(document.querySelector("dateline-search").shadowRoot.querySelector("[role=status]").textContent) &&
    document.querySelector("dateline-search").shadowRoot.querySelector("mark").textContent.toLowerCase().startsWith("grain"));
  await component.locator("input").fill("grain AND");
  await component.locator("button").click();
  await page.waitForFunction(() => /needs a word/.test(document.querySelector("dateline-search").shadowRoot.querySelector("[role=status]").textContent));
  await component.locator("input").fill("grain");
  await component.locator("button").click();
  await component.locator("h3 a").first().click();
  await page.waitForURL(base + "/article**");
  await finish(page);
  // An origin that was not named gets nothing.
  const stranger = await browser.newPage();
  await stranger.goto(hostAddress.replace("127.0.0.1", "localhost"));
  await stranger.waitForFunction(() => /cannot be reached/.test(document.querySelector("dateline-search").shadowRoot.querySelector("[role=status]").textContent));
  await stranger.close();
});

const views = {start: "/", results: "/search?q=Putin+AND+sanctions", drill: "/search?q=sanctions&source=The+Harbour+Post&and_actor=Russia&date=2022-01..2022-06",
  long: "/search?q=sanctions&source=The+Harbour+Post&source=" + "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft+".repeat(2),
  complete: async (page) => {
    await page.goto(base);
    await page.locator("#q").pressSequentially("sanc");
    await page.waitForSelector(".complete [role=option]");
  },
  versions: async (page) => {
    await page.goto(base + "/article?id=ferry");
    await page.locator(".versions li a").nth(1).click();
    await page.waitForURL(/version=/);
  },
  nothing: "/search?q=sanctons+zebra&source=The+Harbour+Post", error: "/search?q=putin+AND+(oil", help: "/help",
  article: async (page) => {
    await page.goto(base + views.results);
    await page.locator(".hits h2 a").first().click();
    await page.waitForURL(/article/);
  }};

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    test(`accessible and drawn at ${width} px, ${colorScheme}`, async () => {
      const page = await open({viewport: {width, height}, colorScheme, bypassCSP: true});
      for (const [name, address] of Object.entries(views)) {
        await (typeof address === "string" ? page.goto(base + address) : address(page));
        if (shots) await page.screenshot({path: path.join(shots, `${name}-${width}-${colorScheme}.png`)});
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(sideways <= 0, `${name} scrolls sideways by ${sideways} px`);
        await page.evaluate(axe);
        const found = await page.evaluate(() => window.axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}));
        const bad = found.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join("; ")}`);
        assert.deepEqual(bad, [], name);
      }
      await finish(page);
    });
  }
}

test("on a phone the hits come first, at 200 % nothing is lost, and print has no tools", async () => {
  const page = await open({viewport: {width: 390, height: 844}});
  await page.goto(base + "/search?q=sanctions");
  const hits = await page.locator("#hits").boundingBox();
  const facets = await page.locator("#narrow").boundingBox();
  assert.ok(hits.y < facets.y);
  assert.equal(await page.locator(".facets section").first().isVisible(), false);
  await page.locator(".jump").click();
  assert.ok(await page.locator(".facets section").first().isVisible());
  await page.setViewportSize({width: 640, height: 450});  // 1280 px at 200 %
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.emulateMedia({media: "print"});
  assert.equal(await page.locator(".ask").isVisible(), false);
  assert.ok(await page.locator(".hits h2").first().isVisible());
  await finish(page);
});
