import type { Facts, Sight } from './facts';

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
	/** Of what is unseen: it was to be looked at, and could not. Otherwise nobody asked, or it cannot be seen from here. */
	readonly failed?: true;
}

/** What a look at an installation came to. Each check that applies stands in one of three: it found something, passed, or is unseen. */
export interface Examination {
	readonly findings: readonly Finding[];
	/** Ids of the checks that looked and found nothing. */
	readonly passed: readonly string[];
	/** Ids of the checks that did not look, or not at everything. */
	readonly unseen: readonly string[];
}

/** Makes the findings of one cause. */
export interface Check {
	readonly id: string;
	/** What it looks at, for people. */
	readonly looks: string;
	readonly level: 'trouble' | 'advice';
	readonly mend: string;
	/** What it needs to see besides n8n's workflows. */
	readonly sight?: Sight;
	/** Whether there is anything for it to look at; if absent, always. */
	readonly applies?: (facts: Facts) => boolean;
	/** What is wrong and where, from what was gathered. Pure. */
	readonly find: (facts: Facts) => readonly { readonly where: string; readonly sentence: string }[];
}
