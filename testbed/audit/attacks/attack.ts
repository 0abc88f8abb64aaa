import { changed } from '../edit';
import type { SpineWorkflow } from '../spine';

/** One unsafe workflow: its class (1 to 16), what is wrong, and the workflow. */
export interface Attack {
	readonly is: number;
	readonly does: string;
	readonly workflow: SpineWorkflow;
	/** What makes it of a safe spine. */
	readonly changes: readonly ((workflow: SpineWorkflow) => void)[];
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
	Object.entries(table).map(([does, given]) => {
		const changes = typeof given === 'function' ? [given] : given;
		return { is, does, changes, workflow: changed(...changes) };
	});
