import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger } from '../../app/ledger/api';
import type { RecordWrite } from '../../app/ledger/records';
import { type LedgerHouse, slotOpens, storesBothWays, type TestClock } from '../../testbed/databases/ledgers';

const event = {
	kind: 'test.noted',
	spine: null,
	subject: null,
	sentence: 'Something was written.',
	data: {},
};
const bytesOf = (text: string) => {
	const bytes = Buffer.from(text, 'utf8');
	return { hash: createHash('sha256').update(bytes).digest('hex'), bytes };
};

describe.each(storesBothWays)('records and blobs on %s', (name, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;
	let run = 0;

	beforeAll(async () => {
		house = await open(clock);
		ledger = await house.open();
	});
	afterAll(() => house.close());
	beforeEach(() => {
		run += 1;
	});

	const write = (id: string, change: Partial<RecordWrite> = {}): RecordWrite => ({
		kind: 'release',
		id: `${run}-${id}`,
		spine: `spine-${run}`,
		parent: null,
		body: { id },
		expectedRevision: 0,
		...change,
	});

	test('a document gets revisions, and keeps when it was made', async () => {
		const first = await ledger.records.write([write('a')], []);
		expect(first).toMatchObject({ status: 'written', records: [{ revision: 1, createdAt: clock.at }] });
		const made = clock.at;
		clock.at += 5000;
		const second = await ledger.records.write(
			[write('a', { body: { id: 'a', n: [1, 'ü', null] }, expectedRevision: 1 })],
			[],
		);
		expect(second).toMatchObject({ status: 'written', records: [{ revision: 2 }] });
		expect(await ledger.records.get('release', [`${run}-a`, 'nobody'])).toEqual([
			{
				kind: 'release',
				id: `${run}-a`,
				spine: `spine-${run}`,
				parent: null,
				body: { id: 'a', n: [1, 'ü', null] },
				revision: 2,
				createdAt: made,
				updatedAt: clock.at,
			},
			null,
		]);
		expect(await ledger.records.get('evidence', [`${run}-a`])).toEqual([null]);
	});

	test('one stale revision keeps the whole batch and its events out', async () => {
		await ledger.records.write([write('a')], []);
		const before = await ledger.events.list({ kinds: ['test.noted'], limit: 100 });
		const outcome = await ledger.records.write(
			[write('b'), write('a', { body: { id: 'lost' } }), write('c', { expectedRevision: 3 })],
			[event],
		);
		expect(outcome).toEqual({ status: 'conflict', ids: [`${run}-a`, `${run}-c`] });
		expect(await ledger.records.get('release', [`${run}-a`, `${run}-b`])).toMatchObject([
			{ body: { id: 'a' }, revision: 1 },
			null,
		]);
		expect(await ledger.events.list({ kinds: ['test.noted'], limit: 100 })).toEqual(before);
	});

	test('events are written with the documents, and chained', async () => {
		await ledger.records.write([write('a')], [{ ...event, subject: `${run}` }]);
		const told = await ledger.events.list({ kinds: ['test.noted'], limit: 100 });
		expect(told.at(-1)).toMatchObject({ subject: `${run}`, at: clock.at });
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact', unsealed: 0 });
	});

	test('the same document twice in one batch is refused', async () => {
		await expect(ledger.records.write([write('a'), write('a')], [])).rejects.toMatchObject({
			code: 'ledger-record-twice',
		});
		await expect(
			ledger.records.write([write('big', { body: { text: 'x'.repeat(4_000_001) } })], []),
		).rejects.toMatchObject({ code: 'ledger-record-too-large' });
	});

	test('of two writers at once one wins', async () => {
		await ledger.records.write([write('a')], []);
		// Two SQLite handles in one process would wait for each other; a process opens one.
		const other = name.startsWith('sqlite') ? ledger : await house.open();
		const outcomes = await Promise.all(
			[ledger, other, ledger, other].map((one, index) =>
				one.records.write([write('a', { body: { index }, expectedRevision: 1 })], [event]),
			),
		);
		expect(outcomes.map(({ status }) => status).sort()).toEqual([
			'conflict',
			'conflict',
			'conflict',
			'written',
		]);
		const created = await Promise.all([ledger, other].map((one) => one.records.write([write('new')], [])));
		expect(created.map(({ status }) => status).sort()).toEqual(['conflict', 'written']);
	});

	test('lists newest first, by kind, spine and parent, page by page', async () => {
		const ids = Array.from({ length: 7 }, (_, index) => `${index}`);
		for (const id of ids) {
			const parent = Number(id) % 2 === 0 ? `parent-${run}` : null;
			await ledger.records.write([write(id, { kind: 'evidence', parent })], []);
		}
		await ledger.records.write(
			[write('0', { kind: 'evidence', parent: `parent-${run}`, expectedRevision: 1 })],
			[],
		);
		const pageOf = async (query: { parent?: string; spine?: string }): Promise<string[]> => {
			const found: string[] = [];
			for (;;) {
				const before = found.at(-1);
				const page = await ledger.records.list({
					kind: 'evidence',
					...query,
					limit: 2,
					...(before === undefined ? {} : { before }),
				});
				if (page.length === 0) return found;
				found.push(...page.map(({ id }) => id));
			}
		};
		const expected = [...ids].reverse().map((id) => `${run}-${id}`);
		expect(await pageOf({ spine: `spine-${run}` })).toEqual(expected);
		expect(await pageOf({ parent: `parent-${run}` })).toEqual(
			['6', '4', '2', '0'].map((id) => `${run}-${id}`),
		);
		expect(await pageOf({ parent: `parent-${run}`, spine: 'another' })).toEqual([]);
		expect((await pageOf({})).slice(0, 7)).toEqual(expected);
	});

	test('removes and says how many', async () => {
		await ledger.records.write([write('a'), write('b')], []);
		expect(await ledger.records.remove('release', [`${run}-a`, `${run}-b`, 'nobody'])).toBe(2);
		expect(await ledger.records.get('release', [`${run}-a`])).toEqual([null]);
	});

	test('any document comes back as it went in', async () => {
		await fc.assert(
			fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), async (body) => {
				run += 1;
				const plain = JSON.parse(JSON.stringify(body)) as RecordWrite['body'];
				await ledger.records.write([write('any', { body: plain })], []);
				const [back] = await ledger.records.get('release', [`${run}-any`]);
				expect(back?.body).toEqual(plain);
			}),
			{ numRuns: 40 },
		);
	});

	test('bytes are kept once, under their hash, and refused under another', async () => {
		const [a, b] = [bytesOf(`a${run}`), bytesOf(`b${run}\u0000ÿ`)];
		await ledger.blobs.put([a, b]);
		await ledger.blobs.put([a]);
		const [first, missing, second] = await ledger.blobs.get([b.hash, '0'.repeat(64), a.hash]);
		expect(Buffer.from(first ?? []).equals(b.bytes)).toBe(true);
		expect(missing).toBeNull();
		expect(Buffer.from(second ?? []).equals(a.bytes)).toBe(true);
		await expect(ledger.blobs.put([{ hash: a.hash, bytes: b.bytes }])).rejects.toMatchObject({
			code: 'ledger-blob-mismatch',
		});
		expect(await ledger.blobs.remove([a.hash, a.hash, '1'.repeat(64)])).toBe(1);
	});

	test('bytes that somebody changed in the database are not handed out', async () => {
		const a = bytesOf(`tampered${run}`);
		await ledger.blobs.put([a]);
		const other = Buffer.from('else').toString('hex');
		await house.tamper(
			`UPDATE blobs SET bytes = ${name.startsWith('sqlite') ? `x'${other}'` : `'\\x${other}'`} WHERE hash = '${a.hash}'`,
		);
		await expect(ledger.blobs.get([a.hash])).rejects.toMatchObject({ code: 'ledger-blob-damaged' });
	});
});
