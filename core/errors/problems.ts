import type { ZodIssue } from 'zod';

/** Most problems that one error names. */
const NAMED = 20;

/**
 * What a schema found wrong, as errors of the catalogue tell it: how many problems there are, and the first of them by
 * their path. `root` names the whole where a problem is of no field.
 */
export function problemsIn(
	issues: readonly ZodIssue[],
	root: string,
): { readonly count: number; readonly problems: string } {
	const named = issues
		.slice(0, NAMED)
		.map(
			(issue) =>
				`${issue.path.join('.') || root}: ${issue.code === 'unrecognized_keys' ? `unknown field ${issue.keys.join(', ')}` : issue.message}`,
		);
	return { count: issues.length, problems: named.join('; ') };
}
