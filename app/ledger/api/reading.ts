import type { HandOut, ReadingMark, ReadingRef, ReadingStep } from '../../../core/delivery/reading';
import type { Instant, Space } from '../../../core/delivery/types';

/** Recipients of one key space, as a run was handed them. */
export interface HandedOut {
	readonly space: Space;
	readonly recipients: readonly string[];
}

/** The mark in the hands of this run, and what other runs have in theirs. */
export interface HeldMark {
	readonly status: 'taken';
	readonly mark: ReadingMark;
	readonly handOuts: readonly HandOut[];
	readonly at: Instant;
}

/** Where the contacts of a slot are read by one run at a time, each from where the last one ended. */
export interface ReadingLedger {
	/** Takes the mark, over from a holder that gave no sign of life for its lease; otherwise says until when it is held. */
	take(of: ReadingRef): Promise<HeldMark | { readonly status: 'held'; readonly until: Instant }>;
	/** Notes a step of the holder, and is its sign of life. The mark as it is then; `null` when it was lost to another run. */
	move(of: ReadingRef, token: number, step: ReadingStep): Promise<ReadingMark | null>;
	/** Notes what the holder was handed, and gives the mark back if it still has it. */
	giveBack(of: ReadingRef, token: number, handed: readonly HandedOut[]): Promise<void>;
}

/** What a store must do for it, within a transaction. */
export interface ReadingTransaction {
	/** Reads a mark; no other transaction reads it so until this one ends. `null` where there is none. */
	lockMark(of: ReadingRef): Promise<ReadingMark | null>;
	readMark(of: ReadingRef): Promise<ReadingMark | null>;
	/** Inserts or replaces. */
	writeMark(of: ReadingRef, mark: ReadingMark): Promise<void>;
	/** Removes the marks of a spine's other slots in a key space. */
	forgetMarks(of: ReadingRef): Promise<void>;
	/** What runs of a slot were handed. */
	handOuts(spine: string, slot: string): Promise<readonly HandOut[]>;
	addHandOuts(of: ReadingRef, token: number, handOuts: readonly HandOut[]): Promise<void>;
	/** Removes what was handed out of a spine and is over. */
	forgetHandOuts(spine: string, before: Instant): Promise<void>;
	/** Takes a person out of every mark and hand-out: reading begins again, and what was handed out may be once more. */
	eraseReader(recipient: string): Promise<void>;
}
