import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/*.test.ts"] } },
      { test: { name: "react", include: ["test/react/*.test.tsx"], setupFiles: ["test/support/page.ts"] } },
      { test: { name: "e2e", include: ["test/e2e/*.test.ts"], testTimeout: 30_000 } },
    ],
  },
});
