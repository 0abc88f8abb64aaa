import { inOtherHands, readsNow, type ReadingRef, type ReadingStep } from '../../core/delivery/reading';
import type { Milliseconds, Space } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import type { HandedOut } from '../ledger/api/reading';

/** How a run reads contacts of which another run may have read a part. */
export interface Reader {
	/** The contact to go on after; `null` for the start of the list. */
	readonly after: string | null;
	/** Whether it reads at all now. */
	readonly reads: boolean;
	/** Whether another run was handed a recipient a moment ago. */
	inOtherHands(space: Space, recipient: string): boolean;
	/** Notes how far it came. `false` when another run reads by now: then this one stops. */
	noted(step: ReadingStep): Promise<boolean>;
	/** Lets the next run read. `handed` is what this one hands out. */
	giveBack(handed: readonly HandedOut[]): Promise<void>;
}

/** Reads from the start of what only this run has, e.g. input items. */
export const alone: Reader = {
	after: null,
	reads: true,
	inOtherHands: () => false,
	noted: async () => true,
	giveBack: async () => undefined,
};

/** How a run waits until those that read before it are done. */
export interface ReadingPatience {
	readonly wait: (ms: Milliseconds) => Promise<void>;
	/** How long a run waits for those that read before it; 60 s if absent: a run reads a thousand contacts in seconds. */
	readonly patienceMs?: Milliseconds;
}

/** First wait for the one who reads, and the longest; each is twice the one before. */
const waits = { first: 100, most: 1_000 } as const;

/**
 * The mark of a slot, as soon as no other run has it; `null` when the others were not done in time. Throws what the ledger
 * throws.
 */
export async function readerOf(
	ledger: Ledger,
	of: ReadingRef,
	parallelRuns: number,
	{ wait, patienceMs = 60_000 }: ReadingPatience,
): Promise<Reader | null> {
	let left = patienceMs;
	let pause: number = waits.first;
	for (;;) {
		const taken = await ledger.reading.take(of);
		if (taken.status === 'taken') {
			const { mark, handOuts, at } = taken;
			return {
				after: mark.position,
				reads: readsNow(mark, parallelRuns, at),
				inOtherHands: inOtherHands(handOuts, parallelRuns, at),
				noted: async (step) => (await ledger.reading.move(of, mark.token, step)) !== null,
				giveBack: async (handed) =>
					await ledger.reading.giveBack(of, mark.token, parallelRuns > 1 ? handed : []),
			};
		}
		if (left <= 0) return null;
		const ms = Math.min(pause, left);
		await wait(ms);
		left -= ms;
		pause = Math.min(pause * 2, waits.most);
	}
}
