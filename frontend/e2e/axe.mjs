/** The accessibility rules, run on the page as it stands. */
import { AxeBuilder } from "@axe-core/playwright";

import { ALLOWED } from "./browser.mjs";

export async function violations(page) {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  return found.violations.flatMap((violation) =>
    violation.nodes
      .filter((node) => !ALLOWED.some((allowed) => allowed.rule === violation.id && allowed.html.test(node.html)))
      .map((node) => `${violation.id}: ${node.target.join(" ")} ${node.html.slice(0, 140)}`),
  );
}
