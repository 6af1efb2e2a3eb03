// Addresses, bodies, versions and problems.

import { expect, test } from "vitest";

import { createClient, fieldName, outcomeIsUnknown, ProblemError, UnexpectedAnswerError } from "../src/index.js";
import { house, json, problem } from "./support/house.js";

test("paths and queries are written as the API reads them", async () => {
  const { url, seen } = await house((_, response) => json(response, 200, { data: [], nextCursor: null }));
  const client = createClient({ baseUrl: `${url}/` });
  await client.get("/api/v1/products", { query: { q: "tea & milk", limit: 2 } });
  await client.get("/api/v1/products/{id}", { path: { id: "a/b" } });
  expect(seen.map((request) => request.path)).toEqual([
    "/api/v1/products?q=tea%20%26%20milk&limit=2",
    "/api/v1/products/a%2Fb",
  ]);
});

test("a version that was read goes with the write, and a stale one is a problem", async () => {
  const { url, seen } = await house((request, response) => {
    if (request.method === "GET") return json(response, 200, { id: "p-1", name: "Mug" }, { etag: '"3"' });
    if (request.headers["if-match"] !== '"3"') return problem(response, 412, "PRECONDITION_FAILED");
    json(response, 200, { id: "p-1", name: "Mug" }, { etag: '"4"' });
  });
  const client = createClient({ baseUrl: url });
  const path = { id: "p-1" };

  const { etag } = await client.get("/api/v1/products/{id}", { path });
  expect(etag).toBe('"3"');
  const written = await client.delete("/api/v1/products/{id}", { path, ifMatch: etag });
  expect(written.etag).toBe('"4"');
  const stale = client.delete("/api/v1/products/{id}", { path, ifMatch: '"2"' });
  await expect(stale).rejects.toBeInstanceOf(ProblemError);
  await expect(stale).rejects.toMatchObject({ code: "PRECONDITION_FAILED", status: 412 });
  expect(seen.map((request) => request.headers["if-match"])).toEqual([undefined, '"3"', '"2"']);
});

test("a problem says all that the server said", async () => {
  const errors = [
    { pointer: "/items/0/quantity", detail: "must be 1 or more" },
    { pointer: "/customer/email", detail: "is not an e-mail address" },
    { pointer: "/customer/email", detail: "is too long" },
  ];
  const { url } = await house((_, response) =>
    problem(response, 422, "VALIDATION_FAILED", { errors, requestId: "r-9", availability: [{ sku: "A", onHand: 1 }] }),
  );
  const error = await createClient({ baseUrl: url })
    .get("/api/v1/products")
    .catch((caught: unknown) => caught);

  if (!(error instanceof ProblemError)) throw new Error("not a problem");
  expect(error).toMatchObject({ name: "ProblemError", code: "VALIDATION_FAILED", status: 422, requestId: "r-9" });
  expect(error.message).toBe("VALIDATION_FAILED: It is VALIDATION_FAILED.");
  expect(error.fields()).toEqual(
    new Map([
      ["/items/0/quantity", "must be 1 or more"],
      ["/customer/email", "is not an e-mail address; is too long"],
    ]),
  );
  expect(error.document["availability"]).toEqual([{ sku: "A", onHand: 1 }]);
  expect(outcomeIsUnknown(error)).toBe(false);
});

test("a success that is not the JSON it claims to be is an error", async () => {
  const { url } = await house((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("<html>");
  });
  await expect(createClient({ baseUrl: url }).get("/api/v1/products")).rejects.toBeInstanceOf(UnexpectedAnswerError);
});

test("texts go and come as they are, and an empty answer is none", async () => {
  const { url, seen } = await house((request, response) => {
    if (request.method === "POST") return json(response, 200, { imported: 1 });
    if (request.method === "DELETE") return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/csv" }).end("Handle\nmug");
  });
  const client = createClient({ baseUrl: url });
  const csv = "Handle,Title\nmug,Mug\n";
  await client.post("/api/v1/products/import", { body: csv, contentType: "text/csv" });
  expect(seen[0]).toMatchObject({ body: csv, headers: { "content-type": "text/csv" } });
  expect((await client.get("/api/v1/products/export")).body).toBe("Handle\nmug");
  expect((await client.delete("/api/v1/products/{id}", { path: { id: "p-1" } })).body).toBeUndefined();
});

test("a pointer becomes the name of a form's field", () => {
  expect(["/items/0/sku", "/a~1b/c~0d", "Idempotency-Key"].map(fieldName)).toEqual([
    "items.0.sku",
    "a/b.c~d",
    "Idempotency-Key",
  ]);
});
