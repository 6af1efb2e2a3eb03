// A house of one's own for a test: a real HTTP server that answers as the test says.

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach } from "vitest";

/** A request as it arrived. */
export interface Seen {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** What the test makes of it. `count` is how many came to the same method and path before. */
export type Answering = (seen: Seen, response: ServerResponse, count: number) => void | Promise<void>;

export interface House {
  url: string;
  seen: Seen[];
  /** Those of one path, the query aside. */
  at(path: string): Seen[];
  close(): Promise<void>;
}

const open: House[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

export async function house(answer: Answering): Promise<House> {
  const seen: Seen[] = [];
  const at = (path: string): Seen[] => seen.filter((request) => request.path.split("?")[0] === path);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const arrived = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      const before = seen.filter((other) => other.method === method && other.path === url).length;
      seen.push(arrived);
      void answer(arrived, response, before);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const made = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, at, close };
  open.push(made);
  return made;
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "r-1", ...headers });
  response.end(JSON.stringify(body));
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): void {
  const body = {
    type: `/problems/${code.toLowerCase().replaceAll("_", "-")}`,
    title: code,
    status,
    detail: `It is ${code}.`,
    code,
    requestId: "r-1",
    errors: [],
    ...more,
  };
  json(response, status, body, { "content-type": "application/problem+json", ...headers });
}

/** Cuts the connection: the client gets no answer. */
export function hangUp(response: ServerResponse): void {
  response.destroy();
}
