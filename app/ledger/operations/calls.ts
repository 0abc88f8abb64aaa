import { z } from 'zod';
import { type Given, giveStarts, holdStarts, nothingGiven } from '../../../core/delivery/pace';
import type { CallBudget } from '../../ports/call-budget';
import type { LedgerContext } from '../context';

const givenSchema = z.object({ starts: z.array(z.number()), heldUntil: z.number() });

/** What is kept; what cannot be read counts as nothing: a rate is a matter of seconds. */
function givenIn(text: string | null): Given {
	if (text === null) return nothingGiven;
	const read = givenSchema.safeParse(JSON.parse(text));
	return read.success ? read.data : nothingGiven;
}

/** See `CallBudget`. No events: it decides only when a call starts. */
export function callBudget({ store }: LedgerContext): CallBudget {
	return {
		take: (account, limit, wanted) =>
			store.transaction(async (tx) => {
				const before = givenIn(await tx.calls.lockGiven(account));
				const now = await tx.now();
				const { starts, given } = giveStarts(before, limit, wanted, now);
				await tx.calls.writeGiven(account, JSON.stringify(given));
				return starts.map((start) => start - now);
			}),
		hold: (account, ms) =>
			store.transaction(async (tx) => {
				const before = givenIn(await tx.calls.lockGiven(account));
				await tx.calls.writeGiven(account, JSON.stringify(holdStarts(before, (await tx.now()) + ms)));
			}),
	};
}
