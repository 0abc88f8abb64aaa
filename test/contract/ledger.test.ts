import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommitRequest } from '../../core/delivery/sends';
import type { Ledger } from '../../app/ledger/api';
import type { TokenRef } from '../../core/delivery/record';
import {
	type LedgerHouse,
	refOf,
	registrationOf,
	slotCloses,
	slotOpens,
	storesBothWays,
	type TestClock,
	testSettings,
} from '../../testbed/databases/ledgers';

const target = 'hubspot:contacts';

describe.each(storesBothWays)('the ledger on %s', (store, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;
	let spine = '';
	let count = 0;

	beforeAll(async () => {
		house = await open(clock);
		ledger = await house.open();
	});
	afterAll(() => house.close());
	beforeEach(async () => {
		// Every spine writes to one target: what the test before left waiting is none of this one's.
		const waiting = await ledger.outbox.take(target, 1000, 60_000);
		await ledger.outbox.settle(waiting.map(({ id }) => ({ id, status: 'done' })));
		clock.at = slotOpens + 60_000;
		count += 1;
		spine = `spine-${count}`;
		await ledger.spines.configure(testSettings(spine), 'test');
	});

	const commitOf = (token: TokenRef, changes: Partial<CommitRequest> = {}): CommitRequest => ({
		...token,
		provider: 'postmark',
		providerMessageId: `${spine}-${token.ref.recipient}-${token.ref.slot}`,
		...changes,
	});
	const claimed = async (recipient: string, slots = 0): Promise<TokenRef> => {
		const registration = registrationOf(spine, recipient, slots);
		await ledger.deliveries.register([registration]);
		const [claim] = await ledger.deliveries.claim([{ ref: registration.ref }], 'run');
		if (claim?.status !== 'granted') throw new Error(`not granted: ${JSON.stringify(claim)}`);
		return { ref: registration.ref, token: claim.token };
	};
	const sending = async (recipient: string, slots = 0): Promise<TokenRef> => {
		const token = await claimed(recipient, slots);
		expect(await ledger.deliveries.confirm([token])).toMatchObject([{ status: 'send' }]);
		return token;
	};
	const stateOf = async (token: TokenRef): Promise<string | undefined> =>
		(await ledger.deliveries.get([token.ref]))[0]?.state;

	test('a delivery goes from due to committed once, whoever asks again', async () => {
		const token = await sending('1');
		const [done] = await ledger.deliveries.commit([commitOf(token)]);
		expect(done).toMatchObject({ status: 'committed', sentAt: clock.at });
		expect(await ledger.deliveries.commit([commitOf(token)])).toMatchObject([
			{ status: 'already-committed' },
		]);
		expect(await ledger.deliveries.claim([{ ref: token.ref }], 'other')).toMatchObject([
			{ status: 'already-delivered' },
		]);
		expect(await ledger.deliveries.confirm([token])).toMatchObject([
			{ status: 'stop', reason: 'already-committed' },
		]);
		expect(await ledger.deliveries.lastSent(spine, 'live', ['1', 'nobody'])).toEqual([clock.at, null]);
	});

	test('results come in the order of the batch, and one refusal stops nobody', async () => {
		await ledger.deliveries.register(['3', '1', '2'].map((id) => registrationOf(spine, id)));
		const refs = ['2', 'unknown', '3', 'bad\u0000key', '1', '2'].map((id) => refOf(spine, id));
		const results = await ledger.deliveries.claim(
			refs.map((ref) => ({ ref })),
			'run',
		);
		expect(results.map((r) => (r.status === 'refused' ? r.reason : r.status))).toEqual([
			'granted',
			'unknown-delivery',
			'granted',
			'unknown-delivery',
			'granted',
			'in-flight',
		]);
		expect(results[0]).toMatchObject({ input: { id: '2' } });
	});

	test('promise 2: after the lease passed to another, the former holder is refused everywhere', async () => {
		const old = await claimed('1');
		clock.at += 600_000;
		const [again] = await ledger.deliveries.claim([{ ref: old.ref }], 'second');
		expect(again).toMatchObject({ status: 'granted', token: old.token + 1, attempts: 2 });
		for (const [result] of [
			await ledger.deliveries.confirm([old]),
			await ledger.deliveries.commit([commitOf(old)]),
			await ledger.deliveries.fail([
				{ ...old, failureClass: 'generation', sent: 'no', retryable: true, reason: 'late' },
			]),
		]) {
			expect(result).toMatchObject({ reason: 'lease-lost' });
		}
	});

	test('promise 3: a send that was never confirmed cannot be committed', async () => {
		const token = await claimed('1');
		expect(await ledger.deliveries.commit([commitOf(token)])).toMatchObject([
			{ status: 'refused', reason: 'not-claimed' },
		]);
		expect(await ledger.outbox.backlog(target)).toMatchObject({ waiting: 0 });
	});

	test('promise 4: nothing is claimed within the minimum gap after a send', async () => {
		clock.at = slotCloses - 60_000;
		const first = await sending('1');
		await ledger.deliveries.commit([commitOf(first)]);
		clock.at = slotCloses + 60_000;
		const next = registrationOf(spine, '1', 1);
		await ledger.deliveries.register([next]);
		expect(await ledger.deliveries.claim([{ ref: next.ref }], 'run')).toMatchObject([
			{ reason: 'minimum-gap' },
		]);
		clock.at = slotCloses - 60_000 + 24 * 3_600_000;
		const token = await claimed('1', 1);
		expect(await ledger.deliveries.confirm([token])).toMatchObject([{ status: 'send' }]);
	});

	test('promise 5: a crash before the send is retried from the same frozen input, one after it is in doubt', async () => {
		const before = await claimed('1');
		const after = await sending('2');
		clock.at += 600_000;
		const unsent = await ledger.deliveries.unsent(spine, 'live', 10);
		expect(unsent.map((d) => [d.ref.recipient, d.input])).toEqual([
			['1', { id: '1', email: '1@example.test' }],
		]);
		await ledger.deliveries.register([
			registrationOf(spine, '1', 0, { input: { id: '1', email: 'new@example.test' } }),
		]);
		const results = await ledger.deliveries.claim([{ ref: before.ref }, { ref: after.ref }], 'next');
		expect(results[0]).toMatchObject({ status: 'granted', input: { email: '1@example.test' } });
		expect(results[1]).toMatchObject({ status: 'refused', reason: 'in-doubt' });
	});

	test('promise 6: a slot that closed is missed and never made up; slots nobody asked for are recorded', async () => {
		await ledger.deliveries.register([registrationOf(spine, '1')]);
		clock.at = slotCloses + 3 * 48 * 3_600_000;
		expect(await ledger.deliveries.sweep(spine)).toEqual({ expiredClaims: 0, movedInDoubt: 0, missed: 1 });
		expect(await ledger.deliveries.claim([{ ref: refOf(spine, '1') }], 'run')).toMatchObject([
			{ reason: 'missed' },
		]);
		const events = await ledger.events.list({ spine, kinds: ['slot.missed'], limit: 10 });
		expect(events.map((event) => event.subject)).toEqual(['2026-11-22', '2026-11-24', '2026-11-26']);
		await ledger.deliveries.sweep(spine);
		expect(await ledger.events.list({ spine, kinds: ['slot.missed'], limit: 10 })).toHaveLength(3);
	});

	test('a pause stops claims and confirms at once; what is under way may finish', async () => {
		const waiting = await claimed('1');
		const under = await sending('2');
		await ledger.spines.pause(spine, 'look', 'me');
		expect(await ledger.deliveries.confirm([waiting])).toMatchObject([{ status: 'stop', reason: 'paused' }]);
		expect(await ledger.deliveries.commit([commitOf(under)])).toMatchObject([{ status: 'committed' }]);
		expect(await ledger.deliveries.claim([{ ref: waiting.ref }], 'run')).toMatchObject([
			{ reason: 'paused' },
		]);
		await ledger.spines.resume(spine, 'fine', 'me');
		expect(await ledger.deliveries.claim([{ ref: waiting.ref }], 'run')).toMatchObject([
			{ status: 'granted', attempts: 1 },
		]);
	});

	test('failures: retryable ones are replayed once, unknown ones are in doubt until settled', async () => {
		const one = await claimed('1');
		const failure = {
			failureClass: 'generation',
			sent: 'no',
			retryable: true,
			reason: 'vendor down',
		} as const;
		expect(await ledger.deliveries.fail([{ ...one, ...failure }])).toEqual([
			{ status: 'failed', willReplay: true },
		]);
		const [again] = await ledger.deliveries.claim([{ ref: one.ref }], 'run');
		if (again?.status !== 'granted') throw new Error('no replay');
		expect(await ledger.deliveries.fail([{ ref: one.ref, token: again.token, ...failure }])).toEqual([
			{ status: 'failed', willReplay: false },
		]);
		expect(await ledger.deliveries.claim([{ ref: one.ref }], 'run')).toMatchObject([
			{ reason: 'replays-spent' },
		]);

		const two = await sending('2');
		expect(await ledger.deliveries.fail([{ ...two, ...failure, sent: 'unknown' }])).toEqual([
			{ status: 'in-doubt' },
		]);
		const ruling = { ref: two.ref, grounds: 'asked', by: 'test' };
		expect(await ledger.deliveries.settle([{ ...ruling, verdict: 'not-sent' }])).toEqual([{ status: 'due' }]);
		expect(await ledger.deliveries.settle([{ ...ruling, verdict: 'delivered' }])).toMatchObject([
			{ status: 'refused' },
		]);
	});

	test('a held delivery becomes due when its contact is mended', async () => {
		const held = registrationOf(spine, '1', 0, { hold: 'email is missing', input: { id: '1' } });
		await ledger.deliveries.register([held]);
		expect(await ledger.deliveries.claim([{ ref: held.ref }], 'run')).toMatchObject([{ reason: 'held' }]);
		expect(await ledger.deliveries.register([registrationOf(spine, '1')])).toMatchObject([
			{ status: 'registered', delivery: { state: 'due' } },
		]);
		expect(await ledger.deliveries.claim([{ ref: held.ref }], 'run')).toMatchObject([
			{ status: 'granted', input: { email: '1@example.test' } },
		]);
	});

	test('promise 10: what a dry run would have written is never given out', async () => {
		const ref = refOf(spine, '1', '2026-11-20', 'dry-run:rehearsal');
		const { ref: _live, ...registration } = registrationOf(spine, '1');
		const [claim] = await ledger.deliveries.claim([{ ref, register: registration }], 'run');
		if (claim?.status !== 'granted') throw new Error('not granted');
		const token = { ref, token: claim.token };
		await ledger.deliveries.confirm([token]);
		await ledger.deliveries.commit([commitOf(token)]);
		expect(await ledger.outbox.take(target, 10, 1000)).toEqual([]);
		expect(
			(await ledger.outbox.wouldBe('dry-run:rehearsal', 100)).filter((entry) => entry.ref.spine === spine),
		).toHaveLength(1);
		expect(await ledger.deliveries.lastSent(spine, 'live', ['1'])).toEqual([null]);
	});

	test('promise 11: the outbox leases, waits when throttled, and gives only the newest per object', async () => {
		await ledger.deliveries.commit([commitOf(await sending('1'))]);
		const [entry] = await ledger.outbox.take(target, 10, 5000);
		expect(entry).toMatchObject({
			objectId: '1',
			payload: { properties: { cc_delivery_count: '1' } },
			attempts: 1,
		});
		expect(await ledger.outbox.take(target, 10, 5000)).toEqual([]);
		await ledger.outbox.settle([{ id: entry?.id ?? '', status: 'later', retryAfterMs: 10_000 }]);
		expect(await ledger.outbox.take(target, 10, 5000)).toEqual([]);
		clock.at += 49 * 3_600_000;
		await ledger.deliveries.commit([commitOf(await sending('1', 1))]);
		const given = await ledger.outbox.take(target, 10, 5000);
		expect(given).toMatchObject([{ payload: { properties: { cc_delivery_count: '2' } } }]);
		await ledger.outbox.settle(given.map(({ id }) => ({ id, status: 'done' })));
		expect(await ledger.outbox.backlog(target)).toEqual({ waiting: 0, refused: 0, oldestAt: null });
	});

	test('outcomes are found by message id, and a graver one stands', async () => {
		const token = await sending('1');
		await ledger.deliveries.commit([commitOf(token)]);
		const report = { provider: 'postmark', providerMessageId: `${spine}-1-2026-11-20`, at: clock.at };
		expect(await ledger.deliveries.recordOutcome([{ ...report, outcome: 'bounced' }])).toMatchObject([
			{ status: 'recorded', delivery: { outcome: 'bounced' } },
		]);
		expect(
			await ledger.deliveries.recordOutcome([
				{ ...report, outcome: 'delivered' },
				{ ...report, providerMessageId: 'nobody', outcome: 'delivered' },
			]),
		).toEqual([{ status: 'known' }, { status: 'unknown-delivery' }]);
	});

	test('encrypted inputs need their key', async () => {
		const opening = house.open('a passphrase of the team');
		if (store.includes('hashes')) {
			// The hashes of a ledger are made with what its key alone opens.
			await expect(opening).rejects.toMatchObject({ code: 'ledger-recipients-locked' });
			return;
		}
		const sealed = await opening;
		await sealed.deliveries.register([registrationOf(spine, '1')]);
		await expect(ledger.deliveries.claim([{ ref: refOf(spine, '1') }], 'run')).rejects.toMatchObject({
			code: 'ledger-input-locked',
		});
		expect(await sealed.deliveries.claim([{ ref: refOf(spine, '1') }], 'run')).toMatchObject([
			{ status: 'granted', input: { id: '1' } },
		]);
	});

	test('pruning takes finished deliveries only, and nothing pruned can be sent again', async () => {
		const token = await sending('1');
		await ledger.deliveries.commit([commitOf(token)]);
		const doubt = await sending('2');
		clock.at = slotCloses + 24 * 3_600_000;
		await ledger.deliveries.sweep(spine);
		await ledger.prune({ inputsMs: 0, deliveriesMs: 0, eventsMs: 0 });
		expect(await ledger.deliveries.get([token.ref])).toEqual([null]);
		expect(await stateOf(doubt)).toBe('in-doubt');
		clock.at = slotOpens + 30 * 3_600_000;
		await ledger.deliveries.register([registrationOf(spine, '1')]);
		expect(await ledger.deliveries.claim([{ ref: token.ref }], 'run')).toMatchObject([
			{ reason: 'already-committed' },
		]);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('pruning leaves what was not sent while a clock that is set back would find its slot open', async () => {
		const ref = refOf(spine, '1');
		await ledger.deliveries.register([registrationOf(spine, '1')]);
		const claimed = await ledger.deliveries.claim([{ ref }], 'a worker that falls asleep');
		expect(claimed).toMatchObject([{ status: 'granted', token: 1 }]);
		const forget = { inputsMs: 0, deliveriesMs: 0, eventsMs: 400 * 86_400_000 };
		clock.at = slotCloses + 3_600_000;
		await ledger.deliveries.sweep(spine);
		await ledger.prune(forget);
		clock.at = slotCloses - 1;
		await ledger.deliveries.register([registrationOf(spine, '1')]);
		const [again] = await ledger.deliveries.claim([{ ref }], 'run');
		expect(again).not.toMatchObject({ token: 1 });
		clock.at = slotCloses + 30 * 86_400_000;
		await ledger.deliveries.sweep(spine);
		await ledger.prune(forget);
		expect(await ledger.deliveries.get([ref])).toEqual([null]);
	});

	test('promise 9: the chain tells of every change to it', async () => {
		await ledger.deliveries.commit([commitOf(await sending('1'))]);
		const before = await ledger.events.verify();
		expect(before).toMatchObject({ status: 'intact', unsealed: 0 });
		const events = await ledger.events.list({ spine, limit: 100 });
		expect(events.map((event) => event.kind)).toEqual([
			'spine.configured',
			'deliveries.due',
			'deliveries.claimed',
			'deliveries.confirmed',
			'deliveries.committed',
		]);
		const [first, second] = events.map((event) => event.id);
		const tampered: [string, string][] = [
			[
				`UPDATE events SET sentence = sentence || '.' WHERE id = ${first}`,
				`UPDATE events SET sentence = substr(sentence, 1, length(sentence) - 1) WHERE id = ${first}`,
			],
			[
				`UPDATE events SET at = at + 1 WHERE id = ${first}`,
				`UPDATE events SET at = at - 1 WHERE id = ${first}`,
			],
			[
				`UPDATE events SET data = data || ' ' WHERE id = ${first}`,
				`UPDATE events SET data = trim(data) WHERE id = ${first}`,
			],
			[
				`UPDATE events SET position = -position WHERE id = ${second}`,
				`UPDATE events SET position = -position WHERE id = ${second}`,
			],
		];
		for (const [harm, mend] of tampered) {
			await house.tamper(harm);
			expect(await ledger.events.verify()).toMatchObject({ status: 'broken' });
			await house.tamper(mend);
			expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		}
	});
});
