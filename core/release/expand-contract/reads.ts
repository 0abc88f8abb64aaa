import { z } from 'zod';
import type { Instant } from '../../delivery/types';
import { gateError } from '../../errors';
import { problemsIn } from '../../errors/problems';
import { durationMs } from '../checks';
import { duration } from '../policy/schema';
import type { Contract } from '../sql/finding';

const instant = z.union(
	[
		z.number().int().nonnegative(),
		z
			.string()
			.datetime({ offset: true })
			.transform((iso) => Date.parse(iso)),
	],
	{ errorMap: () => ({ message: 'use milliseconds since 1970, or ISO 8601 with Z or an offset' }) },
);

/** How often something old was still used, as a monitor counted it. */
export const readCountSchema = z
	.object({
		/** `table` or `table.column`; the schema `public` is left out. */
		name: z.string().trim().min(1).max(200),
		/** `reads` of the old name; `nulls` written to a column that is to become NOT NULL. */
		what: z.enum(['reads', 'nulls']).default('reads'),
		value: z.number().int().nonnegative(),
		/** How long was counted, up to `at`. */
		window: duration,
		/** When it was counted. */
		at: instant,
		/** What counted it, e.g. the metric's name. */
		source: z.string().trim().min(1).max(200),
	})
	.strict();

export type ReadCount = z.output<typeof readCountSchema>;

/** One count or a list of them. Throws `reading-unreadable` with every problem at once. */
export function parseReadCounts(value: unknown): readonly ReadCount[] {
	const result = z
		.array(readCountSchema)
		.min(1)
		.max(1000)
		.safeParse(Array.isArray(value) ? value : [value]);
	if (result.success) return result.data;
	throw gateError('reading-unreadable', problemsIn(result.error.issues, 'reads'));
}

/** A name as PostgreSQL knows it without its search path: `public.users.email` is `users.email`. */
export const plainName = (name: string): string => name.replace(/^public\./, '');

const keyOf = ({ name, what }: Pick<ReadCount, 'name' | 'what'>): string => `${what} ${plainName(name)}`;

/** The newest count of each thing; of two at the same instant the larger one. */
export function newestCounts(counts: readonly ReadCount[]): readonly ReadCount[] {
	const newest = new Map<string, ReadCount>();
	for (const count of counts) {
		const before = newest.get(keyOf(count));
		if (!before || count.at > before.at || (count.at === before.at && count.value > before.value))
			newest.set(keyOf(count), count);
	}
	return [...newest.values()];
}

/** What must be zero before this may be taken away; `null` for what nobody reads by name. */
export const countedFor = ({ of, how }: Contract): ReadCount['what'] | null =>
	of === 'trigger' || of === 'function' ? null : how === 'not-null' ? 'nulls' : 'reads';

/** A state, its reason in one sentence, and since when it is known. */
export interface Judged {
	readonly status: 'pass' | 'fail' | 'unknown';
	readonly reason: string;
	readonly at?: Instant;
}

/** Whether what a contract takes away is out of use: counted, for long enough, and never. `null`: nothing to count. */
export function unreadBy(
	contract: Contract,
	counts: readonly ReadCount[],
	atLeast: string,
	now: Instant,
): Judged | null {
	const what = countedFor(contract);
	if (what === null) return null;
	const count = newestCounts(counts).find((entry) => keyOf(entry) === keyOf({ name: contract.name, what }));
	const uses = what === 'nulls' ? `nulls in ${contract.name}` : `reads of ${contract.name}`;
	if (!count) return { status: 'unknown', reason: `Nobody counted the ${uses}.` };
	const { value, window, source, at } = count;
	if (at > now) return { status: 'unknown', reason: `The count of ${uses} is dated in the future.` };
	if (value > 0) return { status: 'fail', reason: `${source} counted ${value} ${uses} in ${window}.`, at };
	if (durationMs(window) < durationMs(atLeast))
		return {
			status: 'unknown',
			reason: `The ${uses} were counted over ${window}; the policy asks for ${atLeast}.`,
		};
	return { status: 'pass', reason: `${source} counted no ${uses} in ${window}.`, at };
}
