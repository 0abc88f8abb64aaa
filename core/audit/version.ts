// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'd2350ec071721114c0cfe6cf8fc5101f0f6f4e79772def16e34e79b1cd7d750f';
