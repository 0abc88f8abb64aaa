// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'bb45833a7a36f77929b2bf90bd1cb3dc358db0a7152afe2903ec1bf56eb32b35';
