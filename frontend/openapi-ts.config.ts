import { readFileSync } from "node:fs";

import { defineConfig } from "@hey-api/openapi-ts";

const schema: { paths: Record<string, Record<string, { operationId: string; tags: string[] }>> } = JSON.parse(readFileSync("openapi.json", "utf8"));
const tags = new Map(Object.values(schema.paths).flatMap((path) => Object.values(path)).map(({ operationId, tags: [tag] }) => [operationId, tag]));

/** The tag of the operation that something is made for, found by its own name or by that of its query or mutation. */
const tagOf = (name: string) => tags.get(name) ?? tags.get(name.replace(/((Infinite)?(QueryKey|Options)|Mutation)$/, ""));

/** The client is made from the committed schema; `npm run api` rewrites it and nobody edits it.
 *
 * Each tag has a file of calls and a file of queries, so that a screen loads those it is about and the API may grow. */
export default defineConfig({
  input: "./openapi.json",
  output: { path: "src/api/generated" },
  plugins: [
    { name: "@hey-api/client-fetch", throwOnError: true, baseUrl: "" },
    "@hey-api/typescript",
    {
      name: "@hey-api/sdk",
      // The browser brings its cookie by itself.
      auth: false,
      exportFromIndex: false,
      "~hooks": { symbols: { getFilePath: ({ name }) => `calls/${tagOf(name) ?? "options"}` } },
    },
    {
      name: "@tanstack/react-query",
      "~hooks": {
        symbols: { getFilePath: ({ name }) => `queries/${tagOf(name) ?? "query-key"}` },
        // What all queries share was meant to stay in one file with them, so it is not exported by itself.
        events: { "node:set:before": ({ node }) => node && !node.exported && "export" in node && typeof node.export === "function" && node.export() },
      },
    },
  ],
});
