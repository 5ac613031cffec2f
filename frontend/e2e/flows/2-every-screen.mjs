/** Every screen in both themes and two widths: no fault, no accessibility rule broken, nothing wider than the window. Pictures go to var/screenshots. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";

import { violations } from "../axe.mjs";
import { BASE, open, signIn } from "../browser.mjs";

const OUT = "var/screenshots";
const OUTSIDE = { login: "/login", "sign-in-failed": "/sign-in-failed?problem=no-membership", "oauth-failed": "/oauth-failed?problem=consent-cancelled", "not-found": "/nowhere" };
const WIDTHS = [1280, 1024];

async function inside(page) {
  const read = async (path) => (await page.request.get(`${BASE}/api/v1${path}`)).json();
  const client = (await read("/clients?limit=1")).items[0];
  const run = (await read("/import-runs?limit=1")).items[0];
  const check = client ? (await read(`/clients/${client.id}/checks`)).items.toSorted((a, b) => b.open - a.open)[0] : undefined;
  const profile = (await read("/profiles")).items.at(-1);
  return {
    home: "/",
    clients: "/clients",
    connect: "/connect",
    tenants: "/connect/tenants",
    configure: "/connect/configure",
    confirm: "/connect/confirm",
    imports: "/imports",
    ...(run && { run: `/imports/${run.id}` }),
    ...(client && { client: `/clients/${client.id}`, "client-checks": `/clients/${client.id}/checks`, "client-figures": `/clients/${client.id}/figures`, "client-history": `/clients/${client.id}/history`, "client-activity": `/clients/${client.id}/activity` }),
    ...(check && { "client-check": `/clients/${client.id}/checks/${check.code}` }),
    health: "/health",
    "score-settings": "/configure/score",
    ...(profile && { "score-profile": `/configure/score/${profile.id}` }),
    connections: "/configure/connections",
    team: "/configure/team",
    firm: "/configure/firm",
    keys: "/configure/keys",
    activity: "/configure/activity",
  };
}

/** One page in both themes: it is opened once, and turned. */
async function look(page, faults, name, width) {
  // The stream never falls silent, so "network idle" never comes: wait for the heading and for the skeletons to go.
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForFunction(() => !document.querySelector("[role=status][aria-label=Loading]"), undefined, { timeout: 8000 }).catch(() => undefined);
  await page.waitForTimeout(250);
  const all = [];
  for (const theme of ["light", "dark"]) {
    await page.evaluate((to) => (document.documentElement.dataset.theme = to), theme);
    await page.screenshot({ path: `${OUT}/${name}-${theme}-${width}.png` });
    const broken = width === 1280 || theme === "light" ? await violations(page) : [];
    all.push(...broken.map((fault) => `${name} ${theme} ${width}: ${fault}`));
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const found = [...faults.splice(0).filter((fault) => !/\/clients\/[^/]+\/(score|scores)/.test(fault)), ...(wide > 0 ? [`${wide} px wider than the window`] : [])];
  return [...all, ...found.map((fault) => `${name} ${width}: ${fault}`)];
}

/** Every page of a list, at every width. */
async function every(browser, state, pathsOf) {
  const all = [];
  for (const width of WIDTHS) {
    const { context, page, faults } = await open(browser, { viewport: { width, height: 800 }, state });
    for (const [name, path] of Object.entries(await pathsOf(page))) {
      await page.goto(path);
      all.push(...(await look(page, faults, name, width)));
    }
    await context.close();
  }
  return all;
}

export default {
  "outside the shell": async ({ browser }) => {
    await mkdir(OUT, { recursive: true });
    assert.deepEqual(await every(browser, undefined, async () => OUTSIDE), []);
  },

  "inside the shell": async ({ browser, page: first }) => {
    await signIn(first, process.env.E2E_PERSON ?? "Niamh");
    assert.deepEqual(await every(browser, await first.context().storageState(), inside), []);
  },
};
