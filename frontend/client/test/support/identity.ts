// The identity of a test's house: tokens that end, refresh tokens that work once, and a family that a second use ends.

import type { ServerResponse } from "node:http";

import type { Seen } from "./house.js";
import { json, problem } from "./house.js";

export class Identity {
  /** How long the server says a token lives. */
  expiresIn = 900;
  /** The text of every access token, where the clock of the server has not moved on; else each is new. */
  accessToken: string | undefined;
  refreshes = 0;
  /** Refresh tokens that were shown twice. None of them should be. */
  reused = 0;
  #number = 0;
  #access = new Set<string>();
  #refresh = new Map<string, "good" | "spent">();

  /** Answers the paths under `/auth/`; says whether it did. */
  answer(seen: Seen, response: ServerResponse): boolean {
    if (seen.path === "/api/v1/auth/login") this.#open(response, JSON.parse(seen.body).email);
    else if (seen.path === "/api/v1/auth/refresh") this.#exchange(seen, response);
    else if (seen.path === "/api/v1/auth/logout") {
      this.#refresh.delete(JSON.parse(seen.body).refreshToken);
      response.writeHead(204).end();
    } else return false;
    return true;
  }

  /** Refuses a request whose token is not good; says whether it did. */
  refuses(seen: Seen, response: ServerResponse): boolean {
    if (this.#access.has(seen.headers.authorization?.slice("Bearer ".length) ?? "")) return false;
    problem(response, 401, seen.headers.authorization === undefined ? "UNAUTHENTICATED" : "TOKEN_EXPIRED");
    return true;
  }

  /** Every access token is too old from now on. */
  expire(): void {
    this.#access.clear();
  }

  /** The session is over, as after a sign-out everywhere. */
  revoke(): void {
    this.expire();
    this.#refresh.clear();
  }

  #exchange(seen: Seen, response: ServerResponse): void {
    this.refreshes += 1;
    const token: string = JSON.parse(seen.body).refreshToken;
    const state = this.#refresh.get(token);
    if (state === "good") {
      this.#refresh.set(token, "spent");
      return this.#open(response, "cashier@demo.test");
    }
    if (state === "spent") {
      this.reused += 1;
      this.revoke();
    }
    problem(response, 401, "INVALID_REFRESH_TOKEN");
  }

  #open(response: ServerResponse, email: string): void {
    this.#number += 1;
    const [accessToken, refreshToken] = [this.accessToken ?? `access-${this.#number}`, `refresh-${this.#number}`];
    this.#access.add(accessToken);
    this.#refresh.set(refreshToken, "good");
    const user = {
      id: `id of ${email}`,
      email,
      name: "Somebody",
      role: "cashier",
      customerId: null,
      disabled: false,
      version: 1,
    };
    json(response, 200, { accessToken, tokenType: "Bearer", expiresIn: this.expiresIn, refreshToken, user });
  }
}
