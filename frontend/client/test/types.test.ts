// What the compiler refuses. The compiler is the test: `npm run check`.

import { expectTypeOf, test } from "vitest";

import type { Answer, Client, Money, ProblemCode, Schemas } from "../src/index.js";

// Never called: it is only compiled.
async function calls(client: Client): Promise<void> {
  // @ts-expect-error There is no such path.
  await client.get("/api/v1/nothing");
  // @ts-expect-error The path has no DELETE.
  await client.delete("/api/v1/orders/pos");
  // @ts-expect-error The id is missing.
  await client.get("/api/v1/products/{id}");
  // @ts-expect-error There is no such parameter.
  await client.get("/api/v1/products", { query: { colour: "red" } });
  // @ts-expect-error The body is missing.
  await client.post("/api/v1/customers");
  // @ts-expect-error A read takes no body.
  await client.get("/api/v1/products", { body: {} });
  // @ts-expect-error A read has no version to protect.
  await client.get("/api/v1/products", { ifMatch: '"1"' });
  // @ts-expect-error An amount is a text.
  const money: Money = { amount: 12.5, currency: "USD" };
  // @ts-expect-error This is no list.
  client.pages("/api/v1/dashboard");
  // @ts-expect-error A CSV says that it is one.
  await client.post("/api/v1/products/import", { body: "Handle" });
  void money;
}

test("answers have the types of the description", () => {
  expectTypeOf(calls).toBeFunction();
  type Get = Client["get"];
  const get = null as unknown as Get;
  const typed = () => get("/api/v1/products/{id}", { path: { id: "" } });
  expectTypeOf(typed).returns.resolves.toExtend<Answer<Schemas["Product"]>>();
  expectTypeOf<"OUT_OF_STOCK">().toExtend<ProblemCode>();
});
