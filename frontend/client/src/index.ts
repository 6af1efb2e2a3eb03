// @countinghouse/client: the Countinghouse API, typed.

export type { components, operations, paths } from "./api.js";
export type { Fetch } from "./attempt.js";
export { createClient } from "./client.js";
export type { Client, ClientOptions } from "./client.js";
export {
  AbortedError,
  ClientError,
  fieldName,
  NetworkError,
  outcomeIsUnknown,
  ProblemError,
  TimeoutError,
  UnexpectedAnswerError,
} from "./errors.js";
export type { FailedCall, FieldProblem, ProblemDocument } from "./errors.js";
export { newKey } from "./key.js";
export { formatMoney } from "./money.js";
export type { MoneyFormat } from "./money.js";
export { Pages } from "./pages.js";
export type { Page } from "./pages.js";
export type { SessionState } from "./session.js";
export { memoryStorage, webStorage } from "./storage.js";
export type { SessionStorage, StoredSession, User } from "./storage.js";
export type {
  Answer,
  BodyOf,
  CallOptions,
  ItemOf,
  Method,
  Money,
  Options,
  OptionsArgument,
  PagedPath,
  PathOf,
  ProblemCode,
  Schemas,
  WriteOptions,
} from "./types.js";
