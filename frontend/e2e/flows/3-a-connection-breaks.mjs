/** A sign-in is withdrawn at Xero while nobody looks: the firm is told once, reconnects, and reading goes on. Needs the clients of the first flow. */
import assert from "node:assert/strict";

import { clean } from "../axe.mjs";
import { pictures, read, signIn } from "../browser.mjs";

const SANDBOX = process.env.SANDBOX_URL ?? `http://127.0.0.1:${process.env.SANDBOX_PORT ?? 8010}`;

async function organisations(page) {
  const { items } = await read(page, "/connections");
  return items.map(({ tenant_name }) => tenant_name);
}

export default {
  "a withdrawn sign-in is one banner, however many organisations it read": async ({ page }) => {
    await signIn(page, "Niamh");
    const { items } = await read(page, "/clients?limit=1");
    const { items: grants } = await read(page, "/grants");
    await page.request.post(`${SANDBOX}/__control/revoke`, { data: { user: grants[0].email } });
    await page.goto(`/clients/${items[0].id}`);
    await page.getByRole("button", { name: "Refresh from Xero" }).click();
    const banner = page.getByText(`Xero no longer accepts a sign-in: ${(await organisations(page)).length} organisations.`);
    await banner.waitFor();
    assert.equal(await banner.count(), 1);
    await clean(page);
    await pictures(page, "broken-client");
    await page.getByRole("link", { name: "Show", exact: true }).click();
    await page.waitForURL("**/configure/connections?cause=consent_revoked");
    await page.getByText("Sign-in expired").first().waitFor();
    await clean(page);
    await pictures(page, "broken-connections");
  },

  "reconnecting mends them all at once": async ({ page, faults }) => {
    const names = await organisations(page);
    await page.getByRole("main").getByRole("button", { name: /^Connect Xero/ }).click();
    await page.getByText("Choose what to connect").waitFor();
    for (const name of names) await page.locator("main label", { hasText: name }).locator("input[type=checkbox]").check();
    faults.splice(0);
    await page.getByRole("button", { name: "Allow access" }).click();
    await page.waitForURL("**/configure/connections");
    await page.getByText("Signed in", { exact: true }).first().waitFor();
    await page.getByText("Xero no longer accepts a sign-in").waitFor({ state: "detached" });
    const { working, broken } = await read(page, "/connections/health");
    assert.deepEqual([working, broken], [names.length, 0]);
    await clean(page);
    await pictures(page, "mended-connections");
  },
};
