// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '695737648921ed97aed6f4941f5714db67af28dd7ef271b3fd6e821190491747';
