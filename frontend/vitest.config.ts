import { fileURLToPath } from "node:url";

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

/** Tests run in the browser people use: focus, layout and the clipboard are what a grid is made of. */
export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  optimizeDeps: {
    include: [
      "react", "react-dom", "react-dom/client", "react/jsx-dev-runtime", "axe-core", "vitest-browser-react", "lucide-react",
      "@tanstack/react-query", "@tanstack/react-router", "@tanstack/react-virtual",
      ...["alert-dialog", "combobox", "csp-provider", "dialog", "field", "input", "menu", "popover", "select", "switch", "tabs", "toast", "tooltip", "use-render"].map((part) => `@base-ui/react/${part}`),
    ],
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    fileParallelism: false,
    // What is waited for comes late on a busy machine; by itself a second is all that is given.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 1280, height: 800 },
      provider: playwright({
        launchOptions: { executablePath: process.env["CHROME_PATH"] ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
