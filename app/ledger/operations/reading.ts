import { freeMark, handOutMs, moveMark, takeMark } from '../../../core/delivery/reading';
import type { ReadingLedger } from '../api/reading';
import type { LedgerContext } from '../context';

/** See `ReadingLedger`. No events: who reads decides nothing about a delivery. */
export function readingLedger({ store }: LedgerContext): ReadingLedger {
	return {
		take: (of) =>
			store.transaction(async (tx) => {
				const before = await tx.reading.lockMark(of);
				const at = await tx.now();
				const taken = takeMark(before, at);
				if (taken.status === 'held') return taken;
				if (before === null) await tx.reading.forgetMarks(of);
				await tx.reading.writeMark(of, taken.mark);
				await tx.reading.forgetHandOuts(of.spine, at);
				return { ...taken, handOuts: await tx.reading.handOuts(of.spine, of.slot), at };
			}),
		move: (of, token, step) =>
			store.transaction(async (tx) => {
				const before = await tx.reading.lockMark(of);
				const mark = moveMark(before, token, step, await tx.now());
				if (mark !== null) await tx.reading.writeMark(of, mark);
				return mark;
			}),
		giveBack: (of, token, handed) =>
			store.transaction(async (tx) => {
				const before = await tx.reading.lockMark(of);
				const until = (await tx.now()) + handOutMs;
				const handOuts = handed.filter(({ recipients }) => recipients.length > 0);
				await tx.reading.addHandOuts(
					of,
					token,
					handOuts.map((one) => ({ ...one, until })),
				);
				const mark = freeMark(before, token);
				if (mark !== null) await tx.reading.writeMark(of, mark);
			}),
	};
}
