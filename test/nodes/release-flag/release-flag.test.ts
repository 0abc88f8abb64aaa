import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { envelopeOf } from '../../../core/delivery/envelope';
import { artifactHashes, parseManifest } from '../../../core/release/manifest';
import type { JsonObject } from '../../../core/delivery/types';
import type { WorkflowJson } from '../../../testbed/engine/n8n';
import { bucketOf } from '../../../core/rollout';
import { createSpineFixture, SPINE, type SpineFixture } from '../../workflows/fixture';

const FLAG = 'ai-copilot';
const workflow = (parameters: IDataObject): WorkflowJson => ({
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.scheduleTrigger', typeVersion: 1.2, parameters: {} },
		{
			name: 'Flag',
			type: 'n8n-nodes-release-gate.releaseFlag',
			typeVersion: 1,
			parameters: { flag: FLAG, ...parameters },
		},
	],
	connections: { Start: { main: [[{ node: 'Flag', type: 'main', index: 0 }]] } },
});

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(0);
	await fixture.configure({ policy: 'weekly-software-release' });
});
afterEach(async () => await fixture.close());

const evaluate = async (triggerItems: IDataObject[], parameters: IDataObject = {}) => {
	const run = await fixture.run(workflow({ operation: 'evaluate', ...parameters }), { triggerItems });
	expect(run.error).toBeUndefined();
	return { off: run.json('Flag', 0), on: run.json('Flag', 1) };
};
const set = async (parameters: IDataObject) =>
	await fixture.run(workflow({ operation: 'rollout', ...parameters }));
const done = async (parameters: IDataObject) => {
	const run = await set(parameters);
	expect(run.error).toBeUndefined();
	return [...run.json('Flag', 0), ...run.json('Flag', 1)][0];
};

/** A release as the gate leaves it. */
async function storeRelease(stage: string, decision: 'ship' | 'hold' = 'ship', flags = [FLAG]) {
	const manifest = parseManifest({
		id: 'r1',
		title: 'AI Copilot',
		subject: SPINE,
		kind: 'regular',
		requestedBy: 'maya',
		flags,
		changes: [{ id: '1', title: 'Copilot', kind: 'feature', surfaces: ['feature'], author: 'li' }],
	});
	const at = 0;
	const body = {
		manifest,
		stage,
		openedBy: 'maya',
		history: [{ stage, at, by: 'gate' }],
		observed: {},
		decision: { decision, sentence: '', releaseHash: artifactHashes(manifest).release, policyVersion: 1, at },
		shippedAt: at,
		documentedAt: null,
	};
	const [known] = await fixture.ledger.records.get('release', ['r1']);
	const expectedRevision = known?.revision ?? 0;
	const write = { kind: 'release', id: 'r1', spine: SPINE, parent: null, expectedRevision } as const;
	await fixture.ledger.records.write(
		[{ ...write, body: JSON.parse(JSON.stringify(body)) as JsonObject }],
		[],
	);
}

const people = (count: number): IDataObject[] => Array.from({ length: count }, (_, id) => ({ id: `p${id}` }));

it('is off for everybody while nobody defined it, and when it is unreadable, and for items without a subject', async () => {
	const unknown = await evaluate(people(3), { subjectField: 'id' });
	expect(unknown.on).toEqual([]);
	expect(unknown.off.map(({ releaseGate }) => (releaseGate as IDataObject).reason)).toEqual(
		Array(3).fill('unknown-flag'),
	);
	const write = { kind: 'flag', id: FLAG, spine: null, parent: null, expectedRevision: 0 } as const;
	await fixture.ledger.records.write([{ ...write, body: { key: FLAG, state: 'on' } }], []);
	expect((await evaluate(people(1), { subjectField: 'id' })).off).toMatchObject([
		{ releaseGate: { reason: 'invalid-flag' } },
	]);
	await fixture.ledger.records.remove('flag', [FLAG]);
	await done({ to: 'define' });
	const nobody = await evaluate([{ name: 'x' }], { subjectField: 'id' });
	expect(nobody.off).toMatchObject([{ releaseGate: { reason: 'no-subject' } }]);
});

it('goes from off over team and a share to everyone with the gate’s leave, and back at once by kill', async () => {
	await done({ to: 'define', team: 'p1, p2' });
	expect((await evaluate(people(50), { subjectField: 'id' })).on).toEqual([]);
	await storeRelease('monitoring');
	await done({ to: 'team', release: 'r1' });
	const team = await evaluate(people(50), { subjectField: 'id' });
	expect(team.on.map(({ id }) => id)).toEqual(['p1', 'p2']);
	await done({ to: 'percentage', percentage: 10, release: 'r1' });
	const first = (await evaluate(people(1000), { subjectField: 'id' })).on.map(({ id }) => id);
	expect(first).toEqual(expect.arrayContaining(['p1', 'p2']));
	expect(Math.abs(first.length / 1000 - 0.1)).toBeLessThan(0.03);
	expect((await evaluate(people(1000), { subjectField: 'id' })).on.map(({ id }) => id)).toEqual(first);
	const early = await set({ to: 'everyone', release: 'r1' });
	expect(early.error?.message).toMatch(/not stable yet/);
	await storeRelease('stable');
	await done({ to: 'everyone', release: 'r1' });
	expect((await evaluate(people(50), { subjectField: 'id' })).off).toEqual([]);
	expect(await done({ to: 'kill' })).toMatchObject({ releaseGate: { from: 'everyone', to: 'killed' } });
	expect((await evaluate(people(50), { subjectField: 'id' })).on).toEqual([]);
	const told = await fixture.ledger.events.list({ kinds: ['flag.set', 'flag.killed'], limit: 20 });
	expect(told.map(({ kind }) => kind)).toEqual([...Array<string>(4).fill('flag.set'), 'flag.killed']);
});

it.each([
	['no release is named', '', 'ship', 'monitoring', [FLAG], /no release was named/],
	['there is no such release', 'r2', 'ship', 'monitoring', [FLAG], /no release 'r2'/],
	['the gate held it', 'r1', 'hold', 'monitoring', [FLAG], /has not let r1 ship/],
	['it is not in production', 'r1', 'ship', 'approved', [FLAG], /is approved/],
	['it was rolled back', 'r1', 'ship', 'rolled-back', [FLAG], /is rolled-back/],
	['it does not bring the flag', 'r1', 'ship', 'monitoring', [], /does not list it/],
] as const)('is not turned up when %s', async (_what, release, decision, stage, flags, message) => {
	await done({ to: 'define', team: 'p1' });
	await storeRelease(stage, decision, [...flags]);
	const run = await set({ to: 'team', release });
	expect(run.error?.message).toMatch(message);
	expect((await evaluate(people(3), { subjectField: 'id' })).on).toEqual([]);
});

it('serves the other items when one cannot be moved, if the node continues on fail', async () => {
	await done({ to: 'define', team: 'p1' });
	const flow = workflow({ operation: 'rollout', to: 'team', release: '={{ $json.release }}' });
	await storeRelease('monitoring');
	const run = await fixture.run(
		{ ...flow, nodes: flow.nodes.map((node) => ({ ...node, onError: 'continueRegularOutput' as const })) },
		{ triggerItems: [{ release: 'nope' }, { release: 'r1' }] },
	);
	expect(run.json('Flag', 0)).toMatchObject([{ releaseGate: { reason: 'flag-leave-missing' } }]);
	expect(run.json('Flag', 1)).toMatchObject([{ releaseGate: { status: 'set', to: 'team' } }]);
});

it('targets by attribute, and puts the arm on the delivery', async () => {
	await done({
		to: 'define',
		targeting: '[{"attribute":"plan","operator":"in","values":["pro"]}]',
	});
	await storeRelease('stable');
	await done({ to: 'team', release: 'r1' });
	await done({ to: 'percentage', percentage: 100, release: 'r1' });
	const delivery = (recipient: string, plan: string): IDataObject => ({
		delivery: envelopeOf({ spine: SPINE, space: 'live', slot: '2026-11-20', recipient }),
		contact: { plan },
	});
	const { on, off } = await evaluate([delivery('1', 'pro'), delivery('2', 'free')], {
		attributesField: 'contact',
	});
	expect(on).toMatchObject([{ delivery: { recipient: '1', variant: FLAG, release: 'r1' } }]);
	expect(off).toMatchObject([{ delivery: { recipient: '2', variant: 'control' } }]);
	const [exposure] = await fixture.ledger.events.list({ kinds: ['flag.exposed'], limit: 5 });
	expect(exposure?.data).toEqual({ on: 1, off: 1, reasons: { 'in-percentage': 1, 'not-targeted': 1 } });
});

it('gives a small list its exact share', async () => {
	await done({ to: 'define' });
	await storeRelease('monitoring');
	await done({ to: 'team', release: 'r1' });
	await done({ to: 'percentage', percentage: 10, release: 'r1' });
	const { on } = await evaluate(people(20), { subjectField: 'id', share: 'exact' });
	expect(on).toHaveLength(2);
});

describe('variants and what a flag is spread by', () => {
	const spread = JSON.stringify({
		stickiness: 'company',
		variants: [
			{ name: 'blue', weight: 50, payload: { type: 'string', value: '#00f' } },
			{ name: 'red', weight: 50, overrides: [{ attribute: 'plan', values: ['pro'] }] },
		],
	});
	const crowd = (count: number): IDataObject[] =>
		people(count).map((person, at) => ({ ...person, company: `c${at % 40}`, plan: 'free' }));
	const said = (items: readonly IDataObject[]): IDataObject[] =>
		items.map((item) => ({ company: item.company, ...(item.releaseGate as IDataObject) }));
	const turnUp = async (...steps: readonly IDataObject[]) => {
		await storeRelease('stable');
		for (const step of steps) await done({ ...step, release: 'r1' });
	};

	it('reach the items: each company has one variant, with its payload, and an override goes before', async () => {
		await done({ to: 'define', spread });
		expect(said((await evaluate(crowd(3), { subjectField: 'id' })).off)).toEqual(
			Array(3).fill(expect.not.objectContaining({ variant: expect.anything() as unknown })),
		);
		await turnUp({ to: 'team' }, { to: 'percentage', percentage: 50 });
		const half = await evaluate(crowd(400), { subjectField: 'id' });
		const on = said(half.on);
		const companies = new Set(on.map(({ company }) => company));
		expect(companies.size).toBeGreaterThan(10);
		expect(companies.size).toBeLessThan(30);
		expect(on).toHaveLength(10 * companies.size);
		for (const company of companies) {
			const variants = new Set(on.filter((one) => one.company === company).map((one) => one.variant));
			expect(variants.size).toBe(1);
		}
		expect(new Set(on.map(({ variant }) => variant))).toEqual(new Set(['blue', 'red']));
		for (const { variant, payload } of on)
			expect(payload).toEqual(variant === 'blue' ? { type: 'string', value: '#00f' } : undefined);
		const pro = crowd(400).map((person) => ({ ...person, plan: 'pro' }));
		const named = said((await evaluate(pro, { subjectField: 'id' })).on);
		expect(new Set(named.map(({ variant }) => variant))).toEqual(new Set(['red']));
	});

	it('is off where the subject lacks what the flag sticks by, in an exact share of the items too', async () => {
		await done({ to: 'define', spread });
		await turnUp({ to: 'team' }, { to: 'percentage', percentage: 50 });
		for (const share of ['bucket', 'exact'])
			expect(said((await evaluate(people(5), { subjectField: 'id', share })).off)).toMatchObject(
				Array(5).fill({ reason: 'no-stickiness' }),
			);
		const { on } = await evaluate(crowd(40), { subjectField: 'id', share: 'exact' });
		expect(on).toHaveLength(20);
	});

	it('are read where the attributes stand', async () => {
		await done({ to: 'define', spread });
		await turnUp({ to: 'team' }, { to: 'percentage', percentage: 100 });
		const items = [{ id: 'p1', contact: { company: 'acme', plan: 'pro' } }];
		const { on } = await evaluate(items, { subjectField: 'id', attributesField: 'contact' });
		expect(said(on)).toMatchObject([{ variant: 'red' }]);
	});

	it('are taken away with null, and reach flags of one group alike', async () => {
		await done({ to: 'define', spread });
		const without = await done({ to: 'define', spread: '{"variants":null,"stickiness":null,"groupId":"g"}' });
		expect(without?.flag).toMatchObject({ groupId: 'g' });
		expect((without?.flag as IDataObject).variants).toBeUndefined();
		await turnUp({ to: 'team' }, { to: 'percentage', percentage: 30 });
		const { on } = await evaluate(people(300), { subjectField: 'id' });
		expect(on.map(({ id }) => id)).toEqual(
			people(300).flatMap(({ id }) => (bucketOf('g', id as string) <= 30 ? [id] : [])),
		);
	});

	it.each([
		['a weight below nothing', '{"variants":[{"name":"a","weight":-1}]}', /weight/],
		['a name twice', '{"variants":[{"name":"a","weight":1},{"name":"a","weight":1}]}', /given twice/],
		['a state', '{"state":"everyone"}', /state/],
		['what is no object', '[1]', /Spread/],
	])('are refused with %s', async (_what, bad, message) => {
		const run = await set({ to: 'define', spread: bad });
		expect(`${run.error?.message} ${run.error?.description ?? ''}`).toMatch(message);
		expect((await evaluate(people(1), { subjectField: 'id' })).on).toEqual([]);
	});
});

it('evaluates nothing per item that costs an expression: 10,000 items in well under a second', async () => {
	await done({ to: 'define' });
	const started = performance.now();
	const { off } = await evaluate(people(10_000), { subjectField: 'id' });
	expect(off).toHaveLength(10_000);
	expect(performance.now() - started).toBeLessThan(5000);
});

describe('in front of the claim', () => {
	const flow: WorkflowJson = {
		nodes: [
			{ name: 'Start', type: 'n8n-nodes-base.scheduleTrigger', typeVersion: 1.2, parameters: {} },
			{
				name: 'Flag',
				type: 'n8n-nodes-release-gate.releaseFlag',
				typeVersion: 1,
				parameters: { flag: FLAG },
			},
			{
				name: 'Claim',
				type: 'n8n-nodes-release-gate.idempotencyCheck',
				typeVersion: 1,
				parameters: { operation: 'claim' },
			},
		],
		connections: {
			Start: { main: [[{ node: 'Flag', type: 'main', index: 0 }]] },
			Flag: {
				main: [[{ node: 'Claim', type: 'main', index: 0 }], [{ node: 'Claim', type: 'main', index: 0 }]],
			},
		},
	};

	it('writes the two arms onto the deliveries, where the statistics count them', async () => {
		await done({ to: 'define' });
		await storeRelease('monitoring');
		await done({ to: 'team', release: 'r1' });
		await done({ to: 'percentage', percentage: 10, release: 'r1' });
		const opensAt = Date.now() - 60_000;
		const refs = Array.from({ length: 200 }, (_, id) => ({
			spine: SPINE,
			space: 'live' as const,
			slot: new Date().toISOString().slice(0, 10),
			recipient: String(1000 + id),
		}));
		await fixture.ledger.deliveries.register(
			refs.map((ref) => ({ ref, opensAt, closesAt: opensAt + 3_600_000, cadenceIndex: 1, input: {} })),
		);
		const run = await fixture.run(flow, { triggerItems: refs.map((ref) => ({ delivery: envelopeOf(ref) })) });
		expect(run.json('Claim', 1)).toHaveLength(refs.length);
		const stored = await fixture.ledger.deliveries.get(refs);
		const on = new Set(run.json('Flag', 1).map(({ delivery }) => (delivery as IDataObject).recipient));
		expect(on.size).toBeGreaterThan(5);
		for (const delivery of stored) {
			const arm = on.has(delivery?.ref.recipient) ? [FLAG, 'r1'] : ['control', null];
			expect([delivery?.variant, delivery?.release]).toEqual(arm);
		}
		const stretch = { spine: SPINE, space: 'live' as const, from: opensAt - 1, to: opensAt + 1 };
		const [control] = await fixture.ledger.deliveries.statistics({ ...stretch, variant: 'control' });
		const [exposed] = await fixture.ledger.deliveries.statistics({ ...stretch, variant: FLAG });
		expect([control?.registered, exposed?.registered]).toEqual([refs.length - on.size, on.size]);
	});
});
