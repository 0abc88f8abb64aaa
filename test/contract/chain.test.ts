import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChainVerdict } from '../../core/delivery/events';
import type { Ledger } from '../../app/ledger/api';
import { eventHash, genesis } from '../../app/ledger/chain';
import { type LedgerHouse, slotOpens, stores, type TestClock } from '../../testbed/databases/ledgers';

const zero = genesis;
const empty = `DELETE FROM events;
	UPDATE chain SET head_position = 0, head_hash = '${zero}', foot_position = 0, foot_hash = '${zero}'`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** What a hand in the database does to the event at position `at` of `size`, and where the chain must break. */
interface Blow {
	readonly sql: (at: number, size: number) => string;
	/** The first broken position; the one that was struck if absent. */
	readonly breaks?: (at: number, size: number) => number;
}

const set = (assignment: string): Blow => ({
	sql: (at) => `UPDATE events SET ${assignment} WHERE position = ${at}`,
});
/** Another character in the middle, of the same length. */
const flip = (column: string): Blow =>
	set(
		`${column} = substr(${column}, 1, 3) || CASE substr(${column}, 4, 1) WHEN 'x' THEN 'y' ELSE 'x' END || substr(${column}, 5)`,
	);
const columns = 'at, kind, spine, subject, sentence, data, position, hash';
const below = (at: number, size: number): number => (at === size ? at - 1 : at);

const blows: Readonly<Record<string, Blow>> = {
	'at is changed': set('at = at + 1'),
	'kind is changed': flip('kind'),
	'spine is changed': flip('spine'),
	'spine is wiped': set('spine = NULL'),
	'subject is changed': flip('subject'),
	'sentence is changed': flip('sentence'),
	'data is changed': set(`data = '{"n":-1}'`),
	'data is no JSON any more': flip('data'),
	'data says the same in another form': set(`data = data || ' '`),
	'hash is changed': flip('hash'),
	'hash is wiped': set('hash = NULL'),
	'position is far away': set('position = position + 1000000'),
	'position is wiped': set('position = NULL'),
	'it is dropped': { sql: (at) => `DELETE FROM events WHERE position = ${at}` },
	'it is dropped and the later ones move up': {
		sql: (at) =>
			`DELETE FROM events WHERE position = ${at};
			UPDATE events SET position = -position WHERE position > ${at};
			UPDATE events SET position = -position - 1 WHERE position < 0`,
	},
	'it and its neighbour change places': {
		sql: (at, size) => {
			const first = below(at, size);
			return `UPDATE events SET position = -position WHERE position IN (${first}, ${first + 1});
				UPDATE events SET position = ${2 * first + 1} + position WHERE position < 0`;
		},
		breaks: below,
	},
	'it says what its neighbour says': {
		sql: (at, size) => {
			const other = at === size ? at - 1 : at + 1;
			return `UPDATE events SET data = (SELECT data FROM events WHERE position = ${other}) WHERE position = ${at}`;
		},
	},
	'it is there twice': {
		sql: (at) =>
			`UPDATE events SET position = -position WHERE position > ${at};
			UPDATE events SET position = -position + 1 WHERE position < 0;
			INSERT INTO events (${columns}) SELECT at, kind, spine, subject, sentence, data, ${at + 1}, hash FROM events WHERE position = ${at}`,
		breaks: (at, size) => Math.min(at + 1, size + 1),
	},
	'one is slipped in before it': {
		sql: (at) =>
			`UPDATE events SET position = -position WHERE position >= ${at};
			UPDATE events SET position = -position + 1 WHERE position < 0;
			INSERT INTO events (${columns}) VALUES (1, 'forged', 's', 's', 's', '{}', ${at}, '${'ab'.repeat(32)}')`,
	},
	'the tail from it on is cut off': { sql: (at) => `DELETE FROM events WHERE position >= ${at}` },
	'one is put behind the end': {
		sql: (_at, size) =>
			`INSERT INTO events (${columns}) VALUES (1, 'forged', 's', 's', 's', '{}', ${size + 1}, '${'ab'.repeat(32)}')`,
		breaks: (_at, size) => size + 1,
	},
	'the head says another hash': {
		sql: () => `UPDATE chain SET head_hash = '${'ab'.repeat(32)}'`,
		breaks: (_at, size) => size,
	},
	'the head says further on': {
		sql: (_at, size) => `UPDATE chain SET head_position = ${size + 5}`,
		breaks: (_at, size) => size + 1,
	},
	'the foot says another hash': {
		sql: () => `UPDATE chain SET foot_hash = '${'ab'.repeat(32)}'`,
		breaks: () => 1,
	},
};

describe.each(stores)('the chain of events on %s', (_name, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;
	beforeAll(async () => {
		house = await open(clock);
		ledger = await house.open();
	});
	afterAll(() => house.close());

	/** A chain of its own, of `size` events; what they say depends on `seed`. */
	const build = async (size: number, seed: number): Promise<void> => {
		await house.tamper(empty);
		await ledger.events.append(
			Array.from({ length: size }, (_, index) => ({
				kind: `kind.${(seed + index) % 3}`,
				spine: `spine-${seed % 7}`,
				subject: `subject ${index}`,
				sentence: `Sentence ${seed}, ${index}: it's so.`,
				data: { n: index, seed },
			})),
		);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact', sealed: size, unsealed: 0 });
	};
	const append = (): Promise<void> =>
		ledger.events.append([{ kind: 'later', spine: null, subject: null, sentence: 'Later.', data: {} }]);

	describe('tells the first event that does not hold when', () => {
		test.each(Object.entries(blows))(
			'%s: at the first, in the middle, at the last',
			async (blow, { sql, breaks }) => {
				for (const at of [1, 3, 5]) {
					await build(5, at);
					await house.tamper(sql(at, 5));
					const position = breaks?.(at, 5) ?? at;
					const verdict = await ledger.events.verify();
					expect(verdict).toMatchObject({ status: 'broken', position });
					// And it stays so, whatever is told later; a head that lies is then found by what was sealed after it.
					await append();
					const later = blow.startsWith('the head says') ? 6 : position;
					expect(await ledger.events.verify()).toMatchObject({ status: 'broken', position: later });
				}
			},
		);
	});

	test('tells it in random chains, wherever the blow falls', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...Object.values(blows)),
				fc
					.integer({ min: 2, max: 25 })
					.chain((size) => fc.record({ size: fc.constant(size), at: fc.integer({ min: 1, max: size }) })),
				fc.nat(1000),
				async ({ sql, breaks }, { size, at }, seed) => {
					await build(size, seed);
					await house.tamper(sql(at, size));
					expect(await ledger.events.verify()).toMatchObject({
						status: 'broken',
						position: breaks?.(at, size) ?? at,
					});
				},
			),
			{ numRuns: 60 },
		);
	}, 120_000);

	test('refuses to seal where somebody has put an event behind the end, and says so', async () => {
		await build(3, 5);
		await house.tamper(blows['one is put behind the end']?.sql(3, 3) ?? '');
		expect(await ledger.events.seal()).toBe(0);
		await append();
		await expect(ledger.events.seal()).rejects.toMatchObject({ code: 'ledger-chain-blocked' });
	});

	test('breaks behind an event that was changed and given the hash it would have', async () => {
		for (const at of [1, 3, 5]) {
			await build(5, 7);
			const events = await ledger.events.list({ limit: 10 });
			const event = events[at - 1];
			if (event === undefined) throw new Error('no event');
			const forged = {
				...event,
				sentence: 'Nothing happened.',
				data: JSON.stringify({ n: at - 1, seed: 7 }),
			};
			const [{ state } = { state: null }] = await house.read(
				`SELECT state FROM events WHERE position = ${at}`,
			);
			const hash = eventHash(events[at - 2]?.seal?.hash ?? genesis, at, {
				...forged,
				state: state as string | null,
			});
			await house.tamper(
				`UPDATE events SET sentence = ${quoted(forged.sentence)}, hash = '${hash}' WHERE position = ${at}`,
			);
			// The forged event holds by itself; the next one, or the head, does not follow it.
			expect(await ledger.events.verify()).toMatchObject({ status: 'broken', position: Math.min(at + 1, 5) });
		}
	});

	test('cannot tell of a tail that was cut off together with the head; a head kept elsewhere can', async () => {
		await build(5, 11);
		const kept = (await ledger.events.verify()) as ChainVerdict & { status: 'intact' };
		const events = await ledger.events.list({ limit: 10 });
		const hash = events[2]?.seal?.hash ?? '';
		await house.tamper(
			`DELETE FROM events WHERE position > 3; UPDATE chain SET head_position = 3, head_hash = '${hash}'`,
		);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact', sealed: 3 });
		const hashes = (await ledger.events.list({ limit: 10 })).map((event) => event.seal?.hash);
		expect(hashes).not.toContain(kept.head);
	});
});
