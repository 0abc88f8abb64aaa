import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { DeliveryCommit } from '../../../nodes/DeliveryCommit/DeliveryCommit.node';
import { IdempotencyCheck } from '../../../nodes/IdempotencyCheck/IdempotencyCheck.node';
import { draggedPath } from '../../../nodes/IdempotencyCheck/keys';
import { forEachEngine, runWorkflow, type WorkflowRun } from '../../../testbed/engine/n8n';
import { ledger, ownUserFolder, send, single, workflow } from '../kit/spine';
import { claimKey, completeKey, giveKeyBack, once, reasons } from './key-nodes';

/** A node that fails each item on its error output, as HTTP Request does. */
const failing = (error: object) => ({
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		jsCode: `return $input.all().map((item, i) => ({ json: { error: ${JSON.stringify(error)} }, pairedItem: { item: i } }))`,
	},
});
let home: ReturnType<typeof ownUserFolder>;
beforeEach(() => {
	home = ownUserFolder();
});
afterEach(async () => await home.remove());

const reports = (items: readonly IDataObject[]) =>
	items.map(({ releaseGate }) => releaseGate as { status: string; reason?: string; message?: string });
const statuses = (run: WorkflowRun, node: string, output: number) =>
	reports(run.json(node, output)).map(({ status }) => status);
/** A claim that nobody reports the end of, and whose lease is over. */
const cutOff = async (parameters: INodeParameters, items: IDataObject[]) => {
	await runWorkflow(single(claimKey({ ...parameters, leaseMinutes: 0.1 })), { triggerItems: items });
	const keys = await (await ledger()).keys.list({ scope: 'orders', limit: 10 });
	await (
		await ledger()
	).keys.giveBack(
		keys.map(({ key, token }) => ({ scope: 'orders', key, token, happened: 'unknown', reason: '' })),
		'test',
	);
};

describe('claim, do, complete', () => {
	it('does each key once, however often the workflow runs, and gives the first result again', async () => {
		const triggerItems = [{ id: 'a' }, { id: 'b' }];
		const first = await runWorkflow(once, { triggerItems });
		expect(first.error).toBeUndefined();
		expect(first.json('Claim', 1).map(({ keyClaim }) => keyClaim)).toMatchObject([
			{ scope: 'orders', key: 'a', token: expect.any(Number) },
			{ scope: 'orders', key: 'b', token: expect.any(Number) },
		]);
		expect(statuses(first, 'Complete', 1)).toEqual(['done', 'done']);
		const second = await runWorkflow(once, { triggerItems: [{ id: 'b' }, { id: 'c' }, { id: 'a' }] });
		expect(second.json('Send')).toHaveLength(1);
		expect(second.json('Claim', 2).map(({ id, firstResult }) => [id, firstResult])).toEqual([
			['b', { MessageID: 'm-1' }],
			['a', { MessageID: 'm-0' }],
		]);
		expect(second.items('Claim', 2).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		expect((await (await ledger()).events.verify()).status).toBe('intact');
	});

	it('lets one of many runs at once through, and holds the others while it is under way', async () => {
		const runs = await Promise.all(
			Array.from({ length: 20 }, () => runWorkflow(single(claimKey()), { triggerItems: [{ id: 'evt_1' }] })),
		);
		expect(runs.flatMap((run) => run.json('Node', 1))).toHaveLength(1);
		expect(runs.flatMap((run) => reasons(run, 'Node'))).toEqual(Array(19).fill('once-in-flight'));
		const [held] = runs.flatMap((run) => reports(run.json('Node', 0)));
		expect(held?.message).toContain('execution');
	});

	it('keeps scopes apart, and without a name each workflow has one of its own', async () => {
		const bare = single(claimKey({ scope: '' }));
		for (const id of ['one', 'two']) {
			const run = await runWorkflow({ ...bare, id }, { triggerItems: [{ id: 'a' }] });
			expect(run.json('Node', 1)).toMatchObject([{ keyClaim: { scope: id, key: 'a' } }]);
		}
		const named = await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] });
		expect(named.json('Node', 1)).toHaveLength(1);
	});
});

describe('a key', () => {
	const keysOf = async (key: string, items: IDataObject[], engine: 'legacy' | 'vm' = 'legacy') => {
		const run = await runWorkflow(single(claimKey({ key })), { triggerItems: items, engine });
		expect(run.error).toBeUndefined();
		return run.json('Node', 1).map(({ keyClaim }) => (keyClaim as { key: string }).key);
	};

	it('is one field or several, by name or by path', async () => {
		expect(await keysOf('body.id', [{ body: { id: 'x' } }])).toEqual(['x']);
		expect(await keysOf('shop, order', [{ shop: 'a:b', order: 7 }])).toEqual(['a%3Ab:7']);
	});

	forEachEngine('as an expression', (engine) => {
		it('is what the expression gives', async () => {
			expect(
				await keysOf('={{ $json.body.id }}', [{ body: { id: 'd1' } }, { body: { id: 5 } }], engine),
			).toEqual(['d1', '5']);
			expect(await keysOf('={{ "day-" + $json.day }}', [{ day: 1 }, { day: 2 }], engine)).toEqual([
				'day-1',
				'day-2',
			]);
		});
	});

	it.each([
		['={{ $json.body.id }}', ['body', 'id']],
		["={{ $json.body['my id'] }}", ['body', 'my id']],
		['={{$json["a"].b}}', ['a', 'b']],
		['={{ $json.lines[0].id }}', ['lines', '0', 'id']],
		['={{ $json.body.id + 1 }}', null],
		['={{ $json.body.id.trim() }}', null],
		['={{ $json }}', null],
		['={{ $json.a }}-{{ $json.b }}', null],
		['={{ $node.a.json.b }}', null],
	])('is read without the engine where an expression only points at a field: %s', (expression, path) => {
		expect(draggedPath(expression)).toEqual(path);
	});

	it('that is missing, unusable or there twice holds its item and no other', async () => {
		const run = await runWorkflow(single(claimKey()), {
			triggerItems: [
				{ id: 'a' },
				{},
				{ id: ' ' },
				{ id: { x: 1 } },
				{ id: 'b\u0000' },
				{ id: 'a' },
				{ id: 'c' },
			],
		});
		expect(run.json('Node', 1).map(({ id }) => id)).toEqual(['a', 'c']);
		expect(reasons(run, 'Node')).toEqual([
			'once-key-missing',
			'once-key-missing',
			'once-key-unusable',
			'once-key-unusable',
			'once-twice-in-batch',
		]);
	});

	it('that comes again with other content is held, unless nothing or another field is compared', async () => {
		const run = async (parameters: INodeParameters, item: IDataObject) => {
			const done = await runWorkflow(single(claimKey(parameters)), { triggerItems: [item] });
			return reasons(done, 'Node')[0];
		};
		const amount = (value: number, at: number) => ({ id: 'a', amount: value, at });
		await run({}, amount(1, 1));
		expect(await run({}, amount(2, 1))).toBe('once-other-content');
		expect(await run({}, amount(1, 1))).toBe('once-in-flight');
		expect(await run({ compare: 'off' }, amount(2, 2))).toBe('once-in-flight');
		const fields = { scope: 'fields', compare: 'fields', contentFields: 'amount' };
		await run(fields, amount(1, 1));
		expect(await run(fields, amount(1, 2))).toBe('once-in-flight');
		expect(await run(fields, amount(2, 2))).toBe('once-other-content');
	});

	it('of a webhook call compares the body, whatever the headers say', async () => {
		const call = (time: string, id: string) => ({
			headers: { 'x-time': time },
			params: {},
			query: {},
			body: { id: 'evt', object: id },
			webhookUrl: 'https://n8n.example/webhook/x',
			executionMode: 'production',
		});
		const node = single(claimKey({ key: 'body.id' }));
		await runWorkflow(node, { triggerItems: [call('1', 'a')] });
		expect(reasons(await runWorkflow(node, { triggerItems: [call('2', 'a')] }), 'Node')).toEqual([
			'once-in-flight',
		]);
		expect(reasons(await runWorkflow(node, { triggerItems: [call('2', 'b')] }), 'Node')).toEqual([
			'once-other-content',
		]);
	});
});

describe('a run that was cut off', () => {
	it('leaves its key in doubt: held by default, with who began it and how to settle it', async () => {
		await cutOff({}, [{ id: 'a' }]);
		const run = await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] });
		expect(run.json('Node', 0)).toMatchObject([
			{ keyClaim: { scope: 'orders', key: 'a' }, releaseGate: { reason: 'once-in-doubt' } },
		]);
	});

	it('is asked about on a branch of its own, which settles it', async () => {
		await cutOff({}, [{ id: 'a' }, { id: 'b' }]);
		const asking = workflow(
			{
				Claim: claimKey({ whenUnknown: 'ask' }),
				Complete: completeKey(),
				Back: giveKeyBack({ happened: 'no' }),
			},
			[
				['Start', 'Claim'],
				['Claim', 'Complete', 3],
			],
		);
		const asked = await runWorkflow(asking, { triggerItems: [{ id: 'a' }] });
		expect(statuses(asked, 'Claim', 3)).toEqual(['in doubt']);
		expect(statuses(asked, 'Complete', 1)).toEqual(['done']);
		const backing = workflow(
			{ Claim: claimKey({ whenUnknown: 'ask' }), Back: giveKeyBack({ happened: 'no' }) },
			[
				['Start', 'Claim'],
				['Claim', 'Back', 3],
			],
		);
		await runWorkflow(backing, { triggerItems: [{ id: 'b' }] });
		const after = await runWorkflow(once, { triggerItems: [{ id: 'a' }, { id: 'b' }] });
		expect(after.json('Claim', 2).map(({ id }) => id)).toEqual(['a']);
		expect(after.json('Claim', 1).map(({ id }) => id)).toEqual(['b']);
	});

	it('counts as done where the node is told so', async () => {
		await cutOff({}, [{ id: 'a' }]);
		const run = await runWorkflow(single(claimKey({ whenUnknown: 'done' })), { triggerItems: [{ id: 'a' }] });
		expect(run.json('Node', 2)).toMatchObject([{ firstResult: null, releaseGate: { assumed: true } }]);
	});

	it('is settled by name by somebody who found out', async () => {
		await cutOff({}, [{ id: 'a' }, { id: 'b' }]);
		const named = (key: string) => ({ which: 'named', namedScope: 'orders', namedKey: key });
		await runWorkflow(single(completeKey(named('a'))), { triggerItems: [{ invoice: 7 }] });
		await runWorkflow(single(giveKeyBack({ ...named('b'), happened: 'no' })), {});
		const missing = await runWorkflow(single(completeKey(named('nobody'))), {});
		expect(reasons(missing, 'Node')).toEqual(['once-unknown-key']);
		const again = await runWorkflow(single(completeKey(named('b'))), {});
		expect(reasons(again, 'Node')).toEqual(['once-not-in-doubt']);
		const after = await runWorkflow(once, { triggerItems: [{ id: 'a' }, { id: 'b' }] });
		expect(after.json('Claim', 2)).toMatchObject([{ id: 'a', firstResult: { invoice: 7 } }]);
		expect(after.json('Claim', 1).map(({ id }) => id)).toEqual(['b']);
	});
});

describe('a failure', () => {
	const failed = (error: object) =>
		workflow({ Claim: claimKey(), Call: failing(error), Back: giveKeyBack() }, [
			['Start', 'Claim'],
			['Claim', 'Call', 1],
			['Call', 'Back'],
		]);

	it.each([
		[{ httpCode: '422', message: 'refused' }, 'given back', 1],
		[{ code: 'ECONNREFUSED', syscall: 'connect' }, 'given back', 1],
		[{ httpCode: '500' }, 'in doubt', 0],
		[{ code: 'ETIMEDOUT' }, 'in doubt', 0],
		[{ message: 'something' }, 'in doubt', 0],
	])('%j is %s', async (error, status, free) => {
		const run = await runWorkflow(failed(error), { triggerItems: [{ id: 'a' }] });
		expect(statuses(run, 'Back', 1)).toEqual([status]);
		const next = await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] });
		expect(next.json('Node', 1)).toHaveLength(free);
	});
});

describe('complete and give back', () => {
	it('refuse what has no claim, was not granted, or lost it to another', async () => {
		const bare = await runWorkflow(single(completeKey()), { triggerItems: [{ id: 'a' }] });
		expect(reasons(bare, 'Node')).toEqual(['once-claim-missing']);
		const claim = { scope: 'orders', key: 'a' };
		const without = await runWorkflow(single(completeKey()), { triggerItems: [{ keyClaim: claim }] });
		expect(reasons(without, 'Node')).toEqual(['once-not-granted']);
		const [granted] = (await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] })).json(
			'Node',
			1,
		);
		await runWorkflow(single(giveKeyBack({ happened: 'no' })), { triggerItems: [granted!] });
		await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] });
		for (const node of [completeKey(), giveKeyBack()]) {
			const late = await runWorkflow(single(node), { triggerItems: [granted!] });
			expect(reasons(late, 'Node')).toEqual(['once-lease-lost']);
		}
	});

	it('keep what is named, refuse to keep too much, and are done all the same', async () => {
		const flow = (parameters: INodeParameters) =>
			workflow({ Claim: claimKey(), Complete: completeKey(parameters) }, [
				['Start', 'Claim'],
				['Claim', 'Complete', 1],
			]);
		const huge = 'ü'.repeat(40_000);
		const big = await runWorkflow(flow({}), { triggerItems: [{ id: 'a', huge }] });
		expect(reports(big.json('Complete', 1))).toMatchObject([
			{ status: 'done', reason: 'once-result-too-large' },
		]);
		await runWorkflow(flow({ keep: 'fields', resultFields: 'id, more.deep' }), {
			triggerItems: [{ id: 'b', huge, more: { deep: 1 } }],
		});
		await runWorkflow(flow({ keep: 'nothing' }), { triggerItems: [{ id: 'c' }] });
		const after = await runWorkflow(single(claimKey({ compare: 'off' })), {
			triggerItems: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
		});
		expect(after.json('Node', 2).map(({ firstResult }) => firstResult)).toEqual([
			null,
			{ id: 'b', 'more.deep': 1 },
			null,
		]);
	});

	it('find the claim over nodes that replace the item, also in loops', async () => {
		const loop = workflow(
			{
				Loop: { type: 'n8n-nodes-base.splitInBatches', typeVersion: 3, parameters: { batchSize: 2 } },
				Claim: claimKey(),
				Send: send,
				Complete: completeKey(),
			},
			[
				['Start', 'Loop'],
				['Loop', 'Claim', 1],
				['Claim', 'Send', 1],
				['Send', 'Complete'],
				['Complete', 'Loop', 1],
			],
		);
		const ids = ['1', '2', '3', '4', '5'];
		const run = await runWorkflow(loop, { triggerItems: ids.map((id) => ({ id })) });
		expect(run.error).toBeUndefined();
		expect(statuses(run, 'Complete', 1)).toEqual(Array(5).fill('done'));
		const records = await (await ledger()).keys.list({ scope: 'orders', limit: 10 });
		expect(records.map(({ key, state }) => `${key} ${state}`)).toEqual(ids.map((id) => `${id} done`));
	});

	it('take the claim of the scope they are told, where an item has two', async () => {
		const two = workflow(
			{
				Order: claimKey({ scope: 'order' }),
				Mail: claimKey({ scope: 'mail' }),
				Send: send,
				CompleteMail: completeKey(),
				CompleteOrder: completeKey({ scope: 'order' }),
			},
			[
				['Start', 'Order'],
				['Order', 'Mail', 1],
				['Mail', 'Send', 1],
				['Send', 'CompleteMail'],
				['CompleteMail', 'CompleteOrder', 1],
			],
		);
		const run = await runWorkflow(two, { triggerItems: [{ id: 'a' }] });
		expect(run.json('CompleteOrder', 1)).toMatchObject([{ keyClaim: { scope: 'order' } }]);
		for (const scope of ['order', 'mail'])
			expect(await (await ledger()).keys.list({ scope, limit: 1 })).toMatchObject([{ state: 'done' }]);
	});
});

describe('the nodes', () => {
	it('are no tools of an agent: what a tool returns is output 0, and a grant would be lost in it', () => {
		for (const node of [new IdempotencyCheck(), new DeliveryCommit()])
			expect(node.description.usableAsTool).toBeUndefined();
	});

	it('send every item to the harmless output when the ledger cannot be opened', async () => {
		process.env.EXECUTIONS_MODE = 'queue';
		try {
			const node = { ...claimKey(), onError: 'continueRegularOutput' };
			const run = await runWorkflow(single(node), { triggerItems: [{ id: 'a' }] });
			expect(reasons(run, 'Node')).toEqual(['ledger-queue-mode']);
			expect(run.json('Node', 1)).toEqual([]);
		} finally {
			delete process.env.EXECUTIONS_MODE;
		}
	});

	it('claims 10,000 keys in one run', async () => {
		const ids = Array.from({ length: 10_000 }, (_unused, index) => `evt-${10_000 - index}`);
		const run = await runWorkflow(single(claimKey()), { triggerItems: ids.map((id) => ({ id })) });
		expect(run.json('Node', 1).map(({ id }) => id)).toEqual(ids);
	});
});
