// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'b45dc1014ea24aa578f0772a2ace3ef59197e1ae2c538b1e7351a36912e8d0b6';
