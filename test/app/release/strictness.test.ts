import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
	evaluateStored,
	evidenceFor,
	openRelease,
	policyOf,
	promoteRelease,
	recordApproval,
	setPolicy,
} from '../../../app/release';
import { testSettings } from '../../../testbed/databases/ledgers';
import { reportsUngated } from '../../../core/delivery/spine-settings';
import { decisionText } from '../../../core/release/decision-text';
import { policyHash } from '../../../core/release/decision';
import { presets } from '../../../core/release/policy/presets';
import { strictnessLevels, type Strictness } from '../../../core/release/policy/schema';
import { underStrictness } from '../../../core/release/policy/strictness';
import { artifactHashes } from '../../../core/release/manifest';
import { manifestFor, personOf, preset, shippable } from '../../support/release';
import {
	openShippable,
	plant,
	plantLook,
	serviceFixture,
	type ServiceFixture,
	SUBJECT,
} from '../../support/release-service';

const quiet = preset('quiet-content-delivery');
const by = 'test';

let fixture: ServiceFixture;
beforeEach(async () => (fixture = await serviceFixture()));
afterEach(async () => await fixture.close());

const held = async (strictness?: Strictness): Promise<void> => {
	const spine = await fixture.ledger.spines.get(SUBJECT);
	if (!spine) throw new Error('no spine');
	const { strictness: _before, ...settings } = spine.settings;
	await fixture.ledger.spines.configure(strictness ? { ...settings, strictness } : settings, by);
};
const open = async () => await openRelease(fixture.ports, manifestFor(quiet, { subject: SUBJECT }), by);
const decided = async (readings = {}) => (await evaluateStored(fixture.ports, 'r-1', readings, by)).decision;
const openIds = ({ checks }: Awaited<ReturnType<typeof decided>>): readonly string[] =>
	checks.filter(({ status }) => status === 'fail' || status === 'unknown').map(({ id }) => id);

describe('doctrine', () => {
	test.each(Object.keys(presets))('%s is applied unchanged', async (name) => {
		const policy = preset(name as 'quiet-content-delivery');
		expect(underStrictness(policy, 'doctrine')).toBe(policy);
	});

	test('is what a spine is held to that says nothing, and what every decision names', async () => {
		const { readings } = await openShippable(fixture, quiet);
		const { policy, strictness } = await policyOf(fixture.ports, SUBJECT);
		expect([policyHash(policy), strictness]).toEqual([policyHash(quiet), 'doctrine']);
		const decision = await decided(readings);
		expect(decision).toMatchObject({ decision: 'ship', strictness: 'doctrine' });
		expect(decision.sentence).toMatch(/, doctrine\.$/);
		expect(decisionText(decision)).toContain('version 0, doctrine');
	});
});

describe('standard', () => {
	test('asks what machines can answer, and one approval of anybody who may give one', async () => {
		await held('standard');
		const input = shippable(quiet, { subject: SUBJECT });
		await openRelease(fixture.ports, input.manifest, by);
		await plant(
			fixture,
			'r-1',
			input.evidence.filter(({ by: giver }) => 'machine' in giver),
			[],
		);
		await plantLook(fixture);
		const before = await decided(input.facts);
		expect(openIds(before)).toEqual(['approval-by-class']);
		expect(before.sentence).toContain('approved');
		await recordApproval(
			fixture.ports,
			'r-1',
			{
				...personOf('Eve Engineer', 'engineering'),
				verdict: 'approved',
				hash: artifactHashes(input.manifest).release ?? '',
			},
			by,
		);
		const after = await decided(input.facts);
		expect(after.sentence).toMatch(/^Ship: .* version 0, standard\.$/);
		expect(after.strictness).toBe('standard');
	});

	test('holds for a machine’s no as doctrine does', async () => {
		await held('standard');
		const input = shippable(quiet, { subject: SUBJECT });
		await openRelease(fixture.ports, input.manifest, by);
		const evidence = input.evidence.map((one) =>
			one.check === 'idempotency-preserved' ? { ...one, status: 'fail' as const } : one,
		);
		await plant(fixture, 'r-1', evidence, input.approvals);
		const decision = await decided(input.facts);
		expect(decision.decision).toBe('hold');
		expect(openIds(decision)).toContain('idempotency-preserved');
	});
});

describe('observe', () => {
	test('records every open check, holds nothing, and says so by name', async () => {
		await held('observe');
		await open();
		const decision = await decided();
		expect(decision).toMatchObject({ decision: 'ship', strictness: 'observe' });
		expect(decision.sentence).toMatch(
			/^Ship, observed only: \d+ checks of quiet-content-delivery version 0 are open\. /,
		);
		const [event] = await fixture.ledger.events.list({ kinds: ['gate.shipped'], limit: 1 });
		expect(event?.data).toMatchObject({ strictness: 'observe' });
		expect((event?.data as { open: unknown[] }).open).toHaveLength(openIds(decision).length);
		const deploying = await promoteRelease(fixture.ports, 'r-1', 'deploying', by);
		expect(deploying.body.stage).toBe('deploying');
		// What must stand before it is watched is recorded as open too, and holds nothing.
		expect((await promoteRelease(fixture.ports, 'r-1', 'monitoring', by)).body.stage).toBe('monitoring');
	});

	test('holds for a person’s no all the same', async () => {
		await held('observe');
		const { release } = await open();
		const no = {
			...personOf('Lea Lead', 'leadership'),
			verdict: 'rejected',
			hash: artifactHashes(release.body.manifest).release ?? '',
		};
		await recordApproval(fixture.ports, 'r-1', no, by);
		const decision = await decided();
		expect(decision.decision).toBe('hold');
		expect(decision.sentence).toContain('Lea Lead (leadership) rejected it.');
	});

	test('its word to ship counts no more once the spine is held to more', async () => {
		await held('observe');
		await open();
		expect((await decided()).decision).toBe('ship');
		await held();
		await expect(promoteRelease(fixture.ports, 'r-1', 'deploying', by)).rejects.toMatchObject({
			code: 'release-decision-missing',
		});
	});
});

test.each([
	['nothing', undefined, undefined, false],
	['observe', 'observe', undefined, true],
	['observe, and hold', 'observe', 'hold', false],
	['standard', 'standard', undefined, false],
	['doctrine, and report', undefined, 'report', true],
] as const)('settings that say %s', (_what, strictness, ungatedChange, reports) => {
	const settings = testSettings(SUBJECT, {
		...(strictness ? { strictness } : {}),
		...(ungatedChange ? { ungatedChange } : {}),
	});
	expect(reportsUngated(settings)).toBe(reports);
});

test.each(strictnessLevels)(
	'a policy that was set is applied as %s, and kept as it was set',
	async (level) => {
		await held(level);
		await setPolicy(fixture.ports, SUBJECT, quiet.name, { drill: { maxDuration: 'PT4M' } }, by);
		const { differences, strictness } = await policyOf(fixture.ports, SUBJECT);
		expect(differences.map(({ path }) => path)).toEqual(['drill.maxDuration']);
		expect(strictness).toBe(level);
		expect((await policyOf(fixture.ports, SUBJECT, 1)).policy).toMatchObject({ checks: quiet.checks });
		expect(await evidenceFor(fixture.ports, 'r-1')).toEqual([]);
	},
);
