// A session in the browser's storage: what is written, and what happens where it cannot be.

import { expect, test } from "vitest";

import type { StoredSession } from "../src/index.js";
import { webStorage } from "../src/index.js";

const USER = { id: "u-1", email: "cashier@demo.test", name: "Somebody", role: "cashier", version: 1 };
const SESSION = { accessToken: "a-1", refreshToken: "r-1", expiresAt: 0, user: USER } as StoredSession;
const NAME = "countinghouse.session";

/** As a browser has it. A full one takes nothing new. */
class TestStorage implements Storage {
  full = false;
  readonly #items = new Map<string, string>();
  [name: string]: unknown;

  get length(): number {
    return this.#items.size;
  }
  key(at: number): string | null {
    return [...this.#items.keys()][at] ?? null;
  }
  getItem(name: string): string | null {
    return this.#items.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.#items.set(name, value);
  }
  removeItem(name: string): void {
    this.#items.delete(name);
  }
  clear(): void {
    this.#items.clear();
  }
}

test("what was saved is there for the next page, until it is forgotten", () => {
  const place = new TestStorage();
  webStorage(place).save(SESSION);
  expect(webStorage(place).load()).toEqual(SESSION);
  webStorage(place).save(null);
  expect(webStorage(place).load()).toBeNull();
  expect(place.length).toBe(0);
});

test("a full storage never gives back a token that is spent", () => {
  const place = new TestStorage();
  const storage = webStorage(place);
  storage.save(SESSION);
  place.full = true;
  const next = { ...SESSION, refreshToken: "r-2" };
  storage.save(next);
  expect(storage.load()).toEqual(next);
  expect(webStorage(place).load()).toBeNull();
});

test.each(["", "no JSON", "null", "[]", '{"accessToken":"a-1"}'])("what is no session is none: %s", (text) => {
  const place = new TestStorage();
  place.setItem(NAME, text);
  expect(webStorage(place).load()).toBeNull();
});
