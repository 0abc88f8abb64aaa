import type { CatalogueEntry } from './error';

/** Errors of the room `ledger`. */
export const ledgerErrors = {} as const satisfies Record<string, CatalogueEntry>;
