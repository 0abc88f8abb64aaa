import type { CatalogueEntry } from './error';

/** Errors of the room `hubspot`. */
export const hubspotErrors = {} as const satisfies Record<string, CatalogueEntry>;
