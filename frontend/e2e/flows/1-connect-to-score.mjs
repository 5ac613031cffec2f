/** From nothing to a score, without a mouse wherever the product is: sign in, consent, configure, import, read the score. */
import assert from "node:assert/strict";

import { clean } from "../axe.mjs";
import { pictures, signIn } from "../browser.mjs";

const rows = (page) => page.locator("[role=row][data-row]");
const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const cellText = (page, row, column) => rows(page).nth(row).locator(`[data-column='${column}']`).innerText();

export default {
  "signs in and founds a practice": async ({ page }) => {
    await page.goto("/clients");
    await page.waitForURL("**/login?return_to=%2Fclients");
    await clean(page);
    await signIn(page, "Niamh");
    await page.waitForURL("**/welcome");
    await clean(page);
    await page.keyboard.press("Enter");
    await page.getByText("Give the practice a name.").waitFor();
    await page.getByLabel("Practice name").fill("Lough & Lane");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/connect");
  },

  "consents to three organisations": async ({ page, faults }) => {
    await page.getByRole("heading", { name: "You are going to Xero" }).waitFor();
    await clean(page);
    await page.getByRole("button", { name: "Continue with Xero" }).click();
    await page.getByText("Choose what to connect").waitFor();
    const boxes = page.locator("main input[type=checkbox]");
    for (const box of (await boxes.all()).slice(0, 6)) {
      if ((await page.locator("main li input[type=checkbox]:checked, main label input[type=checkbox]:checked").count()) >= 3) break;
      const label = await box.evaluate((node) => node.closest("label")?.textContent ?? "");
      if (!/select all/i.test(label)) await box.check();
    }
    faults.splice(0);
    await page.getByRole("button", { name: "Allow access" }).click();
    await page.waitForURL("**/connect/tenants");
    await rows(page).first().waitFor();
    assert.equal(await rows(page).count(), 3);
    await page.getByText("3 ticked").waitFor();
    await clean(page);
    await pictures(page, "step-1-tenants");
  },

  "unticks and ticks by keyboard, then continues": async ({ page }) => {
    await page.getByLabel("Filter organisations").focus();
    await press(page, "Tab", "Tab", "Tab", "Tab", "Tab");
    await page.waitForFunction(() => document.activeElement?.closest("[role=grid]"));
    await press(page, "Space");
    await page.getByText("2 ticked").waitFor();
    await press(page, "Control+a");
    await page.getByText("3 ticked").waitFor();
    await press(page, "Control+Enter");
    await page.waitForURL("**/connect/configure");
    await rows(page).first().waitFor();
  },

  "configures three clients by keyboard alone": async ({ page }) => {
    await clean(page);
    await rows(page).first().locator("[data-column='0']").focus();
    await press(page, "ArrowRight", "ArrowRight", "ArrowRight", "Enter");
    await page.getByRole("option", { name: /Specific people/ }).waitFor();
    await clean(page);
    await page.keyboard.type("whole");
    await press(page, "Enter");
    await page.waitForFunction(() => document.querySelector("[role=row][data-row] [data-column='3']")?.textContent?.includes("Whole team"));
    await press(page, "ArrowRight", "N");
    // The first letter opens the editor; the others are for its own box.
    await page.waitForFunction(() => document.activeElement?.matches("input"));
    await page.keyboard.type("iamh");
    await page.getByRole("option", { name: /Niamh/ }).waitFor();
    await press(page, "Enter", "Tab");
    await page.waitForFunction(() => document.querySelector("[role=row][data-row] [data-column='4']")?.textContent?.includes("Niamh"));
    await press(page, "ArrowLeft", "Shift+ArrowDown", "Shift+ArrowDown", "ArrowUp", "ArrowUp", "Control+d");
    await page.getByText("3 selected").waitFor();
    await pictures(page, "step-2-configure");
    assert.match(await cellText(page, 2, 4), /Niamh/);
    await clean(page);
    await press(page, "Control+z");
    await page.waitForFunction(() => !document.querySelectorAll("[role=row][data-row]")[2].querySelector("[data-column='4']").textContent.includes("Niamh"));
    await press(page, "Control+Shift+z", "Escape");
    await rows(page).nth(2).locator("[data-column='4']").getByText("Niamh").waitFor();
    await page.getByText("3 clients changed, kept on this computer until you save").waitFor();
  },

  "keeps unsaved changes over a reload": async ({ page }) => {
    await page.reload();
    await rows(page).first().waitFor();
    assert.match(await cellText(page, 2, 4), /Niamh/);
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.waitForURL("**/connect/confirm");
  },

  "confirms and starts the import": async ({ page }) => {
    await page.getByRole("button", { name: "Import 3 clients" }).waitFor();
    await page.getByText(/Less than a minute|About .* in all/).first().waitFor();
    await clean(page);
    await pictures(page, "step-3-confirm");
    await page.getByRole("button", { name: "Import 3 clients" }).click();
    await page.waitForURL("**/imports/*");
    await page.getByRole("heading", { level: 1, name: /Import(ing|ed) 3 clients/ }).waitFor();
    await pictures(page, "step-4-importing");
    await clean(page);
  },

  "comes back after a reload and sees all of them scored": async ({ page }) => {
    await page.reload();
    // A finished run turns its page into the review, without a reload.
    await page.getByRole("heading", { level: 1, name: "Imported 3 clients" }).waitFor({ timeout: 180_000 });
    const id = page.url().split("/").at(-1).split("?")[0];
    const run = await page.evaluate(async (shown) => (await fetch(`/api/v1/import-runs/${shown}`)).json(), id);
    assert.deepEqual([run.state, run.counts.done], ["finished", 3]);
    await clean(page);
  },

  "shows the score and what took points away": async ({ page }) => {
    await page.goto("/clients");
    await page.locator("main table tbody a").first().waitFor();
    await clean(page);
    // By its name: a score that comes may order the list anew.
    const name = await page.locator("main table tbody a").first().innerText();
    await page.locator("main table tbody").getByRole("link", { name, exact: true }).click();
    await page.waitForURL("**/clients/*");
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByRole("heading", { name: "What makes up the score" }).waitFor();
    await clean(page);
  },

  "lists its shortcuts and goes by them": async ({ page }) => {
    await page.getByRole("heading", { level: 1 }).focus();
    await press(page, "?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await clean(page);
    await press(page, "Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    // One right after the other, as it counts: neither waits until the other was seen.
    await Promise.all([page.keyboard.press("g"), page.keyboard.press("h")]);
    await page.waitForURL((url) => url.pathname === "/");
  },

  "finds a client from the palette and signs out": async ({ page }) => {
    await press(page, "Control+k");
    await page.getByRole("combobox", { name: "Search or jump to" }).waitFor();
    await clean(page);
    await page.keyboard.type("impor");
    await press(page, "Enter");
    await page.waitForURL("**/imports");
    await page.getByRole("button", { name: /Signed in as/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/login");
  },
};
