// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '0b01f3ff913022ea48c21f73f121685d132f0a56d1e9224df927a0dad04fe8c9';
