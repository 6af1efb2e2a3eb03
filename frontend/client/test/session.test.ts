// One session for many requests: a refresh token is shown once, whatever happens at the same time.

import { expect, test } from "vitest";

import type { SessionState, SessionStorage, StoredSession } from "../src/index.js";
import { createClient, memoryStorage, NetworkError, ProblemError } from "../src/index.js";
import type { House } from "./support/house.js";
import { hangUp, house, json, problem } from "./support/house.js";
import { Identity } from "./support/identity.js";

/** A house where everything but signing in wants a good token. */
async function guarded(identity: Identity): Promise<House> {
  return house((seen, response) => {
    if (identity.answer(seen, response) || identity.refuses(seen, response)) return;
    json(response, 200, { data: [], nextCursor: null });
  });
}

const LIST = "/api/v1/orders/retail";

test("fifty requests whose token has expired refresh once", async () => {
  const identity = new Identity();
  const { url, at } = await guarded(identity);
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");
  identity.expire();

  const answers = await Promise.all(Array.from({ length: 50 }, () => client.get(LIST)));

  expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(200));
  expect(identity.refreshes).toBe(1);
  expect(identity.reused).toBe(0);
  expect(at(LIST)).toHaveLength(100);
});

test("a token that is about to end is replaced before fifty requests go out", async () => {
  const identity = new Identity();
  identity.expiresIn = 5;
  const { url, at } = await guarded(identity);
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");
  identity.expiresIn = 900;

  await Promise.all(Array.from({ length: 50 }, () => client.get(LIST)));

  expect(identity.refreshes).toBe(1);
  expect(at(LIST)).toHaveLength(50);
});

test("answers that say expired long after the refresh do not start another", async () => {
  const identity = new Identity();
  let release = (): void => {};
  const late = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { url } = await house(async (seen, response) => {
    if (identity.answer(seen, response)) return;
    if (seen.path.includes("slow") && seen.headers.authorization === "Bearer access-1") await late;
    if (!identity.refuses(seen, response)) json(response, 200, { data: [], nextCursor: null });
  });
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");
  identity.expire();

  const slow = client.get(LIST, { query: { cursor: "slow" } });
  await client.get(LIST);
  release();
  await slow;

  expect(identity.refreshes).toBe(1);
});

test("a refresh in the same second, which gives the same access token, is a refresh all the same", async () => {
  const identity = new Identity();
  identity.accessToken = "same";
  let release = (): void => {};
  const late = new Promise<void>((resolve) => {
    release = resolve;
  });
  const refused = new Set<string>();
  const { url } = await house(async (seen, response) => {
    if (identity.answer(seen, response)) return;
    const slow = seen.path.includes("slow");
    const first = !refused.has(seen.path);
    refused.add(seen.path);
    if (slow && first) await late;
    if (first) problem(response, 401, "TOKEN_EXPIRED");
    else json(response, 200, { data: [], nextCursor: null });
  });
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");

  const slow = client.get(LIST, { query: { cursor: "slow" } });
  await client.get(LIST);
  release();
  await slow;

  expect(identity.refreshes).toBe(1);
});

test("a refused refresh ends the session and says so, once", async () => {
  const identity = new Identity();
  const { url } = await guarded(identity);
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");
  const heard: SessionState[] = [];
  client.session.subscribe((state) => heard.push(state));
  identity.revoke();

  const failures = await Promise.allSettled(Array.from({ length: 10 }, () => client.get(LIST)));

  for (const failure of failures) {
    expect(failure).toMatchObject({ status: "rejected", reason: { code: "INVALID_REFRESH_TOKEN" } });
  }
  expect(heard).toEqual([{ status: "signedOut", ended: expect.any(ProblemError) }]);
  expect(identity.refreshes).toBe(1);
  await expect(client.get(LIST)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test("a refresh that gets no answer is not repeated, and the session stays", async () => {
  const identity = new Identity();
  let down = true;
  const { url, at } = await house((seen, response) => {
    if (down && seen.path.endsWith("/refresh")) return hangUp(response);
    if (identity.answer(seen, response) || identity.refuses(seen, response)) return;
    json(response, 200, { data: [], nextCursor: null });
  });
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");
  identity.expire();

  const failures = await Promise.allSettled([client.get(LIST), client.get(LIST), client.get(LIST)]);
  expect(failures.map((failure) => failure.status === "rejected" && failure.reason)).toEqual(
    Array(3).fill(expect.any(NetworkError)),
  );
  expect(at("/api/v1/auth/refresh")).toHaveLength(1);
  expect(client.session.state.status).toBe("signedIn");

  down = false;
  await client.get(LIST);
  expect(identity.reused).toBe(0);
});

test("who gives up waiting for a refresh does not stop it for the others", async () => {
  const identity = new Identity();
  const { url } = await house(async (seen, response) => {
    if (seen.path.endsWith("/refresh")) await new Promise((resolve) => setTimeout(resolve, 50));
    if (identity.answer(seen, response) || identity.refuses(seen, response)) return;
    json(response, 200, { data: [], nextCursor: null });
  });
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");
  identity.expire();

  const impatient = client.get(LIST, { signal: AbortSignal.timeout(25) });
  const patient = client.get(LIST);
  await expect(impatient).rejects.toThrow("given up");
  await expect(patient).resolves.toMatchObject({ status: 200 });
  expect(identity.refreshes).toBe(1);
});

/** A storage that two clients share, as two tabs do. */
function shared(): SessionStorage {
  const { load, save } = memoryStorage();
  let last: Promise<unknown> = Promise.resolve();
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work);
    last = result.catch(() => {});
    return result;
  };
  return { load, save, exclusive };
}

test("two tabs with one session refresh once", async () => {
  const identity = new Identity();
  const { url } = await guarded(identity);
  const storage = shared();
  const first = createClient({ baseUrl: url, storage });
  await first.signIn("cashier@demo.test", "secret");
  const second = createClient({ baseUrl: url, storage });
  await second.get(LIST);
  identity.expire();

  await Promise.all([first, second, first, second].map((tab) => tab.get(LIST)));

  expect(identity.refreshes).toBe(1);
  expect(identity.reused).toBe(0);
});

test("a session outlives the page in a storage that answers later", async () => {
  const identity = new Identity();
  const { url } = await guarded(identity);
  let kept: StoredSession | null = null;
  const storage: SessionStorage = {
    load: async () => kept,
    save: async (session) => {
      kept = session;
    },
  };
  await createClient({ baseUrl: url, storage }).signIn("cashier@demo.test", "secret");

  const later = createClient({ baseUrl: url, storage });
  expect(later.session.state).toEqual({ status: "loading" });
  await later.get(LIST);
  expect(later.session.state).toMatchObject({ status: "signedIn", user: { email: "cashier@demo.test" } });
});

test("signing out during a refresh ends the newest session, and nobody is signed in again", async () => {
  const identity = new Identity();
  const { url, at } = await house(async (seen, response) => {
    if (seen.path.endsWith("/refresh")) await new Promise((resolve) => setTimeout(resolve, 30));
    if (identity.answer(seen, response) || identity.refuses(seen, response)) return;
    json(response, 200, { data: [], nextCursor: null });
  });
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");
  identity.expire();
  const running = expect(client.get(LIST)).rejects.toThrow("given up");
  await expect.poll(() => at("/api/v1/auth/refresh").length, { interval: 5 }).toBe(1);

  const leaving = client.signOut();
  expect(client.session.state).toEqual({ status: "signedOut" });
  await leaving;
  await running;

  expect(at("/api/v1/auth/logout").map((seen) => JSON.parse(seen.body))).toEqual([{ refreshToken: "refresh-2" }]);
  expect(client.session.state).toEqual({ status: "signedOut" });
});

test("a call is not repeated in the name of somebody else", async () => {
  const identity = new Identity();
  const { url, at } = await house((seen, response, count) => {
    if (identity.answer(seen, response)) return;
    if (count === 0) return hangUp(response);
    json(response, 201, {});
  });
  const client = createClient({ baseUrl: url });
  await client.signIn("cashier@demo.test", "secret");

  const sale = client.post("/api/v1/orders/retail/{id}/cancel", { path: { id: "o-1" }, body: { reason: "x" } });
  const failure = expect(sale).rejects.toThrow("given up");
  await expect.poll(() => at("/api/v1/orders/retail/o-1/cancel").length).toBe(1);
  await client.signIn("manager@demo.test", "secret");
  await failure;

  expect(at("/api/v1/orders/retail/o-1/cancel")).toHaveLength(1);
});

test("an API key goes with every call, and needs no session", async () => {
  const { url, seen } = await house((_, response) => json(response, 200, { data: [], nextCursor: null }));
  await createClient({ baseUrl: url, apiKey: "chk_1" }).get(LIST);
  expect(seen[0]?.headers).toMatchObject({ "x-api-key": "chk_1" });
  expect(seen[0]?.headers.authorization).toBeUndefined();
});
