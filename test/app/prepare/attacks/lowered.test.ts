import { describe, expect, test } from '@jest/globals';
import { configureSpine, setPolicy, setPolicyBy } from '../../../../app/release';
import { SUBJECT } from '../../../support/release-service';
import { configure } from '../fixture';
import { attackedSpine, prompt } from './spine';

const spine = attackedSpine();
const { decide, ship, runs, approved } = spine;

describe('the gate is not lowered on the way', () => {
	test('by Further Changes of Ship: a prepared release sets nothing that it was not proven with', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		for (const changes of [{ spine: { strictness: 'observe' } }, { spine: { ungatedChange: 'report' } }])
			await expect(ship(release, changes)).rejects.toMatchObject({ code: 'ship-other-change' });
		expect((await spine.fixture.settings()).strictness).toBeUndefined();
	});

	test('by settings that somebody changes after the proof, also where the release brings none', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		await spine.fixture.ledger.spines.configure(
			{ ...(await spine.fixture.settings()), ungatedChange: 'report' },
			'somebody',
		);
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-other-settings' });
	});

	test('by a decision under another policy or level than the one in force', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		await setPolicy(
			spine.fixture.ports,
			SUBJECT,
			'quiet-content-delivery',
			{ pressure: { minApiCallsLeft: 0.1 } },
			'x',
		);
		await expect(ship(release)).rejects.toMatchObject({ code: 'release-decision-missing' });
		expect(runs()).toBe('v1');
	});

	test.each([
		['strictness', { strictness: 'observe' as const }],
		['an ungated change that delivers', { ungatedChange: 'report' as const }],
		['a start by hand that delivers', { startedByHand: 'deliver' as const }],
		['another policy', { policy: 'weekly-software-release' }],
	])('by a node that is run by hand: %s', async (_what, more) => {
		const loose = async () => ({ ...(await spine.fixture.settings()), ...more });
		const ada = { person: 'Ada', account: { id: '7', email: 'ada@example.com' } };
		const typed = { person: 'Ada', typedBy: 'A workflow' };
		// Before its first release a spine is set up as one likes, and made stricter always.
		const strict = await spine.fixture.settings();
		await configureSpine(spine.fixture.ports, await loose(), typed, 'x');
		await configureSpine(spine.fixture.ports, strict, typed, 'x');
		await ship(await approved('Ours', prompt('Write one line.')));
		for (const giver of [typed, null])
			await expect(configureSpine(spine.fixture.ports, await loose(), giver, 'x')).rejects.toMatchObject({
				code: 'spine-loosened',
			});
		expect(await spine.fixture.settings()).toEqual(strict);
		await configureSpine(spine.fixture.ports, await loose(), ada, 'workflow x');
		const told = await spine.fixture.ledger.events.list({
			spine: SUBJECT,
			kinds: ['spine.configured'],
			limit: 10,
		});
		expect(told.at(-1)?.sentence).toContain('by Ada (workflow x)');
	});

	test('by a policy that is set by hand and asks for less: a person answers for it', async () => {
		const quiet = 'quiet-content-delivery';
		const set = (overrides: object, giver: Parameters<typeof setPolicyBy>[3] = null) =>
			setPolicyBy(spine.fixture.ports, SUBJECT, [quiet, overrides], giver, 'x');
		const loose = { people: { alone: { coolingOff: 'PT1S' } } };
		await set(loose);
		await set({});
		await ship(await approved('Ours', prompt('Write one line.')));
		for (const overrides of [loose, { approvalsByClass: { controlled: { count: 0 } } }])
			await expect(set(overrides)).rejects.toMatchObject({ code: 'spine-loosened' });
		await set({ pressure: { minApiCallsLeft: 0.5 } });
		const ada = { person: 'Ada', account: { id: '7', email: 'ada@example.com' } };
		expect((await set(loose, ada)).setBy).toBe('Ada (x)');
	});

	test.each([
		['an operation', { operation: "={{ 'config' + 'ure' }}" }],
		['a resource', { resource: "={{ 'spine' }}" }],
	])('by a draft whose node takes %s from an expression', async (_what, more) => {
		await spine.fixture.save(configure({ ...more, strictness: 'observe' }));
		const { checks, differences } = await spine.fixture.prepare();
		expect(differences[0]?.what).toMatch(/the settings of the spine cannot be read: .* from an expression/);
		expect(checks.find(({ id }) => id === 'backward-compatible')).toMatchObject({ status: 'fail' });
	});

	test('by a draft whose node says it plainly: it is shown, critical, and ships under the level of now', async () => {
		await spine.fixture.save(configure({ strictness: 'observe' }));
		const { differences, classification, strictness, release } = await spine.fixture.prepare();
		expect(differences[0]).toMatchObject({
			what: 'the setting strictness of the spine changes when the release ships',
			after: 'observe',
		});
		expect([classification.riskClass, strictness]).toEqual(['critical', 'doctrine']);
		expect((await decide(release)).decision).toBe('hold');
	});
});
