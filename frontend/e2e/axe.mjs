/** The accessibility rules, run on the page as it stands. */
import assert from "node:assert/strict";

import axe from "axe-core";

import { ALLOWED, settled } from "./browser.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules that another theme can break; all others look at what the theme leaves alone. */
export const COLOURS = ["color-contrast", "link-in-text-block"];

/** The rules are put into a page once; Playwright's own builder would open a second page at every question. */
export async function violations(page, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async (options) => (await globalThis.axe.run(document, options)).violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, html }) => ({ target: target.join(" "), html })) })),
    { runOnly: rules ? { type: "rule", values: rules } : { type: "tag", values: TAGS }, resultTypes: ["violations"], iframes: false },
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.filter(({ html }) => !ALLOWED.some((allowed) => allowed.rule === id && allowed.html.test(html))).map(({ target, html }) => `${id}: ${target} ${html.slice(0, 140)}`),
  );
}

/** The page breaks no rule, looked at once it is all there: a page on its way has no heading yet. */
export async function clean(page) {
  await settled(page);
  assert.deepEqual(await violations(page), []);
}
