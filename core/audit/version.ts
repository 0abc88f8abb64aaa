// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '8618c0ece291ee2e848b04b375c39325d11a5e60e7f83bcd7dd10ba469112cb8';
