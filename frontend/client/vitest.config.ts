import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A busy machine is slow, not wrong.
    expect: { poll: { timeout: 5_000 } },
    testTimeout: 20_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["test/*.test.ts"] } },
      {
        extends: true,
        test: { name: "react", include: ["test/react/*.test.tsx"], setupFiles: ["test/support/page.ts"] },
      },
      { extends: true, test: { name: "e2e", include: ["test/e2e/*.test.ts"] } },
    ],
  },
});
