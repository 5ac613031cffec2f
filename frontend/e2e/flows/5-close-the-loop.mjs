/** From an issue to Xero and back: a correction written and undone, a sealed period that changed behind its seal, a balance stated by the bank, two people at one setting. Needs the clients of the first flow. */
import assert from "node:assert/strict";

import { clean } from "../axe.mjs";
import { open, pictures, read, signIn } from "../browser.mjs";

const SANDBOX = process.env.SANDBOX_URL ?? `http://127.0.0.1:${process.env.SANDBOX_PORT ?? 8010}`;
const world = {};

/** The first client with an account that nobody uses: archiving it is a correction that can be taken back. */
async function toCorrect(page) {
  for (const client of (await read(page, "/clients?limit=50")).items) {
    const check = (await read(page, `/clients/${client.id}/checks`)).items?.find(({ code, fixable }) => code === "DQ30" && fixable > 0);
    if (check) return { client, check };
  }
  throw new Error("no client has an account to archive");
}

/** A bill of the sealed year, found by where its issue leads in Xero. */
async function aBill(page, client, before) {
  for (const { code } of (await read(page, `/clients/${client.id}/checks`)).items.filter(({ open: some }) => some > 0)) {
    for (const { date, links } of (await read(page, `/clients/${client.id}/checks/${code}/issues`)).items) {
      const id = links.map(({ href }) => /InvoiceID(?:=|%3D)([0-9a-f-]{36})/i.exec(href)?.[1]).find(Boolean);
      if (id && date && date <= before && date > `${Number(before.slice(0, 4)) - 1}${before.slice(4)}`) return id;
    }
  }
  throw new Error("no issue is about an invoice of the sealed year");
}

export default {
  "a correction asks Xero to be allowed, and leads back to the issue": async ({ page, faults }) => {
    await signIn(page, "Niamh");
    Object.assign(world, await toCorrect(page));
    const { client, check } = world;
    await page.goto(`/clients/${client.id}/checks/${check.code}`);
    await page.getByRole("button", { name: /^Fix…/ }).first().click();
    const dialog = page.getByRole("dialog", { name: /^Archive the account/ });
    await dialog.getByText("Archived", { exact: true }).waitFor();
    await clean(page);
    await pictures(page, "loop-preview");
    await dialog.getByRole("button", { name: "Write to Xero" }).click();
    await dialog.getByRole("button", { name: "Allow corrections" }).click();
    await page.getByText("Choose what to connect").waitFor();
    for (const { name } of (await read(page, "/clients?limit=50")).items) await page.locator("main label", { hasText: name }).locator("input[type=checkbox]").check();
    faults.splice(0);
    await page.getByRole("button", { name: "Allow access" }).click();
    await page.waitForURL("**/configure/connections");
    await page.getByText("Xero is connected.").waitFor();
    await clean(page);
    await page.getByRole("link", { name: "Back to the issue" }).click();
    await page.waitForURL(`**/clients/${client.id}/checks/${check.code}`);
  },

  "it is written, read back, and taken back": async ({ page }) => {
    const { client, check } = world;
    await page.getByRole("button", { name: /^Fix…/ }).first().click();
    await page.getByRole("button", { name: "Write to Xero" }).click();
    await page.getByText("Read back and confirmed.").waitFor();
    const reaches = (n) => page.waitForFunction(async ([id, code, wanted]) => (await (await fetch(`/api/v1/clients/${id}/checks/${code}/issues?state=open`)).json()).total === wanted, [client.id, check.code, n]);
    await reaches(check.open - 1);
    await page.getByRole("button", { name: "Fixed here" }).click();
    await page.getByRole("button", { name: /^Undo the correction of/ }).waitFor();
    await clean(page);
    await pictures(page, "loop-fixed");
    await page.getByRole("button", { name: /^Undo the correction of/ }).click();
    await page.getByRole("heading", { name: "Nothing was fixed from here yet" }).waitFor();
    await reaches(check.open);
    assert.equal((await read(page, `/clients/${client.id}/fixes`)).items[0].state, "undone");
  },

  "a period is sealed, and what changes behind the seal is named": async ({ page }) => {
    const { client } = world;
    await page.goto(`/clients/${client.id}`);
    await page.getByRole("button", { name: "Seal a period" }).click();
    const dialog = page.getByRole("dialog", { name: "Seal a period" });
    const end = await dialog.getByLabel("Last day of the period").inputValue();
    await dialog.getByLabel("Note").fill("Year end signed off");
    await clean(page);
    await dialog.getByRole("button", { name: "Seal the period" }).click();
    await page.getByText("Unchanged").waitFor();
    const { tenant_id } = await read(page, `/clients/${client.id}`);
    const tenant = (await read(page, "/tenants?limit=200")).items.find(({ id }) => id === tenant_id).remote_id;
    const changed = await page.request.post(`${SANDBOX}/__control/change-document`, { data: { tenant, resource: "Invoices", id: await aBill(page, client, end), fields: { InvoiceNumber: "ALTERED-1" } } });
    assert.equal(changed.status(), 200);
    await page.getByRole("button", { name: "Refresh from Xero" }).click();
    await page.getByRole("button", { name: /^1 changed since/ }).click({ timeout: 180_000 });
    const drawer = page.getByRole("dialog", { name: /^Changed since it was sealed/ });
    await drawer.getByText("ALTERED-1").first().waitFor();
    await clean(page);
    await pictures(page, "loop-seal");
    await page.keyboard.press("Escape");
  },

  "a statement balance lets a check be judged": async ({ page }) => {
    const { client } = world;
    await page.goto(`/clients/${client.id}/checks/DQ03`);
    await page.getByRole("link", { name: "Enter statement balances" }).click();
    await page.getByRole("heading", { name: "Statement balances" }).waitFor();
    await clean(page);
    await pictures(page, "loop-balances");
    const balances = page.getByLabel(/^Statement balance of/);
    await balances.first().fill("1,234.50");
    await page.getByText(/apart$/).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("1 balance saved").waitFor();
    const day = await page.getByLabel("Balances at the close of").inputValue();
    const [year, month, date] = day.split("-");
    await page.locator("input[type=file]").nth(1).setInputFiles({ name: "bank.csv", mimeType: "text/csv", buffer: Buffer.from(`Date,Details,Amount,Balance\n${date}/${month}/${year},Closing,0.00,77.10\n`) });
    await page.getByRole("cell", { name: "From a file" }).waitFor();
    await clean(page);
    await page.waitForFunction(async (id) => (await (await fetch(`/api/v1/clients/${id}/checks`)).json()).items.find(({ code }) => code === "DQ03").open === 2, client.id);
    await page.goto(`/clients/${client.id}/checks/DQ03`);
    await page.getByText(/on the statement/).first().waitFor();
    await clean(page);
    await pictures(page, "loop-judged");
  },

  "two people at one setting: the second chooses": async ({ page, browser, context, faults }) => {
    await page.goto("/configure/score");
    await page.getByRole("button", { name: /^Actions for/ }).first().click();
    await page.getByRole("menuitem", { name: "Copy…" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Two at once");
    await page.getByRole("button", { name: "Copy the profile" }).click();
    await page.getByRole("heading", { level: 1, name: "Two at once" }).waitFor();
    const other = await open(browser, { state: await context.storageState() });
    await other.page.goto(page.url());
    await other.page.getByRole("textbox", { name: "Name" }).fill("Theirs");
    await other.page.getByRole("button", { name: "Save changes" }).click();
    await other.page.getByText(/^Saved as version/).waitFor();
    await other.context.close();
    await page.getByRole("textbox", { name: "Name" }).fill("Mine");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText(/^Someone else saved version/).waitFor();
    // The browser tells of the refusal; that is what was asked for.
    faults.splice(0);
    await clean(page);
    await pictures(page, "loop-stale");
    await page.getByRole("button", { name: "Keep mine" }).click();
    await page.getByText(/^Saved as version/).waitFor();
    assert.equal((await read(page, "/profiles")).items.filter(({ name }) => name === "Mine").length, 1);
  },
};
