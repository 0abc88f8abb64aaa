// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = '888e2dacfc31a9e78f7a4aef7bccfb8ce5714c489c738b1e0b7b796eb1074b30';
