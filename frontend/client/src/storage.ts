// Where a session is stored between two requests, two pages or two tabs.

import type { BodyOf } from "./types.js";

export type Tokens = BodyOf<"/api/v1/auth/login", "post">;
export type User = Tokens["user"];

/** The stored data. */
export interface StoredSession {
  accessToken: string;
  refreshToken: string;
  /** By this machine's clock, in milliseconds since 1970. */
  expiresAt: number;
  user: User;
}

/** A place to store a session. `load` after `save` must return what was saved: a refresh token works once. */
export interface SessionStorage {
  load(): StoredSession | null | Promise<StoredSession | null>;
  save(session: StoredSession | null): void | Promise<void>;
  /** Runs `work` under a lock shared by all users of the place. Needed where tabs share one session. */
  exclusive?<T>(work: () => Promise<T>): Promise<T>;
  /** Calls back when another tab has saved. Returns the function that unsubscribes. */
  watch?(changed: () => void): () => void;
}

/** Lost with the page. No script in a later page can find it. */
export function memoryStorage(): SessionStorage {
  let kept: StoredSession | null = null;
  return {
    load: () => kept,
    save: (session) => {
      kept = session;
    },
  };
}

/**
 * In `localStorage`. Tabs share the session, and one of them refreshes it for all, under a Web Lock. Web Locks exist
 * only on HTTPS and on localhost; elsewhere use `memoryStorage`. Not for `sessionStorage`: a duplicated tab copies it,
 * and using the copy of a refresh token ends the session.
 */
export function webStorage(place: Storage, name = "countinghouse.session"): SessionStorage {
  // What a full or forbidden storage refused to store. It counts until a later write succeeds.
  let unwritten: { session: StoredSession | null } | undefined;
  return {
    load: () => (unwritten === undefined ? parse(place.getItem(name)) : unwritten.session),
    save: (session) => {
      try {
        if (session === null) place.removeItem(name);
        else place.setItem(name, JSON.stringify(session));
        unwritten = undefined;
      } catch {
        unwritten = { session };
        // The stored token is used up. Another tab must not find it.
        forget(place, name);
      }
    },
    exclusive: async <T>(work: () => Promise<T>): Promise<T> => {
      const locks = globalThis.navigator?.locks as LockManager | undefined;
      // Without a lock two tabs would sooner or later use one refresh token twice. Better to fail at the first sign-in.
      if (locks === undefined) throw new Error("webStorage needs Web Locks: HTTPS or localhost. Use memoryStorage.");
      return locks.request(name, work);
    },
    watch: (changed) => {
      const listener = (event: StorageEvent): void => {
        if (event.storageArea === place && (event.key === name || event.key === null)) changed();
      };
      globalThis.addEventListener?.("storage", listener);
      return () => globalThis.removeEventListener?.("storage", listener);
    },
  };
}

function forget(place: Storage, name: string): void {
  try {
    place.removeItem(name);
  } catch {
    // A storage without access stores nothing.
  }
}

function parse(text: string | null): StoredSession | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return isStoredSession(value) ? value : null;
  } catch {
    return null;
  }
}

function isStoredSession(value: unknown): value is StoredSession {
  if (typeof value !== "object" || value === null) return false;
  const { accessToken, refreshToken, expiresAt, user } = value as Partial<Record<keyof StoredSession, unknown>>;
  return (
    typeof accessToken === "string" &&
    typeof refreshToken === "string" &&
    typeof expiresAt === "number" &&
    typeof user === "object" &&
    user !== null
  );
}
