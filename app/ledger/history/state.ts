import { gateError, ReleaseGateError } from '../../../core/errors';

/** The tables whose rows stand in the chain by their digest; messages and inputs are held against their deliveries. */
export const stateTables = [
	'spines',
	'spine_versions',
	'slots',
	'deliveries',
	'recipients',
	'records',
	'outbox',
	'blobs',
	'erased',
] as const;

export type StateTable = (typeof stateTables)[number];

/** Names one row: its table and the parts of its key. */
export interface StateKey {
	readonly table: StateTable;
	readonly path: readonly string[];
}

/** Digest of a row: 128 bits of SHA-256 in base64url. `absent` where there is no row. */
export type RowDigest = string;
export const absent: RowDigest = '';

/** What one transaction did to one row; `before` is `undefined` where it was not read under a lock. */
export interface StateEntry extends StateKey {
	readonly after: RowDigest;
	readonly before: RowDigest | undefined;
}

/** Content of an event that was replaced: its place, the hash it was sealed with, and the digest of what stands now. */
export interface Redaction {
	readonly position: number;
	readonly hash: string;
	readonly content: string;
}

/** What an event tells of the state, beside its sentence. */
export interface EventState {
	readonly entries: readonly StateEntry[];
	/** The entries are what stood at an earlier place: newer ones, told before, outweigh them. */
	readonly carried: boolean;
	/** From here on every row has its digest in the chain. */
	readonly complete: boolean;
	/** A person looked at what disagreed with the chain: what these rows are now is what the chain goes on from. */
	readonly accepted: boolean;
	readonly redactions: readonly Redaction[];
}

export type StateFlags = Partial<Pick<EventState, 'carried' | 'complete' | 'accepted' | 'redactions'>>;

/** Signs what events tell of the state, and knows what it signed. */
export interface StateSeal {
	/** `event` is what the signature is bound to, by {@link eventText}. */
	sign(text: string, event: string): string;
	/** The text, and what makes its signature the only one of its kind; `null` where it is not signed. Throws `ledger-state-forged`. */
	open(stored: string, event: string): { readonly text: string; readonly nonce: string | null };
}

/** What a signature of an event's state is bound to. */
export const eventText = ({
	at,
	kind,
	spine,
	subject,
	sentence,
	data,
}: {
	readonly at: number;
	readonly kind: string;
	readonly spine: string | null;
	readonly subject: string | null;
	readonly sentence: string;
	readonly data: string;
}): string => JSON.stringify([at, kind, spine, subject, sentence, data]);

/** The text of a state without regard to its signature. */
export const unsignedText = (stored: string): string =>
	stored.startsWith('signed:') ? stored.slice(stored.indexOf('{')) : stored;

export const keyText = ({ table, path }: StateKey): string => [table, ...path].join('\u0000');

export const keyOfText = (text: string): StateKey => {
	const [table = '', ...path] = text.split('\u0000');
	return { table: table as StateTable, path };
};

/** A row as people name it, e.g. `approval r-1:abc`, `delivery of 4711 in slot 2026-11-20 of spine content`. */
export function nameOf({ table, path }: StateKey): string {
	const [a = '', b = '', c = '', d = ''] = path;
	switch (table) {
		case 'records':
			return `${a} ${b}`;
		case 'deliveries':
			return `delivery of ${d} in slot ${c} of spine ${a}${b === 'live' ? '' : ` (${b})`}`;
		case 'recipients':
			return `recipient ${c} of spine ${a}${b === 'live' ? '' : ` (${b})`}`;
		case 'slots':
			return `slot ${c} of spine ${a}${b === 'live' ? '' : ` (${b})`}`;
		case 'spines':
			return `spine ${a}`;
		case 'spine_versions':
			return `version ${b} of spine ${a}`;
		case 'outbox':
			return `outbox entry ${a}`;
		case 'blobs':
			return `bytes ${a.slice(0, 12)}`;
		case 'erased':
			return `memory of the erased recipient ${a.slice(0, 12)}`;
	}
}

/** Grouped by all parts of the key but the last: `[table, path, [last, after, before, …]]`; 0: `before` is unknown. */
type Group = [table: StateTable, path: readonly string[], flat: (string | 0)[]];

/** What one transaction does to the rows of one group; the first `before` and the last `after` of a row count. */
export class GroupNotes {
	readonly rows = new Map<string, [RowDigest, RowDigest | undefined]>();

	constructor(
		readonly table: StateTable,
		readonly path: readonly string[],
	) {}

	note(last: string, after: RowDigest, before: RowDigest | undefined): void {
		const known = this.rows.get(last);
		if (known === undefined) this.rows.set(last, [after, before]);
		else known[0] = after;
	}
}

/** Collects what one transaction does to rows. */
export class StateNotes {
	private readonly groups = new Map<string, GroupNotes>();
	private flags: Required<StateFlags> = {
		carried: false,
		complete: false,
		accepted: false,
		redactions: [],
	};

	/** Where the rows of one group are noted: it stands in the event from its first row on. */
	group(table: StateTable, path: readonly string[]): GroupNotes {
		const id = `${table}\u0000${path.join('\u0000')}`;
		let group = this.groups.get(id);
		if (group === undefined) this.groups.set(id, (group = new GroupNotes(table, path)));
		return group;
	}

	note(
		table: StateTable,
		path: readonly string[],
		last: string,
		after: RowDigest,
		before: RowDigest | undefined,
	): void {
		this.group(table, path).note(last, after, before);
	}

	/** Says more of the event than its entries. */
	mark(flags: StateFlags): void {
		this.flags = { ...this.flags, ...flags };
	}

	get isEmpty(): boolean {
		const { complete, redactions } = this.flags;
		return this.groups.size === 0 && !complete && redactions.length === 0;
	}

	/** The text kept with the event. */
	text(): string {
		const groups = [...this.groups.values()].map(({ table, path, rows }): Group => {
			const flat: (string | 0)[] = [];
			for (const [last, [after, before]] of rows) flat.push(last, after, before ?? 0);
			return [table, path, flat];
		});
		const { carried, complete, accepted, redactions } = this.flags;
		return JSON.stringify({
			...(groups.length > 0 ? { t: groups } : {}),
			...(carried ? { carried: 1 } : {}),
			...(complete ? { complete: 1 } : {}),
			...(accepted ? { accepted: 1 } : {}),
			...(redactions.length > 0
				? { redacted: redactions.map(({ position, hash, content }) => [position, hash, content]) }
				: {}),
		});
	}
}

const isTable = (value: unknown): value is StateTable => (stateTables as readonly unknown[]).includes(value);

/** Reads what {@link StateNotes} wrote. @throws `ledger-state-unreadable` */
export function parseState(text: string): EventState {
	try {
		const read = JSON.parse(text) as {
			t?: readonly Group[];
			carried?: 1;
			complete?: 1;
			accepted?: 1;
			redacted?: readonly [number, string, string][];
		};
		const entries: StateEntry[] = [];
		for (const [table, path, flat] of read.t ?? []) {
			if (!isTable(table)) throw gateError('ledger-state-unreadable');
			for (let at = 0; at < flat.length; at += 3) {
				const before = flat[at + 2];
				entries.push({
					table,
					path: [...path, String(flat[at])],
					after: String(flat[at + 1]),
					before: before === 0 ? undefined : String(before),
				});
			}
		}
		return {
			entries,
			carried: read.carried === 1,
			complete: read.complete === 1,
			accepted: read.accepted === 1,
			redactions: (read.redacted ?? []).map(([position, hash, content]) => ({ position, hash, content })),
		};
	} catch (error) {
		throw error instanceof ReleaseGateError ? error : gateError('ledger-state-unreadable', {}, error);
	}
}
