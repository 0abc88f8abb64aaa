// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'd7289d86b4e46f4ef384722945bfe832049a3ef09d84d1869de59da006a33a8a';
