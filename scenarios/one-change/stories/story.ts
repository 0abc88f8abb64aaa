import type { Stage } from '../stage';

/** One change, from the editor to its end. */
export interface Story {
	readonly id: string;
	readonly title: string;
	readonly play: (stage: Stage) => Promise<{ readonly riskClass: string; readonly end: string }>;
}
