import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../../testbed/engine/n8n';
import {
	claim,
	commit,
	confirm,
	dueItems,
	ledger,
	ownUserFolder,
	send,
	settings,
	single,
	workflow,
} from '../kit/spine';
import { parseSpineSettings } from '../../../core/delivery/spine';

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

describe('a confirmation without a claim', () => {
	it('stops, and the ledger is told which deliveries came without one', async () => {
		const run = await runWorkflow(single(confirm), { triggerItems: await dueItems(['1', '2']) });
		expect(run.json('Node', 1)).toEqual([]);
		expect(run.json('Node', 0).map(({ releaseGate }) => (releaseGate as { reason: string }).reason)).toEqual([
			'token-missing',
			'token-missing',
		]);
		const books = await ledger();
		const [told, ...more] = await books.events.list({ kinds: ['deliveries.refused'], limit: 10 });
		expect(more).toEqual([]);
		expect(told?.data).toMatchObject({
			operation: 'confirm',
			space: 'live',
			deliveries: [
				['1', 0, 'not-claimed'],
				['2', 0, 'not-claimed'],
			],
		});
	});
});

describe('a rehearsal', () => {
	const five = ['1', '2', '3', '4', '5'];
	const standalone = {
		...claim,
		parameters: { ...claim.parameters, source: 'standalone', spine: 'content', recipientField: 'id' },
	};
	/** A spine as a beginner builds it: claim from a recipient field, confirm, send, commit. No gate, no source. */
	const spine = (typeVersion: number, rehearse: readonly (readonly [string, string, number])[] = []) =>
		workflow({ Claim: standalone, Confirm: { ...confirm, typeVersion }, Send: send, Commit: commit }, [
			['Start', 'Claim'],
			['Claim', 'Confirm', 1],
			['Confirm', 'Send', 1],
			['Send', 'Commit'],
			...rehearse,
		]);
	const configured = async (changes: Parameters<typeof settings>[0]) => {
		await (await ledger()).spines.configure(parseSpineSettings(settings(changes)), 'test');
	};
	const items = five.map((id) => ({ json: { id } }));

	it('never leaves at send: a new spine is a dry run, and mails nobody', async () => {
		await configured({ mode: 'dry-run' });
		const run = await runWorkflow(spine(2, [['Confirm', 'Commit', 2]]), { triggerItems: items });
		expect(run.error).toBeUndefined();
		expect(run.json('Confirm', 1)).toEqual([]);
		expect(run.json('Send')).toEqual([]);
		expect(run.json('Confirm', 2)).toHaveLength(5);
		expect(run.json('Commit', 1)).toHaveLength(5);
		expect(await (await ledger()).deliveries.list({ space: 'live', limit: 10 })).toEqual([]);
	});

	it('is stopped by version 1, which has no output for it, with the way to rehearse', async () => {
		await configured({ mode: 'dry-run' });
		const run = await runWorkflow(spine(1), { triggerItems: items });
		expect(run.json('Send')).toEqual([]);
		const stopped = run.json('Confirm', 0).map(({ releaseGate }) => releaseGate as Record<string, string>);
		expect(stopped.map(({ reason }) => reason)).toEqual(five.map(() => 'rehearsal-at-send'));
		expect(stopped[0]?.['remedy']).toContain('rehearse');
	});

	it.each([1, 2])(
		'leaves the live deliveries of version %i at send, test recipients not',
		async (version) => {
			await configured({ mode: 'live', testRecipients: ['2'] });
			const run = await runWorkflow(spine(version), { triggerItems: items });
			expect(run.json('Confirm', 1)).toHaveLength(4);
			expect(run.json('Send')).toHaveLength(4);
			expect(run.json('Confirm', version === 2 ? 2 : 0)).toHaveLength(1);
		},
	);
});
