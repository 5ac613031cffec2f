import { useState } from "react";
import { describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";

import { ApiProblem } from "@/lib/problem";
import { violations } from "@/testing/axe";

import { AlertDialog } from "./AlertDialog";
import { Banner } from "./Banner";
import { Button } from "./Button";
import { Combobox } from "./Combobox";
import { Dialog } from "./Dialog";
import { EmptyState } from "./EmptyState";
import { Field } from "./Field";
import { InlineError } from "./InlineError";
import { Menu, MenuItem } from "./Menu";
import { Meter } from "./Meter";
import { MultiCombobox } from "./MultiCombobox";
import { Palette } from "./Palette";
import { Pill } from "./Pill";
import { ProgressBar } from "./ProgressBar";
import { SearchInput } from "./SearchInput";
import { Segmented } from "./Segmented";
import { Select } from "./Select";
import { Stepper } from "./Stepper";
import { Switch } from "./Switch";
import { Tabs } from "./Tabs";
import { TextInput } from "./TextInput";

const FRUIT = ["Apple", "Banana", "Cherry"].map((label) => ({ value: label.toLowerCase(), label }));

describe("every piece at rest breaks no accessibility rule", () => {
  it.each(["light", "dark"])("in %s", async (theme) => {
    document.documentElement.dataset["theme"] = theme;
    await render(
      <div className="flex flex-col gap-3 bg-surface p-4 text-fg">
        {(["primary", "outline", "ghost", "danger", "danger-solid"] as const).map((look) => (
          <Button key={look} look={look}>
            {look}
          </Button>
        ))}
        <Button busy>Busy</Button>
        {(["info", "ok", "warn", "bad", "neutral"] as const).map((tone) => (
          <Banner key={tone} tone={tone} title="Title.">
            Words of a {tone} banner.
          </Banner>
        ))}
        {(["neutral", "accent", "ok", "warn", "bad", "xero"] as const).map((tone) => (
          <Pill key={tone} tone={tone}>
            {tone}
          </Pill>
        ))}
        <Field label="Name" hint="As it is in Xero." error="Give it a name.">
          <TextInput />
        </Field>
        <Field label="Fruit">
          <Select value="apple" options={FRUIT} onChange={() => undefined} />
        </Field>
        <SearchInput label="Filter" value="x" onChange={() => undefined} />
        <Switch checked onChange={() => undefined}>
          On
        </Switch>
        <Segmented label="Show" value="apple" options={FRUIT} onChange={() => undefined} />
        <Tabs label="Parts" value="apple" onChange={() => undefined} tabs={FRUIT.map((fruit) => ({ ...fruit, content: fruit.label }))} />
        <Stepper label="Steps" current={1} steps={[{ label: "One" }, { label: "Two" }, { label: "Three" }]} />
        <ProgressBar label="Progress" value={40} segments={[{ tone: "ok", value: 30 }, { tone: "bad", value: 10 }]} />
        <Meter label="Use" value={3} max={5} />
        <EmptyState title="Nothing here">Because nothing was added.</EmptyState>
      </div>,
    );
    expect(await violations()).toEqual([]);
    document.documentElement.dataset["theme"] = "light";
  });
});

describe("a problem", () => {
  const problem = (action: object | null) => new ApiProblem({ type: "/problems/bundle-full", title: "More clients than your bundle allows", detail: "Remove 38.", action }, 409);
  it("shows its words and does what the server offers", async () => {
    let done = "";
    await render(<InlineError error={problem({ label: "Remove 38", operation: "remove", href: null, until: null })} onAction={(action) => void (done = action.operation ?? "")} />);
    await expect.element(page.getByRole("alert")).toHaveTextContent("More clients than your bundle allows. Remove 38.Remove 38");
    await page.getByRole("button", { name: "Remove 38" }).click();
    expect(done).toBe("remove");
  });
  it("leads back here from signing in again", async () => {
    const here = window.location.pathname + window.location.search;
    await render(<InlineError error={problem({ label: "Sign in again", operation: "sign_in", href: "/api/v1/sign-in/xero", until: null })} />);
    expect(page.getByText("Sign in again").element().closest("a")?.getAttribute("href")).toBe(`/api/v1/sign-in/xero?return_to=${encodeURIComponent(here)}`);
  });
  it("says when it continues by itself", async () => {
    await render(<InlineError error={problem({ label: "Wait", operation: "wait", href: null, until: "2026-11-21T00:40:00Z" })} />);
    await expect.element(page.getByRole("alert")).toBeVisible();
    expect(page.getByRole("alert").element().textContent).toMatch(/Continues by itself at \d+:40 [ap]m/);
  });
  it("offers no button that would do nothing", async () => {
    await render(<InlineError error={problem({ label: "Remove 38", operation: "remove", href: null, until: null })} />);
    expect(page.getByRole("button").elements()).toHaveLength(0);
  });
});

describe("pickers", () => {
  function One() {
    const [value, setValue] = useState<string | null>(null);
    return <Combobox label="Fruit" options={FRUIT} value={value} onChange={setValue} trigger={<Button>{value ?? "none"}</Button>} />;
  }
  it("find by typing, take with Enter and give the focus back", async () => {
    await render(<One />);
    await page.getByRole("combobox", { name: "Fruit" }).click();
    await userEvent.keyboard("che");
    await expect.element(page.getByRole("option")).toHaveTextContent("Cherry");
    expect(await violations()).toEqual([]);
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => document.activeElement?.textContent).toBe("cherry");
  });

  function Many() {
    const [value, setValue] = useState<string[]>([]);
    return <MultiCombobox label="Tags" options={FRUIT} value={value} onChange={setValue} onCreate={(word) => ({ value: word, label: word })} trigger={<Button>{value.join("+") || "none"}</Button>} />;
  }
  it("add a word that is not there yet", async () => {
    await render(<Many />);
    await page.getByRole("combobox", { name: "Tags" }).click();
    await userEvent.keyboard("kiwi{Enter}");
    await expect.poll(() => document.querySelector("button")?.textContent).toBe("kiwi");
  });
});

describe("over the page", () => {
  it("a dialog takes the focus and gives it back", async () => {
    await render(
      <Dialog title="Rename" trigger={<Button>Open</Button>}>
        <TextInput aria-label="Name" />
      </Dialog>,
    );
    await page.getByRole("button", { name: "Open" }).click();
    await expect.element(page.getByRole("dialog", { name: "Rename" })).toBeVisible();
    expect(await violations()).toEqual([]);
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => document.activeElement?.textContent).toBe("Open");
  });
  it("an alert is answered by one of its buttons", async () => {
    let done = false;
    await render(<AlertDialog trigger={<Button look="danger">Disconnect</Button>} title="Disconnect Xero" description="Imports stop." confirm="Disconnect Xero" onConfirm={() => void (done = true)} />);
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect Xero" }).click();
    expect(done).toBe(true);
  });
  it("a menu is worked by arrows", async () => {
    let done = "";
    await render(
      <Menu trigger={<Button>More</Button>}>
        <MenuItem onSelect={() => void (done = "a")}>Archive</MenuItem>
        <MenuItem onSelect={() => void (done = "b")}>Export</MenuItem>
      </Menu>,
    );
    document.querySelector("button")?.focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("menuitem", { name: "Archive" })).toBeVisible();
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await expect.poll(() => done).toBe("b");
  });
  it("the palette chooses with arrows and goes with Enter", async () => {
    const went: string[] = [];
    const item = (label: string) => ({ id: label, label, run: () => void went.push(label) });
    await render(<Palette label="Search" words="" onWords={() => undefined} groups={[{ label: "Pages", items: [item("Home"), item("Clients")] }]} empty="Nothing" onClose={() => undefined} />);
    await expect.element(page.getByRole("option", { name: "Home" })).toHaveAttribute("aria-selected", "true");
    expect(await violations()).toEqual([]);
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(went).toEqual(["Clients"]);
  });
});

it("`/` goes to the filter and Escape empties it", async () => {
  function Host() {
    const [value, setValue] = useState("kauri");
    return <SearchInput label="Filter" value={value} onChange={setValue} />;
  }
  await render(<Host />);
  await userEvent.keyboard("/");
  const box = document.querySelector<HTMLInputElement>("input");
  await expect.poll(() => document.activeElement).toBe(box);
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => box?.value).toBe("");
});
