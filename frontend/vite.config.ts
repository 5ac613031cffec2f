import { fileURLToPath } from "node:url";

import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = process.env["API_URL"] ?? "http://localhost:8000";

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: "react",
      autoCodeSplitting: true,
      routesDirectory: "src/routes",
      generatedRouteTree: "src/app/routeTree.gen.ts",
      routeFileIgnorePattern: "\\.test\\.tsx$",
    }),
    react(),
    tailwindcss(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    manifest: true,
    target: "es2023",
    // Fonts and icons stay files: the page's policy allows no data: source for them.
    assetsInlineLimit: 0,
    // A polyfill would be the only script not needed by any browser we serve.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Every screen needs these two in whole; cut into pieces by who shares what, they cost each screen thirty requests and 16 KB more.
        codeSplitting: {
          groups: [
            { name: "first", tags: ["$initial"], priority: 1 },
            { name: "floating", test: /@base-ui[\\/]react[\\/](floating-ui-react|internals|menu|utils)[\\/]/ },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { "/api": { target: api, changeOrigin: false } } },
});
