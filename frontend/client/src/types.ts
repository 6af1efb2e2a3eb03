// What the description says of an operation, as the types of one call.

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

/** What any call may say about how it is sent. */
export interface CallOptions {
  /** Gives the call up: it fails with `AbortedError`. */
  signal?: AbortSignal | undefined;
  /** How long one attempt may take. `Infinity` is for ever. */
  timeoutMs?: number | undefined;
  /** How many attempts may follow the first. */
  retries?: number | undefined;
  /** Further headers. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** What a POST, PUT or DELETE may say as well. */
export interface WriteOptions extends CallOptions {
  /** Made for each call, unless given. Give it to repeat a call whose outcome nobody knows, also after a reload. */
  idempotencyKey?: string | undefined;
  /** The `etag` that was read: the write is refused with `PRECONDITION_FAILED` when somebody was faster. */
  ifMatch?: string | undefined;
}

type Sending<M extends Method> = M extends "get" ? CallOptions : WriteOptions;

/** A member that must be given, may be given, or must not be. */
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

/** Everything that a call of an operation takes. */
export type Options<P extends keyof paths, M extends Method> = Sending<M> &
  Member<"path", Parameters<OperationOf<P, M>, "path">> &
  Member<"query", Parameters<OperationOf<P, M>, "query">> &
  BodyMembers<RequestBody<OperationOf<P, M>>>;

/** Options may be left out where nothing is required. */
export type OptionsArgument<P extends keyof paths, M extends Method> =
  object extends Options<P, M> ? [options?: Options<P, M>] : [options: Options<P, M>];

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 206 | 207;

type AnswerBody<R> = R extends { content: infer C }
  ? C extends { "application/json": infer Json }
    ? Json
    : string
  : undefined;

/** The body of an operation's success: JSON where there is JSON, else the text, else nothing. */
export type BodyOf<P extends keyof paths, M extends Method> =
  OperationOf<P, M> extends { responses: infer R } ? AnswerBody<R[keyof R & SuccessStatus]> : never;

/** A success. */
export interface Answer<T> {
  body: T;
  status: number;
  /** The version of what was read or written: give it as `ifMatch` to the next write. */
  etag: string | undefined;
  /** The id under which the server's log has the request. */
  requestId: string | undefined;
  /** Whether the server had done it before and gave its first answer again. */
  replayed: boolean;
  headers: Headers;
}

/** The paths whose GET answers a page. */
export type PagedPath = {
  [P in PathOf<"get">]: BodyOf<P, "get"> extends { data: readonly unknown[]; nextCursor?: string | null } ? P : never;
}[PathOf<"get">];

/** What such a page is made of. */
export type ItemOf<P extends PagedPath> = BodyOf<P, "get"> extends { data: readonly (infer T)[] } ? T : never;
