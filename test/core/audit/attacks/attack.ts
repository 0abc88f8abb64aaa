import { changed } from '../../../../testbed/audit/edit';
import type { SpineWorkflow } from '../../../../testbed/audit/spine';

/** One unsafe workflow: its class (1 to 16), what is wrong, and the workflow. */
export interface Attack {
	readonly is: number;
	readonly does: string;
	readonly workflow: SpineWorkflow;
	/** Other workflows of the instance, by id. */
	readonly others?: readonly SpineWorkflow[];
}

/** Attacks of one class as changes to the spine. */
export const attacks = (
	is: number,
	table: Readonly<
		Record<string, ((workflow: SpineWorkflow) => void) | readonly ((workflow: SpineWorkflow) => void)[]>
	>,
): Attack[] =>
	Object.entries(table).map(([does, changes]) => ({
		is,
		does,
		workflow: changed(...(typeof changes === 'function' ? [changes] : changes)),
	}));
