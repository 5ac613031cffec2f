/** A browser that reports what no test should see: page errors, refused resources, a policy that was broken. */
import { mkdir } from "node:fs/promises";

import { chromium } from "playwright-core";

export const BASE = process.env.BASE_URL ?? "http://localhost:8000";

export async function launch() {
  return chromium.launch({ executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
}

/** Opens a page; `faults` collects what went wrong in it. */
export async function open(browser, { theme = "light", viewport = { width: 1280, height: 800 }, state } = {}) {
  const context = await browser.newContext({ viewport, baseURL: BASE, colorScheme: theme, storageState: state, reducedMotion: "reduce" });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // A 401 on /me is how one learns that nobody is signed in.
    if (message.type() === "error" && !/status of 401/.test(text)) faults.push(`console: ${text.slice(0, 300)} ${message.location().url}`);
  });
  // A busy machine is slow, not wrong.
  page.setDefaultTimeout(60_000);
  const pending = new Set();
  // The stream of news never ends.
  page.on("request", (request) => request.resourceType() !== "eventsource" && pending.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => pending.delete(request));
  waiting.set(page, pending);
  return { context, page, faults };
}

const waiting = new WeakMap();
const drawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Until the page has all it asked for and has drawn it: a heading, no answer outstanding, no skeleton, nothing that still moves. */
export async function settled(page) {
  // By its tag: behind an open dialog it has no role.
  await page.locator("h1").first().waitFor();
  // What came may ask for more, once it is drawn.
  for (let calm = 0; calm < 2; calm = waiting.get(page).size === 0 ? calm + 1 : 0) await drawn(page);
  await page.waitForFunction(() => !document.querySelector("[data-skeleton], [data-starting-style]") && document.fonts.status === "loaded" && document.getAnimations().every((one) => one.playState !== "running" || one.effect?.getTiming().iterations === Infinity));
}

/** What the server says. It may have closed a connection that was quiet for a while; then it is asked again. */
export async function read(page, path) {
  return (await page.request.get(`${BASE}/api/v1${path}`, { maxRetries: 3 })).json();
}

/** Through the sandbox's stand-in for Xero's sign-in, as one of the people it knows. */
export async function signIn(page, person) {
  await page.goto("/login");
  await page.getByRole("link", { name: "Sign in with Xero" }).click();
  await page.getByRole("button", { name: new RegExp(person) }).click();
  const proceed = page.getByRole("button", { name: "Continue", exact: true });
  const ours = (url) => url.href.startsWith(BASE);
  await Promise.race([proceed.waitFor().then(() => proceed.click()), page.waitForURL(ours)]);
  await page.waitForURL(ours);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** The kit's own focus guards carry `aria-hidden` and take focus on purpose: https://github.com/mui/base-ui/issues/5528 */
export const ALLOWED = [{ rule: "aria-hidden-focus", html: /data-base-ui-focus-guard/ }];

/** The page as it stands, in both themes and at two widths, without leaving it: a step of a flow cannot be opened by its address alone. */
export async function pictures(page, name, widths = [1280, 1024]) {
  await mkdir("var/screenshots", { recursive: true });
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const theme of ["dark", "light"]) {
      await page.evaluate((to) => (document.documentElement.dataset.theme = to), theme);
      await page.screenshot({ path: `var/screenshots/${name}-${theme}-${width}.png` });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}
