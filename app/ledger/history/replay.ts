import { RowTable } from './row-table';
import { absent, type EventState, keyText, type RowDigest } from './state';

/** A row that was changed between two events by somebody else than the ledger. */
export interface ForeignChange {
	/** Key of the row, as `keyText` writes it. */
	readonly key: string;
	/** The event that found it changed. */
	readonly position: number;
}

/** What the chain says of every row, gathered from its events in their order. */
export class Replay {
	/** The last digest told of each row, and the last place at which it was told of, carried over included. */
	readonly rows = new RowTable();
	private whole = false;
	private wholeAt = 0;
	/** Rows that an event found other than the event before had left it, in the order of the chain. */
	private readonly found = new Map<string, ForeignChange>();

	/** The first row that an event found changed, and that nobody has accepted since; `null` if there is none. */
	get foreign(): ForeignChange | null {
		return this.found.values().next().value ?? null;
	}

	/** All of them. */
	get foreigners(): readonly ForeignChange[] {
		return [...this.found.values()];
	}

	/** Whether every row must have its digest in the chain; else rows without one are of before digests. */
	get isWhole(): boolean {
		return this.whole;
	}

	/** Rows that are there and of which only events up to `position` tell: what is lost when these are pruned. */
	*toldUpTo(position: number): Generator<readonly [key: string, digest: RowDigest]> {
		const { rows } = this;
		for (let row = 0; row < rows.size; row += 1) {
			const digest = rows.digestAt(row);
			if (digest !== absent && rows.placeAt(row) <= position) yield [rows.keyAt(row), digest];
		}
	}

	/** Whether only events up to `position` say that every row has its digest in the chain. */
	wholeUpTo(position: number): boolean {
		return this.whole && this.wholeAt <= position;
	}

	/** A chain that begins with digests has them all. */
	begin(hasDigests: boolean): void {
		this.whole ||= hasDigests;
	}

	take(state: EventState, position: number): void {
		for (const entry of state.entries) {
			const row = this.rows.find(entry);
			if (state.carried) {
				// What was told before outweighs what stood at an earlier place.
				if (row < 0) this.rows.set(entry, entry.after, position);
				else this.rows.move(row, position);
				continue;
			}
			const expected = row >= 0 ? this.rows.digestAt(row) : this.whole ? absent : undefined;
			if (state.accepted) this.found.delete(keyText(entry));
			else if (entry.before !== undefined && expected !== undefined && entry.before !== expected) {
				const key = keyText(entry);
				if (!this.found.has(key)) this.found.set(key, { key, position });
			}
			this.rows.set(entry, entry.after, position);
		}
		this.whole ||= state.complete;
		if (state.complete) this.wholeAt = position;
	}
}
