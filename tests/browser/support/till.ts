// Somebody else in the shop, at the till.

import { baseUrl, PASSWORD } from "./house.js";

async function call(path: string, token: string, body?: object): Promise<Record<string, unknown>> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token !== "") headers["authorization"] = `Bearer ${token}`;
  const init: RequestInit = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(`${baseUrl}/api/v1${path}`, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  const json: unknown = JSON.parse(text);
  return json as Record<string, unknown>;
}

/** Sells one unit for cash. */
export async function sell(sku: string, amount: string): Promise<void> {
  const session = await call("/auth/login", "", { email: "cashier@demo.test", password: PASSWORD });
  const token = String(session["accessToken"]);
  const warehouses = (await call("/inventory/warehouses", token))["data"] as { id: string; code: string }[];
  const shop = warehouses.find((warehouse) => warehouse.code === "MAIN");
  const price = { amount, currency: "USD" };
  await call("/orders/pos", token, {
    terminalId: "TILL-1",
    warehouseId: shop?.id,
    items: [{ sku, quantity: 1 }],
    payments: [{ method: "Cash", amount: price, tendered: price }],
  });
}
