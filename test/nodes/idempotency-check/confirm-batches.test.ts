import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { claim, commit, confirm, dueItems, fail, ledger, ownUserFolder, workflow } from '../kit/spine';

let home: ReturnType<typeof ownUserFolder>;
beforeEach(() => {
	home = ownUserFolder();
});
afterEach(async () => await home.remove());

const five = ['1', '2', '3', '4', '5'];
const inBatches = (perCall: unknown, message = "={{ { To: $json.id + '@example.com' } }}") => ({
	...confirm,
	typeVersion: 2,
	parameters: { operation: 'confirm', batches: true, perCall, message },
});
/** Stands for the request: one answer for each call, of which `answers` says what it holds. */
const request = (answers: string) => ({
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		jsCode: `const accepted = (message, at) => ({ ErrorCode: 0, Message: 'OK', To: message.To, MessageID: 'm-' + message.To, at });
return $input.all().map((item, i) => ({ json: { statusCode: 200, body: (${answers})(item.json.messages, accepted) }, pairedItem: { item: i } }));`,
	},
});
const ALL = '(messages, accepted) => messages.map(accepted)';
const spine = (confirmed: object, sent: object, ended: object = { ...commit, typeVersion: 2 }) =>
	workflow({ Claim: claim, Confirm: confirmed, Send: sent, End: ended }, [
		['Start', 'Claim'],
		['Claim', 'Confirm', 1],
		['Confirm', 'Send', 3],
		['Send', 'End'],
	]);
const recipientsOf = (items: readonly IDataObject[]): unknown[] =>
	items.map(({ delivery }) => (delivery as IDataObject)['recipient']);
const states = async () =>
	(await (await ledger()).deliveries.list({ limit: 10 }))
		.map(({ ref, state }) => `${ref.recipient} ${state}`)
		.sort();

describe('a confirmation in batches', () => {
	it('lets go one item for each call, also where the last holds one delivery, and each is committed', async () => {
		const run = await runWorkflow(spine(inBatches(2), request(ALL)), { triggerItems: await dueItems(five) });
		expect(run.error).toBeUndefined();
		expect(run.json('Confirm', 3).map(({ messages }) => (messages as unknown[]).length)).toEqual([2, 2, 1]);
		expect([run.json('Confirm', 0), run.json('Confirm', 1), run.json('End', 0)]).toEqual([[], [], []]);
		expect(recipientsOf(run.json('End', 1))).toEqual(five);
		expect(await states()).toEqual(five.map((id) => `${id} committed`));
	});

	it('lets them go one by one at 1', async () => {
		const run = await runWorkflow(spine(inBatches(1), request(ALL)), { triggerItems: await dueItems(five) });
		expect([run.json('Confirm', 1).length, run.json('Confirm', 3)]).toEqual([5, []]);
	});

	it('never makes a call larger than the provider takes', async () => {
		const long = `={{ { To: $json.id + '@example.com', TextBody: 'x'.repeat(20000000) } }}`;
		const run = await runWorkflow(spine(inBatches(9999, long), request(ALL)), {
			triggerItems: await dueItems(five),
		});
		expect(run.json('Confirm', 3).map(({ messages }) => (messages as unknown[]).length)).toEqual([2, 2, 1]);
	});

	it.each([
		['no object', "={{ $json.id === '2' ? [] : { To: 'a@example.com' } }}"],
		['nobody', "={{ $json.id === '2' ? {} : { To: 'a@example.com' } }}"],
		['several people', "={{ { To: $json.id === '2' ? 'a@example.com, b@example.com' : 'a@example.com' } }}"],
		['too much', "={{ { To: 'a@example.com', TextBody: $json.id === '2' ? 'x'.repeat(50000000) : '' } }}"],
	])('stops a message that is %s before anything is marked as begun', async (_what, message) => {
		const held = workflow({ Claim: claim, Confirm: inBatches(9, message) }, [
			['Start', 'Claim'],
			['Claim', 'Confirm', 1],
		]);
		const run = await runWorkflow(held, { triggerItems: await dueItems(['1', '2', '3']) });
		expect(run.json('Confirm', 0)).toMatchObject([
			{ delivery: { recipient: '2' }, releaseGate: { reason: 'message-unfit' } },
		]);
		expect(await states()).toEqual(['1 sending', '2 claimed', '3 sending']);
	});
});

describe('what ends a batch', () => {
	it('is told once: a second item of the same batch changes nothing', async () => {
		const twice = {
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: {
				jsCode: `return $input.all().flatMap((item, i) => [1, 2].map(() => ({ json: { body: item.json.messages.map((message) => ({ ErrorCode: 0, To: message.To, MessageID: 'm-' + message.To })) }, pairedItem: { item: i } })));`,
			},
		};
		const run = await runWorkflow(spine(inBatches(9), twice), { triggerItems: await dueItems(five) });
		expect(run.json('End', 1)).toHaveLength(5);
		expect(run.json('End', 0)).toMatchObject([{ releaseGate: { reason: 'duplicate-in-batch' } }]);
	});

	it.each([
		['turned round', 'messages.reverse()'],
		['all made the first', 'messages.map(() => messages[0])'],
	])('commits nobody by another’s message: messages %s on the way', async (_how, made) => {
		const edit = {
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: {
				jsCode: `return $input.all().map((item, i) => { const { messages } = item.json; return { json: { ...item.json, messages: ${made} }, pairedItem: { item: i } }; });`,
			},
		};
		const between = workflow(
			{
				Claim: claim,
				Confirm: inBatches(9),
				Edit: edit,
				Send: request(
					"(messages, accepted) => messages.map((message, at) => at === 0 ? { ErrorCode: 100, Message: 'Offline.' } : { ...accepted(message), MessageID: 'm-' + at })",
				),
				End: { ...commit, typeVersion: 2 },
			},
			[
				['Start', 'Claim'],
				['Claim', 'Confirm', 1],
				['Confirm', 'Edit', 3],
				['Edit', 'Send'],
				['Send', 'End'],
			],
		);
		const run = await runWorkflow(between, { triggerItems: await dueItems(['1', '2', '3', '4']) });
		expect(run.json('End', 1)).toEqual([]);
		expect(await states()).toEqual(['1', '2', '3', '4'].map((id) => `${id} in-doubt`));
	});

	it.each([
		['version 1 of Commit', { ...commit, typeVersion: 1 }],
		[
			'a provider that takes none',
			{ ...commit, typeVersion: 2, parameters: { operation: 'commit', provider: 'brevo' } },
		],
		['Fail', { ...fail, typeVersion: 2 }],
	])('is in doubt by %s, which reads no answer for each', async (_what, ended) => {
		await runWorkflow(spine(inBatches(9), request(ALL), ended), { triggerItems: await dueItems(five) });
		expect(await states()).toEqual(five.map((id) => `${id} in-doubt`));
	});

	it('changes nothing when it comes to a second commit', async () => {
		const items = await dueItems(five);
		const run = await runWorkflow(
			workflow(
				{
					Claim: claim,
					Confirm: inBatches(9),
					Send: request(ALL),
					End: { ...commit, typeVersion: 2 },
					Again: { ...commit, typeVersion: 2 },
				},
				[
					['Start', 'Claim'],
					['Claim', 'Confirm', 1],
					['Confirm', 'Send', 3],
					['Send', 'End'],
					['Send', 'Again'],
				],
			),
			{ triggerItems: items },
		);
		expect([run.json('End', 1).length, run.json('Again', 1).length]).toEqual([5, 5]);
		expect(await states()).toEqual(five.map((id) => `${id} committed`));
	});
});
