// Which failures are worth a retry, and after how long. Every write has a key, so a retry never does anything twice.

import { NetworkError, ProblemError, TimeoutError, UnexpectedAnswerError } from "./errors.js";

const FIRST_WAIT_MS = 250;
const WAIT_MS_MAX = 8_000;
/** If the server asks for a longer wait, the call fails at once: a person should know, not watch a spinner. */
const RETRY_AFTER_MS_MAX = 30_000;

/** The statuses of a proxy in front of the API that got no answer. */
const WITHOUT_ANSWER = [502, 503, 504];

/** Milliseconds until the next attempt; undefined when there is none. `failures` counts from 1. */
export function waitBeforeRetry(error: unknown, failures: number, retries: number): number | undefined {
  if (failures > retries || !isTransient(error)) return undefined;
  const asked = askedToWait(error);
  if (asked !== undefined && asked > RETRY_AFTER_MS_MAX) return undefined;
  // Between half and all of the delay, so that clients that failed together do not retry together. The server's
  // `Retry-After` is the minimum.
  const backOff = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), WAIT_MS_MAX);
  const jittered = backOff * (0.5 + Math.random() / 2);
  return asked === undefined ? jittered : Math.max(asked + jittered / 4, jittered);
}

function isTransient(error: unknown): boolean {
  if (error instanceof ProblemError) {
    return error.status === 429 || error.status === 503 || error.code === "IDEMPOTENCY_IN_PROGRESS";
  }
  if (error instanceof UnexpectedAnswerError) {
    return error.status === 429 || WITHOUT_ANSWER.includes(error.status);
  }
  return error instanceof NetworkError || error instanceof TimeoutError;
}

function askedToWait(error: unknown): number | undefined {
  const asks = error instanceof ProblemError || error instanceof UnexpectedAnswerError;
  return asks ? error.retryAfterMs : undefined;
}

/** `Retry-After` in milliseconds: seconds, or a date. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}
