// What is tried again, how, and what never is.

import { expect, test } from "vitest";

import { AbortedError, createClient, NetworkError, TimeoutError, UnexpectedAnswerError } from "../src/index.js";
import { hangUp, house, json, problem } from "./support/house.js";

const SALE = {
  terminalId: "TILL-1",
  warehouseId: "0190d000-0000-7000-8000-00000000e001",
  items: [{ sku: "MUG-WHITE", quantity: 1 }],
  payments: [{ method: "Cash" as const, amount: { amount: "12.00", currency: "USD" } }],
};
const POS = "/api/v1/orders/pos";

test("a write is tried again with the same key and the same bytes", async () => {
  const { url, seen } = await house((_, response, count) => {
    if (count === 0) return hangUp(response);
    if (count === 1) return problem(response, 503, "TEMPORARILY_UNAVAILABLE");
    if (count === 2) return problem(response, 409, "IDEMPOTENCY_IN_PROGRESS");
    json(response, 201, { id: "o-1" }, { "idempotent-replayed": "true" });
  });
  const client = createClient({ baseUrl: url });

  const answer = await client.post(POS, { body: SALE });

  expect(answer).toMatchObject({ status: 201, replayed: true, body: { id: "o-1" } });
  expect(seen).toHaveLength(4);
  const keys = new Set(seen.map((request) => request.headers["idempotency-key"]));
  expect([...keys]).toEqual([
    expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  ]);
  expect(new Set(seen.map((request) => request.body))).toEqual(new Set([JSON.stringify(SALE)]));
});

test("two calls have two keys, and a key that is given is used", async () => {
  const { url, seen } = await house((_, response) => json(response, 201, {}));
  const client = createClient({ baseUrl: url });
  await client.post(POS, { body: SALE });
  await client.post(POS, { body: SALE });
  await client.post(POS, { body: SALE, idempotencyKey: "sale-77" });
  const keys = seen.map((request) => request.headers["idempotency-key"]);
  expect(keys[0]).not.toBe(keys[1]);
  expect(keys[2]).toBe("sale-77");
});

test("what changed in the body meanwhile does not change what is sent", async () => {
  const { url, seen } = await house((_, response, count) => (count === 0 ? hangUp(response) : json(response, 201, {})));
  const body = structuredClone(SALE);
  const sale = createClient({ baseUrl: url }).post(POS, { body });
  await expect.poll(() => seen.length, { interval: 5 }).toBe(1);
  body.terminalId = "TILL-2";
  await sale;
  expect(seen[1]?.body).toBe(seen[0]?.body);
});

test("a read is tried again, without a key", async () => {
  const { url, seen } = await house((_, response, count) =>
    count === 0 ? hangUp(response) : json(response, 200, { data: [], nextCursor: null }),
  );
  await createClient({ baseUrl: url }).get(POS);
  expect(seen).toHaveLength(2);
  expect(seen[0]?.headers["idempotency-key"]).toBeUndefined();
});

test("Retry-After is waited for", async () => {
  const { url } = await house((_, response, count) =>
    count === 0
      ? problem(response, 429, "RATE_LIMITED", {}, { "retry-after": "1" })
      : json(response, 200, { data: [], nextCursor: null }),
  );
  const start = performance.now();
  await createClient({ baseUrl: url }).get(POS);
  expect(performance.now() - start).toBeGreaterThanOrEqual(1_000);
});

test("who is to wait for minutes fails at once, and knows how long", async () => {
  const { url, seen } = await house((_, response) =>
    problem(response, 429, "RATE_LIMITED", {}, { "retry-after": "300" }),
  );
  const call = createClient({ baseUrl: url }).get(POS);
  await expect(call).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 300_000 });
  expect(seen).toHaveLength(1);
});

test.each([
  [400, "MALFORMED_JSON"],
  [402, "PAYMENT_DECLINED"],
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [409, "OUT_OF_STOCK"],
  [412, "PRECONDITION_FAILED"],
  [422, "VALIDATION_FAILED"],
  [500, "INTERNAL"],
])("%i %s is not tried again", async (status, code) => {
  const { url, seen } = await house((_, response) => problem(response, status, code));
  await expect(createClient({ baseUrl: url }).post(POS, { body: SALE })).rejects.toMatchObject({ code, status });
  expect(seen).toHaveLength(1);
});

test("attempts are bounded", async () => {
  const { url, seen } = await house((_, response) => hangUp(response));
  const call = createClient({ baseUrl: url, retries: 2 }).post(POS, { body: SALE });
  await expect(call).rejects.toBeInstanceOf(NetworkError);
  expect(seen).toHaveLength(3);
  await expect(call).rejects.toMatchObject({ call: { idempotencyKey: seen[0]?.headers["idempotency-key"] } });
});

test("a proxy's page is an error of its own, and a gateway without an answer is tried again", async () => {
  const { url, seen } = await house((_, response) => {
    response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
  });
  const call = createClient({ baseUrl: url, retries: 1 }).get(POS);
  await expect(call).rejects.toBeInstanceOf(UnexpectedAnswerError);
  expect(seen).toHaveLength(2);
});

test("an answer that breaks off is no answer", async () => {
  const { url, seen } = await house((_, response, count) => {
    if (count > 0) return json(response, 200, { data: [], nextCursor: null });
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
    response.write('{"data":');
    setTimeout(() => response.destroy(), 10);
  });
  const answer = await createClient({ baseUrl: url }).get(POS);
  expect(answer.body.data).toEqual([]);
  expect(seen).toHaveLength(2);
});

test("an attempt that takes too long is given up and tried again", async () => {
  const { url, seen } = await house((_, response, count) => {
    if (count > 0) json(response, 201, {});
  });
  await createClient({ baseUrl: url, timeoutMs: 500 }).post(POS, { body: SALE });
  expect(seen).toHaveLength(2);
  expect(seen[1]?.headers["idempotency-key"]).toBe(seen[0]?.headers["idempotency-key"]);
});

test("a limit of time can be given for one call", async () => {
  const { url } = await house(() => {});
  const call = createClient({ baseUrl: url }).get(POS, { timeoutMs: 50, retries: 0 });
  await expect(call).rejects.toBeInstanceOf(TimeoutError);
  await expect(call).rejects.toMatchObject({ timeoutMs: 50 });
});

test("a call can be given up while it runs, between attempts, and before it began", async () => {
  const { url, seen } = await house((request, response) => {
    if (request.path.includes("again")) problem(response, 503, "TEMPORARILY_UNAVAILABLE", {}, { "retry-after": "20" });
  });
  const client = createClient({ baseUrl: url });
  const controller = new AbortController();
  const calls = ["hang", "again"].map((cursor) => client.get(POS, { query: { cursor }, signal: controller.signal }));
  const failures = Promise.allSettled(calls);
  await expect.poll(() => seen.length, { interval: 5 }).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort(new Error("the screen was left"));
  for (const failure of await failures) {
    expect(failure).toMatchObject({ status: "rejected", reason: { cause: { message: "the screen was left" } } });
  }
  const late = client.get(POS, { signal: controller.signal });
  await expect(late).rejects.toBeInstanceOf(AbortedError);
  expect(seen).toHaveLength(2);
});

test("no token follows a redirect", async () => {
  const other = await house((_, response) => json(response, 200, {}));
  const { url } = await house((_, response) => {
    response.writeHead(307, { location: `${other.url}/` }).end();
  });
  await expect(createClient({ baseUrl: url, apiKey: "chk_1", retries: 0 }).get(POS)).rejects.toBeInstanceOf(
    NetworkError,
  );
  expect(other.seen).toEqual([]);
});
