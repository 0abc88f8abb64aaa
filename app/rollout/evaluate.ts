import type { JsonObject } from '../../core/delivery/types';
import {
	attributesOf,
	evaluateExactly,
	evaluateFlag,
	flagSchema,
	type FlagDecision,
	type FlagSubject,
} from '../../core/rollout';
import type { Ledger } from '../ledger/api';

/** The attributes a stored flag looks at: targeting, stickiness, overrides of variants; none where the flag cannot be read. */
export function targetedAttributes(flag: JsonObject | null): readonly string[] {
	const parsed = flagSchema.safeParse(flag);
	return parsed.success ? attributesOf(parsed.data) : [];
}

/** The decisions of one batch, in order, and what an envelope says of each arm. */
export interface Evaluated {
	readonly decisions: readonly FlagDecision[];
	readonly arms: {
		readonly on: { readonly variant: string; readonly release?: string };
		readonly off: { readonly variant: string };
	};
}

/**
 * Evaluates a stored flag for a batch of subjects, and records it as one event: counts only, since who was exposed
 * stands on the deliveries. `exact`: an exact share of these subjects instead of their buckets. A flag that nobody
 * defined, or that cannot be read, is off and leaves no event.
 */
export async function evaluateBatch(
	{ events }: Pick<Ledger, 'events'>,
	key: string,
	flag: JsonObject | null,
	subjects: readonly FlagSubject[],
	exact: boolean,
): Promise<Evaluated> {
	const decisions = exact
		? evaluateExactly(flag, subjects)
		: subjects.map((subject) => evaluateFlag(flag, subject));
	const parsed = flagSchema.safeParse(flag);
	if (parsed.success && decisions.length > 0) {
		const reasons: Record<string, number> = {};
		for (const { reason } of decisions) reasons[reason] = (reasons[reason] ?? 0) + 1;
		const on = decisions.filter((decision) => decision.on).length;
		await events.append([
			{
				kind: 'flag.exposed',
				spine: null,
				subject: key,
				sentence: `Flag ${key} was on for ${on} of ${decisions.length}.`,
				data: { on, off: decisions.length - on, reasons },
			},
		]);
	}
	const release = parsed.success ? parsed.data.release : null;
	return {
		decisions,
		arms: { on: { variant: key, ...(release === null ? {} : { release }) }, off: { variant: 'control' } },
	};
}
