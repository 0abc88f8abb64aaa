import type { Finding } from './finding';

/**
 * Exit code for cron: 0 nothing is wrong in what was looked at (advice is no trouble), 1 trouble, 2 something was to be looked at
 * and could not. With `strict` whatever was not looked at counts as 2, whoever left it out.
 */
export function exitCodeOf(
	findings: readonly Pick<Finding, 'level' | 'failed'>[],
	strict = false,
): 0 | 1 | 2 {
	if (findings.some(({ level }) => level === 'trouble')) return 1;
	return findings.some(({ level, failed }) => level === 'unseen' && (strict || failed === true)) ? 2 : 0;
}
