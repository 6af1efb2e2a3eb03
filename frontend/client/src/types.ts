// Turns the description of an operation into the types of a call.

import type { components, paths } from "./api.js";

export type Schemas = components["schemas"];
/** A decimal text with its currency. Never a float. */
export type Money = Schemas["Money"];
export type ProblemCode = Schemas["ProblemCode"];

export type Method = "get" | "post" | "put" | "delete";

/** The paths that have a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

export type OperationOf<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;

/** The options of any call that affect how it is sent. */
export interface CallOptions {
  /** Aborts the call: it fails with `AbortedError`. */
  signal?: AbortSignal | undefined;
  /** The time limit of one attempt. `Infinity` means no limit. */
  timeoutMs?: number | undefined;
  /** The number of retries. */
  retries?: number | undefined;
  /** Additional headers. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Additional options of POST, PUT and DELETE. */
export interface WriteOptions extends CallOptions {
  /** Created for each call by default. Set it to retry a call whose outcome is unknown, also after a reload. */
  idempotencyKey?: string | undefined;
  /** The `etag` that was read: the write fails with `PRECONDITION_FAILED` if the resource has changed since. */
  ifMatch?: string | undefined;
}

type Sending<M extends Method> = M extends "get" ? CallOptions : WriteOptions;

/** A member that is required, optional, or forbidden. */
type Member<Name extends string, T> = [T] extends [never]
  ? { [N in Name]?: never }
  : object extends T
    ? { [N in Name]?: T | undefined }
    : { [N in Name]: T };

type Parameters<O, In extends string> = O extends { parameters: infer All }
  ? In extends keyof All
    ? NonNullable<All[In]>
    : never
  : never;

type Content<T> = [NonNullable<T>] extends [never] ? never : NonNullable<T> extends { content: infer C } ? C : never;

type BodyMembers<C> = [C] extends [never]
  ? { body?: never; contentType?: never }
  : C extends { "application/json": infer Json }
    ? { body: Json; contentType?: never }
    : { body: string; contentType: keyof C & string };

type RequestBody<O> = O extends { requestBody?: infer B } ? Content<B> : never;

/** All options of a call of an operation. */
export type Options<P extends keyof paths, M extends Method> = Sending<M> &
  Member<"path", Parameters<OperationOf<P, M>, "path">> &
  Member<"query", Parameters<OperationOf<P, M>, "query">> &
  BodyMembers<RequestBody<OperationOf<P, M>>>;

/** Options may be left out if none is required. */
export type OptionsArgument<P extends keyof paths, M extends Method> =
  object extends Options<P, M> ? [options?: Options<P, M>] : [options: Options<P, M>];

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 206 | 207;

type AnswerBody<R> = R extends { content: infer C }
  ? C extends { "application/json": infer Json }
    ? Json
    : string
  : undefined;

/** The body of an operation's success: JSON if there is JSON, otherwise the text, otherwise nothing. */
export type BodyOf<P extends keyof paths, M extends Method> =
  OperationOf<P, M> extends { responses: infer R } ? AnswerBody<R[keyof R & SuccessStatus]> : never;

/** A success. */
export interface Answer<T> {
  body: T;
  status: number;
  /** The version of what was read or written: pass it as `ifMatch` to the next write. */
  etag: string | undefined;
  /** The id of the request in the server's log. */
  requestId: string | undefined;
  /** Whether this is the stored answer of an earlier request with the same key. */
  replayed: boolean;
  headers: Headers;
}

/** The paths whose GET returns a page. */
export type PagedPath = {
  [P in PathOf<"get">]: BodyOf<P, "get"> extends { data: readonly unknown[]; nextCursor?: string | null } ? P : never;
}[PathOf<"get">];

/** The items of such a page. */
export type ItemOf<P extends PagedPath> = BodyOf<P, "get"> extends { data: readonly (infer T)[] } ? T : never;
