import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { runWorkflow } from '../../../testbed/engine/n8n';
import {
	claim,
	confirm,
	dueItems,
	ledger,
	OWN,
	ownUserFolder,
	settings,
	single,
	workflow,
} from '../kit/spine';

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

const reasons = (items: { releaseGate?: unknown }[]) =>
	items.map(({ releaseGate }) => (releaseGate as { reason?: string } | undefined)?.reason);

describe('claim', () => {
	it('grants each delivery to one run, and holds what another holds', async () => {
		const triggerItems = await dueItems(['1', '2']);
		const runs = await Promise.all(
			Array.from({ length: 4 }, async () => await runWorkflow(single(claim), { triggerItems })),
		);
		expect(runs.flatMap((run) => run.json('Node', 1)).map(({ id }) => id)).toHaveLength(2);
		expect(new Set(runs.flatMap((run) => reasons(run.json('Node', 0))))).toEqual(new Set(['in-flight']));
		expect(runs.flatMap((run) => run.json('Node', 0))).toHaveLength(6);
	});

	it('holds an item that names a delivery of the same batch again', async () => {
		const [item] = await dueItems(['1']);
		const run = await runWorkflow(single(claim), { triggerItems: [item!, item!] });
		expect(run.json('Node', 1)).toHaveLength(1);
		expect(reasons(run.json('Node', 0))).toEqual(['duplicate-in-batch']);
		expect(run.items('Node', 0)[0]?.pairedItem).toEqual({ item: 1 });
	});

	it('claims 10,000 deliveries in one run', async () => {
		const recipients = Array.from({ length: 10_000 }, (_unused, index) => String(index + 1));
		const triggerItems = await dueItems(recipients);
		const run = await runWorkflow(single(claim), { triggerItems });
		expect(run.json('Node', 1).map(({ id }) => id)).toEqual(recipients);
	});
});

describe('claim from a recipient field', () => {
	const standalone = {
		...claim,
		parameters: { operation: 'claim', source: 'standalone', spine: 'content', recipientField: 'customer.id' },
	};

	it('registers and claims in the open slot, and holds bad recipients while the others go on', async () => {
		await dueItems([]);
		const triggerItems = [
			{ customer: { id: 5 }, name: 'a' },
			{ customer: { id: 'x'.repeat(10_240) } },
			{ customer: {} },
			{ customer: { id: 'bad\u0000id' } },
			{ customer: { id: '5' } },
			{ customer: { id: '6' } },
		];
		const run = await runWorkflow(single(standalone), { triggerItems });
		expect(run.error).toBeUndefined();
		expect(run.json('Node', 1).map(({ delivery }) => (delivery as { recipient: string }).recipient)).toEqual([
			'5',
			'6',
		]);
		expect(run.json('Node', 1)[0]?.contact).toEqual({ customer: { id: 5 }, name: 'a' });
		expect(reasons(run.json('Node', 0))).toEqual([
			'key-part-too-long',
			'field-missing',
			'key-part-invisible',
			'duplicate-in-batch',
		]);
		const held = run.json('Node', 0)[0]?.releaseGate as { remedy: string; message: string };
		expect(held.remedy).not.toBe('');
		expect(held.message.length).toBeLessThan(500);
	});

	it('keeps the first frozen input when a claim is repeated with other data', async () => {
		await dueItems([]);
		await runWorkflow(single(standalone), { triggerItems: [{ customer: { id: '5' }, text: 'first' }] });
		const [record] = await (await ledger()).deliveries.list({ spine: 'content', limit: 1, withInput: true });
		const token = record?.token ?? 0;
		await (
			await ledger()
		).deliveries.fail([
			{ ref: record!.ref, token, failureClass: 'generation', sent: 'no', retryable: true, reason: 'test' },
		]);
		const again = await runWorkflow(single(standalone), {
			triggerItems: [{ customer: { id: '5' }, text: 'second' }],
		});
		expect(again.json('Node', 1)[0]?.contact).toEqual({ customer: { id: '5' }, text: 'first' });
	});

	it('gives test recipients the key space of the dry run', async () => {
		await (
			await ledger()
		).spines.configure(
			(await import('../../../core/delivery/spine')).parseSpineSettings(settings({ testRecipients: ['5'] })),
			'test',
		);
		const run = await runWorkflow(single(standalone), {
			triggerItems: [{ customer: { id: '5' } }, { customer: { id: '6' } }],
		});
		expect(run.json('Node', 1).map(({ delivery }) => (delivery as { mode: string }).mode)).toEqual([
			'dry-run',
			'live',
		]);
	});
});

describe('what n8n sends to output 0', () => {
	const gone = {
		...claim,
		parameters: { operation: 'claim', source: 'standalone', spine: 'nobody', recipientField: 'id' },
	};
	const items = [{ id: '1' }, { id: '2' }];

	const after = (node: object, change: Partial<INode>) =>
		workflow(
			{
				Node: { ...node, ...change },
				Deliver: { type: 'n8n-nodes-base.noOp' },
				Held: { type: 'n8n-nodes-base.noOp' },
			},
			[
				['Start', 'Node'],
				['Node', 'Held', 0],
				['Node', 'Deliver', 1],
			],
		);

	it('is an error with the item, the reason and the remedy, when the spine is unknown', async () => {
		const run = await runWorkflow(after(gone, {}), { triggerItems: items });
		expect(run.error?.message).toContain("no spine named 'nobody'");
		expect(run.error?.description).toContain('Configure');
		expect(run.json('Deliver')).toEqual([]);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'is held with the reason and no field error, with %s',
		async (onError) => {
			const run = await runWorkflow(after(gone, { onError }), { triggerItems: items });
			expect(run.error).toBeUndefined();
			expect(run.json('Deliver')).toEqual([]);
			expect(reasons(run.json('Held'))).toEqual(['ledger-spine-unknown', 'ledger-spine-unknown']);
			expect(run.json('Held').some((json) => 'error' in json)).toBe(false);
			expect(run.json('Node', 3)).toEqual([]);
		},
	);

	it('does not run again with Retry On Fail because an item came from an error output', async () => {
		const run = await runWorkflow(after(claim, { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 }), {
			triggerItems: [{ error: { message: 'upstream' } }],
		});
		expect(run.runData.Node).toHaveLength(1);
		expect(run.json('Held')).toMatchObject([
			{ failure: { message: 'upstream' }, releaseGate: { reason: 'envelope-missing' } },
		]);
	});

	it('delivers nothing when the node is disabled', async () => {
		const due = await dueItems(['1']);
		const run = await runWorkflow(after(claim, { disabled: true }), { triggerItems: due });
		expect(run.json('Deliver')).toEqual([]);
		expect(run.json('Held')).toHaveLength(1);
	});

	it('adds an empty item to held, not to deliver, with Always Output Data', async () => {
		const due = await dueItems(['1']);
		const run = await runWorkflow(after(claim, { alwaysOutputData: true }), { triggerItems: due });
		expect(run.json('Deliver')).toHaveLength(1);
		expect(run.json('Held')).toEqual([{}]);
	});

	it('is held, not thrown, when the ledger cannot be opened and the node continues', async () => {
		writeFileSync(join(home.folder, 'file'), '');
		const broken = { store: 'sqlite', file: join(home.folder, 'file', 'ledger.sqlite') };
		const node = { ...claim, onError: 'continueRegularOutput' };
		const run = await runWorkflow(after(node, {}), {
			triggerItems: items,
			credentials: { releaseGateLedgerApi: broken },
		});
		expect(run.error).toBeUndefined();
		expect(reasons(run.json('Held'))).toEqual(['ledger-no-rights', 'ledger-no-rights']);
		const stops = await runWorkflow(after(claim, {}), {
			triggerItems: items,
			credentials: { releaseGateLedgerApi: broken },
		});
		expect(stops.error?.message).toContain('ledger.sqlite');
		expect(stops.json('Held')).toEqual([]);
	});

	it('refuses SQLite in queue mode, with the reason', async () => {
		process.env.EXECUTIONS_MODE = 'queue';
		try {
			const run = await runWorkflow(after(claim, {}), { triggerItems: items });
			expect(run.error?.message).toMatch(/queue/i);
		} finally {
			delete process.env.EXECUTIONS_MODE;
		}
	});
});

describe('the panel', () => {
	it.each([
		['claim', 1, ['held', 'deliver', 'already delivered']],
		['confirm', 1, ['stop', 'send']],
		['claim', 2, ['held', 'deliver', 'already delivered']],
		['confirm', 2, ['stop', 'send', 'rehearse']],
	] as const)('shows the outputs of %s in version %d', async (operation, version, names) => {
		const { IdempotencyCheck } = await import('../../../nodes/IdempotencyCheck/IdempotencyCheck.node');
		const { outputs } = new IdempotencyCheck().description;
		const expression = (outputs as string).replace(/^=\{\{|\}\}$/g, '');
		const evaluate = new Function('$parameter', '$nodeVersion', `return ${expression}`) as (
			p: object,
			version: number,
		) => { displayName: string }[];
		expect(evaluate({ operation }, version).map(({ displayName }) => displayName)).toEqual(names);
		expect(`${OWN}.${new IdempotencyCheck().description.name}`).toBe(confirm.type);
	});
});
