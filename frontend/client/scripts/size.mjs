// What each entry adds to an application: bundled, minified, gzipped. Fails above the budget.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const BUDGET_KB = { "index.js": 8, "react/index.js": 3 };

/** What the application has anyway is not counted; nor is the core, twice. */
const external = (entry) => (id) =>
  /^(react|react\/.*|@tanstack\/react-query)$/.test(id) || (entry === "react/index.js" && id.startsWith("../"));

let tooMuch = false;
for (const [entry, budget] of Object.entries(BUDGET_KB)) {
  const { output } = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      minify: true,
      target: "es2023",
      rolldownOptions: {
        input: here(`../dist/${entry}`),
        external: external(entry),
        preserveEntrySignatures: "strict",
      },
    },
  });
  const bytes = gzipSync(output.map((chunk) => chunk.code ?? "").join("")).length;
  const over = bytes > budget * 1_000;
  tooMuch ||= over;
  console.log(`${entry}: ${(bytes / 1_000).toFixed(2)} KB gzipped, budget ${budget} KB${over ? ": too much" : ""}`);
}
process.exit(tooMuch ? 1 : 0);
