import type { CatalogueEntry } from './error';

/** Errors of the room `audit`. */
export const auditErrors = {} as const satisfies Record<string, CatalogueEntry>;
