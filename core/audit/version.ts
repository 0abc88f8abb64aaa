// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'dc7f206f3ac1830b8ab7c1cf4604bed36862890434daadb9b790afdee3d637c6';
