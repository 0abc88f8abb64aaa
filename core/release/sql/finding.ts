/**
 * What a statement does to a system whose old version still runs beside the new one.
 * `locking` warns; `opaque` means nobody can tell, and holds; every other one fails the check.
 */
export type Hazard =
	| 'destructive'
	| 'narrowing'
	| 'renaming'
	| 'not-null-without-default'
	| 'missing-dual-write'
	| 'opaque'
	| 'locking';

/** What a statement takes away from the version that still runs: the second half of an expand-contract change. */
export interface Contract {
	/** `table`, `table.column`, `trigger <name> on <table>` or `function <name>`; the schema `public` is left out. */
	readonly name: string;
	readonly how: 'dropped' | 'renamed' | 'retyped' | 'not-null';
	/** Triggers and functions only serve an expansion, so nobody reads them. */
	readonly of: 'table' | 'column' | 'trigger' | 'function';
	readonly line: number;
}

export interface SqlFinding {
	readonly hazard: Hazard;
	readonly line: number;
	/** One sentence: what the statement does. */
	readonly what: string;
	/** How to do it safely. */
	readonly mend: string;
	/** What it takes away by name; absent when that cannot be tracked from an earlier release. */
	readonly contracts?: readonly Contract[];
}

const mends: Readonly<Record<Hazard, string>> = {
	destructive: 'Leave it for a later release, after nothing has read it for a full cycle.',
	narrowing:
		'Accept both the old and the new form now; tighten in a later release, once no old writer is left.',
	renaming:
		'Add the new name beside the old one, write both, move readers, and drop the old one in a later release.',
	'not-null-without-default':
		'Give the column a default, or add it nullable, backfill, and tighten in a later release.',
	'missing-dual-write':
		'Keep both columns in step with a trigger (or generated column) until the old one is gone.',
	opaque: 'Write it as plain statements, so that it can be judged, or have it reviewed and recorded by hand.',
	locking: 'Use the CONCURRENTLY or NOT VALID form, or set a lock timeout.',
};

/** A finding with the standing advice of its hazard. */
export function finding(
	hazard: Hazard,
	line: number,
	what: string,
	contracts: readonly Omit<Contract, 'line'>[] = [],
): SqlFinding {
	const taken = contracts.map((contract) => ({ ...contract, line }));
	return { hazard, line, what, mend: mends[hazard], ...(taken.length > 0 ? { contracts: taken } : {}) };
}
