// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '35874e453bd04268a11718b3af4746f53dcfb7080b734927adc104583025da8e';
