// Who has forgotten the password follows the link of a mail.

import { expect, test } from "vitest";

import { expectUsable, picture, visit, withBrowser } from "./support/browser.js";
import { baseUrl } from "./support/house.js";

withBrowser();

async function post(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return await fetch(`${baseUrl}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

test("a user sets a new password by the link in the mail, once", async () => {
  const email = "warehouse@demo.test";
  expect((await post("/auth/password-resets", { email })).status).toBe(202);
  await visit({ size: "phone" }, async ({ page }) => {
    // The mail is on its way for a moment.
    await expect.poll(async () => {
      await page.goto("/dev/mail");
      return await page.getByText(email).count();
    }).toBeGreaterThan(0);
    await page.getByRole("link", { name: /password/i }).first().click();
    const link = page.getByRole("link", { name: /password/i }).first();
    const address = (await link.getAttribute("href")) ?? "";
    const path = new URL(address).pathname + new URL(address).search;

    await page.goto(path);
    expect(new URL(page.url()).search).toBe("");
    await expectUsable(page);
    await picture(page, "password-reset");
    await page.getByLabel("Your new password").fill("warehouse");
    await page.getByRole("button", { name: "Set the password" }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).not.toBe("");
    await page.getByLabel("Your new password").fill("another-demo-password-of-mine");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText("Your new password is set.").waitFor();
    expect((await post("/auth/login", { email, password: "another-demo-password-of-mine" })).status).toBe(200);

    await page.goto(path);
    await page.getByLabel("Your new password").fill("yet-another-password-of-mine");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText("This link is not valid any more.").waitFor();
  });
});
