// Lists that are longer than a page.

import { expect, test } from "vitest";

import { createClient } from "../src/index.js";
import type { House } from "./support/house.js";
import { hangUp, house, json } from "./support/house.js";

const LIST = "/api/v1/orders/retail";

/** Seven orders in pages of three; the second page comes at the second attempt only. */
function sevenOrders(): Promise<House> {
  const orders = Array.from({ length: 7 }, (_, at) => ({ id: `o-${at}` }));
  return house((seen, response, count) => {
    const from = Number(new URLSearchParams(seen.path.split("?")[1]).get("cursor") ?? 0);
    if (from === 3 && count === 0) return hangUp(response);
    const nextCursor = from + 3 < orders.length ? String(from + 3) : null;
    json(response, 200, { data: orders.slice(from, from + 3), nextCursor });
  });
}

test("every item once, in order, and each page is asked for when it is needed", async () => {
  const { url, seen } = await sevenOrders();
  const ids: string[] = [];
  for await (const order of createClient({ baseUrl: url }).pages(LIST, { query: { limit: 3 } })) {
    if (ids.length === 2) expect(seen).toHaveLength(1);
    ids.push(order.id);
  }
  expect(ids).toEqual(["o-0", "o-1", "o-2", "o-3", "o-4", "o-5", "o-6"]);
  expect(seen.map((request) => request.path.split("?")[1])).toEqual([
    "limit=3",
    "limit=3&cursor=3",
    "limit=3&cursor=3",
    "limit=3&cursor=6",
  ]);
});

test("who stops asks for no more", async () => {
  const { url, seen } = await sevenOrders();
  for await (const order of createClient({ baseUrl: url }).pages(LIST)) {
    if (order.id === "o-1") break;
  }
  expect(seen).toHaveLength(1);
});

test("page by page, and all at once", async () => {
  const { url } = await sevenOrders();
  const list = createClient({ baseUrl: url }).pages(LIST);
  const sizes: number[] = [];
  for await (const page of list.byPage()) sizes.push(page.data.length);
  expect(sizes).toEqual([3, 3, 1]);
  expect(await list.all()).toHaveLength(7);
});

test("a cursor that leads to itself is an error, not a loop without end", async () => {
  const { url } = await house((_, response) => json(response, 200, { data: [{ id: "o-0" }], nextCursor: "same" }));
  await expect(createClient({ baseUrl: url }).pages(LIST).all()).rejects.toThrow("repeats itself");
});

test("a list can be given up", async () => {
  const { url } = await sevenOrders();
  const controller = new AbortController();
  const reading = async (): Promise<void> => {
    for await (const page of createClient({ baseUrl: url }).pages(LIST, { signal: controller.signal }).byPage()) {
      if (page.data.length > 0) controller.abort();
    }
  };
  await expect(reading()).rejects.toThrow("given up");
});
