import type { MachineReport } from './report';

/** What was read back of a publish: whether it is what was proven, in one sentence. */
export interface Publication {
	readonly asProven: boolean;
	readonly grounds: string;
}

/**
 * Whether what is published is what was proven. It speaks of the workflow the manifest names: what was found instead is
 * a no, not an answer about something else.
 */
export const publicationReport = ({ asProven, grounds }: Publication): MachineReport => ({
	machine: 'publication',
	observed: [],
	answers: [{ check: 'published-as-proven', status: asProven ? 'pass' : 'fail', grounds }],
});
