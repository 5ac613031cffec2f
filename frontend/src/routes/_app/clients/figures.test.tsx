import { afterEach, describe, expect, it, vi } from "vitest";

import type { BankAccount, Figure } from "@/api/generated";
import { violations } from "@/testing/axe";
import { ME, openScreen, Refusal, type Answers } from "@/testing/screen";

const page = <T,>(items: T[]) => ({ items, next_cursor: null, total: items.length });
const BUSINESS: BankAccount = { id: "b1", code: "090", name: "Business Account", currency: "NZD", book_balance: "1200.00", book_date: "2026-10-31", stated: null };
const SAVINGS: BankAccount = { ...BUSINESS, id: "b2", code: null, name: "Savings", book_balance: "-5.00" };
const DOLLARS: BankAccount = { ...BUSINESS, id: "b3", code: null, name: "US dollars", currency: "USD" };
const FIGURE: Figure = { id: "f1", kind: "statement", account_id: "b2", account: "Savings", date: "2026-10-31", amount: "-5.00", lines: 2, earliest: "2026-10-30", source: "entered", by: "Grace Murphy", at: "2026-11-20T00:00:00Z" };
const ANSWERS: Answers = {
  "GET /clients/c1": { id: "c1", name: "Kauri Plumbing", state: "active", managers: [], viewers: [], tags: [], currency: "NZD", connection: "active", visibility: "whole_team", is_new: false, importing: null, last_imported_at: "2026-11-20T00:00:00Z" },
  "GET /clients/c1/score": { period_end: "2026-10-31", not_judged: [], entries: [] },
  "GET /clients/c1/bank-accounts": page([BUSINESS, SAVINGS, DOLLARS]),
  "GET /clients/c1/figures": page([FIGURE]),
  "PUT /clients/c1/figures": FIGURE,
  "POST /clients/c1/statements": { ...FIGURE, account_id: "b1", account: "Business Account", date: "2026-09-30", amount: "94.50", source: "uploaded" },
  "DELETE /clients/c1/figures/f1": null,
};

afterEach(() => vi.unstubAllGlobals());

describe("balances stated elsewhere", () => {
  it("stand beside the books, with what they differ by", async () => {
    const { screen } = await openScreen("/clients/c1/figures", ANSWERS);
    const business = screen.getByLabelText("Statement balance of Business Account");
    await expect.element(screen.getByText("Agrees")).toBeVisible();
    await expect.element(screen.getByText("Kept, not compared: in USD")).toBeVisible();
    await business.fill("1,199.5");
    await expect.element(screen.getByText("$0.50 apart")).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it("are saved for the rows that changed, once what was typed can be read", async () => {
    const { screen, calls } = await openScreen("/clients/c1/figures", ANSWERS);
    const sent = () => calls.filter(({ method }) => method === "PUT").map(({ body }) => body);
    await screen.getByLabelText("Statement balance of Business Account").fill("twelve");
    await screen.getByRole("button", { name: "Save balances" }).click();
    await expect.element(screen.getByText("Type an amount, such as 1,234.50.")).toBeVisible();
    expect(sent()).toEqual([]);
    await screen.getByLabelText("Statement balance of Business Account").fill("(12.00)");
    await screen.getByLabelText("Lines not coded of Business Account").fill("3");
    await screen.getByRole("button", { name: "Save balances" }).click();
    await expect.poll(sent).toEqual([{ kind: "statement", account_id: "b1", date: "2026-10-31", amount: "-12.00", lines: 3, earliest: null }]);
    await expect.element(screen.getByText("1 balance saved")).toBeVisible();
  });

  it("say which field the server refused", async () => {
    const refusal = new Refusal(422, { type: "/problems/invalid", title: "Something is wrong", status: 422, errors: [{ pointer: "/amount", detail: "Give an amount with at most two decimals." }] });
    const { screen } = await openScreen("/clients/c1/figures", { ...ANSWERS, "PUT /clients/c1/figures": () => refusal });
    await screen.getByLabelText("Statement balance of Business Account").fill("1");
    await screen.getByRole("button", { name: "Save balances" }).click();
    await expect.element(screen.getByText("Give an amount with at most two decimals.")).toBeVisible();
    await expect.element(screen.getByText("1 not saved")).toBeVisible();
  });

  it("come out of the bank's file as it is, and its day is shown", async () => {
    const { screen, calls } = await openScreen("/clients/c1/figures", ANSWERS);
    await expect.element(screen.getByLabelText("Balances at the close of")).toHaveValue("2026-10-31");
    const chooser = document.querySelector<HTMLInputElement>("input[type=file]");
    const files = new DataTransfer();
    files.items.add(new File(["Date,Balance\n30/09/2026,94.50\n"], "bank.csv", { type: "text/csv" }));
    if (chooser) chooser.files = files.files;
    chooser?.dispatchEvent(new Event("change", { bubbles: true }));
    await expect.poll(() => calls.find(({ path }) => path.endsWith("/statements"))?.body).toBe("Date,Balance\n30/09/2026,94.50\n");
    expect(calls.find(({ path }) => path.endsWith("/statements"))?.query.get("account_id")).toBe("b1");
    await expect.element(screen.getByLabelText("Balances at the close of")).toHaveValue("2026-09-30");
    await expect.element(screen.getByText("The check compares 31 Oct 2026.")).toBeVisible();
  });

  it("tell the tax that was filed", async () => {
    const { screen, calls } = await openScreen("/clients/c1/figures", ANSWERS);
    await screen.getByLabelText("Tax owed, NZD").fill("-120");
    await screen.getByRole("button", { name: "Save the tax filed" }).click();
    await expect.poll(() => calls.find(({ method }) => method === "PUT")?.body).toEqual({ kind: "tax_filed", date: "2026-10-31", amount: "-120.00" });
  });

  it("are taken out, and put back", async () => {
    const { screen, calls } = await openScreen("/clients/c1/figures", ANSWERS);
    await screen.getByRole("button", { name: "Remove Savings of 31 Oct 2026" }).click();
    await expect.poll(() => calls.some(({ method, path }) => method === "DELETE" && path === "/clients/c1/figures/f1")).toBe(true);
    await screen.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => calls.find(({ method }) => method === "PUT")?.body).toEqual({ kind: "statement", account_id: "b2", date: "2026-10-31", amount: "-5.00", lines: 2, earliest: "2026-10-30" });
  });

  it("are only read by those who may not change them", async () => {
    const { screen } = await openScreen("/clients/c1/figures", { ...ANSWERS, "GET /me": { ...ME, role: "viewer", permissions: [] } });
    await expect.element(screen.getByLabelText("Statement balance of Savings")).toBeDisabled();
    expect(screen.getByRole("button", { name: /Save|Remove/ }).elements()).toEqual([]);
  });
});
