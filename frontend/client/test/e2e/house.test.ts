// The client against the real Workers: `cargo xtask dev`, then COUNTINGHOUSE_URL=http://127.0.0.1:8787 npm run test:e2e.

import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import type { Client, Fetch } from "../../src/index.js";
import { createClient, formatMoney, memoryStorage, newKey, ProblemError } from "../../src/index.js";

const baseUrl = process.env["COUNTINGHOUSE_URL"] ?? "";
if (baseUrl === "") throw new Error("Set COUNTINGHOUSE_URL to where the API is.");

const PASSWORD = "demo-only-password";

async function signedIn(who: string, fetch?: Fetch): Promise<Client> {
  const client = createClient({ baseUrl, fetch });
  await client.signIn(`${who}@demo.test`, PASSWORD);
  return client;
}

async function mainWarehouse(client: Client): Promise<string> {
  for await (const warehouse of client.pages("/api/v1/inventory/warehouses")) {
    if (warehouse.code === "MAIN") return warehouse.id;
  }
  throw new Error("There is no warehouse MAIN.");
}

/** The answer that the network lost: the server has done it, and the client does not know. */
function losing(path: string): Fetch & { lost: number } {
  const losingFetch: Fetch & { lost: number } = Object.assign(
    async (url: string, init: RequestInit) => {
      const response = await fetch(url, init);
      if (losingFetch.lost > 0 || !url.endsWith(path)) return response;
      losingFetch.lost += 1;
      throw new TypeError("the connection broke");
    },
    { lost: 0 },
  );
  return losingFetch;
}

test("the first sale of the README prints its receipt", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const program = /```js\n([\s\S]*?)```/.exec(readme)?.[1]?.replace("http://127.0.0.1:8787", baseUrl) ?? "";
  // Inside the package its own name leads to what was built, as it will for who installs it.
  const file = new URL("../../dist/first-sale.mjs", import.meta.url);
  await writeFile(file, program);
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(file)]).finally(() => rm(file));
  expect(stdout).toContain("Enamel Mug");
});

test("a sale at the till, its receipt, and the way out", async () => {
  const client = await signedIn("cashier");
  const warehouseId = await mainWarehouse(client);
  const price = { amount: "12.00", currency: "USD" };
  const items = [{ sku: "MUG-WHITE", quantity: 1 }];
  const payments = [{ method: "Cash" as const, amount: price, tendered: { ...price, amount: "20.00" } }];
  const sale = await client.post("/api/v1/orders/pos", {
    body: { terminalId: "TILL-1", warehouseId, items, payments },
  });
  const receipt = await client.post("/api/v1/orders/pos/{id}/receipt", { path: { id: sale.body.id }, body: {} });

  expect(sale.status).toBe(201);
  expect(formatMoney(sale.body.total, { locale: "en-US" })).toBe("$12.00");
  expect(receipt.body.text).toContain("Enamel Mug");
  await client.signOut();
  expect(client.session.state).toEqual({ status: "signedOut" });
});

test("a list in small pages has every item once, in the same order", async () => {
  const client = await signedIn("manager");
  const list = (limit: number): Promise<{ sku: string; warehouseId: string }[]> =>
    client.pages("/api/v1/inventory/stock", { query: { limit } }).all();
  const [some, many] = [await list(4), await list(100)];
  expect(many.length).toBeGreaterThan(8);
  expect(some.map((row) => [row.warehouseId, row.sku])).toEqual(many.map((row) => [row.warehouseId, row.sku]));
});

test("of two who changed the same version, the second is told", async () => {
  const client = await signedIn("manager");
  const body = { name: "Ada", email: `ada-${newKey()}@example.org`, type: "Retail" as const };
  const { id } = (await client.post("/api/v1/customers", { body })).body;
  const read = await client.get("/api/v1/customers/{id}", { path: { id } });
  expect(read.etag).toBeDefined();

  const change = (name: string) =>
    client.put("/api/v1/customers/{id}", { path: { id }, ifMatch: read.etag, body: { ...body, name } });
  const first = await change("Ada Lovelace");
  expect(first.etag).not.toBe(read.etag);
  await expect(change("Ada King")).rejects.toMatchObject({ code: "PRECONDITION_FAILED", status: 412 });
});

test("an order whose answer was lost is placed once", async () => {
  const flaky = losing("/api/v1/orders/retail");
  const client = await signedIn("manager", flaky);
  const warehouseId = await mainWarehouse(client);
  const email = `${newKey()}@example.org`;
  const body = { warehouseId, customer: { name: "Ada", email }, items: [{ sku: "MUG-WHITE", quantity: 1 }] };

  const placed = await client.post("/api/v1/orders/retail", { body });

  expect(flaky.lost).toBe(1);
  expect(placed).toMatchObject({ status: 201, replayed: true });
  await client.post("/api/v1/orders/retail/{id}/cancel", { path: { id: placed.body.id }, body: { reason: "a test" } });
});

test("the same key with another body is refused", async () => {
  const client = await signedIn("manager");
  const idempotencyKey = newKey();
  const customer = (name: string) => ({ name, email: `${newKey()}@example.org`, type: "Retail" as const });
  await client.post("/api/v1/customers", { body: customer("Ada"), idempotencyKey });
  const other = client.post("/api/v1/customers", { body: customer("Bob"), idempotencyKey });
  await expect(other).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
});

test("a refused field is named", async () => {
  const client = await signedIn("cashier");
  const warehouseId = await mainWarehouse(client);
  const error = await client
    .post("/api/v1/orders/retail", {
      body: {
        warehouseId,
        customer: { name: "Ada", email: "not an address" },
        items: [{ sku: "MUG-WHITE", quantity: 1 }],
      },
    })
    .catch((caught: unknown) => caught);
  if (!(error instanceof ProblemError)) throw new Error(`not a problem: ${String(error)}`);
  expect(error.code).toBe("VALIDATION_FAILED");
  expect([...error.fields().keys()]).toContain("/customer/email");
});

test("thirty requests with a spoiled token refresh once, and the session goes on", async () => {
  const refreshes: string[] = [];
  let spoil = false;
  const client = await signedIn("manager", (url, init) => {
    if (url.endsWith("/auth/refresh")) refreshes.push(url);
    const headers = new Headers(init.headers);
    // The token of before the refresh is the only one that is spoiled.
    if (spoil && refreshes.length === 0) headers.set("authorization", `${headers.get("authorization") ?? "Bearer"}x`);
    return fetch(url, { ...init, headers });
  });
  spoil = true;
  const answers = await Promise.all(Array.from({ length: 30 }, () => client.get("/api/v1/dashboard")));
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 30 }, () => 200));
  expect(refreshes).toHaveLength(1);
  expect(client.session.state.status).toBe("signedIn");
});

test("a session that ended elsewhere ends here, at the latest with its token", async () => {
  const storage = memoryStorage();
  const one = createClient({ baseUrl, storage });
  await one.signIn("cashier@demo.test", PASSWORD);
  const copy = memoryStorage();
  const session = await storage.load();
  if (session === null) throw new Error("Nothing was kept.");
  await copy.save({ ...session, expiresAt: 0 });
  const other = createClient({ baseUrl, storage: copy });

  await one.signOut();
  await expect(other.get("/api/v1/auth/me")).rejects.toMatchObject({ code: "INVALID_REFRESH_TOKEN" });
  expect(other.session.state).toMatchObject({ status: "signedOut", ended: { code: "INVALID_REFRESH_TOKEN" } });
});

test("a wrong password opens nothing", async () => {
  const client = createClient({ baseUrl });
  const wrong = client.signIn("nobody@demo.test", "not the password");
  await expect(wrong).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
  expect(client.session.state).toEqual({ status: "signedOut" });
});
