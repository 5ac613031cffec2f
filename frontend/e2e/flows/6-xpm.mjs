/** The import from Xero Practice Manager, step by step as people know it: connect, read, tick, confirm, look at what came, undo. */
import assert from "node:assert/strict";

import { clean } from "../axe.mjs";
import { pictures, read, signIn } from "../browser.mjs";

const shown = (page, name) => pictures(page, `xpm-${name}`, [1280, 400]);
const grid = (page) => page.getByRole("treegrid");
const lines = (page) => grid(page).locator("[role=row][aria-level='1']");
const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
/** Everything decided so far is with the server. */
const saved = (page) => page.locator("footer").getByText(/^Saved/).waitFor();
const onward = async (page, to) => {
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.waitForURL(`**/${to}`);
};
const world = {};

export default {
  "connects Xero Practice Manager with a consent of its own": async ({ page, faults }) => {
    await signIn(page, "Niamh");
    // On its own this flow is the practice's first.
    if (page.url().endsWith("/welcome")) {
      await page.getByLabel("Practice name").fill("Lough & Lane");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/connect");
    }
    await page.goto("/configure/integrations");
    await page.getByRole("heading", { level: 2, name: "Xero Practice Manager" }).waitFor();
    await clean(page);
    await shown(page, "01-integrations");
    await page.getByRole("link", { name: "Manage Xero Practice Manager" }).click();
    await page.getByText("What you will be asked to allow").waitFor();
    await clean(page);
    await shown(page, "02-not-connected");
    await page.getByRole("button", { name: "Connect Xero Practice Manager" }).click();
    // Niamh's own Xero login does not reach the practice; the partner's does.
    await page.getByRole("link", { name: "Use another user" }).click();
    await page.getByRole("button", { name: /Margaret/ }).click();
    await page.getByRole("button", { name: "Allow access" }).waitFor();
    const boxes = page.locator("main input[type=checkbox]");
    for (const box of await boxes.all()) if (!(await box.isChecked())) await box.check();
    faults.splice(0);
    await page.getByRole("button", { name: "Allow access" }).click();
    await page.waitForURL("**/configure/integrations/xpm");
    await page.getByRole("button", { name: "Import data" }).waitFor();
    await clean(page);
    await shown(page, "03-connected");
  },

  "reads the practice while one may leave, and offers the review": async ({ page }) => {
    await page.getByRole("button", { name: "Import data" }).click();
    const review = page.getByRole("heading", { name: "Review and import data" });
    await page.getByRole("progressbar").or(review).first().waitFor();
    await shown(page, "04-reading");
    await review.waitFor({ timeout: 180_000 });
    await clean(page);
    await shown(page, "05-review");
    await page.getByRole("link", { name: "View data" }).click();
    await page.waitForURL("**/staff");
    world.id = /imports\/([0-9a-f-]+)/.exec(page.url())[1];
  },

  "staff are ticked by keyboard, with a role": async ({ page }) => {
    await lines(page).first().waitFor();
    await clean(page);
    await grid(page).focus();
    // Staff who are new are chosen from the start; taking all and none again leaves all of them.
    await press(page, "Control+a");
    await saved(page);
    if ((await read(page, `/xpm/imports/${world.id}`)).chosen.staff === 0) await press(page, "Control+a");
    await saved(page);
    await page.waitForFunction(() => [...document.querySelectorAll("[role=treegrid] [role=row][aria-level='1']")].every((row) => row.getAttribute("aria-selected") === "true"));
    await shown(page, "06-staff");
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.waitForURL(/\/(structures|clients)$/);
  },

  "structures that nobody knows are explained once": async ({ page }) => {
    if (page.url().endsWith("/clients")) return;
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByRole("columnheader", { name: "What it is" }).waitFor();
    for (;;) {
      const open = page.getByRole("combobox").filter({ hasText: "Choose" });
      if ((await open.count()) === 0) break;
      await open.first().click();
      await page.getByRole("option", { name: "Something else" }).click();
    }
    await clean(page);
    await shown(page, "07-structures");
    await onward(page, "clients");
    // What follows from it is worked out before anything can be confirmed.
    await page.waitForFunction(
      async (path) => !(await (await fetch(path)).json()).blockers.some(({ code }) => code === "matching_again"),
      `/api/v1/xpm/imports/${world.id}/summary`,
      { polling: 250 },
    );
  },

  "clients: all contact details, a match that is checked, filters, a search": async ({ page }) => {
    await lines(page).first().waitFor();
    await page.getByRole("button", { name: "All contact details" }).click();
    await page.getByRole("columnheader", { name: "Telephone" }).waitFor();
    await clean(page);
    await shown(page, "08-clients");
    await grid(page).focus();
    await press(page, "ArrowDown", "ArrowRight");
    await page.locator("[role=row][aria-level='2']").waitFor();
    await clean(page);
    await shown(page, "09-client-open");
    await press(page, "ArrowLeft", "/");
    await page.keyboard.type("o'");
    await page.waitForFunction(() => [...document.querySelectorAll("[role=treegrid] [role=rowheader]")].every((cell) => /o['’]/i.test(cell.textContent)));
    await shown(page, "10-search");
    await press(page, "Escape");
    await lines(page).nth(5).waitFor();
    await saved(page);
  },

  "entities with their relationships drawn": async ({ page }) => {
    await onward(page, "entities");
    await lines(page).first().waitFor();
    await clean(page);
    await shown(page, "11-entities");
    const { items } = await read(page, `/xpm/imports/${world.id}/rows?kind=entity&limit=200`);
    const most = items.toSorted((a, b) => b.relations.length - a.relations.length)[0];
    await page.getByRole("searchbox").fill(most.name);
    await page.getByRole("button", { name: `Open ${most.name}`, exact: true }).first().click();
    await page.getByRole("figure", { name: /^Relationships of/ }).waitFor();
    await clean(page);
    await shown(page, "12-entity-drawn");
    await page.getByRole("searchbox").fill("");
    await saved(page);
  },

  "the confirmation counts what happens and says what stops it; each leads to its rows": async ({ page }) => {
    await onward(page, "confirm");
    await page.getByRole("heading", { name: "What else happens" }).waitFor();
    await clean(page);
    await shown(page, "13-confirm");
    for (let turn = 0; turn < 6; turn += 1) {
      const blocked = (await read(page, `/xpm/imports/${world.id}/summary`)).blockers;
      if (blocked.length === 0) break;
      // Whatever cannot be brought across as it stands is left out of this import.
      const link = page.getByRole("region", { name: /stops? the import/ }).getByRole("link", { name: /^Show / }).first();
      await link.click();
      await lines(page).first().waitFor();
      await page.getByRole("button", { name: /^For th/ }).click();
      await page.getByRole("menuitem", { name: "Skip this time" }).click();
      await page.getByText(/^Skipped this time for/).waitFor();
      await page.goto(`/configure/integrations/xpm/imports/${world.id}/confirm`);
      await page.getByRole("heading", { name: "What else happens" }).waitFor();
    }
    await shown(page, "14-confirm-clear");
    world.chosen = (await read(page, `/xpm/imports/${world.id}`)).chosen;
    await page.getByRole("button", { name: "Confirm and import data" }).click();
    await page.waitForURL(`**/imports/${world.id}`);
  },

  "the import runs, ends, and tells row by row": async ({ page }) => {
    await page.getByRole("progressbar").or(page.getByRole("heading", { name: "Import finished" })).first().waitFor();
    await shown(page, "15-importing");
    await page.getByRole("heading", { name: "Import finished" }).waitFor({ timeout: 240_000 });
    await page.getByRole("button", { name: "Download report" }).waitFor();
    await clean(page);
    await shown(page, "16-result");
    const { counts } = await read(page, `/xpm/imports/${world.id}`);
    assert.equal(counts.failed ?? 0, 0, "no row failed");
    assert.ok(counts.created > 0, "somebody is new");
  },

  "the client list marks who is new, and the client says that it is linked": async ({ page }) => {
    await page.getByRole("link", { name: "Show new clients" }).click();
    await page.waitForURL("**/clients?view=new");
    await page.locator("main table tbody a").first().waitFor();
    await clean(page);
    await shown(page, "17-new-clients");
    const { items } = await read(page, "/clients?view=linked&limit=200");
    // A company that has an e-mail address there: changing it here is then ours against theirs.
    for (const one of items.filter(({ kind, name }) => kind === "company" && /^\w/.test(name))) {
      const { details } = await read(page, `/clients/${one.id}/team`);
      if (details.some(({ field, value }) => field === "email" && value)) {
        world.client = one;
        break;
      }
    }
    await page.goto(`/clients/${world.client.id}`);
    await page.getByRole("button", { name: /^Linked to Xero Practice Manager/ }).click();
    await page.getByRole("menuitem", { name: /^Open in Xero Practice Manager/ }).waitFor();
    await shown(page, "18-linked-menu");
    // Lists do not carry the address of a record: it is asked for, and opens beside this page.
    const opened = page.context().waitForEvent("page");
    await page.getByRole("menuitem", { name: /^Open in Xero Practice Manager/ }).click();
    const beside = await opened;
    await beside.waitForURL(/\/Client\//);
    await beside.close();
    await page.getByRole("button", { name: /^Linked to Xero Practice Manager/ }).click();
    await page.getByRole("menuitem", { name: "What was imported" }).click();
    await page.waitForURL("**/team");
    await page.getByRole("heading", { name: "Details", exact: true }).waitFor();
    await clean(page);
    await shown(page, "19-team");
  },

  "a detail is edited in place and is ours from then on": async ({ page }) => {
    await page.getByRole("button", { name: "Edit email" }).click();
    await page.getByRole("textbox", { name: "Email" }).fill("ours@example.com");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText(/^Entered here/).first().waitFor();
    await clean(page);
    await page.goto(`/clients/${world.client.id}/team`);
    await page.getByText("ours@example.com").waitFor();
  },

  "the same again finds everybody, and changes nothing that was changed here": async ({ page }) => {
    await page.goto("/configure/integrations/xpm");
    await page.getByRole("heading", { name: "Imports", exact: true }).waitFor();
    await clean(page);
    await shown(page, "20-manage-after");
    await page.getByRole("button", { name: "Import data" }).click();
    await page.getByRole("heading", { name: "Review and import data" }).waitFor({ timeout: 180_000 });
    await page.getByRole("link", { name: "Details", exact: true }).click();
    await page.waitForURL(/imports\/[0-9a-f-]+$/);
    const again = /imports\/([0-9a-f-]+)$/.exec(page.url())[1];
    for (const kind of ["client", "entity"]) {
      const { counts, items } = await read(page, `/xpm/imports/${again}/rows?kind=${kind}&limit=500`);
      assert.equal(counts.new, 0, `no ${kind} is new`);
      const taken = items.flatMap(({ changes }) => changes.filter(({ result }) => result === "take"));
      assert.deepEqual(taken, [], `no ${kind} would change`);
    }
    assert.deepEqual((await read(page, `/xpm/imports/${again}`)).chosen, { staff: 0, clients: 0, entities: 0 }, "nothing is left to bring across");
    await page.goto(`/configure/integrations/xpm/imports/${again}/entities?q=${encodeURIComponent(world.client.name)}`);
    await page.getByRole("button", { name: `Updates ${world.client.name}` }).waitFor();
    await grid(page).focus();
    // Below the heading of whose it is.
    await press(page, "ArrowDown", "ArrowRight");
    await page.getByRole("figure", { name: /^Relationships of/ }).waitFor();
    assert.equal(await page.getByRole("heading", { name: "What changes" }).count(), 0, "what was changed here only is not offered to be changed back");
    await clean(page);
    await shown(page, "21-again");
    await page.goto(`/configure/integrations/xpm/imports/${again}`);
    await page.getByRole("button", { name: "Discard", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Discard", exact: true }).click();
    await page.getByText("This import was discarded").waitFor();
  },

  "the import is undone, and only what somebody built on stays": async ({ page }) => {
    await page.goto(`/configure/integrations/xpm/imports/${world.id}`);
    await page.getByRole("button", { name: "Undo import" }).click();
    await clean(page);
    await page.getByRole("alertdialog").getByRole("button", { name: "Undo import" }).click();
    await page.getByRole("heading", { name: "Import undone" }).waitFor({ timeout: 240_000 });
    await clean(page);
    await shown(page, "22-undone");
    const { items } = await read(page, "/clients?view=linked&limit=10");
    assert.deepEqual(items.map(({ id }) => id), [world.client.id]);
  },
};
