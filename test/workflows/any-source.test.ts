import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { auditWorkflow, parseAuditPolicy, parseWorkflow } from '../../core/audit';
import { rewriteHosts } from '../../testbed/engine/rewrite-host';
import { freshDatabase } from '../../testbed/databases/postgres';
import { sandboxSheetsToken, startGoogleSheets } from '../../testbed/standins/google-sheets';
import { createSpineFixture, type SpineFixture, type TemplateRun } from './fixture';
import { nodeOf, readTemplate } from './template';

/** Where the recipients stand, and how a row of it looks now. */
interface Source {
	readonly hosts: Readonly<Record<string, string>>;
	readonly credentials: Readonly<Record<string, object>>;
	readonly config: Readonly<Record<string, unknown>>;
	row(id: string): Promise<Readonly<Record<string, unknown>>>;
	/** Takes no write until it is mended. */
	lock(): Promise<void>;
	unlock(): Promise<void>;
	close(): Promise<void>;
}

const people: readonly (readonly [id: string, email: string, firstname: string, status: string])[] = [
	['101', 'ada@example.com', 'Ada', 'active'],
	['102', 'bo@example.com', '', 'active'],
	['103', 'caro@example.com', 'Caro', 'paused'],
	['104', 'dan@example.com', 'Dan', 'active'],
];
const mailed = ['ada@example.com', 'bo@example.com', 'dan@example.com'];

async function sheet(): Promise<Source> {
	const google = await startGoogleSheets();
	const columns = [
		'id',
		'email',
		'firstname',
		'status',
		'next_eligible_at',
		'last_delivery_at',
		'delivery_count',
	];
	google.admin.fill('Recipients', [columns, ...people.map((person) => [...person, '', '', 3])]);
	return {
		hosts: { 'https://sheets.googleapis.com': google.url },
		credentials: { googleSheetsOAuth2Api: { oauthTokenData: { access_token: sandboxSheetsToken } } },
		config: { document: 'a-document' },
		row: async (id) => google.admin.rows().find((row) => String(row['id']) === id) ?? {},
		lock: async () => google.admin.fault('outage', { path: 'batchUpdate', times: Infinity }),
		unlock: async () => google.admin.clearFaults(),
		close: async () => await google.close(),
	};
}

async function table(): Promise<Source> {
	const database = await freshDatabase();
	const overview = String(nodeOf(readTemplate('table-delivery.json'), 'Overview').parameters['content']);
	// The very statement that the template tells its user to run.
	await database.query(/`(CREATE TABLE [^`]+)`/.exec(overview)?.[1] ?? '');
	for (const person of people)
		await database.query(
			'INSERT INTO recipients (id, email, firstname, status, delivery_count) VALUES ($1, $2, NULLIF($3, $5), $4, 3)',
			[...person, ''],
		);
	const { hostname: host, port, username: user, password, pathname } = new URL(database.url);
	return {
		hosts: {},
		credentials: {
			postgres: {
				host,
				port: Number(port),
				user,
				password,
				database: pathname.slice(1),
				ssl: 'disable',
				maxConnections: 2,
			},
		},
		config: {},
		row: async (id) => (await database.query('SELECT * FROM recipients WHERE id = $1', [id]))[0] ?? {},
		lock: async () =>
			void (await database.query('ALTER TABLE recipients ADD CONSTRAINT locked CHECK (delivery_count < 4)')),
		unlock: async () => void (await database.query('ALTER TABLE recipients DROP CONSTRAINT locked')),
		close: async () => await database.drop(),
	};
}

// n8n's pools of connections look for stale ones every minute and cannot be told to end (n8n-nodes-base 2.40,
// utils/connection-pool-manager): without this the process of the tests never ends by itself.
const every = globalThis.setInterval;
beforeAll(() => {
	jest
		.spyOn(globalThis, 'setInterval')
		.mockImplementation((...given: Parameters<typeof every>) => every(...given).unref());
});
afterAll(() => {
	jest.restoreAllMocks();
});

describe.each([
	['sheet-delivery.json', 'sheet-delivery', sheet],
	['table-delivery.json', 'table-delivery', table],
] as const)('%s', (file, spine, open) => {
	let fixture: SpineFixture;
	let source: Source;
	let ownHosts: () => void;
	beforeEach(async () => {
		fixture = await createSpineFixture(0);
		source = await open();
		ownHosts = rewriteHosts(source.hosts);
	});
	afterEach(async () => {
		ownHosts();
		await source.close();
		await fixture.close();
	});

	const run = async (startNode: string, nodeOverrides: TemplateRun['nodeOverrides'] = {}, config = {}) =>
		await fixture.runTemplate(file, {
			startNode,
			credentials: { ...fixture.credentials, ...source.credentials } as never,
			config: { ...source.config, ...config },
			nodeOverrides,
		});
	const tick = async () => await run('Check Every 15 Minutes');
	/** As a user does who opens the template and runs its set-up. */
	const configure = async (mode: 'live' | 'dry-run') => {
		const { parameters } = nodeOf(readTemplate(file), 'Configure Spine');
		const anchor = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16);
		const advanced = { ...(parameters['advanced'] as object), inDoubtQuietMinutes: 0 };
		const given = { ...parameters, mode, anchor, timeZone: 'UTC', advanced };
		const done = await run('Start Set-Up by Hand', { 'Configure Spine': { parameters: given } });
		expect(done.error).toBeUndefined();
	};
	const inbox = () => fixture.standIns.postmark.admin.received();
	const instant = (value: unknown): number | null =>
		value instanceof Date
			? value.getTime()
			: typeof value === 'string' && value !== ''
				? Date.parse(value)
				: null;
	const written = async (id: string) => {
		const row = await source.row(id);
		const [last, next] = [instant(row['last_delivery_at']), instant(row['next_eligible_at'])];
		return { last, next, count: Number(row['delivery_count']) };
	};

	it('sends each due row one email, writes it back, and nothing on a second run', async () => {
		await configure('live');
		const before = Date.now();
		const first = await tick();
		expect(first.error).toBeUndefined();
		expect(
			inbox()
				.map(({ to }) => to)
				.sort(),
		).toEqual(mailed);
		expect(
			inbox()
				.map(({ text }) => text.split(',')[0])
				.sort(),
		).toEqual(['Hello Ada', 'Hello Dan', 'Hello there']);
		for (const id of ['101', '102', '104']) {
			const { last, next, count } = await written(id);
			expect(last).toBeGreaterThanOrEqual(before - 1000);
			expect(next).toBeGreaterThan(Date.now());
			expect(count).toBe(4);
		}
		expect(await written('103')).toEqual({ last: null, next: null, count: 3 });
		await tick();
		expect(inbox()).toHaveLength(mailed.length);
		expect(await fixture.ledger.outbox.backlog('hubspot:contacts')).toMatchObject({ waiting: 0, refused: 0 });
	});

	it('mails nobody again although the rows could not be written', async () => {
		await configure('live');
		await source.lock();
		expect((await tick()).error).toBeDefined();
		expect(inbox()).toHaveLength(mailed.length);
		await source.unlock();
		expect((await tick()).error).toBeUndefined();
		expect(inbox()).toHaveLength(mailed.length);
	});

	it('settles a lost answer by asking Postmark, and then writes the row', async () => {
		await configure('live');
		fixture.standIns.postmark.admin.fault('reset-after', { times: 1 });
		const first = await tick();
		expect(first.error).toBeUndefined();
		expect(first.json('Commit Delivery', 1)).toHaveLength(mailed.length - 1);
		expect(first.json('Settle by Answer', 1)).toMatchObject([{ releaseGate: { status: 'committed' } }]);
		for (const id of ['101', '102', '104']) expect((await written(id)).count).toBe(4);
		await tick();
		expect(inbox()).toHaveLength(mailed.length);
	});

	it('writes the row of what the policy settles where Postmark does not answer', async () => {
		await configure('live');
		fixture.standIns.postmark.admin.fault('reset-after', { times: 1 });
		const searchUrl = 'http://127.0.0.1:9/messages/outbound';
		const first = await run('Check Every 15 Minutes', {}, { searchUrl });
		expect(first.json('Settle by Policy', 1)).toMatchObject([{ writes: {} }, { settled: 1 }]);
		for (const id of ['101', '102', '104']) expect((await written(id)).count).toBe(4);
		await tick();
		expect(inbox()).toHaveLength(mailed.length);
	});

	it('rehearses without a send and without a write', async () => {
		await configure('dry-run');
		const rehearsal = await tick();
		expect(rehearsal.error).toBeUndefined();
		const listed = rehearsal.json('List What Would Be Sent');
		expect(listed).toHaveLength(mailed.length);
		for (const { to } of listed) expect(to).toMatch(/^reader-\d{5}@example\.com$/);
		expect(listed[0]?.['wouldWrite']).toMatchObject([{ payload: { properties: { delivery_count: '4' } } }]);
		expect(inbox()).toEqual([]);
		expect((await written('101')).count).toBe(3);
	});

	it('is proven by the audit, with the addresses its user sets', () => {
		const template = structuredClone(readTemplate(file)) as never;
		const report = auditWorkflow(parseWorkflow(template, file), {
			policy: parseAuditPolicy(
				{
					nodes: [
						{
							name: 'Send Email',
							role: 'sender',
							items: 'same',
							failsPerItem: true,
							messageId: 'MessageID',
							reason: 'Postmark',
						},
						{ name: 'Ask Postmark', role: 'reader', items: 'same', failsPerItem: true, reason: 'A search' },
					],
				},
				file,
			),
		});
		expect(report.violations.map(({ rule, node }) => `${rule}: ${node}`)).toEqual([]);
		expect(report.verdict).toBe('proven');
		expect(spine).toBe(nodeOf(readTemplate(file), 'Configure Spine').parameters['spine']);
	});
});
