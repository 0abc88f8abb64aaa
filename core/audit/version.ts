// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'abb9acbcd56982e456adc11ea0ea68d1f736f8bb668ae2bc42d70672a5c2d3c3';
