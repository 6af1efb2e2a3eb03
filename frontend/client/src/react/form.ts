// A refusal, in the form that a form shows.

import type { ClientError } from "../errors.js";
import { fieldName, ProblemError } from "../errors.js";

export interface FormErrors {
  /** What is wrong with each field, by the name that form libraries give it: `items.0.quantity`. */
  fieldErrors: Record<string, string>;
  /** The failure, unless it is only about fields of the body. */
  formError: ClientError | undefined;
}

export function formErrors(error: ClientError | null): FormErrors {
  if (error === null) return { fieldErrors: {}, formError: undefined };
  if (!(error instanceof ProblemError)) return { fieldErrors: {}, formError: error };
  const fields = [...error.fields()];
  const inBody = fields.filter(([pointer]) => pointer.startsWith("/"));
  const allInBody = fields.length > 0 && inBody.length === fields.length;
  return {
    fieldErrors: Object.fromEntries(inBody.map(([pointer, detail]) => [fieldName(pointer), detail])),
    formError: allInBody ? undefined : error,
  };
}
