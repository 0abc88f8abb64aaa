import type { CatalogueEntry } from './error';

/** Errors of the room `node`. */
export const nodeErrors = {} as const satisfies Record<string, CatalogueEntry>;
