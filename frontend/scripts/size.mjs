/** What a browser loads, gzipped, against the budgets: the entry, each screen in all, styles and the font. Run after a build. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = { entry: 140, screen: 240, css: 15, font: 50 };
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const size = (file) => gzipSync(readFileSync(`dist/${file}`)).length / 1024;

function chunks(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key]?.imports ?? []) chunks(next, seen);
  return seen;
}
const total = (keys) => [...keys].reduce((sum, key) => sum + size(manifest[key].file), 0);

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = chunks(entry);
const lines = [["entry", total(first), BUDGET.entry]];
// Every screen behind the door comes with the shell.
const shell = Object.keys(manifest).find((key) => /routes\/_app\.tsx\?tsr-split=component/.test(key));
for (const key of Object.keys(manifest).filter((name) => /routes\/.*tsr-split=component/.test(name)).toSorted()) {
  const all = new Set([...first, ...chunks(key), ...(key.includes("/_app/") && shell ? chunks(shell) : [])]);
  lines.push([key.replace(/^src\/routes\//, "").replace(/\?.*/, ""), total(all), BUDGET.screen]);
}
const styles = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []));
lines.push(["styles", [...styles].reduce((sum, file) => sum + size(file), 0), BUDGET.css]);
const font = Object.values(manifest).find((chunk) => /inter-latin-wght-normal/.test(chunk.file ?? ""));
if (font) lines.push(["font", readFileSync(`dist/${font.file}`).length / 1024, BUDGET.font]);

let over = 0;
for (const [name, kb, budget] of lines) {
  if (kb > budget) over += 1;
  console.log(`${kb > budget ? "OVER " : "ok   "}${kb.toFixed(1).padStart(7)} of ${budget} KB  ${name}`);
}
process.exit(over > 0 ? 1 : 0);
