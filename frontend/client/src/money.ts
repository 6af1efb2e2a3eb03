// Formats money. Amounts stay decimal texts: they are never converted to floats, and nothing is added up here.

import type { Money } from "./types.js";

export interface MoneyFormat {
  /** A BCP 47 tag. By default the reader's own language. */
  locale?: string | undefined;
  /** `accounting` puts negative amounts in brackets. */
  sign?: "standard" | "accounting" | undefined;
  /** `code` writes USD 12.50, `none` writes 12.50. */
  currency?: "symbol" | "code" | "none" | undefined;
}

const AMOUNT = /^-?\d+(?:\.(\d+))?$/;
const formats = new Map<string, Intl.NumberFormat>();

/** Formats `{amount: "1234.50", currency: "EUR"}` for its reader. No digit is lost or rounded. */
export function formatMoney(money: Money, format: MoneyFormat = {}): string {
  const { amount, currency } = money;
  const match = AMOUNT.exec(amount);
  if (match === null) throw new RangeError(`not a decimal amount: ${amount}`);
  // Intl accepts a decimal text (ECMA-402, since 2023). Its type requires a template literal type.
  return formatFor(currency, match[1]?.length ?? 0, format).format(amount as Intl.StringNumericLiteral);
}

/** Creating a formatter costs more than using it: a table of a thousand rows uses one. */
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
