// Figures of several services on one screen. One that fails shows its error in its own place; the others are not
// affected.

import type { UseQueryResult } from "@tanstack/react-query";
import { useQueries } from "@tanstack/react-query";

import type { Client } from "../client.js";
import type { ClientError } from "../errors.js";
import type { Answer, BodyOf, OptionsArgument, PathOf } from "../types.js";
import { nameOf, ownKey } from "./keys.js";
import { useClient, useSession } from "./provider.js";
import { withSignal } from "./query.js";

/** The source of a figure. */
export interface Figure<T> {
  path: string;
  options: object | undefined;
  read(client: Client, signal: AbortSignal): Promise<Answer<T>>;
}

/** A figure from a GET. */
export function figure<P extends PathOf<"get">>(
  path: P,
  ...[options]: OptionsArgument<P, "get">
): Figure<BodyOf<P, "get">> {
  return { path, options, read: (client, signal) => client.get(path, ...withSignal(options, signal)) };
}

/** The state of one figure. After a failed refresh it has both: the older data, and the error. */
export interface FigureState<T> {
  data: T | undefined;
  error: ClientError | undefined;
  isLoading: boolean;
  /** When `data` was read, in milliseconds since 1970; 0 without data. */
  updatedAt: number;
}

type Wanted = Readonly<Record<string, Figure<unknown>>>;
type StateOf<F> = F extends Figure<infer T> ? FigureState<T> : never;

export interface Figures<F extends Wanted> {
  figures: { [Name in keyof F]: StateOf<F[Name]> };
  /** The names of those that failed. */
  failed: (keyof F)[];
  /** Whether one is still loading. */
  isLoading: boolean;
  /** Fetches those that failed again. */
  retryFailed(): void;
}

/** `useFigures({ sales: figure("/api/v1/dashboard"), … })`: each has its data or its error. */
export function useFigures<F extends Wanted>(
  wanted: F,
  settings: { refetchInterval?: number; staleTime?: number } = {},
): Figures<F> {
  const client = useClient();
  const state = useSession();
  const names: (keyof F & string)[] = Object.keys(wanted);
  const results = useQueries({
    queries: Object.values(wanted).map((one) => ({
      ...settings,
      enabled: state.status !== "loading",
      queryKey: ownKey(one.path, one.options, nameOf(state)),
      queryFn: ({ signal }: { signal: AbortSignal }) => one.read(client, signal),
      retry: false,
      // A failing figure never takes the screen down, whatever the application's defaults are.
      throwOnError: false,
    })),
  });
  const pairs = results.map(
    (result, at) => [names[at] ?? "", result as UseQueryResult<Answer<unknown>, ClientError>] as const,
  );
  const failed = pairs.filter(([, result]) => result.isError);
  return {
    figures: Object.fromEntries(pairs.map(([name, result]) => [name, stateOf(result)])) as Figures<F>["figures"],
    failed: failed.map(([name]) => name),
    isLoading: pairs.some(([, result]) => result.isPending),
    retryFailed: () => {
      for (const [, result] of failed) void result.refetch();
    },
  };
}

function stateOf(result: UseQueryResult<Answer<unknown>, ClientError>): FigureState<unknown> {
  const { data, error, isPending, dataUpdatedAt } = result;
  return { data: data?.body, error: error ?? undefined, isLoading: isPending, updatedAt: dataUpdatedAt };
}
