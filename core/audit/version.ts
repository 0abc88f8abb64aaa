// Written by `npx tsx scripts/audit-version.ts`; do not edit.
/** Digest of the sources by which the audit judges. */
export const RULES_DIGEST = 'b884f86f147f02fbc10aa0cfe53827869e4003ec7aa1e13ad92d9a80997b9cbc';
