import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { dueNow } from '../../../app/deliver/due';
import { compareRelease } from '../../../app/prepare/compare';
import { evidenceFor, findRelease } from '../../../app/release';
import { restoreRelease } from '../../../app/snapshot/restore';
import { shipRelease } from '../../../app/snapshot/ship';
import { EMPTY_POLICY } from '../../../core/audit';
import { parseCadence, slotToRehearse } from '../../../core/delivery/cadence';
import { parseChanges } from '../../../core/snapshot/changes';
import type { Stage } from '../../../core/release/stages';
import { SUBJECT } from '../../support/release-service';
import { accountDirectory, Killed } from '../snapshot/fixture';
import { configure, nodeIn, prepareFixture, type Edited, type PrepareFixture } from './fixture';

let fixture: PrepareFixture;
beforeEach(async () => {
	fixture = await prepareFixture();
});
afterEach(async () => await fixture.close());

type Prepared = Awaited<ReturnType<PrepareFixture['prepare']>>;

const statusOf = ({ checks }: Prepared, id: string) => checks.find((check) => check.id === id)?.status;
const reasonOf = ({ checks }: Prepared, id: string) => checks.find((check) => check.id === id)?.reason ?? '';
const whats = ({ differences }: Prepared): readonly string[] => differences.map(({ what }) => what);
const failed = ({ steps }: Prepared) => steps.filter(({ status }) => status === 'failed');

/** Lets the gate's word stand as if everything was answered: what ships is looked at here, not what lets it. */
async function approve(release: string, stage: Stage = 'approved'): Promise<void> {
	const stored = await findRelease(fixture.ports, release);
	if (!stored) throw new Error('There is no such release.');
	const { artifactHashes } = await import('../../../core/release/manifest');
	const body = {
		...stored.body,
		stage,
		decision: {
			decision: 'ship',
			sentence: 'It ships.',
			releaseHash: artifactHashes(stored.body.manifest).release,
			policyVersion: 0,
			policyHash: (await import('../../../core/delivery/canonical')).digest(
				JSON.parse(
					JSON.stringify(
						(await (await import('../../../app/release')).policyOf(fixture.ports, SUBJECT)).policy,
					),
				) as never,
			),
			strictness: 'doctrine',
			waitsForMoment: false,
			at: fixture.clock.at,
		},
	};
	await fixture.ledger.records.write(
		[
			{
				kind: 'release',
				id: release,
				spine: SUBJECT,
				parent: null,
				body: JSON.parse(JSON.stringify(body)),
				expectedRevision: stored.revision,
			},
		],
		[],
	);
}
const ship = async (release: string) =>
	await shipRelease(fixture.preparing, release, parseChanges({}), { policy: EMPTY_POLICY });

const later = configure({ anchor: '2026-11-02T10:00' });
/** A new property with a default, which the draft freezes with the contact. */
const withTopic = (properties: object) => (workflow: Edited) => {
	const node = nodeIn(workflow, 'Configure Spine');
	node.properties = { ...(node.properties as object), ...properties };
};
const tip = withTopic({
	also: 'firstname, favourite_tip',
	defaults: '{"cc_profile_tone": "plain", "cc_profile_length": "short", "favourite_tip": "any"}',
});

describe('settings of the spine in a draft', () => {
	test('an anchor that moves later is shown with its values, critical, drilled, and set when it ships', async () => {
		const before = await fixture.settings();
		await fixture.save(later);
		const prepared = await fixture.prepare();
		expect(prepared.differences[0]).toEqual({
			what: 'the setting cadence.anchor of the spine changes when the release ships',
			surfaces: ['cadence'],
			before: '2026-11-02T09:00',
			after: '2026-11-02T10:00',
		});
		expect(prepared.classification.riskClass).toBe('critical');
		expect(prepared.classification.reasons.join(' ')).toContain('the setting cadence.anchor changes');
		expect(failed(prepared)).toEqual([]);
		expect(statusOf(prepared, 'cadence-not-compressed')).toBe('pass');
		expect(statusOf(prepared, 'drill')).toBe('pass');
		expect(await fixture.settings()).toEqual(before);
		const stored = await findRelease(fixture.ports, prepared.release);
		expect(stored?.body.manifest).toMatchObject({
			brings: { settings: { cadence: { anchor: '2026-11-02T10:00' } } },
			cadenceShiftReason: 'It was asked for',
		});
		const shown = await compareRelease(fixture.preparing, prepared.release);
		expect(shown.differences[0]).toEqual(prepared.differences[0]);

		await approve(prepared.release);
		expect(await ship(prepared.release)).toMatchObject({ asProven: true });
		expect((await fixture.settings()).cadence.anchor).toBe('2026-11-02T10:00');
		await restoreRelease(fixture.preparing, prepared.release, { target: null });
		expect(await fixture.settings()).toEqual(before);
	});

	test.each([
		['an anchor that moves earlier', { anchor: '2026-11-02T08:00' }],
		['a shorter interval', { every: 'P1D' }],
		['a time zone in which the next slot opens sooner', { timeZone: 'Europe/Berlin' }],
		[
			'a smaller minimum gap',
			{ advanced: { templateVersion: '1', provider: 'postmark', minimumGap: 'PT1H' } },
		],
	])('%s brings sends closer together and is held', async (_what, parameters) => {
		await fixture.save(configure(parameters));
		const prepared = await fixture.prepare();
		expect([prepared.classification.riskClass, statusOf(prepared, 'cadence-not-compressed')]).toEqual([
			'critical',
			'fail',
		]);
	});

	test('a time zone that moves the slot later does not', async () => {
		await fixture.save(configure({ timeZone: 'America/Los_Angeles' }));
		const prepared = await fixture.prepare();
		expect(statusOf(prepared, 'cadence-not-compressed')).toBe('pass');
	});

	test('a change beside it leaves what somebody set elsewhere as it is', async () => {
		const now = await fixture.settings();
		await fixture.ledger.spines.configure({ ...now, mode: 'live', testRecipients: ['7'] }, 'somebody');
		await fixture.save((workflow) => {
			const set = nodeIn(workflow, 'Set Config').assignments as { assignments: { value: unknown }[] };
			set.assignments[4] = { ...set.assignments[4], value: 'Another subject' };
		});
		const prepared = await fixture.prepare();
		const stored = await findRelease(fixture.ports, prepared.release);
		expect(stored?.body.manifest.brings).toBeUndefined();
		expect(whats(prepared).filter((what) => what.includes('of the spine'))).toEqual([]);
	});

	test('what was set from the editor already is said, and set by nobody', async () => {
		const now = await fixture.settings();
		await fixture.ledger.spines.configure(
			{ ...now, cadence: { ...now.cadence, anchor: '2026-11-02T10:00' } },
			'the editor',
		);
		await fixture.save(later);
		const prepared = await fixture.prepare();
		expect(whats(prepared)).toContain(
			'the setting cadence.anchor of the spine is so already: the set-up was run outside of a release',
		);
		expect((await findRelease(fixture.ports, prepared.release))?.body.manifest.brings).toBeUndefined();
	});

	test('a setting that is taken away goes when it ships and comes back with a rollback', async () => {
		await fixture.close();
		fixture = await prepareFixture(configure({ strictness: 'standard' }));
		const before = await fixture.settings();
		expect(before.strictness).toBe('standard');
		await fixture.save(configure({ strictness: 'doctrine' }));
		const { release } = await fixture.prepare();
		await approve(release);
		await ship(release).catch(() => undefined);
		expect((await fixture.settings()).strictness).toBeUndefined();
		await restoreRelease(fixture.preparing, release, { target: null });
		expect(await fixture.settings()).toEqual(before);
	});

	describe('that nobody can read hold it, and say how to go on', () => {
		const held = async (change: (workflow: Edited) => void, says: string) => {
			await fixture.save(change);
			const prepared = await fixture.prepare();
			expect(statusOf(prepared, 'cadence-not-compressed')).toBe('fail');
			expect(reasonOf(prepared, 'cadence-not-compressed')).toContain(says);
			expect(whats(prepared)[0]).toContain(says);
			expect(prepared.classification.riskClass).toBe('critical');
		};
		const twin =
			(parameters: object) =>
			(workflow: Edited): void => {
				const node = workflow.nodes.find(({ name }) => name === 'Configure Spine');
				if (node)
					workflow.nodes.push({
						...structuredClone(node),
						name: 'Configure Again',
						parameters: { ...structuredClone(node.parameters), ...parameters },
					});
			};
		test('an expression', async () =>
			await held(
				configure({ anchor: '={{ $now.toISO() }}' }),
				'Configure Spine of the draft takes anchor from an expression',
			));
		test('a spine that is only known when it runs', async () =>
			await held(
				configure({ spine: '={{ $vars.spine }}' }),
				'takes the name of its spine from an expression',
			));
		test('a policy that is none', async () =>
			await held(
				configure({ advanced: { templateVersion: '1', provider: 'postmark', policy: 'no-rules-at-all' } }),
				'no-rules-at-all',
			));
		test('two nodes that say otherwise', async () =>
			await held(twin({ anchor: '2026-11-02T10:00' }), 'Configure Spine, Configure Again'));
		test('no rhythm', async () =>
			await held(configure({ every: 'sometimes' }), 'Configure Spine of the draft cannot be stored'));
		test('after a draft that could be read: what was said of that one does not count', async () => {
			await fixture.save(later);
			expect(statusOf(await fixture.prepare(), 'cadence-not-compressed')).toBe('pass');
			await held(configure({ anchor: '={{ 1 }}' }), 'takes anchor from an expression');
		});
		test('two nodes that say the same, or of which one is disabled, are read', async () => {
			await fixture.save((workflow) => {
				later(workflow);
				twin({})(workflow);
				twin({ anchor: '2026-11-02T08:00' })(workflow);
				const last = workflow.nodes.at(-1);
				if (last) Object.assign(last, { name: 'Configure Off', disabled: true });
			});
			const prepared = await fixture.prepare();
			expect(statusOf(prepared, 'cadence-not-compressed')).toBe('pass');
			expect(prepared.differences[0]?.after).toBe('2026-11-02T10:00');
		});
	});

	test('a value that a Set node holds is read where the expression names it', async () => {
		await fixture.save((workflow) => {
			const set = nodeIn(workflow, 'Set Config').assignments as { assignments: object[] };
			set.assignments.push({ id: 'anchor', name: 'anchor', value: '2026-11-02T10:00', type: 'string' });
			configure({ anchor: "={{ $('Set Config').first().json.anchor }}" })(workflow);
		});
		expect((await fixture.prepare()).differences[0]?.after).toBe('2026-11-02T10:00');
	});

	test('another spine’s settings are no part of it', async () => {
		await fixture.save((workflow) => {
			nodeIn(workflow, 'Configure Spine').spine = 'another-spine';
			nodeIn(workflow, 'Configure Spine').anchor = '2026-11-02T10:00';
		});
		const prepared = await fixture.prepare();
		expect((await findRelease(fixture.ports, prepared.release))?.body.manifest.brings).toBeUndefined();
		expect(prepared.classification.riskClass).toBe('critical');
	});

	test('who is a test recipient is sent nothing: naming one is no harmless change', async () => {
		await fixture.save(configure({ testRecipients: '101' }));
		const { classification } = await fixture.prepare();
		expect(classification).toMatchObject({ riskClass: 'controlled', surfaces: ['eligibility'] });
	});

	test('killed in the middle of it, it goes on where it was, whatever was set meanwhile', async () => {
		await fixture.save(tip);
		const { release } = await fixture.prepare();
		await approve(release);
		let calls = 0;
		const dying = accountDirectory(fixture.account, (call, when) => {
			if (call === 'create' && when === 'after') throw new Killed(`killed after call ${(calls += 1)}`);
		});
		const killed = { ...fixture.preparing, contacts: dying };
		await expect(
			shipRelease(killed, release, parseChanges({}), { policy: EMPTY_POLICY }),
		).rejects.toBeInstanceOf(Killed);
		expect((await findRelease(fixture.ports, release))?.body.stage).toBe('deploying');
		await fixture.ledger.spines.configure(
			{ ...(await fixture.settings()), templateVersion: '7' },
			'somebody',
		);
		expect(await ship(release)).toMatchObject({ asProven: true });
		expect(fixture.account.definitions.get('favourite_tip')?.archived).toBe(false);
		expect((await fixture.settings()).properties.also).toContain('favourite_tip');
	});

	test('settings that somebody changes between proof and shipping hold it before anything is done', async () => {
		await fixture.save(later);
		const { release } = await fixture.prepare();
		await approve(release);
		const now = await fixture.settings();
		await fixture.ledger.spines.configure({ ...now, mode: 'live' }, 'somebody');
		const published = fixture.host.now('spine').published;
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-other-settings' });
		expect(fixture.host.now('spine').published).toEqual(published);
		expect((await fixture.settings()).cadence.anchor).toBe('2026-11-02T09:00');
	});
});

describe('HubSpot properties in a draft', () => {
	test('a new one is shown, critical, additive, counted in the drill, and made when it ships', async () => {
		await fixture.save(tip);
		const prepared = await fixture.prepare();
		expect(whats(prepared).join('\n')).toContain(
			'the contact property favourite_tip is made when the release ships',
		);
		expect(prepared.classification.riskClass).toBe('critical');
		expect(failed(prepared)).toEqual([]);
		for (const check of [
			'schema-updated',
			'no-destructive-migration',
			'defaults-defined',
			'backward-compatible',
			'drill',
		])
			expect([check, statusOf(prepared, check)]).toEqual([check, 'pass']);
		expect(fixture.account.definitions.has('favourite_tip')).toBe(false);
		expect(fixture.account.definitions.get('rgdrill_favourite_tip')?.archived).toBe(true);
		const drilled = (await evidenceFor(fixture.ports, prepared.release)).find(
			({ check }) => check === 'drill',
		);
		expect(drilled?.status).toBe('pass');
		await approve(prepared.release);
		expect(await ship(prepared.release)).toMatchObject({ asProven: true });
		expect(fixture.account.definitions.get('favourite_tip')).toMatchObject({
			type: 'string',
			fieldType: 'text',
			archived: false,
		});
		expect((await fixture.settings()).properties.also).toContain('favourite_tip');
		// A rollback reads it no more, and leaves it: values may use it already.
		await restoreRelease(fixture.preparing, prepared.release, { target: null });
		expect((await fixture.settings()).properties.also).not.toContain('favourite_tip');
		expect(fixture.account.definitions.get('favourite_tip')?.archived).toBe(false);
	});

	test('a rollback needs no account of HubSpot for what a release only made', async () => {
		await fixture.save(tip);
		const { release } = await fixture.prepare();
		await approve(release);
		await ship(release);
		const { report } = await restoreRelease({ ...fixture.preparing, contacts: null }, release, {
			target: null,
		});
		expect(report.left).toContainEqual(
			expect.objectContaining({ name: 'favourite_tip', reason: 'additive' }),
		);
		expect((await fixture.settings()).properties.also).not.toContain('favourite_tip');
	});

	test('is rehearsed with its default, on what the last slot froze without it', async () => {
		const now = await fixture.settings();
		await fixture.ledger.spines.configure({ ...now, mode: 'live' }, 'somebody');
		const open = slotToRehearse(parseCadence(now.cadence), fixture.clock.at);
		if (!open) throw new Error('No slot has opened yet.');
		const { opensAt, closesAt, id: slot, index: cadenceIndex } = open;
		const properties = { firstname: 'Ann', cc_profile_tone: 'warm' };
		await fixture.ledger.deliveries.register([
			{
				ref: { spine: SUBJECT, space: 'live', slot, recipient: '7' },
				...{ opensAt, closesAt, cadenceIndex },
				input: { id: '7', properties },
			},
		]);
		await fixture.save(tip);
		const { rehearsal } = await fixture.prepare();
		const spine = await fixture.ledger.spines.get(SUBJECT);
		if (!spine) throw new Error('There is no spine.');
		const rehearsed = async (label: string) => {
			const run = await dueNow(
				{ ledger: fixture.ledger, now: () => fixture.clock.at },
				{
					...{ spine, limit: 10, shadow: true, label },
					pages: async function* () {},
				},
			);
			return run.status === 'open' ? run.found.due.map(({ contact }) => contact) : [];
		};
		const filled = { cc_profile_length: 'short', favourite_tip: 'any' };
		expect(await rehearsed(rehearsal)).toEqual([{ id: '7', properties: { ...properties, ...filled } }]);
		// A rehearsal of anything else takes what was frozen.
		expect(await rehearsed('another')).toEqual([{ id: '7', properties }]);
	});

	test('one that is there already is only read', async () => {
		fixture.account.define({
			name: 'favourite_tip',
			label: 'Tip',
			groupName: 'cc_profile',
			type: 'number',
			fieldType: 'number',
		});
		await fixture.save(tip);
		const prepared = await fixture.prepare();
		const stored = await findRelease(fixture.ports, prepared.release);
		expect(stored?.body.manifest.brings?.definitions).toBeUndefined();
		expect(statusOf(prepared, 'schema-updated')).toBe('pass');
	});

	test('one without a default is held', async () => {
		await fixture.save(withTopic({ also: 'firstname, favourite_tip' }));
		expect(statusOf(await fixture.prepare(), 'defaults-defined')).toBe('fail');
	});

	test.each([
		[
			'a new one that would be critical',
			{ critical: 'email, cc_profile_topic, cc_profile_audience, favourite_tip' },
			'nobody would be served',
		],
		[
			'one of another type where times are written',
			{ nextEligibleAt: 'cc_profile_topic2' },
			'takes datetime',
		],
		['one that was archived', { also: 'firstname, old_tip' }, 'was archived'],
	])('%s is held, with the mend', async (_what, properties, says) => {
		for (const name of ['cc_profile_topic2', 'old_tip'])
			fixture.account.define({
				name,
				label: name,
				groupName: 'cc_profile',
				type: 'string',
				fieldType: 'text',
			});
		const old = fixture.account.definitions.get('old_tip');
		if (old) old.archived = true;
		await fixture.save(withTopic(properties));
		const prepared = await fixture.prepare();
		expect(statusOf(prepared, 'schema-updated')).toBe('fail');
		expect(reasonOf(prepared, 'schema-updated')).toContain(says);
		expect(whats(prepared).join('\n')).toContain(says);
		expect(prepared.classification.riskClass).toBe('critical');
	});

	test('one that somebody makes between proof and shipping holds it before anything is done', async () => {
		await fixture.save(tip);
		const { release } = await fixture.prepare();
		await approve(release);
		fixture.account.define({
			name: 'favourite_tip',
			label: 'Tip',
			groupName: 'cc_profile',
			type: 'number',
			fieldType: 'number',
		});
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-made-meanwhile' });
		expect((await findRelease(fixture.ports, release))?.body.stage).toBe('approved');
		// Prepared again, it reads the property as it is there.
		const again = await fixture.prepare();
		expect(again.release).toBe(release);
		expect((await findRelease(fixture.ports, release))?.body.manifest.brings?.definitions).toBeUndefined();
	});
});

describe('flags in a draft', () => {
	const flag = (key: string) => (workflow: Edited) => {
		workflow.nodes.push({
			name: 'Is It Warm?',
			type: 'n8n-nodes-release-gate.releaseFlag',
			typeVersion: 1,
			position: [0, 0],
			parameters: { operation: 'evaluate', flag: key },
		} as never);
	};

	test('a new one is shown and made when it ships, off', async () => {
		await fixture.save(flag('warm-opening'));
		const prepared = await fixture.prepare();
		expect(whats(prepared)).toContain('the flag warm-opening is made when the release ships');
		expect(statusOf(prepared, 'flags-default-off')).toBe('pass');
		expect(failed(prepared)).toEqual([]);
		await approve(prepared.release);
		await ship(prepared.release);
		const [made] = await fixture.ledger.records.get('flag', ['warm-opening']);
		expect(made?.body).toMatchObject({ key: 'warm-opening', state: 'off' });
	});

	test('one that somebody makes between proof and shipping holds it before anything is done', async () => {
		await fixture.save(flag('warm-opening'));
		const { release } = await fixture.prepare();
		await approve(release);
		const body = { key: 'warm-opening', state: 'everyone' };
		await fixture.ledger.records.write(
			[{ kind: 'flag', id: 'warm-opening', spine: SUBJECT, parent: null, body, expectedRevision: 0 }],
			[],
		);
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-made-meanwhile' });
	});

	test('one that is on is held, and so is one that nobody can know', async () => {
		await fixture.ledger.records.write(
			[
				{
					kind: 'flag',
					id: 'warm-opening',
					spine: SUBJECT,
					parent: null,
					body: {
						key: 'warm-opening',
						state: 'everyone',
						percentage: 0,
						team: [],
						targeting: [],
						killed: false,
					},
					expectedRevision: 0,
				},
			],
			[],
		);
		await fixture.save(flag('warm-opening'));
		const on = await fixture.prepare();
		expect(reasonOf(on, 'flags-default-off')).toContain('Not off: warm-opening');
		await fixture.save(flag('={{ $json.flag }}'));
		const unknown = await fixture.prepare();
		expect(reasonOf(unknown, 'flags-default-off')).toContain('Is It Warm?');
		expect(statusOf(unknown, 'flags-default-off')).toBe('fail');
	});
});
