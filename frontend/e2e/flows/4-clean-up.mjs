/** From a score to what made it, and from an issue to its end: needs the clients of the first flow. */
import assert from "node:assert/strict";

import { clean } from "../axe.mjs";
import { pictures, read, signIn } from "../browser.mjs";

const world = {};

/** The client and the check where setting things aside is worth most points. */
async function mostToGain(page) {
  const { items } = await read(page, "/clients?limit=50");
  const all = [];
  for (const client of items) {
    // A client without books has no checks.
    const { items: checks = [] } = await read(page, `/clients/${client.id}/checks`);
    for (const check of checks) if (check.open > 0 && check.open <= 500) all.push({ client, check, points: Number(check.points_to_gain ?? 0) });
  }
  return all.toSorted((a, b) => b.points - a.points)[0];
}

export default {
  "an overview says what to clean up and what it is worth": async ({ page }) => {
    await signIn(page, "Niamh");
    const best = await mostToGain(page);
    assert.ok(best.points > 1, "some check has more than a point to gain");
    Object.assign(world, best);
    await page.goto(`/clients/${best.client.id}`);
    await page.getByRole("heading", { name: "Health score", exact: true }).waitFor();
    await page.getByText(/^Clear .* to reach \d+\.$/).waitFor();
    await clean(page);
    await pictures(page, "clean-up-overview");
  },

  "a check explains itself, and everything it found is set aside with a reason": async ({ page }) => {
    const { client, check } = world;
    await page.getByRole("link", { name: `Review ${check.title}`, exact: true }).click();
    await page.waitForURL(`**/clients/${client.id}/checks/${check.code}`);
    await page.getByRole("heading", { name: "How to fix it" }).waitFor();
    await page.getByRole("heading", { level: 2, name: check.title }).waitFor();
    await page.getByRole("checkbox", { name: /^Select all/ }).check();
    await page.getByText(/^Fix the selected = \+\d+ points?, to \d+$/).waitFor();
    await clean(page);
    await pictures(page, "clean-up-check");
    await page.getByRole("button", { name: /^Set aside \d/ }).click();
    const dialog = page.getByRole("dialog", { name: /^Set aside/ });
    await dialog.getByLabel("Reason").fill("Agreed with the client");
    await clean(page);
    await dialog.getByRole("button", { name: /^Set aside \d/ }).click();
    await page.getByRole("heading", { name: "Nothing to clean up" }).waitFor();
    await page.getByRole("button", { name: /^Set aside/ }).click();
    await page.getByText(/Agreed with the client/).first().waitFor();
  },

  "the score follows, and says why in two clicks": async ({ page }) => {
    const { client, check } = world;
    await page.goto("/clients");
    await page.locator("main table tbody").getByRole("link", { name: client.name, exact: true }).click();
    const why = page.getByRole("link", { name: /^Up \d+ since .* – why\?$/ });
    await why.waitFor();
    await why.click();
    const fall = page.getByRole("list", { name: "Why the score changed" });
    await fall.getByText(check.title).first().waitFor();
    await page.getByRole("slider", { name: "Scores, point by point" }).waitFor();
    await clean(page);
    await pictures(page, "clean-up-why");
  },

  "what was set aside is reopened, and that is undone": async ({ page }) => {
    const { client, check } = world;
    await page.goto(`/clients/${client.id}/checks/${check.code}?state=dismissed`);
    await page.locator("main table tbody input[type=checkbox]").first().check();
    await page.getByRole("button", { name: "Reopen 1 issue" }).click();
    await page.getByText("1 issue reopened").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForFunction(async ([id, code]) => (await (await fetch(`/api/v1/clients/${id}/checks/${code}/issues?state=open`)).json()).total === 0, [client.id, check.code]);
  },

  "somebody who may use the books is approved, and is no issue until that is taken back": async ({ page }) => {
    const open = async ({ id }) => (await read(page, `/clients/${id}/checks`)).items?.find(({ code }) => code === "DQ46").open ?? 0;
    let client, before;
    for (client of (await read(page, "/clients?limit=50")).items) if ((before = await open(client)) > 0) break;
    const reaches = (n) => page.waitForFunction(async ([id, wanted]) => (await (await fetch(`/api/v1/clients/${id}/checks/DQ46/issues?state=open`)).json()).total === wanted, [client.id, n]);
    await page.goto(`/clients/${client.id}/checks/DQ46`);
    await page.getByRole("table", { name: "Issues" }).getByRole("button", { name: /^Approve/ }).first().click();
    const back = page.getByRole("button", { name: /^Take back the approval of/ });
    await back.waitFor();
    await reaches(before - 1);
    await page.getByRole("table", { name: "Issues" }).getByText("Approved", { exact: true }).waitFor({ state: "detached" });
    await clean(page);
    await pictures(page, "clean-up-approved", [1280, 400]);
    await back.click();
    await page.getByText("Nobody outside the practice is approved.").waitFor();
    await reaches(before);
  },

  "weights are tried on all clients before they are saved": async ({ page }) => {
    await page.goto("/configure/score");
    await page.getByRole("button", { name: /^Actions for/ }).first().click();
    await page.getByRole("menuitem", { name: "Copy…" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Stricter on the bank");
    await page.getByRole("button", { name: "Copy the profile" }).click();
    await page.getByRole("heading", { level: 1, name: "Stricter on the bank" }).waitFor();
    await page.getByText(/^Average of \d+ clients?:/).waitFor();
    await clean(page);
    const weights = page.locator("input[id^='weight-']");
    const [first, second] = [await weights.nth(0).inputValue(), await weights.nth(1).inputValue()];
    await weights.nth(0).fill(String(Number(first) + 5));
    await page.getByText(/^105 of 100\./).waitFor();
    await weights.nth(1).fill(String(Number(second) - 5));
    await page.getByText(/^100 of 100\./).waitFor();
    await page.getByText(/^Average of \d+ clients?:/).waitFor();
    await pictures(page, "clean-up-weights");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText(/^Saved as version \d+/).waitFor();
  },

  "the practice sorts by any check, keeps a view, and takes a spreadsheet away": async ({ page }) => {
    const { check } = world;
    await page.goto("/health");
    const grid = page.getByRole("grid", { name: "Clients by check" });
    await grid.waitFor();
    await clean(page);
    await pictures(page, "clean-up-health");
    await grid.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/health?sort=score&dir=asc");
    await page.goto(`/health?sort=${check.code}&dir=desc`);
    await grid.waitFor();
    await page.getByRole("button", { name: "Save view" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("By what is worst");
    await page.getByRole("dialog").getByRole("button", { name: "Save view" }).click();
    await page.getByRole("combobox", { name: "Saved view" }).getByText("By what is worst").waitFor();
    const [csv] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export CSV" }).click()]);
    assert.equal(csv.suggestedFilename(), "health.csv");
    const [sheet] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export XLSX" }).click()]);
    assert.match(sheet.suggestedFilename(), /\.xlsx$/);
  },
};
