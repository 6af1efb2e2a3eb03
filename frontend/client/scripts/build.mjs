// Writes dist: one module for each source file, with its types. Bundling is the application's affair.

import { execFileSync } from "node:child_process";
import { copyFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(import.meta.resolve("typescript/package.json")).replace("package.json", "bin/tsc");

await rm(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
// The package goes out with the licence of the house.
await copyFile(`${root}../../LICENSE`, `${root}LICENSE`);
