import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { countedReasons, outcomeSentence } from '../../../nodes/kit/execution-note';
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

describe('an execution', () => {
	it('says below its nodes what came of the run, and carries spine, slot and counts', async () => {
		const items = await dueItems(['a', 'b', 'c']);
		const run = await runWorkflow(
			workflow({ Claim: claim, Confirm: confirm, Send: send, Commit: commit }, [
				['Start', 'Claim'],
				['Claim', 'Confirm', 1],
				['Confirm', 'Send', 1],
				['Send', 'Commit'],
			]),
			{ triggerItems: items },
		);
		expect(run.error).toBeUndefined();
		const said = run.hints.filter(({ node }) => node === 'Commit').map(({ message }) => message);
		expect(said).toContain('3 sent.');
		expect(run.run.data.resultData.metadata).toMatchObject({ spine: 'content', sent: '3' });
		expect(run.run.data.resultData.metadata).not.toHaveProperty('refused');
	});

	it('says why deliveries failed', async () => {
		const items = await dueItems(['a', 'b']);
		const run = await runWorkflow(
			workflow({ Claim: claim, Fail: fail }, [
				['Start', 'Claim'],
				['Claim', 'Fail', 1],
			]),
			{ triggerItems: items },
		);
		const said = run.hints.filter(({ node }) => node === 'Fail').map(({ message }) => message);
		expect(said.some((message) => message.startsWith('2 failed: '))).toBe(true);
		expect(run.run.data.resultData.metadata).toMatchObject({ failed: '2' });
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
			outcomeSentence('sent', 690, [{ word: 'held', reasons: ['no topic', 'no topic', 'opted out'] }]),
		).toBe('690 sent, 3 held: no topic (2), opted out (1).');
		expect(outcomeSentence('sent', 0, [])).toBe('');
	});
});
