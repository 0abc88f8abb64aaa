import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { IDataObject } from 'n8n-workflow';
import type { Envelope } from '../../core/delivery/types';
import { closeLedgers } from '../../nodes/kit/ledger';
import { runWorkflow, type RunOptions, type WorkflowRun } from '../../testbed/engine/n8n';
import { gathers, leave } from '../../testbed/tried';
import {
	claim,
	commit,
	confirm,
	dueItems,
	ledger,
	OWN,
	ownUserFolder,
	send,
	single,
	workflow,
} from '../nodes/kit/spine';
import { createSpineFixture, SPINE, type SpineFixture } from '../workflows/fixture';
import { badInputPage, shownError, shownOnItems, shownWarnings, type Told } from './bad-input/tell';

const page = join(__dirname, '../../docs/reference/bad-input.md');

const told: Told[] = [];

const tell = (heading: string, tried: string, seen: readonly string[], others: string): void => {
	expect(seen.length).toBeGreaterThan(0);
	expect(seen.every((text) => text.length > 20)).toBe(true);
	told.push({ heading, tried, seen, others });
};

afterAll(() => {
	leave('bad-input.md', badInputPage(told));
});

const due = (parameters: IDataObject = {}) =>
	single({ type: `${OWN}.dueDeliveries`, parameters: { operation: 'get', spine: SPINE, ...parameters } });

const recipients = (run: WorkflowRun): string[] =>
	run.json('Node').map(({ delivery }) => (delivery as unknown as Envelope).recipient);

describe('contacts', () => {
	const heading = 'Contacts';
	let fixture: SpineFixture;
	beforeEach(async () => {
		fixture = await createSpineFixture(0);
		await fixture.configure();
	});
	afterEach(async () => await fixture.close());

	const person = (name: string, more: Record<string, string> = {}): Record<string, string> => ({
		email: `${name}@example.com`,
		cc_delivery_status: 'active',
		cc_profile_topic: 'gardens',
		cc_profile_audience: 'beginners',
		...more,
	});
	const seed = (...people: Record<string, string>[]) => fixture.standIns.hubspot.admin.seedContacts(people);

	it('without email is held with the reason, others go on, HubSpot stays untouched', async () => {
		const [good, bad] = seed(person('a'), person('b', { email: '' }));
		const run = await fixture.run(due());
		expect(recipients(run)).toEqual([good]);
		const held = await fixture.ledger.deliveries.list({ spine: SPINE, states: ['held'], limit: 9 });
		expect(held.map(({ ref }) => ref.recipient)).toEqual([bad]);
		expect(fixture.standIns.hubspot.admin.calls({ path: '/batch/update' })).toEqual([]);
		tell(
			heading,
			'Contact without email (a critical property)',
			[...run.hints.map(({ message }) => message), ...held.map(({ reason }) => `Held: ${reason ?? ''}`)],
			'The other contact is handed out; nothing is written to HubSpot.',
		);
	});

	it('archived and merged are no longer recipients, others go on', async () => {
		const [kept, archived, winner, loser] = seed(person('a'), person('b'), person('c'), person('d'));
		const { admin } = fixture.standIns.hubspot;
		admin.setIndexLag(3_600_000);
		admin.archive(String(archived));
		const merged = admin.merge(String(winner), String(loser));
		const run = await fixture.run(due());
		expect(run.error).toBeUndefined();
		expect(recipients(run).sort()).toEqual([String(kept), merged].sort());
		tell(
			heading,
			'Contact archived, two contacts merged, the search index not yet aware of it',
			run.hints.map(({ message }) => message),
			'Each person who is still there is handed out once.',
		);
	});

	it('with unusable ids are named, others go on', async () => {
		const item = (id: unknown) => ({ id, properties: person('a') }) as IDataObject;
		const triggerItems = [
			item('1'),
			item('1'),
			item(''),
			item('b\u0000d'),
			item('x'.repeat(10_240)),
			item('2'),
		];
		const run = await fixture.run(due({ contacts: 'items' }), { triggerItems });
		expect(recipients(run)).toEqual(['1', '2']);
		tell(
			heading,
			'Input items: an id twice, none, one with a control character, one of 10 kB',
			shownWarnings(run),
			'The two usable contacts are handed out, each once.',
		);
	});

	const withToken = (accessToken: string): RunOptions => ({
		credentials: {
			...fixture.credentials,
			releaseGateHubSpotApi: { accessToken, baseUrl: fixture.standIns.hubspot.url },
		},
	});

	it('cannot be read with a wrong token or without the scope', async () => {
		seed(person('a'));
		fixture.standIns.hubspot.admin.tokens.add('narrow', []);
		for (const [tried, token] of [
			['Wrong HubSpot token', 'wrong'],
			['HubSpot token without the scope', 'narrow'],
		] as const) {
			const run = await fixture.run(due(), withToken(token));
			expect(recipients(run)).toEqual([]);
			expect(shownError(run)).toHaveLength(2);
			expect(shownError(run).join(' ')).not.toContain(token);
			tell('HubSpot', tried, shownError(run), 'Nothing is registered; the next run finds the same contacts.');
		}
		expect(await fixture.ledger.deliveries.list({ spine: SPINE, limit: 9 })).toEqual([]);
	});

	it('are committed when HubSpot refuses the write; it waits in the outbox', async () => {
		const triggerItems = await fixture.run(due()).then(() => seed(person('a')));
		expect(triggerItems).toHaveLength(1);
		fixture.standIns.hubspot.admin.tokens.add('reader', ['crm.objects.contacts.read']);
		const nodes = {
			Due: { type: `${OWN}.dueDeliveries`, parameters: { operation: 'get', spine: SPINE } },
			Claim: claim,
			Confirm: confirm,
			Send: send,
			Commit: commit,
		};
		const run = await fixture.run(
			workflow(nodes, [
				['Start', 'Due'],
				['Due', 'Claim'],
				['Claim', 'Confirm', 1],
				['Confirm', 'Send', 1],
				['Send', 'Commit'],
			]),
			withToken('reader'),
		);
		expect(run.json('Commit', 1)).toHaveLength(1);
		const { waiting, refused } = await fixture.ledger.outbox.backlog('hubspot:contacts');
		expect(waiting + refused).toBe(1);
		tell(
			'HubSpot',
			'HubSpot token without the scope for writing, after the send',
			shownWarnings(run),
			'The delivery is committed, the write stays in the outbox; nothing is sent again.',
		);
	});
});

describe('nodes', () => {
	let home: ReturnType<typeof ownUserFolder>;
	beforeEach(() => {
		home = ownUserFolder();
	});
	afterEach(async () => await home.remove());

	it('refuse an unreadable rhythm, field by field, and store nothing', async () => {
		const configure = (parameters: IDataObject) =>
			single({
				type: `${OWN}.release`,
				parameters: {
					resource: 'spine',
					operation: 'configure',
					spine: 'content',
					every: 'P2D',
					anchor: '2026-11-02T09:00',
					timeZone: 'UTC',
					...parameters,
				},
			});
		for (const [tried, parameters] of [
			['Every: "now and then"', { every: 'now and then' }],
			['Every: "PT0S"', { every: 'PT0S' }],
			['Anchor: "tomorrow"', { anchor: 'tomorrow' }],
			['Time zone: "Mars/Olympus"', { timeZone: 'Mars/Olympus' }],
			['Minimum gap longer than the rhythm', { advanced: { minimumGap: 'P9D' } }],
		] as const) {
			const run = await runWorkflow(configure(parameters));
			expect(shownError(run)).toHaveLength(2);
			tell('Spine', tried, shownError(run), 'The spine keeps the settings it had.');
		}
		expect(await (await ledger()).spines.get('content')).toBeNull();
	});

	it('name an unknown spine', async () => {
		const run = await runWorkflow(
			single({ type: `${OWN}.dueDeliveries`, parameters: { spine: 'no-such', contacts: 'items' } }),
		);
		expect(shownError(run)).toHaveLength(2);
		tell('Spine', 'Due Deliveries on a spine nobody configured', shownError(run), 'Nothing is registered.');
	});

	it('hold items that carry no delivery, and those that come twice', async () => {
		const [good] = await dueItems(['1']);
		const run = await runWorkflow(single(claim), { triggerItems: [good!, { json: { id: 'x' } }, good!] });
		expect(run.json('Node', 1)).toHaveLength(1);
		tell(
			'Items',
			'Claim: an item without a delivery, and one delivery twice in a batch',
			shownOnItems(run.json('Node', 0)),
			'The delivery is claimed once; the others leave on "held".',
		);
	});

	it('hold recipients that cannot be keyed', async () => {
		await dueItems([]);
		const standalone = {
			...claim,
			parameters: { operation: 'claim', source: 'standalone', spine: 'content', recipientField: 'id' },
		};
		const ids = ['1', 'bad\u0000id', 'x'.repeat(10_240), ''];
		const run = await runWorkflow(single(standalone), { triggerItems: ids.map((id) => ({ id })) });
		expect(run.json('Node', 1)).toHaveLength(1);
		expect(run.json('Node', 0)).toHaveLength(3);
		tell(
			'Items',
			'Claim from a field: a control character, 10 kB, nothing',
			shownOnItems(run.json('Node', 0)),
			'The usable recipient is claimed.',
		);
	});

	const spine = (changes: Readonly<Record<string, object>>) =>
		workflow(
			Object.fromEntries(
				Object.entries({
					Gate: { type: `${OWN}.releaseGate`, parameters: { operation: 'route' } },
					Claim: claim,
					Confirm: confirm,
					Send: send,
					Commit: commit,
				}).map(([name, node]) => [name, { ...node, ...changes[name] }]),
			),
			[
				['Start', 'Gate'],
				['Gate', 'Claim', 1],
				['Claim', 'Confirm', 1],
				['Confirm', 'Send', 1],
				['Send', 'Commit'],
			],
		);

	it.each(['Gate', 'Claim', 'Confirm'])('send nothing when a builder disables %s', async (name) => {
		const triggerItems = await dueItems(['1', '2']);
		const run = await runWorkflow(spine({ [name]: { disabled: true } }), { triggerItems });
		expect(run.json('Send')).toEqual([]);
		tell(
			'Builders',
			`${name} disabled`,
			['No message: items leave on the first output, which leads nowhere.'],
			'Nothing is sent; Workflow Audit names the node.',
		);
	});

	it('refuse to commit what was sent past the confirmation', async () => {
		const triggerItems = await dueItems(['1']);
		const past = workflow({ Send: send, Commit: commit }, [
			['Start', 'Send'],
			['Send', 'Commit'],
		]);
		const run = await runWorkflow(past, { triggerItems });
		expect(run.json('Commit', 1)).toEqual([]);
		tell(
			'Builders',
			'A send wired past claim and confirmation',
			shownOnItems(run.json('Commit', 0)),
			'Nothing is committed, HubSpot is not written.',
		);
	});

	it.each([
		['Always Output Data', { alwaysOutputData: true }],
		['Execute Once', { executeOnce: true }],
		['Retry On Fail', { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 }],
	])('say what %s does on a claim, and send nothing twice', async (setting, change) => {
		const triggerItems = await dueItems(['1', '2']);
		const run = await runWorkflow(spine({ Claim: change }), { triggerItems });
		expect(run.json('Commit', 1).length).toBe('executeOnce' in change ? 1 : 2);
		const again = await runWorkflow(spine({ Claim: change }), { triggerItems });
		expect(again.json('Send')).toEqual([]);
		tell(
			'Builders',
			`${setting} on Idempotency Check`,
			run.hints.filter(({ node }) => node === 'Claim').map(({ message }) => message),
			'Each delivery is sent at most once.',
		);
	});

	const file = () => join(home.folder, 'books', 'release-gate.sqlite');
	const withFile = (path: string): RunOptions => ({
		credentials: { releaseGateLedgerApi: { store: 'sqlite', file: path } },
	});
	const tryLedger = async (options: RunOptions, continueOnFail = false): Promise<WorkflowRun> => {
		const carried = [{ json: { id: 1, delivery: { key: 'k' } } }];
		const node = { ...claim, parameters: { operation: 'claim', source: 'standalone', spine: 'content' } };
		const change = continueOnFail ? { onError: 'continueRegularOutput' } : {};
		return await runWorkflow(single({ ...node, ...change }), { triggerItems: carried, ...options });
	};

	it('refuse a ledger of a newer version, a damaged one and one without rights, and leave them alone', async () => {
		mkdirSync(join(home.folder, 'books'));
		await tryLedger(withFile(file()));
		await closeLedgers();
		const db = new DatabaseSync(file());
		db.exec('PRAGMA user_version = 99');
		db.close();
		const newer = await tryLedger(withFile(file()));
		tell('Ledger', 'A file of a newer version', shownError(newer), 'The file stays as it is.');

		const letter = join(home.folder, 'books', 'letter.sqlite');
		writeFileSync(letter, 'not a database, '.repeat(100));
		const damaged = await tryLedger(withFile(letter));
		expect(readFileSync(letter, 'utf8')).toBe('not a database, '.repeat(100));
		tell('Ledger', 'A damaged file', shownError(damaged), 'The file stays as it is.');

		const blocked = join(home.folder, 'books', 'blocked');
		writeFileSync(blocked, '');
		chmodSync(blocked, 0o400);
		const noRights = await tryLedger(withFile(join(blocked, 'ledger.sqlite')));
		tell('Ledger', 'A folder nobody may write', shownError(noRights), 'Nothing is written.');

		const soft = await tryLedger(withFile(letter), true);
		expect(soft.error).toBeUndefined();
		expect(soft.json('Node', 1)).toEqual([]);
		tell(
			'Ledger',
			'A damaged file, and the node continues on fail',
			shownOnItems(soft.json('Node', 0)),
			'Every item leaves on "held" with the reason; nothing goes on.',
		);
		for (const run of [newer, damaged, noRights]) expect(shownError(run)).toHaveLength(2);
	});

	it('store nothing of a batch on a full disk, and serve it whole afterwards', async () => {
		const exec = DatabaseSync.prototype.exec;
		const opened: DatabaseSync[] = [];
		DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
			if (!opened.includes(this)) opened.push(this);
			exec.call(this, sql);
		};
		try {
			await dueItems([]);
		} finally {
			DatabaseSync.prototype.exec = exec;
		}
		const limitPages = (more: number) =>
			opened.forEach((db) => {
				const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
				db.exec(`PRAGMA max_page_count = ${pages + more}`);
			});
		const node = {
			...claim,
			parameters: { operation: 'claim', source: 'standalone', spine: 'content', recipientField: 'id' },
		};
		const triggerItems = Array.from({ length: 400 }, (_unused, id) => ({ id, text: 'x'.repeat(200) }));
		limitPages(4);
		const run = await runWorkflow(single(node), { triggerItems });
		expect(shownError(run)).toHaveLength(2);
		expect(await (await ledger()).deliveries.list({ spine: 'content', limit: 9 })).toEqual([]);
		limitPages(100_000);
		const again = await runWorkflow(single(node), { triggerItems });
		expect(again.json('Node', 1)).toHaveLength(400);
		tell(
			'Ledger',
			'A full disk',
			shownError(run),
			'Nothing of the batch is stored; the next run serves it whole.',
		);
	});

	it('refuse SQLite in queue mode', async () => {
		const before = process.env.EXECUTIONS_MODE;
		process.env.EXECUTIONS_MODE = 'queue';
		try {
			const run = await tryLedger({});
			expect(shownError(run)).toHaveLength(2);
			tell('Ledger', 'SQLite in queue mode', shownError(run), 'Nothing is opened or written.');
		} finally {
			if (before === undefined) delete process.env.EXECUTIONS_MODE;
			else process.env.EXECUTIONS_MODE = before;
		}
	});
});

it('reads as docs/reference/bad-input.md says', () => {
	if (gathers) return;
	expect(readFileSync(page, 'utf8')).toBe(badInputPage(told));
});
