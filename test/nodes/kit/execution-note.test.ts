import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { countedReasons, outcomeSentence } from '../../../core/delivery/outcome-words';
import { runWorkflow } from '../../../testbed/engine/n8n';
import {
	claim,
	commit,
	confirm,
	dueItems,
	fail,
	ledger,
	OWN,
	ownUserFolder,
	send,
	single,
	workflow,
} from './spine';

let home: ReturnType<typeof ownUserFolder>;
beforeEach(() => {
	home = ownUserFolder();
});
afterEach(async () => await home.remove());

/** Sends the recipient `b` one way and everybody else the other. */
const pick = {
	type: 'n8n-nodes-base.if',
	typeVersion: 2.2,
	parameters: {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
			conditions: [
				{
					id: 'b',
					leftValue: '={{ $json.delivery.recipient }}',
					rightValue: 'b',
					operator: { type: 'string', operation: 'equals' },
				},
			],
			combinator: 'and',
		},
		options: {},
	},
};

const sends = workflow({ Claim: claim, Confirm: confirm, Send: send, Commit: commit }, [
	['Start', 'Claim'],
	['Claim', 'Confirm', 1],
	['Confirm', 'Send', 1],
	['Send', 'Commit'],
]);
const fails = (own: Parameters<typeof workflow>[0][string] = fail) =>
	workflow({ Claim: claim, Fail: own }, [
		['Start', 'Claim'],
		['Claim', 'Fail', 1],
	]);

describe('an execution', () => {
	it('says below its nodes what came of the run, and carries spine, slot and counts', async () => {
		const items = await dueItems(['a', 'b', 'c']);
		const run = await runWorkflow(sends, { triggerItems: items });
		expect(run.error).toBeUndefined();
		const said = run.hints.filter(({ node }) => node === 'Commit').map(({ message }) => message);
		expect(said).toContain('3 sent.');
		expect(run.run.data.resultData.metadata).toMatchObject({ spine: 'content', sent: '3' });
		expect(run.run.data.resultData.metadata).not.toHaveProperty('refused');
	});

	it('is found by the sentence of its hints, added up over its nodes', async () => {
		const items = await dueItems(['a', 'b', 'c', 'd']);
		const both = workflow(
			{ Claim: claim, Pick: pick, Confirm: confirm, Send: send, Commit: commit, Fail: fail },
			[
				['Start', 'Claim'],
				['Claim', 'Pick', 1],
				['Pick', 'Fail'],
				['Pick', 'Confirm', 1],
				['Confirm', 'Send', 1],
				['Send', 'Commit'],
			],
		);
		const run = await runWorkflow(both, { triggerItems: items });
		expect(run.error).toBeUndefined();
		const { metadata } = run.run.data.resultData;
		expect(metadata?.outcome).toMatch(/^3 sent, 1 failed: .+ \(1\)\.$/);
		expect(metadata).toMatchObject({ spine: 'content', sent: '3', failed: '1' });
		expect(Object.keys(metadata ?? {}).length).toBeLessThanOrEqual(10);
	});

	it('names no address in what it is found by', async () => {
		const items = await dueItems(['a']);
		const run = await runWorkflow(
			fails({ ...fail, parameters: { ...fail.parameters, reason: 'No box ada@example.com' } }),
			{ triggerItems: items },
		);
		expect(run.run.data.resultData.metadata?.outcome).toBe('1 failed: No box ad…@… (1).');
	});

	it('gives the span of each of its nodes the same as attributes, for OpenTelemetry', async () => {
		const items = await dueItems(['a', 'b', 'c']);
		const run = await runWorkflow(sends, { triggerItems: items });
		expect(run.runData.Commit?.[0]?.metadata?.tracing).toMatchObject({
			'release_gate.spine': 'content',
			'release_gate.sent': 3,
			'release_gate.refused': 0,
		});
	});

	it('says why deliveries failed', async () => {
		const items = await dueItems(['a', 'b']);
		const run = await runWorkflow(fails(), { triggerItems: items });
		const said = run.hints.filter(({ node }) => node === 'Fail').map(({ message }) => message);
		expect(said.some((message) => message.startsWith('2 failed: '))).toBe(true);
		expect(run.run.data.resultData.metadata).toMatchObject({ failed: '2' });
		expect(run.run.data.resultData.metadata?.outcome).toMatch(/^2 failed: .+ \(2\)\.$/);
	});

	it('says why recipients are held when they are registered', async () => {
		await dueItems([], { properties: { critical: ['topic'] } });
		const due = {
			type: `${OWN}.dueDeliveries`,
			parameters: { spine: 'content', contacts: 'items', idField: 'id', propertiesField: 'properties' },
		};
		const run = await runWorkflow(single(due), {
			triggerItems: [1, 2, 3].map((id) => ({
				json: {
					id: String(id),
					properties: { cc_delivery_status: 'active', topic: id === 3 ? 'boats' : '' },
				},
			})),
		});
		expect(run.error).toBeUndefined();
		expect(run.hints.map(({ message }) => message).join(' ')).toMatch(
			/1 handed out - 1 registered now, 2 held: The critical property topic is missing \(2\)\./,
		);
		expect(run.run.data.resultData.metadata).toMatchObject({ spine: 'content', handed_out: '1', held: '2' });
		expect((await ledger()).desk).toBeDefined();
	});
});

describe('a sentence', () => {
	it('counts reasons, the most frequent first, and names the rest together', () => {
		expect(countedReasons(['a.', 'b', 'a', 'c', 'd', 'e', 'f'])).toBe(
			'a (2), b (1), c (1), d (1), other reasons (2)',
		);
		expect(
			outcomeSentence([
				{ word: 'sent', count: 690 },
				{ word: 'held', count: 3, reasons: ['no topic', 'no topic', 'opted out'] },
				{ word: 'failed', count: 0 },
			]),
		).toBe('690 sent, 3 held: no topic (2), opted out (1).');
		expect(outcomeSentence([])).toBe('');
	});
});
