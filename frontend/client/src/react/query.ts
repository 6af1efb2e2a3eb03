// Reading one thing.

import type { UseQueryOptions, UseQueryResult } from "@tanstack/react-query";
import { useQuery } from "@tanstack/react-query";

import type { ClientError } from "../errors.js";
import type { Answer, BodyOf, Options, OptionsArgument, PathOf } from "../types.js";
import { nameOf, ownKey } from "./keys.js";
import { useClient, useSession } from "./provider.js";

/** TanStack Query's options, except those that follow from the path. The client retries, so the query does not. */
export type QuerySettings<T> = Omit<
  UseQueryOptions<Answer<T>, ClientError>,
  "queryKey" | "queryFn" | "queryHash" | "queryKeyHashFn" | "retry" | "retryDelay" | "select"
>;

/** The options of the call, which may be left out where nothing is required; then the settings of the query. */
export type QueryArguments<P extends PathOf<"get">, Settings> =
  object extends Options<P, "get">
    ? [options?: Options<P, "get"> | undefined, settings?: Settings]
    : [options: Options<P, "get">, settings?: Settings];

/** A GET as a query. `data` is the answer: its `body`, and the `etag` for the write that may follow. */
export function useApiQuery<P extends PathOf<"get">>(
  path: P,
  ...[options, settings]: QueryArguments<P, QuerySettings<BodyOf<P, "get">>>
): UseQueryResult<Answer<BodyOf<P, "get">>, ClientError> {
  const client = useClient();
  const state = useSession();
  return useQuery<Answer<BodyOf<P, "get">>, ClientError>({
    ...settings,
    // Before the user is known, the answer would be a visitor's.
    enabled: state.status === "loading" ? false : (settings?.enabled ?? true),
    queryKey: ownKey(path, options, nameOf(state)),
    queryFn: ({ signal }) => client.get(path, ...withSignal(options, signal)),
    retry: false,
  });
}

/** The same options, aborted when the query is. */
export function withSignal<P extends PathOf<"get">>(
  options: Options<P, "get"> | undefined,
  signal: AbortSignal,
): OptionsArgument<P, "get"> {
  return [{ ...options, signal }] as unknown as OptionsArgument<P, "get">;
}
