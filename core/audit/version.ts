// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '406648a2ddab5c00fedb827270812aa85cdd2c4919fb879dc22644ba244002f3';
