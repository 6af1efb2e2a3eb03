// The client for all hooks below, and the session for the screen.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { createContext, use, useEffect, useState, useSyncExternalStore } from "react";

import type { Client } from "../client.js";
import type { SessionState } from "../session.js";
import { isOfSomebodyElse, nameOf } from "./keys.js";

const ClientContext = createContext<Client | undefined>(undefined);

export interface CountinghouseProviderProps {
  client: Client;
  /** The application's own, if it has one. */
  queryClient?: QueryClient | undefined;
  children: ReactNode;
}

export function CountinghouseProvider({ client, queryClient, children }: CountinghouseProviderProps): ReactElement {
  const [own] = useState(() => new QueryClient());
  const queries = queryClient ?? own;
  useEffect(() => forgetOthers(client, queries), [client, queries]);
  return (
    <QueryClientProvider client={queries}>
      <ClientContext value={client}>{children}</ClientContext>
    </QueryClientProvider>
  );
}

/** The next user of a till must not see what the previous one read. Keys contain the user; this frees memory. */
function forgetOthers(client: Client, queries: QueryClient): () => void {
  return client.session.subscribe((state) => {
    const who = nameOf(state);
    queries.removeQueries({ predicate: ({ queryKey }) => isOfSomebodyElse(queryKey, who) });
  });
}

export function useClient(): Client {
  const client = use(ClientContext);
  if (client === undefined) throw new Error("There is no CountinghouseProvider above this component.");
  return client;
}

/** Who is signed in. A session that the server ended has the reason in `ended`. */
export function useSession(): SessionState {
  const { session } = useClient();
  const state = (): SessionState => session.state;
  return useSyncExternalStore(session.subscribe, state, state);
}
