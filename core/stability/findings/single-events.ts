import type { Policy } from '../../release/policy/schema';
import type { Observation } from '../observation';
import { counted, spell, sum, type Finding } from './finding';

interface Occurrence {
	readonly count: number;
	readonly sentence: string;
}

function missed(seen: Observation): Occurrence {
	const inSlots = sum(seen.slots, (slot) => slot.missed);
	const overdue = seen.neverRegistered ?? 0;
	return {
		count: inSlots + overdue + seen.emptySlots,
		sentence: `${counted(inSlots, 'delivery', 'deliveries')} missed, ${counted(overdue, 'overdue contact', 'overdue contacts')} never registered, ${counted(seen.emptySlots, 'slot', 'slots')} in which nothing ran.`,
	};
}

/** The ledger holds one delivery per key; what was sent past it only the provider knows. */
function duplicated({ provider }: Observation): Occurrence {
	const count = provider?.duplicates ?? 0;
	return {
		count,
		sentence: `${counted(count, 'delivery was', 'deliveries were')} sent more than once.`,
	};
}

/** Whether the sends moved within their window: still on time, but not when people are used to them. */
export function movedWithinWindow({ timing }: Observation): boolean {
	if (timing === null || timing.beforeMedianMs === null) return false;
	return Math.abs(timing.medianMs - timing.beforeMedianMs) > timing.toleranceMs;
}

function shifted(seen: Observation): Occurrence {
	const { compressed, stretched, shifted: outOfPhase, compared } = seen.intervals;
	const moved = movedWithinWindow(seen) ? 1 : 0;
	const move =
		moved && seen.timing
			? ` Sends leave ${spell(seen.timing.medianMs)} after their slot opens, before the release ${spell(seen.timing.beforeMedianMs ?? 0)}.`
			: '';
	return {
		// An explained shift moves every interval, but nothing explains two sends that come too close.
		count: seen.cadenceShiftExplained ? compressed : compressed + stretched + outOfPhase + moved,
		sentence: `${compressed} intervals compressed, ${stretched} stretched, ${outOfPhase} shifted of ${compared}.${move}`,
	};
}

function confidenceLost(seen: Observation): Occurrence {
	const unclaimed = seen.provider?.unclaimed ?? 0;
	const broken = seen.chain === 'broken' ? 1 : 0;
	const stopped = seen.cameUnclaimed;
	const came =
		stopped === 0
			? ''
			: ` ${counted(stopped, 'delivery', 'deliveries')} came to the send without a claim and ${stopped === 1 ? 'was' : 'were'} stopped.`;
	return {
		count: broken + unclaimed + stopped,
		sentence: `The ledger’s event chain is ${seen.chain}; ${counted(unclaimed, 'email', 'emails')} left without a claim.${came}`,
	};
}

const looks: Readonly<Record<string, (seen: Observation) => Occurrence>> = {
	'missed-delivery': missed,
	'duplicate-delivery': duplicated,
	'unexplained-cadence-shift': shifted,
	'idempotency-confidence-lost': confidenceLost,
	'ungated-change': ({ ungated }) => ({
		count: ungated ? 1 : 0,
		sentence: ungated
			? `What is published is not what was released: ${ungated}.`
			: 'What is published is what was released.',
	}),
	'critical-feature-broken': ({ brokenFeatures }) => ({
		count: brokenFeatures.length,
		sentence: `Broken: ${brokenFeatures.join(', ') || 'nothing'}.`,
	}),
};

/** Single events the doctrine names: one occurrence rolls back. */
export function singleEvents(policy: Policy, seen: Observation): readonly Finding[] {
	const asked = policy.monitoring.singleEvents;
	// Never stable: what is watched is not what was released. Whether that rolls it back is the policy's.
	const unasked: readonly Finding[] =
		seen.ungated && !asked.includes('ungated-change')
			? [
					{
						id: 'ungated-change',
						effect: 'keeps-watching',
						sentence: `What is published is not what was released: ${seen.ungated}.`,
					},
				]
			: [];
	const findings = asked.map((id): Finding => {
		const look = looks[id];
		if (!look)
			return {
				id,
				effect: 'keeps-watching',
				sentence: `The policy names ${id}, which this check cannot see.`,
			};
		const { count, sentence } = look(seen);
		return { id, effect: count > 0 ? 'rolls-back' : 'fine', sentence };
	});
	return [...findings, ...unasked];
}
