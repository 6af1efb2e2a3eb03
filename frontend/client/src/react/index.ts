// @countinghouse/client/react: the API as hooks, on TanStack Query.

export { figure, useFigures } from "./figures.js";
export type { Figure, Figures, FigureState } from "./figures.js";
export { formErrors } from "./form.js";
export type { FormErrors } from "./form.js";
export { queryKey } from "./keys.js";
export { useApiMutation } from "./mutation.js";
export type { ApiMutation, MutationSettings, WritingMethod } from "./mutation.js";
export { useApiPages } from "./pages.js";
export type { PagesSettings, ReadPages } from "./pages.js";
export { CountinghouseProvider, useClient, useSession } from "./provider.js";
export type { CountinghouseProviderProps } from "./provider.js";
export { useApiQuery } from "./query.js";
export type { QuerySettings } from "./query.js";
