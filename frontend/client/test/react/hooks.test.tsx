// The hooks, on a page, against a server.

import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";

import type { Client } from "../../src/index.js";
import { createClient } from "../../src/index.js";
import {
  CountinghouseProvider,
  figure,
  useApiMutation,
  useApiPages,
  useApiQuery,
  useFigures,
  useSession,
} from "../../src/react/index.js";
import { hangUp, house, json, problem } from "../support/house.js";
import { Identity } from "../support/identity.js";

function inside(client: Client): { wrapper: (props: { children: ReactNode }) => ReactNode } {
  return { wrapper: ({ children }) => <CountinghouseProvider client={client}>{children}</CountinghouseProvider> };
}

test("a query has the body, the etag, and the problem when there is one", async () => {
  const { url } = await house((seen, response) =>
    seen.path.endsWith("p-1")
      ? json(response, 200, { id: "p-1", name: "Mug" }, { etag: '"3"' })
      : problem(response, 404, "NOT_FOUND"),
  );
  const client = createClient({ baseUrl: url });
  const read = (id: string) => renderHook(() => useApiQuery("/api/v1/products/{id}", { path: { id } }), inside(client));
  const [there, gone] = [read("p-1"), read("p-2")];
  await waitFor(() => expect(there.result.current.data).toMatchObject({ body: { name: "Mug" }, etag: '"3"' }));
  await waitFor(() => expect(gone.result.current.error).toMatchObject({ code: "NOT_FOUND" }));
});

test("one service that fails does not take the figures of the others", async () => {
  let repaired = false;
  const { url } = await house((seen, response) => {
    if (seen.path.includes("/accounting/") && !repaired) return problem(response, 500, "INTERNAL");
    if (seen.path.includes("/accounting/")) return json(response, 200, { balanced: true });
    if (seen.path.includes("/stock"))
      return json(response, 200, { data: [{ sku: "MUG-WHITE", onHand: 3 }], nextCursor: null });
    json(response, 200, { openOrders: 2 });
  });
  const client = createClient({ baseUrl: url });
  const wanted = {
    sales: figure("/api/v1/dashboard"),
    stock: figure("/api/v1/inventory/stock", { query: { limit: 1 } }),
    books: figure("/api/v1/accounting/reports/trial-balance"),
  };
  const { result } = renderHook(() => useFigures(wanted), inside(client));
  expect(result.current.isLoading).toBe(true);

  await waitFor(() => expect(result.current.isLoading).toBe(false));
  expect(result.current.figures.sales.data?.openOrders).toBe(2);
  expect(result.current.figures.stock.data?.data[0]?.onHand).toBe(3);
  expect(result.current.figures.books).toMatchObject({ data: undefined, error: { code: "INTERNAL" } });
  expect(result.current.failed).toEqual(["books"]);

  repaired = true;
  act(() => result.current.retryFailed());
  await waitFor(() => expect(result.current.failed).toEqual([]));
  expect(result.current.figures.books.data?.balanced).toBe(true);
});

test("a list grows page by page", async () => {
  const { url } = await house((seen, response) =>
    json(
      response,
      200,
      seen.path.includes("cursor")
        ? { data: [{ id: "o-2" }], nextCursor: null }
        : { data: [{ id: "o-1" }], nextCursor: "1" },
    ),
  );
  const { result } = renderHook(() => useApiPages("/api/v1/orders/retail"), inside(createClient({ baseUrl: url })));
  await waitFor(() => expect(result.current.hasNextPage).toBe(true));
  await act(() => result.current.fetchNextPage());
  await waitFor(() => expect(result.current.data?.items.map((order) => order.id)).toEqual(["o-1", "o-2"]));
  expect(result.current.hasNextPage).toBe(false);
});

const CANCEL = { path: { id: "o-1" }, body: { reason: "changed my mind" } };

test("a refused form has each error at its field", async () => {
  const { url } = await house((_, response) =>
    problem(response, 422, "VALIDATION_FAILED", {
      errors: [
        { pointer: "/items/0/quantity", detail: "must be 1 or more" },
        { pointer: "/reason", detail: "is required" },
      ],
    }),
  );
  const client = createClient({ baseUrl: url });
  const { result } = renderHook(() => useApiMutation("post", "/api/v1/orders/retail/{id}/cancel"), inside(client));
  act(() => result.current.mutate(CANCEL));
  await waitFor(() =>
    expect(result.current.fieldErrors).toEqual({ "items.0.quantity": "must be 1 or more", reason: "is required" }),
  );
  expect(result.current.formError).toBeUndefined();
});

test("a failure of no field is the form's", async () => {
  const { url } = await house((_, response) => problem(response, 409, "STATE_CONFLICT"));
  const { result } = renderHook(
    () => useApiMutation("post", "/api/v1/orders/retail/{id}/cancel"),
    inside(createClient({ baseUrl: url })),
  );
  act(() => result.current.mutate(CANCEL));
  await waitFor(() => expect(result.current.formError).toMatchObject({ code: "STATE_CONFLICT" }));
  expect(result.current.fieldErrors).toEqual({});
});

test("a button that is pressed again after a failure nobody understands does it once", async () => {
  const { url, seen } = await house((_, response, count) =>
    count === 0 ? hangUp(response) : json(response, 200, { id: "o-1" }),
  );
  const client = createClient({ baseUrl: url, retries: 0 });
  const { result } = renderHook(() => useApiMutation("post", "/api/v1/orders/retail/{id}/cancel"), inside(client));
  const press = () =>
    act(() =>
      result.current.mutateAsync(CANCEL).then(
        () => "done",
        () => "unknown",
      ),
    );
  expect(await press()).toBe("unknown");
  expect(await press()).toBe("done");
  expect(await press()).toBe("done");
  const keys = seen.map((request) => request.headers["idempotency-key"]);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("a success makes stale what it changes", async () => {
  let reads = 0;
  const { url } = await house((seen, response) => {
    if (seen.method === "GET") return json(response, 200, { data: [{ id: `read ${(reads += 1)}` }], nextCursor: null });
    json(response, 200, { id: "o-1" });
  });
  const { result } = renderHook(
    () => ({
      list: useApiQuery("/api/v1/orders/retail"),
      cancel: useApiMutation("post", "/api/v1/orders/retail/{id}/cancel", { invalidates: ["/api/v1/orders/retail"] }),
    }),
    inside(createClient({ baseUrl: url })),
  );
  await waitFor(() => expect(result.current.list.data?.body.data[0]?.id).toBe("read 1"));
  act(() => result.current.cancel.mutate(CANCEL));
  await waitFor(() => expect(result.current.list.data?.body.data[0]?.id).toBe("read 2"));
});

test("the next user does not see what the one before has read", async () => {
  const identity = new Identity();
  const { url } = await house((seen, response) => {
    if (identity.answer(seen, response) || identity.refuses(seen, response)) return;
    json(response, 200, { data: [{ id: `read with ${seen.headers.authorization}` }], nextCursor: null });
  });
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");
  const { result } = renderHook(
    () => ({ session: useSession(), list: useApiQuery("/api/v1/orders/retail") }),
    inside(client),
  );
  const shown = () => result.current.list.data?.body.data[0]?.id;
  await waitFor(() => expect(shown()).toBe("read with Bearer access-1"));

  await act(() => client.signOut());
  expect(result.current.session).toEqual({ status: "signedOut" });
  expect(shown()).toBeUndefined();

  await act(() => client.signIn("manager@demo.test", "secret"));
  expect(result.current.session).toMatchObject({ status: "signedIn", user: { email: "manager@demo.test" } });
  await waitFor(() => expect(shown()).toBe("read with Bearer access-2"));
});
