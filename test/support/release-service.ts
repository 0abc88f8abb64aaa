import { plain } from '../../core/delivery/json';
import type { Instant } from '../../core/delivery/types';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import type { Approval, Evidence } from '../../core/release/evidence';
import { openRelease, type ServicePorts } from '../../app/release';
import { FRIDAY, shippable } from './release';
import { testSettings } from '../../testbed/databases/ledgers';

/** A ledger with a quiet spine that just ran its check, and a clock that moves when told. */
export interface ServiceFixture {
	readonly ledger: Ledger;
	readonly ports: ServicePorts;
	readonly clock: { at: Instant };
	close(): Promise<void>;
}

export const SUBJECT = 'content-delivery';

export async function serviceFixture(): Promise<ServiceFixture> {
	const clock = { at: FRIDAY };
	const ledger = await openSqliteLedger({ file: ':memory:', clock: () => clock.at });
	await ledger.spines.configure(
		testSettings(SUBJECT, { cadence: { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC' } }),
		'test',
	);
	return {
		ledger,
		clock,
		ports: { ledger, now: () => clock.at },
		close: () => ledger.close(),
	};
}

/** Stores evidence and approvals as their writers would, past the checks of who may. */
export async function plant(
	{ ledger }: ServiceFixture,
	release: string,
	evidence: readonly Evidence[],
	approvals: readonly Approval[],
): Promise<void> {
	const write = (kind: 'evidence' | 'approval') => (body: Evidence | Approval, index: number) => ({
		kind,
		id: `${release}:planted:${index}:${Math.floor(body.at)}`,
		spine: SUBJECT,
		parent: release,
		body: plain(body),
		expectedRevision: 0,
	});
	const outcome = await ledger.records.write(
		[...evidence.map(write('evidence')), ...approvals.map(write('approval'))],
		[],
	);
	if (outcome.status !== 'written') throw new Error('planted twice');
}

/** Stores what the monitor found when it looked last at the spine, as far as the gate asks. */
export async function plantLook(
	{ ledger }: Pick<ServiceFixture, 'ledger'>,
	errorBudget: 'healthy' | 'spent' | 'unknown' = 'healthy',
	at: Instant = 0,
): Promise<void> {
	const [before] = await ledger.records.get('verdict', ['last']);
	const body = { at, verdict: null, errorBudget, mark: null };
	await ledger.records.write(
		[
			{
				kind: 'verdict',
				id: 'last',
				spine: SUBJECT,
				parent: null,
				body,
				expectedRevision: before?.revision ?? 0,
			},
		],
		[],
	);
}

/** Opens the release of the fixtures and plants everything that lets it ship. */
export async function openShippable(fixture: ServiceFixture, policy: ReturnType<typeof shippable>['policy']) {
	const input = shippable(policy, { subject: SUBJECT });
	await openRelease(fixture.ports, input.manifest, 'test');
	await plant(fixture, input.manifest.id, input.evidence, input.approvals);
	await plantLook(fixture);
	const { apiCallsLeft, newContactsLastHour, vendors } = input.facts;
	return { input, readings: { apiCallsLeft, newContactsLastHour, vendors } };
}
