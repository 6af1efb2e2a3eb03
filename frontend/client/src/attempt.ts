// One attempt: the request is sent once, and its answer is read to the end.

import type { FailedCall, FieldProblem, ProblemDocument } from "./errors.js";
import {
  AbortedError,
  ClientError,
  NetworkError,
  ProblemError,
  TimeoutError,
  UnexpectedAnswerError,
} from "./errors.js";
import { retryAfterMs } from "./retry.js";
import { limit } from "./wait.js";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A request as every attempt sends it: the same key and the same bytes. */
export interface Outgoing {
  fetch: Fetch;
  call: FailedCall;
  headers: Headers;
  body: Uint8Array<ArrayBuffer> | undefined;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** A success with its whole body, or one of the errors of this client. */
export async function attempt(request: Outgoing, credentials: Readonly<Record<string, string>>): Promise<Response> {
  const response = await exchange(request, credentials);
  if (response.ok) return response;
  throw await refusal(response, request.call);
}

/** Runs `work` within the caller's signal and time limit, and throws our own error for whichever ended it. */
export async function within<T>(request: Outgoing, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const time = limit(request.timeoutMs, request.signal);
  try {
    time.signal.throwIfAborted();
    return await work(time.signal);
  } catch (error) {
    if (error instanceof ClientError || !time.signal.aborted) throw error;
    if (time.timedOut()) throw new TimeoutError(request.call, request.timeoutMs);
    throw new AbortedError(request.call, time.signal.reason);
  } finally {
    time.end();
  }
}

function exchange(request: Outgoing, credentials: Readonly<Record<string, string>>): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(credentials)) headers.set(name, value);
  return within(request, async (signal) => {
    try {
      const response = await request.fetch(request.call.url, {
        method: request.call.method,
        headers,
        body: request.body ?? null,
        signal,
        // The API never redirects. A server that does must not get a token, nor turn a POST into a GET.
        redirect: "error",
      });
      // The body belongs to the attempt: if the connection breaks half-way, there is no answer.
      const body = await response.arrayBuffer();
      const { status, statusText, headers: said } = response;
      return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers: said });
    } catch (cause) {
      signal.throwIfAborted();
      throw new NetworkError(request.call, cause);
    }
  });
}

async function refusal(response: Response, call: FailedCall): Promise<ClientError> {
  const wait = retryAfterMs(response.headers.get("retry-after"));
  const document = isProblem(response.headers) ? await jsonOf(response) : undefined;
  if (!isProblemDocument(document)) return new UnexpectedAnswerError(call, response.status, wait);
  return new ProblemError(document, call, wait);
}

function isProblem(headers: Headers): boolean {
  return headers.get("content-type")?.startsWith("application/problem+json") ?? false;
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text());
  } catch {
    return undefined;
  }
}

function isProblemDocument(value: unknown): value is ProblemDocument & Record<string, unknown> {
  if (!isRecord(value)) return false;
  const texts = ["type", "title", "detail", "code", "requestId"].every((name) => typeof value[name] === "string");
  const errors = value["errors"];
  return texts && typeof value["status"] === "number" && Array.isArray(errors) && errors.every(isFieldProblem);
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value["pointer"] === "string" && typeof value["detail"] === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
