// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '4758b56c2ba9260928f432b0b6163cc16a5573dcbd4e77b366d28076fbeefc82';
