// One call, from its options to its answer.

import createFetch from "openapi-fetch";

import type { Fetch, Outgoing } from "./attempt.js";
import type { FailedCall } from "./errors.js";
import { UnexpectedAnswerError } from "./errors.js";
import { newKey } from "./key.js";
import type { Credentials } from "./send.js";
import { send } from "./send.js";
import type { Answer, Method, WriteOptions } from "./types.js";

/** The client's settings for every call. */
export interface Defaults {
  baseUrl: string;
  fetch: Fetch;
  timeoutMs: number;
  retries: number;
}

/** A call to any path. Only the typed interface of the client creates one. */
export interface AnyOptions extends WriteOptions {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  contentType?: string;
}

interface AnyOperation {
  parameters: Pick<AnyOptions, "path" | "query">;
  requestBody?: { content: { "application/json": unknown } };
}

type AnyPaths = Record<string, Record<Method, AnyOperation>>;

export type Ask = (method: Method, path: string, options: AnyOptions, who: Credentials) => Promise<Answer<unknown>>;

export function asker(defaults: Defaults): Ask {
  // openapi-fetch writes the address, the query and the body, once. Sending them is our part.
  const api = createFetch<AnyPaths>({ baseUrl: defaults.baseUrl });

  return async (method, path, options, who) => {
    const call: FailedCall = { method: method.toUpperCase(), url: path, idempotencyKey: keyOf(method, options) };
    const { response } = await api.request(method, path, {
      params: { path: options.path ?? {}, query: options.query ?? {} },
      headers: headersOf(options, call.idempotencyKey),
      ...bodyOf(options),
      parseAs: "stream",
      fetch: async (made: Request) => {
        call.url = made.url;
        return send(await outgoing(made, call, defaults, options), who, options.retries ?? defaults.retries);
      },
    });
    return answerOf(response, call);
  };
}

/** Created here, once: every attempt of the call has the same. */
function keyOf(method: Method, options: AnyOptions): string | undefined {
  return method === "get" ? undefined : (options.idempotencyKey ?? newKey());
}

function headersOf(options: AnyOptions, key: string | undefined): Record<string, string> {
  return {
    ...options.headers,
    ...(options.contentType === undefined ? {} : { "content-type": options.contentType }),
    ...(options.ifMatch === undefined ? {} : { "if-match": options.ifMatch }),
    ...(key === undefined ? {} : { "idempotency-key": key }),
  };
}

function bodyOf({ body, contentType }: AnyOptions): { body?: unknown; bodySerializer?: (body: unknown) => string } {
  if (body === undefined) return {};
  // A CSV is a text already. All else is JSON.
  return contentType === undefined ? { body } : { body, bodySerializer: String };
}

async function outgoing(made: Request, call: FailedCall, defaults: Defaults, options: AnyOptions): Promise<Outgoing> {
  const body = call.method === "GET" ? undefined : new Uint8Array(await made.arrayBuffer());
  return {
    fetch: defaults.fetch,
    call,
    headers: made.headers,
    body: body?.byteLength ? body : undefined,
    timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
    signal: options.signal,
  };
}

async function answerOf(response: Response, call: FailedCall): Promise<Answer<unknown>> {
  const { headers, status } = response;
  return {
    body: await contentOf(response, call),
    status,
    etag: headers.get("etag") ?? undefined,
    requestId: headers.get("x-request-id") ?? undefined,
    replayed: headers.get("idempotent-replayed") === "true",
    headers,
  };
}

async function contentOf(response: Response, call: FailedCall): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  if (response.headers.get("content-type")?.startsWith("application/json") !== true) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new UnexpectedAnswerError(call, response.status);
  }
}
