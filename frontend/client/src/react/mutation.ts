// Changing something, with a form or a button.

import type { UseMutationOptions, UseMutationResult } from "@tanstack/react-query";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import type { Client } from "../client.js";
import type { ClientError } from "../errors.js";
import { outcomeIsUnknown } from "../errors.js";
import { newKey } from "../key.js";
import type { Answer, BodyOf, Method, Options, OptionsArgument, PathOf, WriteOptions } from "../types.js";
import type { FormErrors } from "./form.js";
import { formErrors } from "./form.js";
import { queryKey } from "./keys.js";
import { useClient } from "./provider.js";

export type WritingMethod = Exclude<Method, "get">;

export interface MutationSettings<Body, Variables> extends Omit<
  UseMutationOptions<Answer<Body>, ClientError, Variables>,
  "mutationFn" | "retry" | "retryDelay"
> {
  /** The paths whose answers are fetched again after a success. */
  invalidates?: readonly PathOf<"get">[] | undefined;
}

export type ApiMutation<P extends PathOf<M>, M extends WritingMethod> = UseMutationResult<
  Answer<BodyOf<P, M>>,
  ClientError,
  Options<P, M>
> &
  FormErrors;

/**
 * A write as a mutation: `mutate({ path, body, ifMatch })`. While the outcome of a call is unknown, the same call again
 * has the same key: a button that is pressed twice does it once.
 */
export function useApiMutation<M extends WritingMethod, P extends PathOf<M>>(
  method: M,
  path: P,
  { invalidates = [], onSuccess, ...settings }: MutationSettings<BodyOf<P, M>, Options<P, M>> = {},
): ApiMutation<P, M> {
  const client = useClient();
  const queries = useQueryClient();
  const keyFor = useKeys();
  const mutation = useMutation<Answer<BodyOf<P, M>>, ClientError, Options<P, M>>({
    ...settings,
    mutationFn: (options) =>
      keyFor(options, (idempotencyKey) => write(client, method, path, { ...options, idempotencyKey })),
    onSuccess: async (...done) => {
      await Promise.all(invalidates.map((stale) => queries.invalidateQueries({ queryKey: queryKey(stale) })));
      return onSuccess?.(...done);
    },
    retry: false,
  });
  return { ...mutation, ...formErrors(mutation.error) };
}

/** The client's methods have separate types. Here the method is a parameter, so the types are joined by a cast. */
function write<M extends WritingMethod, P extends PathOf<M>>(
  client: Client,
  method: M,
  path: P,
  options: Options<P, M>,
): Promise<Answer<BodyOf<P, M>>> {
  const call = client[method] as (path: P, ...options: OptionsArgument<P, M>) => Promise<Answer<BodyOf<P, M>>>;
  return call(path, ...([options] as unknown as OptionsArgument<P, M>));
}

type KeyFor = <T>(options: WriteOptions, call: (key: string) => Promise<T>) => Promise<T>;

/** A key for each call, kept until its outcome is known. */
function useKeys(): KeyFor {
  const open = useRef<{ what: string; key: string } | undefined>(undefined);
  return async (options, call) => {
    const { path, query, body } = options as { path?: unknown; query?: unknown; body?: unknown };
    const what = JSON.stringify([path, query, body]);
    const key = options.idempotencyKey ?? (open.current?.what === what ? open.current.key : newKey());
    open.current = { what, key };
    const settle = (): void => {
      if (open.current?.key === key) open.current = undefined;
    };
    try {
      const answer = await call(key);
      settle();
      return answer;
    } catch (error) {
      if (!outcomeIsUnknown(error)) settle();
      throw error;
    }
  };
}
