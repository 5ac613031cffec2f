import { defineConfig } from "@hey-api/openapi-ts";

/** The client is made from the committed schema; `npm run api` rewrites it and nobody edits it. */
export default defineConfig({
  input: "./openapi.json",
  output: { path: "src/api/generated" },
  plugins: [
    { name: "@hey-api/client-fetch", throwOnError: true, baseUrl: "" },
    "@hey-api/typescript",
    "@hey-api/sdk",
    "@tanstack/react-query",
  ],
});
