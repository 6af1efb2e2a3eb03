// Lists, page by page or item by item.

import type { Answer, CallOptions } from "./types.js";

/** One page, as the server sends it. */
export interface Page<T> {
  data: T[];
  nextCursor?: string | null;
}

/** A list that is fetched while it is read. Each loop over it starts at the first page. */
export class Pages<T> implements AsyncIterable<T> {
  readonly #read: (cursor: string | undefined) => Promise<Page<T>>;

  constructor(read: (cursor: string | undefined) => Promise<Page<T>>) {
    this.#read = read;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.byPage()) yield* page.data;
  }

  /** The pages themselves. */
  async *byPage(): AsyncGenerator<Page<T>, void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.#read(cursor);
      yield page;
      const next = page.nextCursor ?? undefined;
      // A cursor that repeats itself would be read endlessly.
      if (next !== undefined && next === cursor) throw new Error("The list does not end: the cursor repeats itself.");
      cursor = next;
    } while (cursor !== undefined);
  }

  /** Everything, in one array. For short lists. */
  async all(): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }
}

/** The options of the first page, with the cursor of a later one. */
export function atCursor<O extends CallOptions & { query?: object | undefined }>(
  options: O,
  cursor: string | undefined,
): O {
  return cursor === undefined ? options : { ...options, query: { ...options.query, cursor } };
}

/** The body of an answer, as the page that it is. */
export function pageOf<T>(answer: Answer<unknown>): Page<T> {
  return answer.body as Page<T>;
}
