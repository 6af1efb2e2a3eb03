// Money for people: every digit of the text, and no float.

import { expect, test } from "vitest";

import { formatMoney } from "../src/index.js";

/** Intl writes spaces that do not break. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

test.each([
  ["12.50", "USD", "en-US", "$12.50"],
  ["-0.01", "USD", "en-US", "-$0.01"],
  ["1234.50", "EUR", "de-DE", "1.234,50 €"],
  ["1500", "JPY", "ja-JP", "¥1,500"],
  ["1.005", "KWD", "en-US", "KWD 1.005"],
  // More digits than a float holds.
  ["9007199254740993.37", "USD", "en-US", "$9,007,199,254,740,993.37"],
  // A unit cost may be finer than a cent.
  ["0.0833", "USD", "en-US", "$0.0833"],
])("%s %s reads in %s as %s", (amount, currency, locale, text) => {
  expect(plain(formatMoney({ amount, currency }, { locale })).replace("￥", "¥")).toBe(text);
});

test("accountants, codes and bare numbers", () => {
  const money = { amount: "-1234.50", currency: "USD" };
  const written = (format: Parameters<typeof formatMoney>[1]): string =>
    plain(formatMoney(money, { locale: "en-US", ...format }));
  expect(written({ sign: "accounting" })).toBe("($1,234.50)");
  expect(written({ currency: "code" })).toBe("-USD 1,234.50");
  expect(written({ currency: "none" })).toBe("-1,234.50");
});

test("what is no amount is refused", () => {
  for (const amount of ["", "1,50", "NaN", "1e3", "12."]) {
    expect(() => formatMoney({ amount, currency: "USD" })).toThrow(RangeError);
  }
});
