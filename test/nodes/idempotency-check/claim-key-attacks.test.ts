/** Attacks on Claim Key: ways in which what is to happen once could happen twice, or be lost. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { runWorkflow, type WorkflowRun } from '../../../testbed/engine/n8n';
import { ledger, OWN, ownUserFolder, send, single, workflow } from '../kit/spine';

const claimKey = (parameters: INodeParameters = {}) => ({
	type: `${OWN}.idempotencyCheck`,
	typeVersion: 2,
	parameters: { operation: 'claimKey', scope: 'orders', ...parameters },
});
const completeKey = (parameters: INodeParameters = {}) => ({
	type: `${OWN}.deliveryCommit`,
	typeVersion: 2,
	parameters: { operation: 'completeKey', ...parameters },
});
const giveKeyBack = (parameters: INodeParameters = {}) => ({
	type: `${OWN}.deliveryCommit`,
	typeVersion: 2,
	parameters: { operation: 'giveKeyBack', ...parameters },
});
/** Stands for a node that answers each item with this json. */
const answering = (json: string) => ({
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		jsCode: `return $input.all().map((item, i) => ({ json: ${json}, pairedItem: { item: i } }))`,
	},
});
const once = workflow({ Claim: claimKey(), Send: send, Complete: completeKey() }, [
	['Start', 'Claim'],
	['Claim', 'Send', 1],
	['Send', 'Complete'],
]);

let home: ReturnType<typeof ownUserFolder>;
beforeEach(() => {
	home = ownUserFolder();
});
afterEach(async () => await home.remove());

const reasons = (run: WorkflowRun, node = 'Node', output = 0) =>
	run.json(node, output).map(({ releaseGate }) => (releaseGate as { reason?: string }).reason);
const states = async (scope = 'orders') =>
	(await (await ledger()).keys.list({ scope, limit: 100 })).map(({ key, state }) => `${key} ${state}`);
const firsts = (run: WorkflowRun, node = 'Node') => run.json(node, 1);

describe('the name of a key', () => {
	it.each([
		['a number and its text', 5, '5'],
		['blanks around it', 'evt', ' evt\t'],
		['composed and decomposed', '\u00e9', 'e\u0301'],
		['a negative zero', 0, -0],
	])('is one for %s: the second is held', async (_what, one, other) => {
		const both = await runWorkflow(single(claimKey({ compare: 'off' })), {
			triggerItems: [{ id: one }, { id: other }],
		});
		expect(firsts(both)).toHaveLength(1);
		expect(reasons(both)).toEqual(['once-twice-in-batch']);
		const later = await runWorkflow(single(claimKey({ compare: 'off' })), { triggerItems: [{ id: other }] });
		expect(firsts(later)).toEqual([]);
	});

	it.each([
		['case', 'evt_A', 'evt_a'],
		['what stands inside', 'a b', 'a  b'],
		['letters of another script', 'a', '\u0430'],
	])('differs by %s: both are done', async (_what, one, other) => {
		const both = await runWorkflow(single(claimKey()), { triggerItems: [{ id: one }, { id: other }] });
		expect(firsts(both)).toHaveLength(2);
	});

	it.each([
		['null', null],
		['true', true],
		['a fraction', 1.5],
		['a number that JSON cannot hold exactly', Number('9007199254740993')],
		['an object', { a: 1 }],
		['a list', ['a']],
		['a zero-width space', 'a\u200bb'],
		['half of a pair', 'a\ud800'],
		['too long', 'x'.repeat(600)],
	])('is never guessed: %s is held, and nothing is claimed', async (_what, id) => {
		const run = await runWorkflow(single(claimKey()), { triggerItems: [{ id }] });
		expect(firsts(run)).toEqual([]);
		expect(run.json('Node', 2)).toEqual([]);
		expect(run.json('Node', 0)).toHaveLength(1);
		expect(await states()).toEqual([]);
	});

	it('of several parts is not one of other parts that read the same', async () => {
		const run = await runWorkflow(single(claimKey({ key: 'a, b', compare: 'off' })), {
			triggerItems: [
				{ a: 'x:y', b: 'z' },
				{ a: 'x', b: 'y:z' },
				{ a: 'x%3Ay', b: 'z' },
			],
		});
		expect(firsts(run)).toHaveLength(3);
	});
});

describe('the scope', () => {
	const each = claimKey({ scope: '={{ $json.shop }}', compare: 'off' });

	it('that an expression gives is that of each item, not of the first', async () => {
		const flow = workflow({ Claim: each, Send: send, Complete: completeKey() }, [
			['Start', 'Claim'],
			['Claim', 'Send', 1],
			['Send', 'Complete'],
		]);
		const items = [
			{ id: 7, shop: 'north' },
			{ id: 7, shop: 'south' },
		];
		const run = await runWorkflow(flow, { triggerItems: items });
		expect(firsts(run, 'Claim').map(({ keyClaim }) => (keyClaim as { scope: string }).scope)).toEqual([
			'north',
			'south',
		]);
		expect([await states('north'), await states('south')]).toEqual([['7 done'], ['7 done']]);
		const again = await runWorkflow(flow, { triggerItems: [...items].reverse() });
		expect(again.json('Claim', 2).map(({ shop }) => shop)).toEqual(['south', 'north']);
	});

	it('is evaluated for each item where it is more than a field', async () => {
		const computed = single(claimKey({ scope: '={{ "shop-" + $json.shop.toLowerCase() }}' }));
		const run = await runWorkflow(computed, {
			triggerItems: [
				{ id: 1, shop: 'A' },
				{ id: 1, shop: 'B' },
			],
		});
		expect(firsts(run).map(({ keyClaim }) => (keyClaim as { scope: string }).scope)).toEqual([
			'shop-a',
			'shop-b',
		]);
	});

	it('that an item does not have holds this item, and no scope is put in its place', async () => {
		const run = await runWorkflow(single(each), { triggerItems: [{ id: 1 }, { id: 2, shop: 'north' }] });
		expect(firsts(run).map(({ id }) => id)).toEqual([2]);
		expect(reasons(run)).toEqual(['once-key-unusable']);
		expect(await states('in-process')).toEqual([]);
	});

	it('is one under names that look the same, and another under another case', async () => {
		const claim = async (scope: string) =>
			firsts(await runWorkflow(single(claimKey({ scope })), { triggerItems: [{ id: 1 }] })).length;
		expect([await claim('caf\u00e9'), await claim(' cafe\u0301 ')]).toEqual([1, 0]);
		expect(await claim('Caf\u00e9')).toBe(1);
		const hidden = single(claimKey({ scope: 'caf\u00e9\u200b' }));
		expect((await runWorkflow(hidden, { triggerItems: [{ id: 1 }] })).error).toBeDefined();
	});
});

describe('the content', () => {
	const chain = workflow(
		{
			Order: claimKey({ scope: 'order' }),
			Mail: claimKey({ scope: 'mail' }),
			Complete: completeKey({ scope: 'mail' }),
			Back: giveKeyBack({ scope: 'order', happened: 'no' }),
		},
		[
			['Start', 'Order'],
			['Order', 'Mail', 1],
			['Mail', 'Complete', 1],
			['Complete', 'Back', 1],
			['Mail', 'Back', 2],
		],
	);

	it('does not count what an earlier claim put on the item: its token is another each time', async () => {
		const triggerItems = [{ id: 'a', amount: 1 }];
		await runWorkflow(chain, { triggerItems });
		expect([await states('order'), await states('mail')]).toEqual([['a free'], ['a done']]);
		const again = await runWorkflow(chain, { triggerItems });
		expect(firsts(again, 'Order')).toHaveLength(1);
		expect(reasons(again, 'Mail')).toEqual([]);
		expect(again.json('Mail', 2)).toMatchObject([{ id: 'a' }]);
	});

	it('counts a field of the user that is only called like one of ours', async () => {
		const claim = async (keyClaim: IDataObject) =>
			await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a', keyClaim }] });
		await claim({ mine: 1 });
		expect(reasons(await claim({ mine: 2 }))).toEqual(['once-other-content']);
	});
});

describe('the end', () => {
	it('is not recorded of an item that holds the failure of its node', async () => {
		const failed = workflow(
			{
				Claim: claimKey(),
				Call: answering("{ error: { message: 'Request failed with status code 422', httpCode: '422' } }"),
				Complete: completeKey(),
			},
			[
				['Start', 'Claim'],
				['Claim', 'Call', 1],
				['Call', 'Complete'],
			],
		);
		const run = await runWorkflow(failed, { triggerItems: [{ id: 'a' }] });
		expect(run.json('Complete', 1)).toEqual([]);
		expect(reasons(run, 'Complete')).toEqual(['once-work-failed']);
		expect(await states()).toEqual(['a claimed']);
	});

	it.each(['{ error: null, id: 1 }', '{ error: false }', "{ error: '' }", '{ errors: [] }', '{ error: {} }'])(
		'is recorded of an answer that says there was no error: %s',
		async (answer) => {
			const flow = workflow({ Claim: claimKey(), Call: answering(answer), Complete: completeKey() }, [
				['Start', 'Claim'],
				['Claim', 'Call', 1],
				['Call', 'Complete'],
			]);
			await runWorkflow(flow, { triggerItems: [{ id: 'a' }] });
			expect(await states()).toEqual(['a done']);
		},
	);

	it('by an expression is what it says of each item, not of the first', async () => {
		const flow = workflow(
			{
				Claim: claimKey(),
				Call: answering('{ sure: i === 0 }'),
				Back: giveKeyBack({ happened: "={{ $json.sure ? 'no' : 'unknown' }}" }),
			},
			[
				['Start', 'Claim'],
				['Claim', 'Call', 1],
				['Call', 'Back'],
			],
		);
		await runWorkflow(flow, { triggerItems: [{ id: 'a' }, { id: 'b' }] });
		expect(await states()).toEqual(['a free', 'b in-doubt']);
	});

	it('is refused to a stranger, also one who names the key', async () => {
		const [granted] = firsts(await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] }));
		const { token } = granted?.keyClaim as { token: number };
		for (const other of [token - 1, token + 1]) {
			const forged = { keyClaim: { scope: 'orders', key: 'a', token: other } };
			const run = await runWorkflow(single(completeKey()), { triggerItems: [forged] });
			expect(reasons(run)).toEqual(['once-lease-lost']);
		}
		const named = completeKey({ which: 'named', namedScope: 'orders', namedKey: 'a' });
		expect(reasons(await runWorkflow(single(named), {}))).toEqual(['once-not-in-doubt']);
		expect(await states()).toEqual(['a claimed']);
	});

	it('that comes after a give-back, or a give-back after the end, changes nothing', async () => {
		const [a] = firsts(await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] }));
		await runWorkflow(single(giveKeyBack({ happened: 'no' })), { triggerItems: [a!] });
		const late = await runWorkflow(single(completeKey()), { triggerItems: [a!] });
		expect(reasons(late)).toEqual(['once-lease-lost']);
		const [b] = firsts(await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'b' }] }));
		await runWorkflow(single(completeKey()), { triggerItems: [b!] });
		const back = await runWorkflow(single(giveKeyBack({ happened: 'no' })), { triggerItems: [b!] });
		expect(reasons(back)).toEqual(['once-already-done']);
		expect(await states()).toEqual(['a free', 'b done']);
	});
});

describe('the settings of n8n', () => {
	const doneBefore = async () => {
		await runWorkflow(once, { triggerItems: [{ id: 'a' }] });
		return { triggerItems: [{ id: 'a' }] };
	};

	it.each([
		['Always Output Data', { alwaysOutputData: true }],
		['Execute Once', { executeOnce: true }],
		['Retry On Fail', { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 }],
		['Continue', { onError: 'continueRegularOutput' as const }],
		['Continue (using error output)', { onError: 'continueErrorOutput' as const }],
	])('%s on the claim sends nothing twice', async (_name, setting) => {
		const again = await doneBefore();
		const run = await runWorkflow(once, { ...again, nodeOverrides: { Claim: setting } });
		expect(run.json('Send')).toEqual([]);
	});

	it.each([
		['Continue', { onError: 'continueRegularOutput' as const }],
		['Continue (using error output)', { onError: 'continueErrorOutput' as const }],
		['Retry On Fail', { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 }],
	])('%s on a claim that cannot reach its ledger sends nothing', async (_name, setting) => {
		const nowhere = {
			releaseGateLedgerApi: {
				store: 'postgres',
				connection: 'fields',
				host: '127.0.0.1',
				port: 1,
				database: 'none',
				user: 'nobody',
				password: 'nothing',
				ssl: 'off',
				schema: 'release_gate',
			},
		};
		const run = await runWorkflow(once, {
			triggerItems: [{ id: 'a' }],
			credentials: nowhere,
			nodeOverrides: { Claim: setting },
		});
		expect(run.json('Send')).toEqual([]);
		expect(run.json('Claim', 1)).toEqual([]);
	});

	it('a claim that is switched off lets nothing through to the work', async () => {
		const run = await runWorkflow(once, {
			triggerItems: [{ id: 'a' }],
			nodeOverrides: { Claim: { disabled: true } },
		});
		expect(run.json('Send')).toEqual([]);
	});

	it('an end that is switched off leaves the key under way, never free', async () => {
		await runWorkflow(once, {
			triggerItems: [{ id: 'a' }],
			nodeOverrides: { Complete: { disabled: true } },
		});
		expect(await states()).toEqual(['a claimed']);
	});

	it('pinned data of a claim, used again, cannot be completed again', async () => {
		const first = await runWorkflow(once, { triggerItems: [{ id: 'a' }] });
		const pinned = { ...once, pinData: { Claim: first.items('Claim', 1) } };
		const run = await runWorkflow(pinned, { triggerItems: [{ id: 'a' }], mode: 'manual' });
		expect(
			run.json('Complete', 1).filter(({ releaseGate }) => (releaseGate as IDataObject).status === 'done'),
		).toEqual([]);
		expect(await states()).toEqual(['a done']);
	});
});

describe('where it stands', () => {
	it('in a sub-workflow that is called twice at once, as by an agent: one goes through', async () => {
		const tool = {
			...workflow({ Claim: claimKey(), Send: send, Complete: completeKey() }, [
				['Start', 'Claim'],
				['Claim', 'Send', 1],
				['Send', 'Complete'],
			]),
			id: 'tool',
		};
		const agent = workflow(
			{
				Call: {
					type: 'n8n-nodes-base.executeWorkflow',
					typeVersion: 1.2,
					parameters: { workflowId: { __rl: true, mode: 'id', value: 'tool' }, mode: 'each', options: {} },
				},
			},
			[['Start', 'Call']],
		);
		const run = () =>
			runWorkflow(agent, { triggerItems: [{ id: 'a' }, { id: 'a' }], subWorkflows: { tool } });
		const runs = await Promise.all([run(), run(), run()]);
		expect(runs.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
		expect(await states()).toEqual(['a done']);
		const events = await (await ledger()).events.list({ kinds: ['keys.claimed'], limit: 100 });
		expect(events).toHaveLength(1);
	});

	it('in a loop that brings the same key again: once, also within one run', async () => {
		const loop = workflow(
			{
				Loop: { type: 'n8n-nodes-base.splitInBatches', typeVersion: 3, parameters: { batchSize: 1 } },
				Claim: claimKey(),
				Send: send,
				Complete: completeKey(),
				Rest: { type: 'n8n-nodes-base.noOp' },
			},
			[
				['Start', 'Loop'],
				['Loop', 'Claim', 1],
				['Claim', 'Send', 1],
				['Claim', 'Rest', 0],
				['Claim', 'Rest', 2],
				['Send', 'Complete'],
				['Complete', 'Loop', 1],
				['Rest', 'Loop'],
			],
		);
		const run = await runWorkflow(loop, { triggerItems: [{ id: 'a' }, { id: 'a' }, { id: 'b' }] });
		expect(run.error).toBeUndefined();
		expect(run.json('Send')).toHaveLength(2);
		expect(await states()).toEqual(['a done', 'b done']);
	});

	it('before a node that makes several items of one: completed once', async () => {
		const split = workflow(
			{
				Claim: claimKey(),
				Split: {
					type: 'n8n-nodes-base.code',
					typeVersion: 2,
					parameters: {
						jsCode:
							'return $input.all().flatMap((_item, i) => [1, 2].map((part) => ({ json: { part }, pairedItem: { item: i } })))',
					},
				},
				Complete: completeKey(),
			},
			[
				['Start', 'Claim'],
				['Claim', 'Split', 1],
				['Split', 'Complete'],
			],
		);
		const run = await runWorkflow(split, { triggerItems: [{ id: 'a' }] });
		expect(run.json('Complete', 1)).toHaveLength(1);
		expect(reasons(run, 'Complete')).toEqual(['once-twice-in-batch']);
		expect(await states()).toEqual(['a done']);
	});

	it('before a node that makes one item of several: none is completed by guess', async () => {
		const joined = workflow(
			{
				Claim: claimKey(),
				Join: {
					type: 'n8n-nodes-base.code',
					typeVersion: 2,
					parameters: {
						jsCode:
							'return [{ json: { all: true }, pairedItem: $input.all().map((_item, i) => ({ item: i })) }]',
					},
				},
				Complete: completeKey(),
			},
			[
				['Start', 'Claim'],
				['Claim', 'Join', 1],
				['Join', 'Complete'],
			],
		);
		const run = await runWorkflow(joined, { triggerItems: [{ id: 'a' }, { id: 'b' }] });
		expect(reasons(run, 'Complete')).toEqual(['once-claim-ambiguous']);
		expect(await states()).toEqual(['a claimed', 'b claimed']);
	});
});
