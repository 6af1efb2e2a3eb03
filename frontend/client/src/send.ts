// A call: as many attempts as it takes, within bounds.

import type { Outgoing } from "./attempt.js";
import { attempt, within } from "./attempt.js";
import { AbortedError, ProblemError } from "./errors.js";
import { waitBeforeRetry } from "./retry.js";
import { pause, unlessAborted } from "./wait.js";

/** Who asks, in one attempt. */
export interface Pass {
  /** The same for the same user, whatever their token. */
  who: string | undefined;
  headers: Readonly<Record<string, string>>;
  /** Called when the server refused it. Whether there is a better one now. */
  renew?: () => Promise<boolean>;
}

/** Where passes come from. */
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
    // A refresh that failed is not tried again here: its token may be spent, and its one failure is for all who wait.
    const pass = await within(request, (signal) => unlessAborted(credentials.pass(), signal));
    owner ??= pass;
    if (pass.who !== owner.who) throw new AbortedError(request.call, new Error("Somebody else is signed in by now."));
    try {
      return await attempt(request, pass.headers);
    } catch (error) {
      const { renew } = pass;
      if (!renewed && renew !== undefined && isStale(error)) {
        renewed = true;
        // Sent once more at once: the same key, the same bytes, a new token.
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

/** Too old, or of a session that may have ended: the refresh finds out which. */
function isStale(error: unknown): boolean {
  return error instanceof ProblemError && (error.code === "TOKEN_EXPIRED" || error.code === "UNAUTHENTICATED");
}
