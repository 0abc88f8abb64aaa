import type { CatalogueEntry } from './error';

/** Errors of the room `delivery`. */
export const deliveryErrors = {} as const satisfies Record<string, CatalogueEntry>;
