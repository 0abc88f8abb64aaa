import type { CatalogueEntry } from './error';

/** Errors of the room `release`. */
export const releaseErrors = {} as const satisfies Record<string, CatalogueEntry>;
