import type { Acceptance, Items, Role } from '../catalogue/types';

/** What the audit takes a node for. */
export interface NodeFacts {
	readonly role: Role;
	readonly items: Items;
	/** Main outputs without the error output, as far as known. */
	readonly outputs: number;
	readonly failsPerItem: boolean;
	/** Why the node may throw, in a few words: a vendor, a network, a value; `null` if it cannot. */
	readonly fails: string | null;
	/**
	 * Why its items lose the link to those that came, when it has an error output and gets several at once; absent if they
	 * keep it.
	 */
	readonly unlinks?: string;
	/** Whether the node waits: for a time, a person or a call. */
	readonly pauses: boolean;
	/** On what grounds the role was given, for the report. */
	readonly because: string;
	/** Of a send: what its success means. */
	readonly accepts?: Acceptance;
	/** Set when a declaration decided: one sentence for the report. */
	readonly assumption?: string;
	/** Of a declared send: the field or expression that says to whom. */
	readonly recipient?: string;
	/** The node at whose second input its items end, though it reads the first only. */
	readonly wrongInputOf?: string;
	/** Host of an HTTP request that is written out, for the declaration a mend prints. */
	readonly host?: string;
}

const FAILING: Partial<Record<Role, string>> = {
	sender: 'a provider refuses or does not answer',
	unknown: 'nobody has said what it does',
	generator: 'a vendor refuses or does not answer',
	reader: 'what it asks does not answer',
	writer: 'what it writes to does not answer',
	'state-writer': 'what it writes to does not answer',
	notifier: 'what it tells does not answer',
};

/** Facts of a role with the unkindest answer to everything else. */
export function factsOf(role: Role, because: string, more: Partial<NodeFacts> = {}): NodeFacts {
	return {
		role,
		items: role === 'trigger' ? 'same' : 'any',
		outputs: 1,
		failsPerItem: false,
		fails: FAILING[role] ?? null,
		pauses: false,
		because,
		...more,
	};
}
