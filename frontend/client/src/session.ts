// The session: who is signed in, and the one refresh at a time.
//
// A refresh token works once. Using it twice ends the whole session, because the server must assume that the second use
// is a thief's. So one refresh serves all that wait for it. It is never retried automatically, and nobody can abort it.
// When tabs share a storage, it happens under the storage's lock, after a check of what the other tabs did in the
// meantime.

import { ProblemError } from "./errors.js";
import type { Credentials, Pass } from "./send.js";
import type { SessionStorage, StoredSession, Tokens, User } from "./storage.js";

/** Who is signed in. */
export type SessionState =
  /** The storage has not answered yet. */
  | { status: "loading" }
  /** `ended` is the refusal, if the server ended the session. */
  | { status: "signedOut"; ended?: ProblemError }
  | { status: "signedIn"; user: User };

/** The session's calls to the server. */
export interface IdentityCalls {
  logIn(email: string, password: string): Promise<Tokens>;
  refresh(refreshToken: string): Promise<Tokens>;
  logOut(refreshToken: string): Promise<void>;
}

/** How long before its end a token is replaced, so that few requests are refused. */
const EARLY_MS = 10_000;

const SIGNED_OUT: SessionState = { status: "signedOut" };

export class Session implements Credentials {
  #state: SessionState = { status: "loading" };
  #tokens: StoredSession | null = null;
  /** Changes with every sign-in and sign-out: a refresh that started earlier must not undo them. */
  #generation = 0;
  #flight: { spent: string; result: Promise<StoredSession | null> } | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<(state: SessionState) => void>();
  readonly #storage: SessionStorage;
  readonly #server: IdentityCalls;
  readonly #loaded: Promise<void>;

  constructor(storage: SessionStorage, server: IdentityCalls) {
    this.#storage = storage;
    this.#server = server;
    this.#loaded = this.#load();
    // A caller that asks for a pass gets the storage's failure.
    this.#loaded.catch(() => {});
    storage.watch?.(() => void this.#load().catch(() => {}));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Calls back at every change. Returns the function that unsubscribes. */
  readonly subscribe = (listener: (state: SessionState) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async signIn(email: string, password: string): Promise<User> {
    const tokens = await this.#server.logIn(email, password);
    this.#generation += 1;
    const session = toStore(tokens);
    await this.#inTurn(async () => {
      await this.#storage.save(session);
      this.#adopt(session);
    });
    return session.user;
  }

  /** Signs out here at once, even without a network. It fails when the server could not be reached. */
  async signOut(): Promise<void> {
    this.#generation += 1;
    this.#adopt(null);
    // After a refresh in progress: only the newest refresh token ends the session.
    const last = await this.#inTurn(async () => {
      const stored = await this.#storage.load();
      await this.#storage.save(null);
      return stored;
    });
    if (last !== null) await this.#server.logOut(last.refreshToken);
  }

  async pass(): Promise<Pass> {
    await this.#loaded;
    const tokens = await this.#freshTokens();
    if (tokens === null) return { who: undefined, headers: {} };
    return {
      who: tokens.user.id,
      headers: { authorization: `Bearer ${tokens.accessToken}` },
      renew: () => this.#renew(tokens.refreshToken),
    };
  }

  async #renew(spent: string): Promise<boolean> {
    if ((await this.#refresh(spent)) !== null) return true;
    // A caller that arrives after the refusal gets the same error as those that waited for it.
    if (this.#state.status === "signedOut" && this.#state.ended !== undefined) throw this.#state.ended;
    return false;
  }

  async #freshTokens(): Promise<StoredSession | null> {
    const tokens = this.#tokens;
    if (tokens === null) return null;
    const leftMs = tokens.expiresAt - Date.now();
    if (leftMs > EARLY_MS) return tokens;
    try {
      return await this.#refresh(tokens.refreshToken);
    } catch (error) {
      // The network failed, and the old token is still valid for a moment.
      if (leftMs > 0 && !isRefusal(error)) return tokens;
      throw error;
    }
  }

  /**
   * Returns the tokens that follow those with this refresh token, or nothing when the session is over. One refresh
   * serves all callers. A refresh token is new each time; two access tokens of the same second are the same text.
   */
  #refresh(spent: string): Promise<StoredSession | null> {
    if (this.#flight?.spent === spent) return this.#flight.result;
    const result = this.#inTurn(() => this.#exchange(spent));
    const flight = { spent, result };
    this.#flight = flight;
    const land = (): void => {
      if (this.#flight === flight) this.#flight = undefined;
    };
    result.then(land, land);
    return result;
  }

  async #exchange(spent: string): Promise<StoredSession | null> {
    const generation = this.#generation;
    const adopt = (session: StoredSession | null, ended?: ProblemError): void => {
      if (generation === this.#generation) this.#adopt(session, ended);
    };
    const stored = await this.#storage.load();
    if (stored?.refreshToken !== spent) {
      // Something else was faster: another request, another tab, a sign-out.
      adopt(stored);
      return stored;
    }
    try {
      const session = toStore(await this.#server.refresh(stored.refreshToken));
      await this.#storage.save(session);
      adopt(session);
      return session;
    } catch (error) {
      if (isRefusal(error)) {
        await this.#storage.save(null);
        adopt(null, error);
      }
      throw error;
    }
  }

  async #load(): Promise<void> {
    const generation = this.#generation;
    const found = this.#storage.load();
    // A storage that answers at once needs no loading state, which would flash on the screen.
    const session = found instanceof Promise ? await found : found;
    if (generation === this.#generation) this.#adopt(session);
  }

  #adopt(session: StoredSession | null, ended?: ProblemError): void {
    this.#tokens = session;
    const state = stateOf(session, ended);
    if (sameState(state, this.#state)) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  /** Accesses to the storage happen one after the other: in this page, and among all that share it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = (): Promise<T> => this.#storage.exclusive?.(work) ?? work();
    const result = this.#lastTurn.then(run, run);
    this.#lastTurn = result;
    return result;
  }
}

function toStore(tokens: Tokens): StoredSession {
  const { accessToken, refreshToken, expiresIn, user } = tokens;
  return { accessToken, refreshToken, user, expiresAt: Date.now() + expiresIn * 1_000 };
}

/** The server knows the token and refuses it. Other failures say nothing about the session. */
function isRefusal(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.status < 500 && error.status !== 429;
}

function stateOf(session: StoredSession | null, ended: ProblemError | undefined): SessionState {
  if (session !== null) return { status: "signedIn", user: session.user };
  return ended === undefined ? SIGNED_OUT : { status: "signedOut", ended };
}

/** A refresh changes the tokens, not the user: no subscriber is notified. */
function sameState(now: SessionState, before: SessionState): boolean {
  if (now.status === "signedIn" && before.status === "signedIn") {
    return JSON.stringify(now.user) === JSON.stringify(before.user);
  }
  // The end is not notified twice: the first notification had the reason.
  return now.status === "signedOut" && before.status === "signedOut";
}
