// Reading a list, page after page.

import type { InfiniteData, UseInfiniteQueryOptions, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useInfiniteQuery } from "@tanstack/react-query";

import type { ClientError } from "../errors.js";
import type { Page } from "../pages.js";
import { atCursor, pageOf } from "../pages.js";
import type { ItemOf, PagedPath } from "../types.js";
import { nameOf, ownKey } from "./keys.js";
import { useClient, useSession } from "./provider.js";
import type { QueryArguments } from "./query.js";
import { withSignal } from "./query.js";

type Cursor = string | undefined;

/** The pages that were read, and their items in one array. */
export interface ReadPages<T> extends InfiniteData<Page<T>, Cursor> {
  items: T[];
}

export type PagesSettings<T> = Pick<
  UseInfiniteQueryOptions<Page<T>, ClientError, ReadPages<T>, readonly unknown[], Cursor>,
  "enabled" | "gcTime" | "maxPages" | "refetchInterval" | "refetchOnWindowFocus" | "staleTime"
>;

/** A list: `data.items`, and `fetchNextPage()` while `hasNextPage`. */
export function useApiPages<P extends PagedPath>(
  path: P,
  ...[options, settings]: QueryArguments<P, PagesSettings<ItemOf<P>>>
): UseInfiniteQueryResult<ReadPages<ItemOf<P>>, ClientError> {
  const client = useClient();
  const state = useSession();
  return useInfiniteQuery<Page<ItemOf<P>>, ClientError, ReadPages<ItemOf<P>>, readonly unknown[], Cursor>({
    ...settings,
    enabled: state.status === "loading" ? false : (settings?.enabled ?? true),
    queryKey: ownKey(path, options, nameOf(state), "pages"),
    initialPageParam: undefined,
    queryFn: async ({ signal, pageParam }) =>
      pageOf<ItemOf<P>>(
        await client.get(path, ...withSignal(atCursor(options ?? {}, pageParam) as typeof options, signal)),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    select: withItems,
    retry: false,
  });
}

function withItems<T>(data: InfiniteData<Page<T>, Cursor>): ReadPages<T> {
  return { ...data, items: data.pages.flatMap((page) => page.data) };
}
