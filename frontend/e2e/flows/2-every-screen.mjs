/** Every screen in both themes and two widths: no fault, no accessibility rule broken, nothing wider than the window. Pictures go to var/screenshots. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";

import { COLOURS, violations } from "../axe.mjs";
import { open, read, settled, signIn } from "../browser.mjs";

const OUT = "var/screenshots";
const OUTSIDE = { login: "/login", "sign-in-failed": "/sign-in-failed?problem=no-membership", "oauth-failed": "/oauth-failed?problem=consent-cancelled", "not-found": "/nowhere" };
const WIDTHS = [1280, 1024];

async function inside(page) {
  const client = (await read(page, "/clients?limit=1")).items[0];
  const run = (await read(page, "/import-runs?limit=1")).items[0];
  const check = client ? (await read(page, `/clients/${client.id}/checks`)).items.toSorted((a, b) => b.open - a.open)[0] : undefined;
  const profile = (await read(page, "/profiles")).items.at(-1);
  return {
    home: "/",
    clients: "/clients",
    connect: "/connect",
    tenants: "/connect/tenants",
    configure: "/connect/configure",
    confirm: "/connect/confirm",
    imports: "/imports",
    ...(run && { run: `/imports/${run.id}` }),
    ...(client && { client: `/clients/${client.id}`, "client-checks": `/clients/${client.id}/checks`, "client-figures": `/clients/${client.id}/figures`, "client-team": `/clients/${client.id}/team`, "client-history": `/clients/${client.id}/history`, "client-activity": `/clients/${client.id}/activity` }),
    ...(check && { "client-check": `/clients/${client.id}/checks/${check.code}` }),
    health: "/health",
    "score-settings": "/configure/score",
    ...(profile && { "score-profile": `/configure/score/${profile.id}` }),
    integrations: "/configure/integrations",
    "practice-manager": "/configure/integrations/xpm",
    connections: "/configure/connections",
    team: "/configure/team",
    firm: "/configure/firm",
    keys: "/configure/keys",
    activity: "/configure/activity",
  };
}

/** One page at both widths and in both themes: it is opened once, narrowed and turned. */
async function look(page, faults, name) {
  const all = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await settled(page);
    for (const theme of ["light", "dark"]) {
      await page.evaluate((to) => (document.documentElement.dataset.theme = to), theme);
      await page.screenshot({ path: `${OUT}/${name}-${theme}-${width}.png` });
      const broken = await violations(page, theme === "light" ? undefined : COLOURS);
      all.push(...broken.map((fault) => `${name} ${theme} ${width}: ${fault}`));
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) all.push(`${name} ${width}: ${wide} px wider than the window`);
  }
  return [...all, ...faults.splice(0).map((fault) => `${name}: ${fault}`)];
}

async function every(browser, state, pathsOf) {
  const all = [];
  const { context, page, faults } = await open(browser, { state });
  for (const [name, path] of Object.entries(await pathsOf(page))) {
    await page.setViewportSize({ width: WIDTHS[0], height: 800 });
    await page.goto(path);
    all.push(...(await look(page, faults, name)));
  }
  await context.close();
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
