// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '6d92c47679e7b3b7d5dea6878f678d4c9ef29ec120a3ee4e11925dbcb72d4076';
