import type { SlotCounts } from './observation';

const numbers = [
	'registered',
	'committed',
	'onTime',
	'missed',
	'held',
	'inDoubt',
	'open',
	'failedForGood',
	'recovered',
	'bounced',
	'complained',
] as const;

const without = (all: SlotCounts, part: SlotCounts | undefined): SlotCounts => {
	if (!part) return all;
	const rest = Object.fromEntries(numbers.map((name) => [name, all[name] - part[name]]));
	const failures = Object.fromEntries(
		Object.entries(all.failures)
			.map(
				([kind, count]) =>
					[kind, count - (part.failures[kind as keyof SlotCounts['failures']] ?? 0)] as const,
			)
			.filter(([, count]) => count > 0),
	);
	return { ...all, ...rest, failures };
};

/** The arm under the release: all deliveries but those of the control arm, slot by slot. */
export function releaseArm(
	all: readonly SlotCounts[],
	control: readonly SlotCounts[],
): readonly SlotCounts[] {
	const parts = new Map(control.map((slot) => [slot.slot, slot]));
	return all.map((slot) => without(slot, parts.get(slot.slot)));
}

/**
 * Closed slots in which nothing was registered though the spine had recipients before, counted from `slots` (what the
 * ledger has seen) against `expected` (what the cadence asks). When the contact directory answers that nobody is
 * overdue, the newest closed slot owed nobody anything; earlier ones it cannot clear.
 */
export function emptySlotsOf(
	expected: readonly string[],
	slots: readonly SlotCounts[],
	hadRecipients: boolean,
	neverRegistered: number | null,
): number {
	const seen = new Map(slots.map((slot) => [slot.slot, slot.registered]));
	let owing = hadRecipients;
	const empty: string[] = [];
	for (const slot of expected) {
		const registered = seen.get(slot) ?? 0;
		if (registered > 0) owing = true;
		else if (owing) empty.push(slot);
	}
	const cleared = neverRegistered === 0 && empty.at(-1) === expected.at(-1) ? 1 : 0;
	return Math.max(0, empty.length - (empty.length > 0 ? cleared : 0));
}
