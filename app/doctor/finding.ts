import type { Facts } from './facts';

/**
 * One thing that is not as it should be. `trouble`: something does not work, or will not; `advice`: it works, and somebody should
 * look; `unseen`: it could not be looked at.
 */
export interface Finding {
	/** The cause, e.g. `credential-gone`; a key of the table of checks. */
	readonly id: string;
	readonly level: 'trouble' | 'advice' | 'unseen';
	/** What is wrong, in one sentence. No secret and no contact is named. */
	readonly sentence: string;
	/** What to do. */
	readonly mend: string;
	/** The workflow, spine or place it is about. */
	readonly where: string;
}

/** Makes the findings of one cause. */
export interface Check {
	readonly id: string;
	/** What it looks at, for people. */
	readonly looks: string;
	readonly level: 'trouble' | 'advice';
	readonly mend: string;
	/** What is wrong and where, from what was gathered. Pure. */
	readonly find: (facts: Facts) => readonly { readonly where: string; readonly sentence: string }[];
}
