import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { evaluateStored, openRelease, recordApproval, setPolicy } from '../../../app/release';
import { decisionText } from '../../../core/release/decision-text';
import { waitsFor } from '../../../core/release/checks';
import { artifactHashes, type Manifest } from '../../../core/release/manifest';
import { personOf, preset, shippable } from '../../support/release';
import {
	plant,
	plantLook,
	serviceFixture,
	type ServiceFixture,
	SUBJECT,
} from '../../support/release-service';

const quiet = preset('quiet-content-delivery');
const by = 'test';
const HOUR = 3_600_000;

let fixture: ServiceFixture;
beforeEach(async () => (fixture = await serviceFixture()));
afterEach(async () => await fixture.close());

/** Everything but a second person's approval, opened now. */
async function opened(change: Partial<Manifest> = {}): Promise<ReturnType<typeof shippable>> {
	const input = shippable(quiet, { subject: SUBJECT, ...change });
	await openRelease(fixture.ports, input.manifest, by);
	await plant(fixture, 'r-1', input.evidence, []);
	return input;
}
const look = async (errorBudget: 'healthy' | 'unknown' = 'healthy'): Promise<void> =>
	await plantLook(fixture, errorBudget, fixture.clock.at);
async function decided() {
	const at = fixture.clock.at - 60_000;
	const { apiCallsLeft, newContactsLastHour, vendors } = shippable(quiet).facts;
	const now = <Value>(reading: { value: Value } | undefined) => reading && { value: reading.value, at };
	const readings = {
		apiCallsLeft: now(apiCallsLeft),
		newContactsLastHour: now(newContactsLastHour),
		vendors: Object.fromEntries(Object.keys(vendors ?? {}).map((vendor) => [vendor, { value: true, at }])),
	};
	const { decision } = await evaluateStored(fixture.ports, 'r-1', readings, by);
	return decision;
}
const checkOf = ({ checks }: Awaited<ReturnType<typeof decided>>, id: string) => {
	const found = checks.find((check) => check.id === id);
	if (!found) throw new Error(`no check ${id}`);
	return found;
};
const alone = async (coolingOff = 'PT4H') =>
	await setPolicy(fixture.ports, SUBJECT, quiet.name, { people: { alone: { coolingOff } } }, by);

describe('a team of one', () => {
	test('waits for the moment alone, then ships, and every decision says so', async () => {
		await alone('PT2H');
		await opened();
		await look();
		const before = await decided();
		expect(before).toMatchObject({ decision: 'hold', waitsForMoment: true });
		expect(checkOf(before, 'approval-by-class').reason).toContain('it cools off until 2026-11-21T00:30:00Z');
		expect(decisionText(before)).toContain('One person may release alone, after a cooling-off of PT2H.');
		fixture.clock.at += 2 * HOUR;
		await look();
		const after = await decided();
		expect(after.decision).toBe('ship');
		expect(after.sentence).toMatch(/, doctrine, by one person alone after a cooling-off\.$/);
		expect(checkOf(after, 'approval-by-class').reason).toBe(
			'Nobody else approved it. The policy lets one person release alone after PT2H without a change; it stands since 2026-11-20T22:30:00Z.',
		);
	});

	test('cools off anew when the release changes, and not when it is opened as it is', async () => {
		await alone();
		const { manifest } = await opened();
		fixture.clock.at += 3 * HOUR;
		await openRelease(fixture.ports, manifest, by);
		const since = async () => checkOf(await decided(), 'approval-by-class').until;
		expect(await since()).toBe(fixture.clock.at + HOUR);
		await openRelease(fixture.ports, { ...manifest, recoveryPath: 'Another way back.' }, by);
		expect(await since()).toBe(fixture.clock.at + 4 * HOUR);
	});

	test('never outwaits a no, and takes a second person’s yes at once', async () => {
		await alone();
		const { manifest } = await opened();
		await look();
		const hash = artifactHashes(manifest).release ?? '';
		const say = async (verdict: 'rejected' | 'approved') =>
			await recordApproval(
				fixture.ports,
				'r-1',
				{ ...personOf('Lea Lead', 'leadership'), verdict, hash },
				by,
			);
		await say('rejected');
		fixture.clock.at += 4 * HOUR;
		await look();
		expect(checkOf(await decided(), 'approval-by-class')).toMatchObject({ status: 'fail' });
		fixture.clock.at += 1;
		await say('approved');
		await recordApproval(
			fixture.ports,
			'r-1',
			{ ...personOf('Eve Engineer', 'engineering'), verdict: 'approved', hash },
			by,
		);
		const decision = await decided();
		expect(checkOf(decision, 'approval-by-class').reason).toMatch(/^Approved by /);
		expect(decision.sentence).not.toContain('alone');
	});

	test('is nobody’s where the policy does not say so, however long it stands', async () => {
		await opened();
		fixture.clock.at += 20 * HOUR;
		const check = checkOf(await decided(), 'approval-by-class');
		expect([check.status, waitsFor(check)]).toEqual(['unknown', 'people']);
	});
});

describe('a spine without a closed slot', () => {
	const budget = async () => checkOf(await decided(), 'error-budget');

	test('has a budget that is not yet measured, which holds', async () => {
		await opened();
		await look('unknown');
		expect(await budget()).toMatchObject({
			status: 'unknown',
			reason: 'Not yet measured: no slot of the spine has closed.',
		});
	});

	test('ships its first releases by policy, and no more of them', async () => {
		await setPolicy(fixture.ports, SUBJECT, quiet.name, { firstReleases: { withoutBudget: 1 } }, by);
		await opened();
		await look('unknown');
		expect(await budget()).toMatchObject({
			status: 'pass',
			reason: expect.stringContaining('this is number 1') as unknown,
		});
		const { release } = await openRelease(
			fixture.ports,
			shippable(quiet, { subject: SUBJECT, id: 'r-0' }).manifest,
			by,
		);
		await fixture.ledger.records.write(
			[
				{
					kind: 'release',
					id: 'r-0',
					spine: SUBJECT,
					parent: null,
					body: JSON.parse(JSON.stringify({ ...release.body, stage: 'stable', shippedAt: 1 })),
					expectedRevision: release.revision,
				},
			],
			[],
		);
		expect(await budget()).toMatchObject({ status: 'unknown' });
	});

	test('is measured as any other once a slot with deliveries has closed', async () => {
		await setPolicy(fixture.ports, SUBJECT, quiet.name, { firstReleases: { withoutBudget: 3 } }, by);
		await opened();
		await look('unknown');
		await fixture.ledger.deliveries.register([
			{
				ref: { spine: SUBJECT, space: 'live', slot: '2026-11-18', recipient: '101' },
				opensAt: fixture.clock.at - 48 * HOUR,
				closesAt: fixture.clock.at - HOUR,
				cadenceIndex: 8,
				input: { id: '101', properties: { email: 'a@example.com' } },
			},
		]);
		expect(await budget()).toMatchObject({ status: 'unknown', reason: 'Nobody measured it.' });
	});
});
