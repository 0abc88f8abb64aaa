// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '6c97b6b09caeda7e20af9a01c7b0ee99746b67502d67678c4075e57dd8952b1e';
