import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import {
	type LedgerHouse,
	refOf,
	registrationOf,
	slotCloses,
	slotOpens,
	storesBothWays,
	testSettings,
} from '../../testbed/databases/ledgers';

const minute = 60_000;
const spine = 'desk-spine';

describe.each(storesBothWays)('what the desk reads, on %s', (_name, open) => {
	const clock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;

	beforeEach(async () => {
		clock.at = slotOpens;
		house = await open(clock);
		ledger = await house.open();
		await ledger.spines.configure(testSettings(spine), 'test');
	});
	afterEach(() => house.close());

	async function register(recipients: readonly string[], slots = 0, hold?: string): Promise<void> {
		await ledger.deliveries.register(
			recipients.map((recipient) =>
				registrationOf(spine, recipient, slots, hold === undefined ? {} : { hold }),
			),
		);
	}

	async function claim(recipient: string): Promise<{ ref: ReturnType<typeof refOf>; token: number }> {
		const ref = refOf(spine, recipient);
		const [claimed] = await ledger.deliveries.claim([{ ref }], 'execution 7 / Claim');
		if (claimed?.status !== 'granted') throw new Error(`not granted: ${JSON.stringify(claimed)}`);
		return { ref, token: claimed.token };
	}

	async function send(recipient: string): Promise<void> {
		const token = await claim(recipient);
		await ledger.deliveries.confirm([token]);
		await ledger.deliveries.commit([{ ...token, provider: 'postmark', providerMessageId: `m-${recipient}` }]);
	}

	it('counts a slot by state, with what is retryable, what lapsed, sends by minute and the reasons', async () => {
		await register(['a', 'b', 'c', 'd', 'e', 'f']);
		await register(['x', 'y'], 0, 'no topic');
		clock.at = slotOpens + 10 * minute;
		await send('a');
		clock.at += minute;
		await send('b');
		const failing = await claim('c');
		await ledger.deliveries.fail([
			{
				...failing,
				failureClass: 'generation',
				retryable: true,
				sent: 'no',
				reason: 'The generator did not answer.',
			},
		]);
		const sending = await claim('d');
		await ledger.deliveries.confirm([sending]);
		await claim('e');
		const [slot] = await ledger.desk.slots(spine, 2);
		expect(slot).toMatchObject({
			slot: '2026-11-20',
			opensAt: slotOpens,
			states: { due: 1, held: 2, claimed: 1, sending: 1, committed: 2, failed: 1, 'in-doubt': 0, missed: 0 },
			lapsed: 0,
			retryable: 1,
			claims: 5,
			lastSentAt: slotOpens + 11 * minute,
		});
		expect(slot?.reasons).toEqual([
			{ state: 'held', failureClass: null, reason: 'no topic', count: 2 },
			{ state: 'failed', failureClass: 'generation', reason: 'The generator did not answer.', count: 1 },
		]);
		expect(slot?.perMinute.slice(-2)).toEqual([1, 1]);
		expect(slot?.perMinute.reduce((all, one) => all + one, 0)).toBe(2);

		clock.at += 10 * minute;
		const [later] = await ledger.desk.slots(spine, 2);
		expect(later?.lapsed).toBe(1);
		const doubts = await ledger.desk.doubts(spine, 10);
		expect(doubts.map(({ ref, state }) => [ref.recipient, state])).toEqual([['d', 'sending']]);
	});

	it('counts what each owner claimed last, of those with failures, in the slots named', async () => {
		await register(['a', 'b', 'c', 'd', 'e', 'f']);
		await send('a');
		const failing = { failureClass: 'generation', retryable: true, sent: 'no', reason: 'none' } as const;
		for (const recipient of ['b', 'c'])
			await ledger.deliveries.fail([{ ...(await claim(recipient)), ...failing }]);
		clock.at += minute;
		const sending = await claim('d');
		await ledger.deliveries.confirm([sending]);
		await ledger.deliveries.claim([{ ref: refOf(spine, 'e') }], 'execution 8 / Claim');
		const own = { owner: 'execution 7 / Claim', claimed: 4, sent: 1, open: 1, inDoubt: 0, lastAt: clock.at };
		expect(await ledger.desk.claims(spine, 2)).toEqual([{ slot: '2026-11-20', owners: [own] }]);

		// What a later run claims again is that run's; a lease that is over leaves a send in doubt.
		clock.at += 10 * minute;
		const [again] = await ledger.deliveries.claim([{ ref: refOf(spine, 'b') }], 'execution 9 / Claim');
		const token = again?.status === 'granted' ? again.token : 0;
		await ledger.deliveries.fail([{ ref: refOf(spine, 'b'), token, ...failing }]);
		expect((await ledger.desk.claims(spine, 1))[0]?.owners).toEqual([
			{ owner: 'execution 9 / Claim', claimed: 1, sent: 0, open: 0, inDoubt: 0, lastAt: clock.at },
			{ ...own, claimed: 3, open: 0, inDoubt: 1 },
		]);
		expect(await ledger.desk.claims('nowhere', 2)).toEqual([]);
	});

	it('finds what is in doubt in an older slot too, and leaves out what was settled', async () => {
		await register(['a', 'b']);
		for (const recipient of ['a', 'b']) await ledger.deliveries.confirm([await claim(recipient)]);
		clock.at = slotCloses + minute;
		await ledger.deliveries.sweep(spine);
		expect((await ledger.desk.doubts(spine, 10)).map(({ state }) => state)).toEqual(['in-doubt', 'in-doubt']);
		const [first] = await ledger.desk.doubts(spine, 1);
		const one = first?.ref.recipient ?? '';
		expect(['a', 'b']).toContain(one);
		await ledger.deliveries.settle([
			{ ref: refOf(spine, one), verdict: 'delivered', grounds: 'The provider has it.', by: 'test' },
		]);
		const other = one === 'a' ? 'b' : 'a';
		expect((await ledger.desk.doubts(spine, 10)).map(({ ref }) => ref.recipient)).toEqual([other]);
	});

	it('gives the newest slots that have opened, newest first, and no rehearsal', async () => {
		await register(['a']);
		await register(['a'], 1);
		await ledger.deliveries.register([
			{ ...registrationOf(spine, 'a', 0), ref: refOf(spine, 'a', '2026-11-20', 'dry-run:r') },
		]);
		expect((await ledger.desk.slots(spine, 5)).map(({ slot }) => slot)).toEqual(['2026-11-20']);
		clock.at = slotCloses + minute;
		const slots = await ledger.desk.slots(spine, 5);
		expect(slots.map(({ slot }) => slot)).toEqual(['2026-11-22', '2026-11-20']);
		expect(slots.map(({ perMinute }) => perMinute.length)).toEqual([30, 0]);
	});

	it('finds deliveries by recipient and by message, and nothing for strangers', async () => {
		await register(['a', 'b']);
		await send('a');
		expect((await ledger.desk.ofRecipient('a', 5)).map(({ state }) => state)).toEqual(['committed']);
		expect(await ledger.desk.ofRecipient('nobody', 5)).toEqual([]);
		expect((await ledger.desk.byMessage('m-a')).map(({ ref }) => ref.recipient)).toEqual(['a']);
		expect(await ledger.desk.byMessage('m-%')).toEqual([]);
	});

	it('gives the newest events first, of a kind, with a text, and only among the newest', async () => {
		await register(['a', 'b']);
		await claim('a');
		await ledger.spines.pause(spine, 'looking 50%_', 'ada');
		const newest = await ledger.desk.newest({ spine, limit: 10, within: 100 });
		expect(newest.map(({ kind }) => kind).slice(0, 2)).toEqual(['spine.paused', 'deliveries.claimed']);
		const paused = await ledger.desk.newest({ kinds: ['spine.paused'], limit: 5, within: 100 });
		expect(paused.map(({ data }) => (data as { by: string }).by)).toEqual(['ada']);
		expect(
			(await ledger.desk.newest({ except: ['spine.paused'], limit: 1, within: 100 })).map(({ kind }) => kind),
		).toEqual(['deliveries.claimed']);
		expect(
			(await ledger.desk.newest({ text: 'execution 7 ', limit: 5, within: 100 })).map(({ kind }) => kind),
		).toEqual(['deliveries.claimed']);
		expect(await ledger.desk.newest({ text: '50%_', limit: 5, within: 100 })).toHaveLength(1);
		expect(await ledger.desk.newest({ text: '50_%', limit: 5, within: 100 })).toEqual([]);
		expect(await ledger.desk.newest({ kinds: ['spine.configured'], limit: 5, within: 1 })).toEqual([]);
	});

	it('tells of every spine without counting its deliveries, and how many events wait for the sealer', async () => {
		await register(['a']);
		const [record] = await ledger.desk.spines();
		expect(record).toMatchObject({ settings: { spine }, paused: false });
		expect(record).not.toHaveProperty('open');
		expect(await ledger.desk.unsealed()).toBeGreaterThan(0);
		await ledger.events.seal();
		expect(await ledger.desk.unsealed()).toBe(0);
	});
});
