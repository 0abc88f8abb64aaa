/** Attacks on Claim Key through the settings of n8n and the place in the workflow. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject, INodeExecutionData, INodeType } from 'n8n-workflow';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { ledger, ownUserFolder, send, workflow } from '../kit/spine';
import { claimKey, completeKey, giveKeyBack, once, reasons, states } from './key-nodes';

let home: ReturnType<typeof ownUserFolder>;
beforeEach(() => {
	home = ownUserFolder();
});
afterEach(async () => await home.remove());

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

describe('Retry of a failed execution, which n8n begins at the node that failed', () => {
	/** Does its deed and then fails, the first time. */
	const deeds: string[] = [];
	const act: INodeType = {
		description: {
			displayName: 'Deed',
			name: 'deed',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Deed' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [],
		},
		async execute(): Promise<INodeExecutionData[][]> {
			const items = this.getInputData();
			deeds.push(...items.map(({ json }) => json.id as string));
			if (deeds.length > 1) return [items];
			const error = { code: 'ECONNRESET', message: 'socket hang up' };
			if (this.continueOnFail())
				return [items.map((_item, item) => ({ json: { error }, pairedItem: { item } }))];
			throw Object.assign(new Error(error.message), error);
		},
	};
	const flow = (more: object) =>
		workflow(
			{ Claim: claimKey(), Deed: { type: 'x.deed', ...more }, Complete: completeKey(), Back: giveKeyBack() },
			[
				['Start', 'Claim'],
				['Claim', 'Deed', 1],
				['Deed', 'Complete', 0],
				['Deed', 'Back', 1],
			],
		);
	const options = { triggerItems: [{ id: 'a' }], nodeTypes: { 'x.deed': act } };
	beforeEach(() => {
		deeds.length = 0;
	});

	it('finds nothing to begin at where the error output leads to Give Key Back', async () => {
		const mended = flow({ onError: 'continueErrorOutput' });
		const run = await runWorkflow(mended, options);
		expect(run.error).toBeUndefined();
		expect(await states()).toEqual(['a in-doubt']);
		await runWorkflow(mended, options);
		expect(deeds).toEqual(['a']);
	});

	it('does it again where the node stops the workflow: no claim stands before it (the guide says so)', async () => {
		const run = await runWorkflow(flow({}), options);
		expect(run.error?.message).toContain('socket hang up');
		const { data } = run.run;
		delete data.resultData.error;
		data.resultData.runData.Deed?.pop();
		await runWorkflow(flow({}), { ...options, resume: data });
		expect(deeds).toEqual(['a', 'a']);
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
