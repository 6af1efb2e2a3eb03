// The calls that open, refresh and end a session. They send no access token.

import type { Ask } from "./request.js";
import { fixedPass } from "./send.js";
import type { IdentityCalls } from "./session.js";
import type { Tokens } from "./storage.js";

/** A refresh is not retried, so it gets more time than a call: the calls that wait for it have their own limits. */
const REFRESH_TIMEOUT_MS = 60_000;

const NOBODY = fixedPass({});

export function identityCalls(ask: Ask): IdentityCalls {
  return {
    logIn: async (email, password) => {
      // A person waits at the form: the failure is shown at once, and they can try again.
      const once = { body: { email, password }, retries: 0 };
      const answer = await ask("post", "/api/v1/auth/login", once, NOBODY);
      return answer.body as Tokens;
    },
    refresh: async (refreshToken) => {
      const once = { body: { refreshToken }, retries: 0, timeoutMs: REFRESH_TIMEOUT_MS };
      const answer = await ask("post", "/api/v1/auth/refresh", once, NOBODY);
      return answer.body as Tokens;
    },
    logOut: async (refreshToken) => {
      await ask("post", "/api/v1/auth/logout", { body: { refreshToken } }, NOBODY);
    },
  };
}
