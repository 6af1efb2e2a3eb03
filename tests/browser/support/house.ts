// The house under test. `cargo xtask test` starts one with demo data and names it.

/** Where it is, without a slash at its end. */
export const baseUrl = process.env["COUNTINGHOUSE_URL"] ?? "";
if (baseUrl === "") throw new Error("Set COUNTINGHOUSE_URL to where the house is.");

/** The password of everybody in the demo. */
export const PASSWORD = "demo-only-password";
