import { durationMs } from '../../release/checks';
import type { Policy } from '../../release/policy/schema';
import type { Observation } from '../observation';
import { counted, spell, sum, type Finding } from './finding';

const finding = (id: string, fine: boolean, sentence: string): Finding => ({
	id,
	effect: fine ? 'fine' : 'keeps-watching',
	sentence,
});

/** Slots that opened under the release, are over, and were asked to deliver something. */
function cycles(seen: Observation): number {
	return seen.slots.filter(
		(slot) => slot.opensAt >= seen.shippedAt && slot.closesAt <= seen.now && slot.registered > 0,
	).length;
}

/** What must be closed and known of the deliveries before a release on a spine may be called stable. */
function ofDeliveries(policy: Policy, seen: Observation): readonly Finding[] {
	const { fullCycles, checkEvery } = policy.monitoring;
	const inDoubt = sum(seen.slots, (slot) => slot.inDoubt);
	const done = cycles(seen);
	const outbox = seen.outboxOldestMs;
	return [
		finding(
			'full-cycle',
			done >= fullCycles,
			`${done} of ${counted(fullCycles, 'full delivery cycle', 'full delivery cycles')} have passed since it shipped.`,
		),
		finding('in-doubt', inDoubt === 0, `${counted(inDoubt, 'delivery is', 'deliveries are')} in doubt.`),
		finding(
			'outbox',
			outbox === null || outbox <= durationMs(checkEvery),
			outbox === null ? 'The outbox is empty.' : `The oldest write in the outbox waits for ${spell(outbox)}.`,
		),
		...(seen.neverRegistered === null
			? [finding('overdue', false, 'Nobody could tell whether contacts are overdue.')]
			: []),
		...(seen.chain === 'unknown' ? [finding('chain', false, 'The event chain was not verified.')] : []),
	];
}

/** Time that must pass and things that must be closed before a release may be called stable. */
export function patience(policy: Policy, seen: Observation): readonly Finding[] {
	const { fullCycles, atLeast } = policy.monitoring;
	const left = atLeast === undefined ? 0 : seen.shippedAt + durationMs(atLeast) - seen.now;
	return [
		...(fullCycles > 0 ? ofDeliveries(policy, seen) : []),
		...(atLeast === undefined
			? []
			: [
					finding(
						'watch-time',
						left <= 0,
						left <= 0 ? `It was watched for ${atLeast}.` : `It must be watched for ${spell(left)} more.`,
					),
				]),
	];
}

/** Sources that could not be read, or not lately. */
export function sources(policy: Policy, seen: Observation): readonly Finding[] {
	if (seen.sources.length === 0) return [finding('sources', false, 'No source was read.')];
	const fresh = durationMs(policy.monitoring.checkEvery);
	return seen.sources
		.filter(({ readable, at }) => !readable || at > seen.now || seen.now - at > fresh)
		.map(({ name, readable, problem }) =>
			finding(
				`source-${name}`,
				false,
				readable
					? `What ${name} says is stale.`
					: `${name} could not be read: ${problem ?? 'no reason given'}`,
			),
		);
}

/** Reports of the same thing by several people. */
export function sameReports(policy: Policy, seen: Observation): readonly Finding[] {
	const limit = policy.monitoring.sameReports;
	if (limit === undefined) return [];
	const many = Object.entries(seen.reports).filter(([, count]) => count >= limit);
	return [
		{
			id: 'same-reports',
			effect: many.length > 0 ? 'rolls-back' : 'fine',
			sentence:
				many.length > 0
					? `${many.map(([what, count]) => `${count} people report ${what}`).join('; ')}.`
					: 'No thing was reported by several people.',
		},
	];
}
