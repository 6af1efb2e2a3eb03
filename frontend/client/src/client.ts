// The public interface: one factory. The types of a call and its result come from the API's description.

import type { Fetch } from "./attempt.js";
import { atCursor, pageOf, Pages } from "./pages.js";
import type { AnyOptions } from "./request.js";
import { asker } from "./request.js";
import type { Credentials } from "./send.js";
import { fixedPass } from "./send.js";
import { identityCalls } from "./identity.js";
import { Session } from "./session.js";
import type { SessionStorage, User } from "./storage.js";
import { memoryStorage } from "./storage.js";
import type { Answer, BodyOf, ItemOf, Method, OptionsArgument, PagedPath, PathOf } from "./types.js";

/** The time limit of one attempt, unless the call sets another. */
const TIMEOUT_MS = 15_000;
/** The number of retries, unless the call sets another. */
const RETRIES = 4;

export interface ClientOptions {
  /** Where the API is, without `/api/v1`: `https://shop.example`. */
  baseUrl: string;
  /** Where the session is stored. By default in memory. */
  storage?: SessionStorage | undefined;
  /** For programs: a key instead of a session. */
  apiKey?: string | undefined;
  /** Replaces the global `fetch`. */
  fetch?: Fetch | undefined;
  /** The time limit of one attempt: 15,000 ms by default. */
  timeoutMs?: number | undefined;
  /** The number of retries: 4 by default. */
  retries?: number | undefined;
}

/** A call of one method. */
type Call<M extends Method> = <P extends PathOf<M>>(
  path: P,
  ...options: OptionsArgument<P, M>
) => Promise<Answer<BodyOf<P, M>>>;

export interface Client {
  readonly get: Call<"get">;
  readonly post: Call<"post">;
  readonly put: Call<"put">;
  readonly delete: Call<"delete">;
  /** A list, item by item with `for await`, or with `byPage()`. */
  pages<P extends PagedPath>(path: P, ...options: OptionsArgument<P, "get">): Pages<ItemOf<P>>;
  /** Opens a session. Sign out first to end the previous session on the server too. */
  signIn(email: string, password: string): Promise<User>;
  /** Signs out here at once. Fails when the server could not be reached. */
  signOut(): Promise<void>;
  /** Who is signed in, and a callback for when that changes. */
  readonly session: Pick<Session, "state" | "subscribe">;
}

export function createClient(options: ClientOptions): Client {
  const { baseUrl, apiKey, timeoutMs = TIMEOUT_MS, retries = RETRIES, storage = memoryStorage() } = options;
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const ask = asker({ baseUrl, fetch, timeoutMs, retries });
  const session = new Session(storage, identityCalls(ask));
  const caller: Credentials = apiKey === undefined ? session : fixedPass({ "x-api-key": apiKey });

  // Here the types of the description meet what is sent. Inside they do not exist, so only this place casts.
  const call =
    <M extends Method>(method: M): Call<M> =>
    async <P extends PathOf<M>>(path: P, ...[given]: OptionsArgument<P, M>) =>
      (await ask(method, path, (given ?? {}) as AnyOptions, caller)) as Answer<BodyOf<P, M>>;

  return {
    get: call("get"),
    post: call("post"),
    put: call("put"),
    delete: call("delete"),
    pages: <P extends PagedPath>(path: P, ...[given]: OptionsArgument<P, "get">) =>
      new Pages(async (cursor) =>
        pageOf<ItemOf<P>>(await ask("get", path, atCursor((given ?? {}) as AnyOptions, cursor), caller)),
      ),
    signIn: (email, password) => session.signIn(email, password),
    signOut: () => session.signOut(),
    session,
  };
}
