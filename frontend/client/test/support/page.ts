// A page for the hooks' tests. Only what React needs: `fetch` stays the real one.

import { cleanup, configure } from "@testing-library/react";
import { Window } from "happy-dom";
import { afterEach } from "vitest";

const window = new Window({ url: "http://127.0.0.1/" });
const { document, HTMLElement, HTMLIFrameElement, Node, MutationObserver } = window;
Object.assign(globalThis, { window, document, HTMLElement, HTMLIFrameElement, Node, MutationObserver });

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 5_000 });
afterEach(cleanup);
