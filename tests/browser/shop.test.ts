// The shop on the web, as its buyers use it: with and without scripts, on a phone and on a desktop, by keyboard alone.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { sell } from "./support/till.js";
import { expectUsable, picture, type Visitor, visit, withBrowser } from "./support/browser.js";

withBrowser();

/** From a product to the filled-in checkout. */
async function goToCheckout(page: Page, product: string): Promise<void> {
  await page.goto(product);
  await page.getByRole("button", { name: "Add to cart" }).click();
  // With scripts the page stays and says so; without, the cart opens and says so.
  await page.getByText(/Added to cart|It is in your cart/).waitFor();
  await page.goto("/cart");
  await page.getByRole("link", { name: "Go to checkout" }).click();
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Full name").fill("Ada Lovelace");
  await page.getByLabel("Street and number").fill("1 Quay Street");
  await page.getByLabel("Postal code").fill("94105");
  await page.getByLabel("City").fill("San Francisco");
  await page.getByLabel("Country").selectOption("US");
  await page.getByLabel("State or province").fill("CA");
}

const VISITORS: [string, Visitor][] = [
  ["on a desktop", {}],
  ["on a phone, in the dark", { size: "phone", dark: true }],
  ["on a phone without scripts", { size: "phone", scripts: false }],
];

for (const [how, visitor] of VISITORS) {
  test(`a guest finds a mug and buys it ${how}`, async () => {
    await visit(visitor, async ({ page }) => {
      await page.goto("/");
      await page.getByLabel("Search products").fill("enmel mug");
      await page.getByLabel("Search products").press("Enter");
      await page.getByRole("link", { name: /Enamel Mug/ }).first().click();
      await page.getByRole("heading", { level: 1, name: "Enamel Mug" }).waitFor();
      await goToCheckout(page, page.url());
      await page.getByLabel("A card that works").check();
      await page.getByRole("button", { name: /^Pay / }).click();
      // With another address the tax may be another: then the total is shown first.
      const thanks = page.getByRole("heading", { name: "Thank you, Ada Lovelace!" });
      const again = page.getByText("Check it and press the button again.");
      await thanks.or(again).first().waitFor();
      if (await again.isVisible()) {
        await page.getByLabel("A card that works").check();
        await page.getByRole("button", { name: /^Pay / }).click();
      }
      await thanks.waitFor();
      expect(new URL(page.url()).search).toBe("");
      await page.reload();
      await thanks.waitFor();
    });
  });
}

test("a card that is declined leaves the order to be paid with another one", async () => {
  await visit({}, async ({ page }) => {
    await goToCheckout(page, "/p/enamel-mug");
    await page.getByLabel("A card that is declined").check();
    await page.getByRole("button", { name: /^Pay / }).click();
    await page.getByText("Your card was declined and you were not charged.").waitFor();
    await expectUsable(page);
    await page.getByLabel("A card that works").check();
    await page.getByRole("button", { name: /^Pay / }).click();
    await page.getByRole("heading", { name: "Thank you, Ada Lovelace!" }).waitFor();
  });
});

test("who loses the last lantern to a till is told so, and not charged", async () => {
  await visit({}, async ({ page }) => {
    await goToCheckout(page, "/p/last-lantern");
    await page.getByLabel("A card that works").check();
    await sell("LANTERN-1", "85.00");
    await page.getByRole("button", { name: /^Pay / }).click();
    const lost = page.getByText(/You were not charged|Sold out|sold out/).first();
    await lost.waitFor();
    await expectUsable(page);
    await picture(page, "shop-lost-the-last-one");
  });
});

test("a form without what it needs says so at each field and keeps what was typed", async () => {
  await visit({}, async ({ page }) => {
    await goToCheckout(page, "/p/enamel-mug");
    await page.getByLabel("E-mail").fill("ada at example");
    await page.getByLabel("City").fill("");
    await page.getByRole("button", { name: /^Pay / }).click();
    await page.getByText("Please check these fields:").waitFor();
    expect(await page.getByLabel("E-mail").getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByLabel("Full name").inputValue()).toBe("Ada Lovelace");
    expect(await page.getByLabel("E-mail").inputValue()).toBe("ada at example");
    await expectUsable(page);
  });
});

test("a second click on the pay button pays once", async () => {
  await visit({}, async ({ page }) => {
    await goToCheckout(page, "/p/enamel-mug");
    await page.getByLabel("A card that works").check();
    await page.getByRole("button", { name: /^Pay / }).dblclick();
    await page.getByRole("heading", { name: /Thank you|Order/ }).waitFor();
    await expect.poll(async () => {
      await page.reload();
      return await page.getByRole("heading", { name: "Thank you, Ada Lovelace!" }).count();
    }).toBe(1);
  });
});

test("the shop is used by keyboard alone", async () => {
  await visit({}, async ({ page }) => {
    await page.goto("/p/enamel-mug");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.keyboard.press("Enter");
    const reached: string[] = [];
    for (let step = 0; step < 30 && !reached.includes("Add to cart"); step += 1) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ""));
    }
    expect(reached).toContain("Add to cart");
    await page.keyboard.press("Enter");
    await page.getByText("Added to cart").waitFor();
  });
});

test("the pages speak German, and the language stays", async () => {
  await visit({ locale: "de-DE" }, async ({ page }) => {
    await page.goto("/de/p/enamel-mug");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("de");
    await page.getByRole("button", { name: "In den Warenkorb" }).click();
    await page.getByRole("status").getByText("Warenkorb").waitFor();
    await page.goto("/de/cart");
    await page.getByRole("link", { name: "Zur Kasse" }).waitFor();
    await expectUsable(page);
  });
});

const PAGES = ["/", "/c/kitchen", "/search?q=mug", "/p/enamel-mug", "/cart", "/legal/terms", "/nothing-here"];

for (const [how, visitor] of [
  ["light-desktop", {}],
  ["dark-desktop", { dark: true }],
  ["light-phone", { size: "phone" }],
  ["dark-phone", { size: "phone", dark: true }],
] satisfies [string, Visitor][]) {
  test(`no page has a barrier, ${how}`, async () => {
    await visit(visitor, async ({ page }) => {
      for (const path of PAGES) {
        await page.goto(path);
        await expectUsable(page);
        await picture(page, `shop-${path.replaceAll(/\W+/g, "-").replaceAll(/^-|-$/g, "") || "home"}-${how}`);
      }
      await goToCheckout(page, "/p/enamel-mug");
      await expectUsable(page);
      await picture(page, `shop-checkout-${how}`);
    });
  });
}
