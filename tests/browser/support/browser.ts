// Chromium, and the people who look at it: each visit is a browser of its own, with nothing kept from the one before.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";

import { baseUrl } from "./house.js";

const SCREENS = fileURLToPath(new URL("../screens/", import.meta.url));

/** Sizes at which everything has to be usable: a phone and a desktop. */
export const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;

let browser: Browser | undefined;

/** Starts the browser before the tests of a file, and stops it after them. */
export function withBrowser(): void {
  beforeAll(async () => {
    const executablePath = process.env["CHROME_PATH"] ?? "";
    if (executablePath === "") throw new Error("Set CHROME_PATH to a Chromium or Chrome.");
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
  });
}

/** How somebody comes. */
export interface Visitor {
  size?: keyof typeof SIZES;
  dark?: boolean;
  scripts?: boolean;
  locale?: string;
}

/** A page, and what went wrong on it. */
export interface Visit {
  page: Page;
  /** Errors of scripts, refused resources and whatever else the console calls an error. */
  errors: string[];
}

/** A new visitor, who leaves when the test is over. What went wrong on their pages fails the test. */
export async function visit(visitor: Visitor, test: (visit: Visit) => Promise<void>): Promise<void> {
  if (browser === undefined) throw new Error("The file's tests do not start the browser: call withBrowser().");
  const options: BrowserContextOptions = {
    baseURL: baseUrl,
    viewport: SIZES[visitor.size ?? "desktop"],
    hasTouch: visitor.size === "phone",
    colorScheme: visitor.dark === true ? "dark" : "light",
    javaScriptEnabled: visitor.scripts ?? true,
    locale: visitor.locale ?? "en-US",
  };
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    const { url } = message.location();
    // A page, or an answer of the API, that says what is wrong has such a status: it is no error of the page.
    const isRefusal = /^Failed to load resource: .* status of 4\d\d/.test(message.text());
    const isExpected = isRefusal && (url === page.url() || url.startsWith(`${baseUrl}/api/`));
    if (message.type() === "error" && !isExpected) errors.push(`${message.text()} (${url})`);
  });
  try {
    await test({ page, errors });
    expect(errors).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Looks for violations of WCAG 2.2 AA, and for content that is wider than the window. */
export async function expectUsable(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]));
  expect(found).toEqual([]);
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  expect(content, "the page scrolls sideways").toBeLessThanOrEqual(window);
}

/** Keeps a picture of the whole page in `screens/`. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(SCREENS, { recursive: true });
  await page.screenshot({ path: `${SCREENS}${name}.png`, fullPage: true });
}
