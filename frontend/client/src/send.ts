// A call: as many attempts as needed, within limits.

import type { Outgoing } from "./attempt.js";
import { attempt, within } from "./attempt.js";
import { AbortedError, ProblemError } from "./errors.js";
import { waitBeforeRetry } from "./retry.js";
import { pause, unlessAborted } from "./wait.js";

/** The credentials of one attempt. */
export interface Pass {
  /** The same for the same user, even with another token. */
  who: string | undefined;
  headers: Readonly<Record<string, string>>;
  /** Called when the server refused it. Returns whether there is a better one now. */
  renew?: () => Promise<boolean>;
}

/** The source of passes. */
export interface Credentials {
  pass(): Promise<Pass>;
}

export function fixedPass(headers: Readonly<Record<string, string>>): Credentials {
  return { pass: () => Promise.resolve({ who: undefined, headers }) };
}

export async function send(request: Outgoing, credentials: Credentials, retries: number): Promise<Response> {
  let owner: Pass | undefined;
  let renewed = false;
  let failures = 0;
  for (;;) {
    // A failed refresh is not retried here: its token may be used up, and its failure applies to all that wait for it.
    const pass = await within(request, (signal) => unlessAborted(credentials.pass(), signal));
    owner ??= pass;
    if (pass.who !== owner.who) throw new AbortedError(request.call, new Error("Another user has signed in since."));
    try {
      return await attempt(request, pass.headers);
    } catch (error) {
      const { renew } = pass;
      if (!renewed && renew !== undefined && isStale(error)) {
        renewed = true;
        // Sent again at once: the same key, the same bytes, a new token.
        if (await within(request, (signal) => unlessAborted(renew(), signal))) continue;
        throw error;
      }
      failures += 1;
      const wait = waitBeforeRetry(error, failures, retries);
      if (wait === undefined) throw error;
      await pause(wait, request.signal).catch((reason: unknown) => {
        throw new AbortedError(request.call, reason);
      });
    }
  }
}

/** Expired, or of a session that may have ended: the refresh finds out which. */
function isStale(error: unknown): boolean {
  return error instanceof ProblemError && (error.code === "TOKEN_EXPIRED" || error.code === "UNAUTHENTICATED");
}
