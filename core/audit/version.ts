// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '6bd58a84373d2a9084195847290c46f24925c9fc8ab09c093fdcdc869f23c05b';
