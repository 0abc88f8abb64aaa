import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { claim, commit, confirm, dueItems, fail, ledger, ownUserFolder, send, workflow } from '../kit/spine';

const spine = workflow({ Claim: claim, Confirm: confirm, Send: send, Commit: commit, Fail: fail }, [
	['Start', 'Claim'],
	['Claim', 'Confirm', 1],
	['Confirm', 'Send', 1],
	['Send', 'Commit'],
]);

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

describe('claim, confirm, send, commit', () => {
	it('sends each delivery once, however often the workflow runs', async () => {
		const triggerItems = await dueItems(['1', '2', '3']);
		const first = await runWorkflow(spine, { triggerItems });
		expect(first.error).toBeUndefined();
		expect(first.json('Send')).toHaveLength(3);
		expect(first.json('Commit', 1).map(({ releaseGate }) => releaseGate)).toMatchObject([
			{ status: 'committed' },
			{ status: 'committed' },
			{ status: 'committed' },
		]);
		const second = await runWorkflow(spine, { triggerItems });
		expect(second.json('Send')).toHaveLength(0);
		expect(second.json('Claim', 2)).toHaveLength(3);
		const committed = await (await ledger()).deliveries.list({ states: ['committed'], limit: 10 });
		expect(committed.map(({ providerMessageId }) => providerMessageId)).toEqual(['m-0', 'm-1', 'm-2']);
		expect(await (await ledger()).outbox.backlog('hubspot:contacts')).toMatchObject({ waiting: 3 });
		expect((await (await ledger()).events.verify()).status).toBe('intact');
	});

	it('gives the frozen input, a token and the key of the email to the work', async () => {
		const [item] = await dueItems(['7']);
		const run = await runWorkflow(spine, {
			triggerItems: [{ json: { ...item?.json, properties: { email: 'changed@example.com' } } }],
		});
		const [claimed] = run.json('Claim', 1);
		expect(claimed?.contact).toEqual({ id: '7', properties: { email: '7@example.com' } });
		expect(claimed?.delivery).toMatchObject({
			token: 1,
			idempotencyKey: expect.stringMatching(/^rg-[0-9a-f]{64}$/),
		});
		expect(run.items('Claim', 1)[0]?.pairedItem).toEqual({ item: 0 });
	});

	it('stops at the last look when the spine is paused after the claim', async () => {
		const triggerItems = await dueItems(['1', '2']);
		const claimed = await runWorkflow(workflow({ Claim: claim }, [['Start', 'Claim']]), { triggerItems });
		await (await ledger()).spines.pause('content', 'looks wrong', 'test');
		const rest = workflow({ Confirm: confirm, Send: send }, [
			['Start', 'Confirm'],
			['Confirm', 'Send', 1],
		]);
		const run = await runWorkflow(rest, { triggerItems: claimed.items('Claim', 1) });
		expect(run.json('Send')).toHaveLength(0);
		expect(run.json('Confirm')).toMatchObject([
			{ releaseGate: { status: 'stopped', reason: 'paused' } },
			{ releaseGate: { status: 'stopped', reason: 'paused' } },
		]);
	});

	it('refuses to commit what has no token, no message id, or a token that passed to another', async () => {
		const [bare, ...items] = await dueItems(['1', '2']);
		const claimed = await runWorkflow(
			workflow({ Claim: claim, Confirm: confirm }, [
				['Start', 'Claim'],
				['Claim', 'Confirm', 1],
			]),
			{ triggerItems: items },
		);
		const [confirmed] = claimed.json('Confirm', 1);
		const delivery = confirmed?.delivery as Record<string, unknown>;
		const run = await runWorkflow(workflow({ Commit: commit }, [['Start', 'Commit']]), {
			triggerItems: [
				{ json: { ...bare?.json, MessageID: 'x' } },
				{ json: { delivery } as never },
				{ json: { MessageID: 'x' } },
			],
		});
		expect(run.json('Commit', 1)).toEqual([]);
		expect(run.json('Commit').map(({ releaseGate }) => (releaseGate as { reason: string }).reason)).toEqual([
			'token-missing',
			'field-missing',
			'envelope-missing',
		]);
		const unclaimed = await runWorkflow(workflow({ Commit: commit }, [['Start', 'Commit']]), {
			triggerItems: [{ json: { delivery: { ...delivery, token: 99 }, MessageID: 'x' } as never }],
		});
		expect(unclaimed.json('Commit', 1)).toEqual([]);
		expect(unclaimed.json('Commit')[0]?.releaseGate).toMatchObject({
			status: 'refused',
			reason: 'lease-lost',
		});
	});

	it('shows in a dry run what would be written, and leaves the outbox alone', async () => {
		const triggerItems = await dueItems(['1'], { mode: 'dry-run', dryRun: 'rehearsal' });
		const rehearsal = workflow({ Claim: claim, Confirm: { ...confirm, typeVersion: 2 }, Commit: commit }, [
			['Start', 'Claim'],
			['Claim', 'Confirm', 1],
			['Confirm', 'Commit', 2],
		]);
		const run = await runWorkflow(rehearsal, { triggerItems });
		expect(run.json('Commit', 1)[0]?.releaseGate).toMatchObject({
			status: 'committed',
			wouldWrite: [{ target: 'hubspot:contacts', objectId: '1' }],
		});
		expect(await (await ledger()).outbox.take('hubspot:contacts', 10, 1000)).toEqual([]);
		expect(await (await ledger()).outbox.backlog('hubspot:contacts')).toMatchObject({ waiting: 0 });
	});
});

describe('fail', () => {
	const failing = (message: object) => ({
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: {
			jsCode: `return $input.all().map((item, i) => ({ json: ${JSON.stringify({ error: message })}, pairedItem: { item: i } }))`,
		},
	});

	it('counts a failure after the confirmation as one of the send, even when told otherwise', async () => {
		const triggerItems = await dueItems(['1']);
		const run = await runWorkflow(
			workflow(
				{
					Claim: claim,
					Confirm: confirm,
					Send: failing({ message: 'socket hang up', code: 'ECONNRESET' }),
					Fail: { ...fail, parameters: { operation: 'fail', stage: 'generation' } },
				},
				[
					['Start', 'Claim'],
					['Claim', 'Confirm', 1],
					['Confirm', 'Send', 1],
					['Send', 'Fail'],
				],
			),
			{ triggerItems },
		);
		const [failed] = run.json('Fail', 1);
		expect(failed?.releaseGate).toMatchObject({ status: 'in-doubt', stage: 'send' });
		expect(failed).not.toHaveProperty('error');
		expect(failed?.failure).toMatchObject({ code: 'ECONNRESET' });
	});

	it('lets a generation that failed be claimed again in its slot', async () => {
		const triggerItems = await dueItems(['1']);
		const generate = workflow({ Claim: claim, Generate: failing({ message: '503 - "busy"' }), Fail: fail }, [
			['Start', 'Claim'],
			['Claim', 'Generate', 1],
			['Generate', 'Fail'],
		]);
		const run = await runWorkflow(generate, { triggerItems });
		expect(run.json('Fail', 1)[0]?.releaseGate).toMatchObject({
			status: 'failed',
			stage: 'generation',
			willReplay: true,
		});
		const again = await runWorkflow(spine, { triggerItems });
		expect(again.json('Commit', 1)).toHaveLength(1);
	});
});
