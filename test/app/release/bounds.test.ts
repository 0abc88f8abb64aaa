import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { policyHash } from '../../../core/release/decision';
import {
	evaluateStored,
	factsOf,
	openRelease,
	promoteRelease,
	recordReport,
	setPolicy,
} from '../../../app/release';
import { manifestFor, preset } from '../../support/release';
import {
	openShippable,
	plantLook,
	serviceFixture,
	type ServiceFixture,
	SUBJECT,
} from '../../support/release-service';

const quiet = preset('quiet-content-delivery');
const by = 'test';
const hour = 3_600_000;

let fixture: ServiceFixture;
beforeEach(async () => {
	fixture = await serviceFixture();
});
afterEach(() => fixture.close());

const openOne = (change: object = {}) =>
	openRelease(fixture.ports, manifestFor(quiet, { subject: SUBJECT, ...change }), by);

describe('small bounds (security 6, 9, 16, 18)', () => {
	test('of what the ledger knows and somebody else says, the worse counts (security 16)', async () => {
		await openShippable(fixture, quiet);
		await plantLook(fixture, 'spent');
		const at = fixture.clock.at;
		const spine = await fixture.ledger.spines.get(SUBJECT);
		const own = await factsOf(fixture.ports, SUBJECT, spine, {});
		const rosy = await factsOf(fixture.ports, SUBJECT, spine, {
			errorBudget: { value: 'healthy', at },
			nextSlotOpensAt: at + 1000 * hour,
			openDeliveries: { value: -1, at },
			lastStabilityCheckAt: at + hour,
		});
		expect(rosy).toEqual(own);
		const worse = await factsOf(fixture.ports, SUBJECT, spine, { openDeliveries: { value: 7, at } });
		expect(worse.openDeliveries?.value).toBe(7);
	});

	test('a subject with an @ has no policy and no release: it would be a version of another’s (security 9)', async () => {
		await expect(
			setPolicy(fixture.ports, `${SUBJECT}@1`, 'quiet-content-delivery', {}, by),
		).rejects.toMatchObject({ code: 'policy-subject' });
		const named = { ...manifestFor(quiet), subject: `${SUBJECT}@1` };
		await expect(openRelease(fixture.ports, named, by)).rejects.toMatchObject({
			code: 'manifest-unreadable',
		});
	});

	test('a decision under one preset does not deploy under the other, though both are version 0 (security 9)', async () => {
		const { readings } = await openShippable(fixture, quiet);
		const { release } = await evaluateStored(fixture.ports, 'r-1', readings, by);
		expect(release.body.decision).toMatchObject({ policyVersion: 0, policyHash: policyHash(quiet) });
		const spine = await fixture.ledger.spines.get(SUBJECT);
		if (!spine) throw new Error('no spine');
		await fixture.ledger.spines.configure({ ...spine.settings, policy: 'weekly-software-release' }, by);
		await expect(promoteRelease(fixture.ports, 'r-1', 'deploying', by)).rejects.toMatchObject({
			code: 'release-decision-missing',
			message: expect.stringContaining('another policy'),
		});
	});

	test('"documentation only" needs a machine that compared and found nothing (security 6)', async () => {
		const [change] = manifestFor(quiet).changes;
		await openOne({ artifacts: {}, changes: [{ ...change!, surfaces: ['documentation'] }] });
		const held = await evaluateStored(fixture.ports, 'r-1', {}, by);
		expect(held.decision.decision).toBe('hold');
		expect(held.decision.sentence).toContain('no machine compared anything');
		const looked = { machine: 'workflow-audit' as const, observed: [], answers: [] };
		await recordReport(fixture.ports, 'r-1', () => looked, by);
		expect((await evaluateStored(fixture.ports, 'r-1', {}, by)).decision.decision).toBe('ship');
		const moved = { ...looked, observed: [{ surface: 'workflows', what: 'a node moved' }] };
		await recordReport(fixture.ports, 'r-1', () => moved, by);
		expect((await evaluateStored(fixture.ports, 'r-1', {}, by)).decision.decision).toBe('hold');
	});

	test('a key owns the releases it opened (security 6)', async () => {
		const manifest = manifestFor(quiet, { subject: SUBJECT });
		await openRelease(fixture.ports, manifest, by, 'one key');
		const other = { ...manifest, title: 'Something else' };
		for (const owner of ['another key', ''])
			await expect(openRelease(fixture.ports, other, by, owner)).rejects.toMatchObject({
				code: 'release-other-owner',
			});
		expect((await openRelease(fixture.ports, other, by, 'one key')).what).toBe('changed');
	});

	test('an address of a manifest leads to a page, not into one (security 18)', async () => {
		for (const compareUrl of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd'])
			await expect(
				openRelease(fixture.ports, { ...manifestFor(quiet, { subject: SUBJECT }), compareUrl }, by),
			).rejects.toMatchObject({ code: 'manifest-unreadable' });
		await expect(openOne({ compareUrl: 'https://example.com/compare' })).resolves.toBeDefined();
	});
});
