/** Runs the flows one after the other against a running stack (BASE_URL) and ends with `N passed, N failed`. */
import { mkdir } from "node:fs/promises";
import { readdir } from "node:fs/promises";

import { launch, open } from "./browser.mjs";

const here = new URL("./flows/", import.meta.url);
const wanted = process.argv.slice(2);
const files = (await readdir(here)).filter((name) => name.endsWith(".mjs") && (wanted.length === 0 || wanted.some((word) => name.includes(word)))).toSorted();
const browser = await launch();
let passed = 0;
let failed = 0;

for (const file of files) {
  const { default: steps } = await import(new URL(file, here).href);
  const session = await open(browser);
  const world = { browser, ...session };
  for (const [name, step] of Object.entries(steps)) {
    const started = Date.now();
    try {
      await step(world);
      if (session.faults.length > 0) throw new Error(session.faults.splice(0).join("\n"));
      passed += 1;
      console.log(`ok    ${file} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${file} ${name}\n${error.stack ?? error}`);
      await mkdir("var", { recursive: true });
      await session.page.screenshot({ path: `var/failed-${file}-${failed}.png` }).catch(() => undefined);
      console.log(`      at ${session.page.url()}`);
      break;
    }
  }
  await session.context.close();
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
