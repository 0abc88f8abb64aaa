// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'e4c3f297348e6c3dead097a12cfe29d7c596b4306855d0662564ad6ed56c8d38';
