import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import type { ClaimTerms, KeyClaimResult, WhenUnknown } from '../../core/once/record';
import { type LedgerHouse, slotOpens, storesBothWays, type TestClock } from '../../testbed/databases/ledgers';

const day = 86_400_000;

describe.each(storesBothWays)('keys on %s', (store, open) => {
	const isHashed = store.includes('hashes');
	/** No name is kept of a key that is stored as a hash. */
	const listedAs = (key: string): unknown => (isHashed ? expect.stringMatching(/^h1-/) : key);
	const contentAs = (digest: string): unknown =>
		isHashed ? expect.stringMatching(/^[0-9a-f]{64}$/) : digest;
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;
	let scope = '';
	let count = 0;

	beforeAll(async () => {
		house = await open(clock);
		ledger = await house.open();
	});
	afterAll(() => house.close());
	beforeEach(() => {
		clock.at = slotOpens + count * 1000 * day;
		count += 1;
		scope = `scope-${count}`;
	});

	const terms = (whenUnknown: WhenUnknown = 'hold'): ClaimTerms => ({
		scope,
		leaseMs: 60_000,
		rememberMs: 30 * day,
		whenUnknown,
		owner: 'execution 7 / Claim Key',
	});
	const claim = (keys: readonly string[], whenUnknown?: WhenUnknown, digest: string | null = null) =>
		ledger.keys.claim(
			terms(whenUnknown),
			keys.map((key) => ({ key, digest })),
		);
	const tokenOf = (result: KeyClaimResult | undefined): number => {
		if (result?.status !== 'first' && result?.status !== 'asked')
			throw new Error(`not granted: ${JSON.stringify(result)}`);
		return result.token;
	};
	const kinds = async (): Promise<readonly string[]> =>
		(await ledger.events.list({ limit: 1000 })).flatMap(({ kind, subject }) =>
			subject === scope ? [kind] : [],
		);

	test('a key is claimed once, completed once, and gives the first result to all that follow', async () => {
		const [first] = await claim(['evt_1']);
		const token = tokenOf(first);
		expect(await claim(['evt_1'])).toEqual([
			{
				status: 'held',
				reason: 'in-flight',
				owner: 'execution 7 / Claim Key',
				leaseUntil: clock.at + 60_000,
			},
		]);
		clock.at += 5;
		const done = { scope, key: 'evt_1', token, result: '{"answer":"ü\\u0000"}' };
		expect(await ledger.keys.complete([done], 'run')).toEqual([
			{ status: 'settled', state: 'done', again: false },
		]);
		expect(await ledger.keys.complete([{ ...done, result: '2' }], 'run')).toEqual([
			{ status: 'settled', state: 'done', again: true },
		]);
		clock.at += day;
		expect(await claim(['evt_1'])).toEqual([
			{ status: 'done', doneAt: clock.at - day, result: done.result, assumed: false },
		]);
		expect(await ledger.keys.giveBack([{ ...done, happened: 'no', reason: '' }], 'run')).toEqual([
			{ status: 'refused', reason: 'already-done', state: 'done' },
		]);
		expect(await kinds()).toEqual(['keys.claimed', 'keys.refused', 'keys.done', 'keys.refused']);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('a batch is answered in its order, each key once, whatever was known before', async () => {
		const [old] = await claim(['b']);
		await ledger.keys.complete([{ scope, key: 'b', token: tokenOf(old), result: null }], 'run');
		await claim(['d']);
		const results = await claim(['d', 'c', 'b', 'a', 'c', 'é', 'e\u0301x']);
		expect(results.map(({ status }) => status)).toEqual([
			'held',
			'first',
			'done',
			'first',
			'held',
			'first',
			'first',
		]);
		expect(results[4]).toEqual({ status: 'held', reason: 'twice-in-batch', place: 1 });
		const other = await ledger.keys.claim({ ...terms(), scope: `${scope}-other` }, [
			{ key: 'b', digest: null },
		]);
		expect(other).toMatchObject([{ status: 'first' }]);
	});

	test('many keys that end together keep their own contents, results and later changes', async () => {
		const names = Array.from({ length: 60 }, (_, at) => `k${100 + at}`);
		const claimed = await ledger.keys.claim(
			terms(),
			names.map((key) => ({ key, digest: `digest of ${key}` })),
		);
		clock.at += 7;
		const ends = names.map((key, at) => ({ scope, key, token: tokenOf(claimed[at]), result: `"${key}"` }));
		const [done, back] = [ends.slice(0, 30), ends.slice(30, 55)];
		expect(await ledger.keys.complete([...done].reverse(), 'run')).toEqual(
			done.map(() => ({ status: 'settled', state: 'done', again: false })),
		);
		await ledger.keys.giveBack(
			back.map((end) => ({ ...end, happened: 'no' as const, reason: '' })),
			'run',
		);
		const held = await claim(names.slice(0, 2), 'hold', 'another');
		expect(held).toMatchObject([
			{ status: 'held', reason: 'other-content' },
			{ status: 'held', reason: 'other-content' },
		]);
		const again = await ledger.keys.claim(
			terms(),
			names.map((key) => ({ key, digest: `digest of ${key}` })),
		);
		expect(again).toMatchObject([
			...done.map(({ result }) => ({ status: 'done', doneAt: clock.at, result })),
			...back.map(() => ({ status: 'first' })),
			...ends.slice(55).map(() => ({ status: 'held', reason: 'in-flight' })),
		]);
		const listed = await ledger.keys.list({ scope, states: ['done'], limit: 100 });
		const byContent = [...listed].sort((a, b) => ((a.digest ?? '') < (b.digest ?? '') ? -1 : 1));
		expect(byContent.map(({ key, digest, state, changedAt }) => [key, digest, state, changedAt])).toEqual(
			done.map(({ key }) => [listedAs(key), contentAs(`digest of ${key}`), 'done', clock.at]),
		);
		expect(new Set(listed.map(({ digest }) => digest)).size).toBe(done.length);
		clock.at += 31 * day;
		await ledger.prune({ inputsMs: 1e15, deliveriesMs: 1e15, eventsMs: 1e15 });
		expect(await ledger.keys.list({ scope, limit: 100 })).toEqual([]);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('a claim whose lease ran out is in doubt: held, asked about, or taken for done', async () => {
		const [a, b, c] = await claim(['a', 'b', 'c']);
		clock.at += 60_000;
		expect(await claim(['a'])).toMatchObject([{ status: 'held', reason: 'in-doubt' }]);
		const [asked] = await claim(['b'], 'ask');
		expect(asked).toMatchObject({ status: 'asked' });
		expect(tokenOf(asked)).toBeGreaterThan(tokenOf(b));
		expect(await claim(['b'], 'ask')).toMatchObject([{ status: 'held', reason: 'in-flight' }]);
		expect(await claim(['c'], 'done')).toMatchObject([{ status: 'done', assumed: true, result: null }]);
		// The former holder of `b` lost it; the holders of the others are the ones who know.
		const ends = [a, b, c].map((result, at) => ({
			scope,
			key: 'abc'.charAt(at),
			token: tokenOf(result),
			result: '1',
		}));
		expect(await ledger.keys.complete(ends, 'run')).toMatchObject([
			{ status: 'settled' },
			{ status: 'refused', reason: 'lease-lost', state: 'asking' },
			{ status: 'settled' },
		]);
		expect(await claim(['a', 'b', 'c'])).toMatchObject([
			{ status: 'done', result: '1', assumed: false },
			{ status: 'held' },
			{ status: 'done', result: '1', assumed: false },
		]);
		clock.at += 60_000;
		const listed = await ledger.keys.list({ scope, states: ['in-doubt'], limit: 10 });
		expect(listed.map(({ key, state }) => [key, state])).toEqual([[listedAs('b'), 'in-doubt']]);
		expect(await ledger.keys.list({ scope, states: ['asking', 'claimed'], limit: 10 })).toEqual([]);
		expect(await kinds()).toEqual(
			expect.arrayContaining(['keys.in-doubt', 'keys.asked', 'keys.assumed', 'keys.refused']),
		);
	});

	test('a key that is given back is free for the next, and its former holder is a stranger', async () => {
		const [first] = await claim(['a'], 'hold', 'one');
		const own = { scope, key: 'a', token: tokenOf(first) };
		await ledger.keys.giveBack([{ ...own, happened: 'no', reason: 'refused' }], 'run');
		const [second] = await claim(['a'], 'hold', 'two');
		expect(second).toMatchObject({ status: 'first' });
		expect(await ledger.keys.complete([{ ...own, result: null }], 'run')).toMatchObject([
			{ status: 'refused', reason: 'lease-lost', state: 'claimed' },
		]);
		const given = { ...own, token: tokenOf(second), happened: 'unknown', reason: 'timed out' } as const;
		expect(await ledger.keys.giveBack([given], 'run')).toMatchObject([{ state: 'in-doubt' }]);
		expect(await claim(['a'])).toMatchObject([{ status: 'held', reason: 'in-doubt' }]);
	});

	test('what is in doubt can be settled by name, what is not cannot', async () => {
		const [first] = await claim(['a', 'b', 'c']);
		const byName = { scope, token: null, result: null };
		expect(await ledger.keys.complete([{ ...byName, key: 'a' }], 'Ada')).toMatchObject([
			{ status: 'refused', reason: 'not-in-doubt', state: 'claimed' },
		]);
		clock.at += 60_000;
		expect(await ledger.keys.complete([{ ...byName, key: 'a' }], 'Ada')).toMatchObject([
			{ status: 'settled', state: 'done' },
		]);
		const free = { ...byName, happened: 'no', reason: '' } as const;
		expect(
			await ledger.keys.giveBack(
				[
					{ ...free, key: 'b' },
					{ ...free, key: 'unknown' },
				],
				'Ada',
			),
		).toMatchObject([
			{ status: 'settled', state: 'free' },
			{ status: 'refused', reason: 'unknown-key', state: null },
		]);
		expect(await claim(['a', 'b'])).toMatchObject([{ status: 'done' }, { status: 'first' }]);
		expect(tokenOf(first)).toBeGreaterThan(0);
	});

	test('the same key with other content is refused by its digest, unless nothing is compared', async () => {
		await claim(['a'], 'hold', 'one');
		expect(await claim(['a'], 'hold', 'two')).toMatchObject([{ status: 'held', reason: 'other-content' }]);
		expect(await claim(['a'], 'hold', 'one')).toMatchObject([{ status: 'held', reason: 'in-flight' }]);
		expect(await claim(['a'], 'hold', null)).toMatchObject([{ status: 'held', reason: 'in-flight' }]);
	});

	test('a key is forgotten after its time, pruned with its result, and its old token stays worthless', async () => {
		const retention = { inputsMs: 1e15, deliveriesMs: 1e15, eventsMs: 1e15 };
		await ledger.prune(retention);
		const [first] = await claim(['a', 'b']);
		const own = { scope, key: 'a', token: tokenOf(first) };
		await ledger.keys.complete([{ ...own, result: '"kept"' }], 'run');
		clock.at += 30 * day - 1;
		expect(await claim(['a'])).toMatchObject([{ status: 'done', result: '"kept"' }]);
		clock.at += 1 + terms().leaseMs;
		expect(await ledger.prune(retention)).toMatchObject({ keys: 2 });
		expect(await ledger.keys.get([own])).toEqual([null]);
		const [again] = await claim(['a']);
		expect(again).toMatchObject({ status: 'first' });
		expect(await ledger.keys.complete([{ ...own, result: null }], 'run')).toMatchObject([
			{ status: 'refused', reason: 'lease-lost' },
		]);
		const end = { ...own, token: tokenOf(again), result: null };
		await ledger.keys.complete([end], 'run');
		expect(await claim(['a'])).toMatchObject([{ status: 'done', result: null }]);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('a key that is under way or in doubt is not forgotten by a memory shorter than the lease', async () => {
		const short = { ...terms(), leaseMs: 900_000, rememberMs: 60_000 };
		const again = async () => (await ledger.keys.claim(short, [{ key: 'a', digest: null }]))[0];
		const first = await again();
		clock.at += 899_999;
		await ledger.prune({ inputsMs: 1e15, deliveriesMs: 1e15, eventsMs: 1e15 });
		expect(await again()).toMatchObject({ status: 'held', reason: 'in-flight' });
		clock.at += 1;
		await ledger.prune({ inputsMs: 1e15, deliveriesMs: 1e15, eventsMs: 1e15 });
		expect(await again()).toMatchObject({ status: 'held', reason: 'in-doubt' });
		const own = { scope, key: 'a', token: tokenOf(first), result: '"late"' };
		expect(await ledger.keys.complete([own], 'run')).toMatchObject([{ status: 'settled', state: 'done' }]);
		expect(await again()).toMatchObject({ status: 'done', result: '"late"' });
	});

	test('results are sealed when the ledger has a key, for the key they belong to alone', async () => {
		const opening = house.open('correct horse battery staple');
		if (isHashed) {
			// The hashes of a ledger are made with what its key alone opens.
			await expect(opening).rejects.toMatchObject({ code: 'ledger-recipients-locked' });
			return;
		}
		const sealed = await opening;
		const granted = await sealed.keys.claim(terms(), [
			{ key: 'a', digest: null },
			{ key: 'b', digest: null },
		]);
		await sealed.keys.complete(
			granted.map((result, at) => ({
				scope,
				key: 'ab'.charAt(at),
				token: tokenOf(result),
				result: '{"email":"ada@example.test"}',
			})),
			'run',
		);
		expect(await sealed.keys.claim(terms(), [{ key: 'a', digest: null }])).toMatchObject([
			{ result: '{"email":"ada@example.test"}' },
		]);
		await expect(claim(['a'])).rejects.toMatchObject({ code: 'ledger-input-locked' });
		await house.tamper(
			`UPDATE key_results SET text = (SELECT text FROM key_results WHERE scope = '${scope}' AND key = 'b')
			WHERE scope = '${scope}' AND key = 'a'`,
		);
		await expect(sealed.keys.claim(terms(), [{ key: 'a', digest: null }])).rejects.toMatchObject({
			code: 'ledger-input-damaged',
		});
	});

	test('eight claimers of the same keys at once are granted each key once', async () => {
		const keys = Array.from({ length: 300 }, (_, index) => `k${index}`);
		// Two connections to one file in one process would block each other; processes have a test of their own.
		const others = store.startsWith('sqlite') ? [] : Array.from({ length: 3 }, () => house.open());
		const ledgers = [ledger, ...(await Promise.all(others))];
		const all = await Promise.all(
			Array.from({ length: 8 }, (_unused, at) =>
				(ledgers[at % ledgers.length] as Ledger).keys.claim(
					terms(),
					[...keys]
						.sort((a, b) => (at % 2 ? -1 : 1) * a.localeCompare(b))
						.map((key) => ({ key, digest: null })),
				),
			),
		);
		const granted = all.flat().filter(({ status }) => status === 'first');
		expect(granted).toHaveLength(300);
	});

	test('twelve thousand keys are claimed, one event for each stretch, and the chain holds', async () => {
		const keys = Array.from({ length: 12_000 }, (_, index) => `key-${index}`);
		const results = await claim(keys);
		expect(results.every(({ status }) => status === 'first')).toBe(true);
		const again = await claim(keys);
		expect(again.every(({ status }) => status === 'held')).toBe(true);
		const claimed = (await kinds()).filter((kind) => kind === 'keys.claimed');
		expect(claimed.length).toBeLessThanOrEqual(3);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});
});
