import { parseCadence } from '../../core/delivery/cadence';
import type { Milliseconds } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import { classify } from '../../core/release/classify';
import { heldTo } from '../../core/release/policy/strictness';
import { knownRelease, observedIn, policyOf, wordsFor } from '../release';
import { readOutside } from '../../core/stability/outside';
import { levelsOf, rollbackOrder, trailOf, type StabilityPorts } from '../watch';
import { rollbackSchema } from '../../core/snapshot/documents';
import { documentOf } from '../ledger/documents';
import type { SlotCounts } from '../../core/stability/observation';
import type { SnapshotPorts } from '../snapshot/ports';
import type { NodeKnowledge } from '../../core/release/diff/workflow';
import { valuesChanged } from './changes';
import type { ReleaseReport } from './model';
import { plannedRollback } from './plan';

const MONTH: Milliseconds = 30 * 86_400_000;

/** Slots and deliveries per slot that are read for the histogram. */
const SAMPLE = { slots: 8, deliveries: 500 } as const;

/** Time between consecutive sends to the same recipient in the newest slots. */
export async function intervalsOf(
	ledger: Ledger,
	spine: string,
	slots: readonly Pick<SlotCounts, 'slot'>[],
): Promise<readonly Milliseconds[]> {
	const last = new Map<string, number>();
	const found: Milliseconds[] = [];
	for (const { slot } of slots.slice(-SAMPLE.slots)) {
		const page = await ledger.deliveries.list({
			spine,
			space: 'live',
			slot,
			states: ['committed'],
			limit: SAMPLE.deliveries,
		});
		for (const { ref, sentAt, committedAt } of page) {
			const at = sentAt ?? committedAt;
			if (at === null) continue;
			const before = last.get(ref.recipient);
			if (before !== undefined) found.push(at - before);
			last.set(ref.recipient, at);
		}
	}
	return found;
}

/** What can be asked beside the ledger: n8n and HubSpot as they are now. */
export interface Outside {
	readonly snapshot: SnapshotPorts;
	/** What n8n knows of the nodes in workflows. */
	readonly knowledge?: NodeKnowledge;
}

/**
 * Reads everything about one release from the ledger, and what it changes and how it would go back from n8n and HubSpot
 * where they are connected. Changes nothing. Throws `release-unknown`, `policy-not-set`.
 */
export async function gatherReport(
	ports: StabilityPorts,
	id: string,
	outside: Outside | null = null,
): Promise<ReleaseReport> {
	const { ledger } = ports;
	const release = await knownRelease(ports, id);
	const { manifest, shippedAt } = release.body;
	const { policy, version } = await policyOf(ports, manifest.subject);
	const spine = await ledger.spines.get(manifest.subject);
	const at = ports.now();
	const from = (shippedAt ?? at) - MONTH;
	const slots = spine
		? await ledger.deliveries.statistics({ spine: manifest.subject, space: 'live', from, to: at + 1 })
		: [];
	const connected = outside !== null && (outside.snapshot.workflows ?? outside.snapshot.contacts) !== null;
	const [restored] = await ledger.records.get('rollback', [`${id}/rollback`]);
	return {
		at,
		release,
		riskClass: classify(policy, manifest, observedIn(release.body)).riskClass,
		policy: { name: policy.name, version, heldTo: heldTo(policy) },
		head: await ledger.events.head(),
		acceptances: await ledger.events.acceptances(),
		checks: policy.checks.map(({ id: check, question }) => ({ id: check, question })),
		...(await wordsFor(ports, release)),
		slots,
		intervals: spine ? await intervalsOf(ledger, manifest.subject, slots) : [],
		intervalMs: spine ? parseCadence(spine.settings.cadence).everyMs : null,
		levels: await levelsOf(ports, manifest.subject, policy, readOutside([], at)),
		trail: await trailOf(ports, id),
		order: await rollbackOrder(ports, id),
		restore: restored ? documentOf(restored, rollbackSchema) : null,
		values: await valuesChanged(ports, outside?.snapshot.workflows ?? null, release, outside?.knowledge),
		rollbackPlan: await plannedRollback(connected ? outside.snapshot : null, id),
	};
}
