// The keys of answers in the query cache: what is read, and which user reads it.

import type { SessionState } from "../session.js";
import type { Options, PathOf } from "../types.js";

const HOUSE = "countinghouse";
const WHO_AT = 3;

/** The key of all answers of a path, or of those with these parameters: for `invalidateQueries` and the like. */
export function queryKey<P extends PathOf<"get">>(path: P, options?: Partial<Options<P, "get">>): readonly unknown[] {
  return options === undefined ? [HOUSE, path] : [HOUSE, path, parametersOf(options)];
}

/** The key of one answer. The kind keeps a list of pages apart from its first page. */
export function ownKey(
  path: string,
  options: object | undefined,
  who: string | null,
  kind?: "pages",
): readonly unknown[] {
  const key = [HOUSE, path, parametersOf(options ?? {}), who];
  return kind === undefined ? key : [...key, kind];
}

/** The reader: a user, or an anonymous visitor. */
export function nameOf(state: SessionState): string | null {
  return state.status === "signedIn" ? state.user.id : null;
}

export function isOfSomebodyElse(key: readonly unknown[], who: string | null): boolean {
  return key[0] === HOUSE && key[WHO_AT] !== who;
}

function parametersOf(options: { path?: unknown; query?: unknown }): object {
  const { path, query } = options;
  return { ...(path === undefined ? {} : { path }), ...(query === undefined ? {} : { query }) };
}
