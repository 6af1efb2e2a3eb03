// Money for people. Amounts stay decimal texts: no float ever holds one, and nothing is added up here.

import type { Money } from "./types.js";

export interface MoneyFormat {
  /** A BCP 47 tag. Without one, the reader's own. */
  locale?: string | undefined;
  /** `accounting` puts negative amounts in brackets. */
  sign?: "standard" | "accounting" | undefined;
  /** `code` writes USD 12.50, `none` writes 12.50. */
  currency?: "symbol" | "code" | "none" | undefined;
}

const AMOUNT = /^-?\d+(?:\.(\d+))?$/;
const formats = new Map<string, Intl.NumberFormat>();

/** `{amount: "1234.50", currency: "EUR"}` as its reader writes it. No digit is lost, and none is rounded away. */
export function formatMoney(money: Money, format: MoneyFormat = {}): string {
  const { amount, currency } = money;
  const match = AMOUNT.exec(amount);
  if (match === null) throw new RangeError(`not a decimal amount: ${amount}`);
  // Intl takes a decimal text as it is (ECMA-402, since 2023). The type asks for the text's own shape.
  return formatFor(currency, match[1]?.length ?? 0, format).format(amount as Intl.StringNumericLiteral);
}

/** Building a format costs more than using it: a table of a thousand rows uses one. */
function formatFor(currency: string, digits: number, format: MoneyFormat): Intl.NumberFormat {
  const key = JSON.stringify([format.locale, currency, digits, format.sign, format.currency]);
  let found = formats.get(key);
  if (found === undefined) {
    found = build(currency, digits, format);
    formats.set(key, found);
  }
  return found;
}

function build(currency: string, digits: number, format: MoneyFormat): Intl.NumberFormat {
  const { locale, sign = "standard", currency: shown = "symbol" } = format;
  const usual =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const fraction = { minimumFractionDigits: usual, maximumFractionDigits: Math.max(usual, digits) };
  if (shown === "none") return new Intl.NumberFormat(locale, fraction);
  const currencyDisplay = shown;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay,
    currencySign: sign,
    ...fraction,
  });
}
