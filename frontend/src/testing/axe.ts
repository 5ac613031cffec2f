/** The rules a page must hold, WCAG 2.2 AA and best practice; what they found, in words a failure can show. */
import axe from "axe-core";

const frame = () => new Promise((done) => requestAnimationFrame(done));
const moves = () => document.querySelector("[data-starting-style]") !== null || document.getAnimations().some((one) => one.playState === "running" && one.effect?.getTiming().iterations !== Infinity);

/** Looks once nothing comes or goes any more: what is half there is pale. */
export async function violations(root: Element = document.body): Promise<string[]> {
  do await frame();
  while (moves());
  const found = await axe.run(root, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    // A component is no page: it brings no landmarks and no first heading.
    rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false }, "landmark-one-main": { enabled: false } },
  });
  return found.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)}`));
}
