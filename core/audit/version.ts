// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'd43ded415a022b05d6d846058bdc1ebb6b0ba2da0438f5f45d8d2a79d693489f';
