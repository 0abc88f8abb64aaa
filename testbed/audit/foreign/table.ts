import type { Attack } from '../attacks/attack';
import { changed } from '../edit';
import type { SpineWorkflow } from '../spine';

/** A change of the safe spine. */
export type Change = (workflow: SpineWorkflow) => void;

/** One unsafe workflow with the harm it does in n8n. */
export interface Foreign extends Attack {
	readonly harm: string;
}

/** A table of unsafe workflows of one class: name, harm, changes of the safe spine. */
export const foreign = (
	is: number,
	table: Readonly<Record<string, readonly [harm: string, ...changes: Change[]]>>,
): Foreign[] =>
	Object.entries(table).map(([does, [harm, ...changes]]) => ({
		is,
		does,
		harm,
		changes,
		workflow: changed(...changes),
	}));
