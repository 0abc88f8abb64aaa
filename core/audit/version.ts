// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '35ccf27fc888016fe3c31a9eda1999a8405c5bbf165423a09135c27e151e2a73';
