// How a call can fail. Each way is a class, so that a screen can distinguish "not allowed" from "outcome unknown".

import type { ProblemCode, Schemas } from "./types.js";

/** The call that failed. */
export interface FailedCall {
  method: string;
  url: string;
  /** Call again with this key and the same body: nothing is done twice. */
  idempotencyKey?: string | undefined;
}

/** Every failure of this client. */
export abstract class ClientError extends Error {
  readonly call: FailedCall;

  constructor(message: string, call: FailedCall, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.call = call;
  }
}

/** No answer came. For a write the outcome is unknown. */
export class NetworkError extends ClientError {
  constructor(call: FailedCall, cause: unknown) {
    super(`${call.method} ${call.url}: no answer`, call, { cause });
  }
}

/** No answer came in time. For a write the outcome is unknown. */
export class TimeoutError extends ClientError {
  readonly timeoutMs: number;

  constructor(call: FailedCall, timeoutMs: number) {
    super(`${call.method} ${call.url}: no answer within ${timeoutMs} ms`, call);
    this.timeoutMs = timeoutMs;
  }
}

/** The caller aborted the call. For a write the outcome is unknown. */
export class AbortedError extends ClientError {
  constructor(call: FailedCall, reason: unknown) {
    super(`${call.method} ${call.url}: given up`, call, { cause: reason });
  }
}

/** An answer that is not the API's: a proxy's page, or a success that claims to be JSON but is not. */
export class UnexpectedAnswerError extends ClientError {
  readonly status: number;
  readonly retryAfterMs: number | undefined;

  constructor(call: FailedCall, status: number, retryAfterMs?: number) {
    super(`${call.method} ${call.url}: an unexpected answer with status ${status}`, call);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What is wrong with one field, by its JSON pointer. */
export type FieldProblem = Schemas["FieldError"];
/** What the server sends with a refusal (RFC 9457). */
export type ProblemDocument = Schemas["Problem"];

/** The server refused, with a reason. */
export class ProblemError extends ClientError {
  /** For programs. A newer server may have codes that this list lacks: keep a default branch. */
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  /** For people. */
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly FieldProblem[];
  /** How long the server wants the client to wait. */
  readonly retryAfterMs: number | undefined;
  /** The whole document: some codes have an extra member, such as `availability` of `OUT_OF_STOCK`. */
  readonly document: ProblemDocument & Readonly<Record<string, unknown>>;

  constructor(document: ProblemDocument & Record<string, unknown>, call: FailedCall, retryAfterMs?: number) {
    super(`${document.code}: ${document.detail}`, call);
    this.code = document.code;
    this.status = document.status;
    this.title = document.title;
    this.detail = document.detail;
    this.requestId = document.requestId;
    this.errors = document.errors;
    this.retryAfterMs = retryAfterMs;
    this.document = document;
  }

  /** What is wrong, by pointer. Several errors of one field are joined into one text. */
  fields(): Map<string, string> {
    const fields = new Map<string, string>();
    for (const { pointer, detail } of this.errors) {
      const before = fields.get(pointer);
      fields.set(pointer, before === undefined ? detail : `${before}; ${detail}`);
    }
    return fields;
  }
}

/** Whether the outcome of the call is unknown. A write may be sent again with its key. */
export function outcomeIsUnknown(error: unknown): error is ClientError {
  if (error instanceof ProblemError) {
    return error.status >= 500 || error.code === "IDEMPOTENCY_IN_PROGRESS";
  }
  return error instanceof ClientError && !(error instanceof UnexpectedAnswerError && error.status < 500);
}

/** `/items/0/quantity` as form libraries name the field: `items.0.quantity`. */
export function fieldName(pointer: string): string {
  if (!pointer.startsWith("/")) return pointer;
  const steps = pointer.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}
