import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../testbed/engine/n8n';
import { dueItems, ledger, ownUserFolder } from '../nodes/kit/spine';
import { readTemplate } from './template';

let home: ReturnType<typeof ownUserFolder>;
beforeEach(async () => {
	home = ownUserFolder();
	await dueItems([], { spine: 'content-delivery', inDoubt: 'wait-for-a-person' });
});
afterEach(async () => await home.remove());

const manual = { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
const noOp = { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };

describe('desk.json', () => {
	const asked = (query: object, start = 'Receive Request') =>
		runWorkflow(readTemplate('desk.json') as never, {
			triggerItems: [{ json: { query, headers: {}, body: {} } as never }],
			startNode: start,
			nodeOverrides: {
				[start]: manual,
				'Show Page': noOp,
				'Show What Is Wrong': noOp,
				'Show Metrics': noOp,
				'Show What Failed': noOp,
			},
		});

	it('answers with the page, and with what was searched for', async () => {
		const run = await asked({ q: 'somebody' });
		expect(run.error).toBeUndefined();
		const page = run.json('Show Page')[0]?.page;
		expect(page).toContain('<h1>Desk</h1>');
		expect(page).toContain('value="somebody"');
	});

	it('answers with the figures', async () => {
		const run = await asked({}, 'Receive Scrape');
		expect(run.error).toBeUndefined();
		expect(run.json('Show Metrics')[0]?.metrics).toContain('release_gate_spine_state');
	});

	it('says what is wrong instead of showing nothing', async () => {
		const run = await runWorkflow(readTemplate('desk.json') as never, {
			startNode: 'Receive Request',
			triggerItems: [{ json: { query: {} } as never }],
			credentials: { releaseGateLedgerApi: { store: 'sqlite', file: '/proc/nowhere/ledger.sqlite' } },
			nodeOverrides: { 'Receive Request': manual, 'Show Page': noOp, 'Show What Is Wrong': noOp },
		});
		expect(run.json('Show Page')).toEqual([]);
		expect(run.json('Show What Is Wrong')[0]?.releaseGate).toMatchObject({ reason: 'ledger-no-rights' });
	});
});

/** *Set Config* with these operators, as somebody edited it. */
const config = (operators: unknown) => ({
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		mode: 'raw',
		jsonOutput: JSON.stringify({ operators }),
		includeOtherFields: true,
		options: {},
	},
});

const requestItem = (action: string, more: object = {}) => ({
	json: {
		action,
		spine: 'content-delivery',
		reason: 'we look at it',
		user: { id: 'u1', email: 'lead@example.com', firstName: 'Lea', lastName: 'Lead' },
		...more,
	},
});

describe('act-on-a-spine.json', () => {
	const sent = async (request: object, page: object = {}, operators?: unknown) =>
		await runWorkflow(readTemplate('act-on-a-spine.json') as never, {
			triggerItems: [request as never],
			nodeOverrides: {
				'Receive Request': manual,
				...(operators === undefined ? {} : { 'Set Config': config(operators) }),
				...Object.fromEntries(
					[
						'Show Refusal',
						'Show Switch',
						'Show Unsettled',
						'Show Settled',
						'Show Nothing Done',
						'Show Erased',
						'Show Unerased',
						'Show What Is Wrong',
					].map((name) => [name, noOp]),
				),
				...Object.fromEntries(
					['Ask What Was Found', 'Ask to Confirm'].map((name) => [
						name,
						{
							type: 'n8n-nodes-base.code',
							typeVersion: 2,
							parameters: { jsCode: `return [{ json: ${JSON.stringify(page)} }];` },
						},
					]),
				),
			},
		});

	it('pauses and resumes with the name of who asked, and lets in nobody else', async () => {
		const books = await ledger();
		const run = await sent(requestItem('Pause'));
		expect(run.error).toBeUndefined();
		expect(run.json('Show Switch')).toHaveLength(1);
		expect(await books.spines.get('content-delivery')).toMatchObject({
			paused: true,
			pauseReason: 'we look at it (Lea Lead)',
		});
		const stranger = await sent(requestItem('Resume', { user: { id: 'u2', email: 'stranger@example.com' } }));
		expect(stranger.json('Show Refusal')[0]?.refused).toContain(
			'stranger@example.com is not among the operators',
		);
		expect((await books.spines.get('content-delivery'))?.paused).toBe(true);
		await sent(requestItem('Resume'));
		expect((await books.spines.get('content-delivery'))?.paused).toBe(false);
	});

	it.each([
		['an empty list', []],
		['a list of nothing', ['', ' ']],
		['a text in which the address stands', 'lead@example.com, engineer@example.com'],
		['nothing', null],
	])('lets in nobody with %s of operators, and says what to write', async (_, operators) => {
		const run = await sent(requestItem('Pause'), {}, operators);
		expect(run.error).toBeUndefined();
		expect(run.json('Show Refusal')[0]?.refused).toContain('Nobody may act yet');
		expect((await (await ledger()).spines.get('content-delivery'))?.paused).toBe(false);
	});

	it('lets in whoever is named in other letters, and nobody without an account', async () => {
		await sent(requestItem('Pause'), {}, ['LEAD@Example.com ']);
		expect((await (await ledger()).spines.get('content-delivery'))?.paused).toBe(true);
		const nobody = await sent(requestItem('Resume', { user: undefined }), {}, ['lead@example.com', '']);
		expect(nobody.json('Show Refusal')).toHaveLength(1);
		expect((await (await ledger()).spines.get('content-delivery'))?.paused).toBe(true);
	});

	it('says what is wrong with a spine that is not there', async () => {
		const run = await sent(requestItem('Pause', { spine: 'nowhere' }));
		expect(run.json('Show What Is Wrong')).toHaveLength(1);
	});

	it('settles what a person found, and leaves in doubt what nobody can tell', async () => {
		const books = await ledger();
		const now = Date.now();
		const ref = { spine: 'content-delivery', space: 'live' as const, slot: '2026-11-20', recipient: 'a:1' };
		await books.deliveries.register([
			{ ref, opensAt: now - 60_000, closesAt: now + 3_600_000, cadenceIndex: 0, input: {} },
		]);
		const [claim] = await books.deliveries.claim([{ ref }], 'run');
		const token = claim?.status === 'granted' ? claim.token : 0;
		await books.deliveries.confirm([{ ref, token }]);
		await books.deliveries.fail([
			{ ref, token, failureClass: 'send', sent: 'unknown', retryable: false, reason: 'no answer' },
		]);
		const page = { recipient: 'a:1', slot: '2026-11-20' };
		const unsure = await sent(requestItem('Settle'), { ...page, found: 'I cannot tell' });
		expect(unsure.json('Show Unsettled')).toHaveLength(1);
		expect((await books.deliveries.get([ref]))[0]?.state).toBe('in-doubt');
		const sure = await sent(requestItem('Settle'), { ...page, found: 'The provider has it: it was sent' });
		expect(sure.error).toBeUndefined();
		expect((await books.deliveries.get([ref]))[0]?.state).toBe('committed');
	});

	it('erases a person only after a yes', async () => {
		const books = await ledger();
		const now = Date.now();
		const ref = { spine: 'content-delivery', space: 'live' as const, slot: '2026-11-20', recipient: '77' };
		await books.deliveries.register([
			{ ref, opensAt: now - 60_000, closesAt: now + 3_600_000, cadenceIndex: 0, input: {} },
		]);
		const no = await sent(requestItem('Erase'), { recipient: '77', confirm: 'No, leave it as it is' });
		expect(no.json('Show Nothing Done')).toHaveLength(1);
		expect((await books.deliveries.get([ref]))[0]).not.toBeNull();
		const yes = await sent(requestItem('Erase'), { recipient: '77', confirm: 'Yes, erase for good' });
		expect(yes.error).toBeUndefined();
		expect(yes.json('Show Erased')).toHaveLength(1);
		expect((await books.deliveries.get([ref]))[0]).toBeNull();
	});
});
