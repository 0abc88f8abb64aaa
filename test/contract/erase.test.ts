import { setImmediate as letOthersRun } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import { hardBouncesSince } from '../../app/watch/chain';
import type { KeyClaimResult } from '../../core/once/record';
import {
	type LedgerHouse,
	registrationOf,
	slotOpens,
	stores,
	testSettings,
	type TestClock,
} from '../../testbed/databases/ledgers';

const hour = 3_600_000;
const person = '150829384756';
const other = '150829384757';
const email = 'anna.lindqvist@example.test';
const named = {
	id: person,
	email,
	firstname: 'Anna',
	lastname: 'Lindqvist',
	text: 'a letter to Frau Lindqvist',
};
const by = 'ada';
const request = { recipient: person, alsoKnownAs: ['Anna Lindqvist'], by };

/** What names the person, with what stands around it. */
const remainsIn = (text: string): readonly string[] =>
	[person, email, 'Lindqvist', `msg-${person}`, 'a letter to'].flatMap((name) => {
		const at = text.indexOf(name);
		return at < 0 ? [] : [text.slice(Math.max(0, at - 200), at + 100)];
	});

const tokenOf = (grant: KeyClaimResult | undefined): number => {
	if (grant?.status !== 'first') throw new Error(JSON.stringify(grant));
	return grant.token;
};

describe.each(stores)('erasing one recipient, on %s', (name, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;

	const register = async (recipient: string, slots = 0, input: object = {}): Promise<void> => {
		const registration = registrationOf('content', recipient, slots);
		await ledger.deliveries.register([{ ...registration, input: { ...registration.input, ...input } }]);
	};
	const claimed = async (recipient: string, slots = 0): Promise<{ ref: never; token: number }> => {
		const { ref } = registrationOf('content', recipient, slots);
		const [grant] = await ledger.deliveries.claim([{ ref }], 'run 1');
		if (grant?.status !== 'granted') throw new Error(JSON.stringify(grant));
		return { ref: ref as never, token: grant.token };
	};
	const sent = async (recipient: string, slots = 0): Promise<void> => {
		const at = await claimed(recipient, slots);
		expect(await ledger.deliveries.confirm([at])).toMatchObject([{ status: 'send' }]);
		await ledger.deliveries.commit([
			{
				...at,
				provider: 'postmark',
				providerMessageId: `msg-${recipient}-${slots}`,
				assetId: `asset-${recipient}`,
			},
		]);
	};
	const figures = async (): Promise<unknown> =>
		await ledger.deliveries.statistics({
			spine: 'content',
			space: 'live',
			from: slotOpens - 1000 * hour,
			to: slotOpens + 1000 * hour,
		});
	const bounces = (): Promise<number> =>
		hardBouncesSince(ledger.events, 'content', slotOpens, (detail) => detail.startsWith('HardBounce'));

	beforeEach(async () => {
		clock.at = slotOpens + hour;
		house = await open(clock);
		ledger = await house.open(undefined, 'a key that signs the chain');
		await ledger.spines.configure(testSettings('content'), by);
		for (const recipient of [person, other]) {
			await register(recipient, 0, recipient === person ? named : {});
			await sent(recipient);
		}
		await ledger.deliveries.recordOutcome([
			{
				ref: registrationOf('content', person).ref,
				outcome: 'bounced',
				at: clock.at,
				detail: `HardBounce: ${email} is unknown`,
			},
		]);
		await ledger.records.write(
			[
				{
					kind: 'verdict',
					id: 'v-1',
					spine: 'content',
					parent: null,
					body: { sentence: `The mail to ${email} bounced.`, contacts: [person, other] },
					expectedRevision: 0,
				},
			],
			[
				{
					kind: 'watch.looked',
					spine: 'content',
					subject: null,
					sentence: `Contact ${person} bounced.`,
					data: {},
				},
			],
		);
		const terms = { scope: 'mails', leaseMs: hour, rememberMs: 1000 * hour, whenUnknown: 'hold' } as const;
		const keys = [`welcome:${email}`, 'evt_1', 'evt_2'];
		const grants = await ledger.keys.claim(
			{ ...terms, owner: 'run 1' },
			keys.map((key) => ({ key, digest: null })),
		);
		await ledger.keys.complete(
			keys.map((key, at) => ({
				scope: 'mails',
				key,
				token: tokenOf(grants[at]),
				result: JSON.stringify({ to: at < 2 ? email : 'x@y.test' }),
				rememberMs: 1000 * hour,
			})),
			by,
		);
		await ledger.events.seal();
		clock.at = slotOpens + 49 * hour;
		for (const recipient of [person, other]) await register(recipient, 1, recipient === person ? named : {});
		await ledger.events.seal();
	});
	afterEach(() => house.close());

	test('leaves nothing of them in any row, and everything that was counted', async () => {
		const before = await figures();
		const head = await ledger.events.head();
		expect(remainsIn(await house.remains())).toHaveLength(5);
		const report = await ledger.erasure.erase(request);
		expect(report).toMatchObject({
			deliveries: 2,
			held: 1,
			inputs: 2,
			keys: 2,
			documents: 1,
			stillNamed: [],
		});
		expect(await ledger.erasure.scrub()).toEqual({
			remains: name === 'sqlite' ? 'rebuilt' : 'out-of-reach',
		});
		const left = await house.remains();
		expect(remainsIn(left)).toEqual([]);
		expect(left).toContain(other);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		expect(await ledger.events.verifyAgainst(head)).toMatchObject({ status: 'intact' });
		const counted = JSON.parse(JSON.stringify(before)) as { held: number; open: number }[];
		const last = counted.at(-1);
		if (last) [last.held, last.open] = [last.held + 1, last.open - 1];
		expect(await figures()).toEqual(counted);
		expect(await bounces()).toBe(1);
	});

	test('keeps the minimum gap and the slot for one who comes back, who counts from one again', async () => {
		clock.at = slotOpens + 95 * hour;
		await sent(person, 1);
		await ledger.erasure.erase(request);
		await register(person, 1, named);
		const again = { ref: registrationOf('content', person, 1).ref };
		expect(await ledger.deliveries.claim([again], 'run 2')).toMatchObject([
			{ status: 'refused', reason: 'already-committed' },
		]);
		clock.at = slotOpens + 96 * hour + 60_000;
		await register(person, 2, named);
		const next = { ref: registrationOf('content', person, 2).ref };
		expect(await ledger.deliveries.claim([next], 'run 2')).toMatchObject([
			{ status: 'refused', reason: 'minimum-gap' },
		]);
		clock.at = slotOpens + 143 * hour;
		await sent(person, 2);
		const [row] = await house.read(`SELECT * FROM recipients WHERE recipient = '${person}'`);
		expect(Number(row?.['committed_count'])).toBe(1);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('holds the gap at the last look, too, for one who was claimed while they were erased', async () => {
		clock.at = slotOpens + 95 * hour;
		await sent(person, 1);
		await ledger.erasure.erase(request);
		clock.at = slotOpens + 96 * hour + 60_000;
		await register(person, 2, named);
		// As if the registration had been under way beside the erasure: nothing of the person was known to it.
		await house.tamper(`DELETE FROM recipients WHERE recipient = '${person}'`);
		const at = await claimed(person, 2);
		expect(await ledger.deliveries.confirm([at])).toMatchObject([{ status: 'stop', reason: 'minimum-gap' }]);
	});

	test('forgets who was erased once the gap is over, and says when they were erased until then', async () => {
		await sent(person, 1);
		await ledger.erasure.erase(request);
		expect(await ledger.erasure.look(request)).toEqual({
			known: false,
			ids: expect.anything(),
			erasedAt: clock.at,
		});
		clock.at += 100 * hour;
		await ledger.prune({ inputsMs: 1000 * hour, deliveriesMs: 1000 * hour, eventsMs: 1000 * hour });
		expect(await house.read('SELECT * FROM erased')).toEqual([]);
		await expect(ledger.erasure.look(request)).rejects.toMatchObject({ code: 'ledger-erase-unknown' });
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('keeps what was done once done', async () => {
		await ledger.erasure.erase(request);
		const terms = { scope: 'mails', leaseMs: hour, rememberMs: 1000 * hour, whenUnknown: 'hold' } as const;
		const keys = [`welcome:${email}`, 'evt_1', 'evt_2', 'evt_3'];
		const given = await ledger.keys.claim(
			{ ...terms, owner: 'run 2' },
			keys.map((key) => ({ key, digest: null })),
		);
		expect(given).toMatchObject([
			{ status: 'done', result: null },
			{ status: 'done', result: null },
			{ status: 'done', result: expect.stringContaining('x@y.test') },
			{ status: 'first' },
		]);
	});

	test('is refused while something may be on its way to them, and changes nothing', async () => {
		await expect(
			ledger.erasure.erase({ ...request, recipient: '999', alsoKnownAs: [] }),
		).rejects.toMatchObject({
			code: 'ledger-erase-unknown',
		});
		const refused = async (code: string): Promise<void> => {
			const before = await house.read('SELECT * FROM deliveries');
			await expect(ledger.erasure.look(request)).rejects.toMatchObject({ code });
			await expect(ledger.erasure.erase(request)).rejects.toMatchObject({ code });
			expect(await house.read('SELECT * FROM deliveries')).toEqual(before);
		};
		const at = await claimed(person, 1);
		await refused('ledger-erase-in-flight');
		await ledger.deliveries.confirm([at]);
		await refused('ledger-erase-in-flight');
		await ledger.deliveries.fail([
			{ ...at, failureClass: 'send', retryable: true, reason: 'timed out', sent: 'unknown' },
		]);
		await refused('ledger-erase-in-doubt');
		await ledger.deliveries.settle([{ ref: at.ref, verdict: 'delivered', grounds: 'seen', by }]);
		await ledger.spines.configure(testSettings('content', { testRecipients: [person] }), by);
		await refused('ledger-erase-tester');
		await ledger.spines.configure(testSettings('content'), by);
		await ledger.keys.claim(
			{ scope: 'mails', leaseMs: hour, rememberMs: 10 * hour, whenUnknown: 'hold', owner: 'run 3' },
			[{ key: `again:${email}`, digest: null }],
		);
		await refused('ledger-erase-key-open');
	});

	test('goes on a paused spine, and after it with another person of the same batches', async () => {
		await ledger.spines.pause('content', `${email} complained`, by);
		await ledger.spines.configure(testSettings('content', { testRecipients: [person] }), by);
		await ledger.spines.configure(testSettings('content'), by);
		await ledger.erasure.erase(request);
		await ledger.erasure.erase({ recipient: other, alsoKnownAs: [], by });
		await ledger.erasure.scrub();
		const left = await house.remains();
		expect(remainsIn(left)).toEqual([]);
		expect(left.includes(other)).toBe(false);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		clock.at += 2 * hour;
		await ledger.prune({ inputsMs: hour, deliveriesMs: 1000 * hour, eventsMs: hour });
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('of a signed ledger needs the key that signs it', async () => {
		const unsigned = await house.open();
		await expect(unsigned.erasure.erase(request)).rejects.toMatchObject({ code: 'ledger-erase-unsigned' });
	});

	test('beside a run that goes on, leaves a chain that holds', async () => {
		// SQLite has one connection in a process: two would wait for each other.
		const second = name === 'sqlite' ? ledger : await house.open(undefined, 'a key that signs the chain');
		const going = new AbortController();
		const run = (async (): Promise<void> => {
			for (let at = 0; !going.signal.aborted; at += 1) {
				const registration = registrationOf('content', `15082938${4000 + at}`, 1);
				await second.deliveries.register([registration]);
				await second.deliveries.claim([{ ref: registration.ref }], 'run 2');
				await second.events.seal();
				// SQLite's calls never wait: without this the run would keep everything else from running.
				await letOthersRun();
			}
		})();
		await ledger.erasure.erase(request);
		going.abort();
		await run;
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		expect(remainsIn(JSON.stringify(await house.read('SELECT * FROM events')))).toEqual([]);
	});
});

describe.each(stores)('an erasure that somebody forges, on %s', (_name, open) => {
	const clock: TestClock = { at: slotOpens + hour };
	let house: LedgerHouse;
	afterEach(() => house.close());

	test('is found: an event replaced without the signing key', async () => {
		house = await open(clock);
		const ledger = await house.open(undefined, 'a key that signs the chain');
		await ledger.spines.configure(testSettings('content'), by);
		await ledger.deliveries.register([registrationOf('content', person), registrationOf('content', other)]);
		await ledger.events.seal();
		await ledger.erasure.erase({ recipient: person, alsoKnownAs: [], by });
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		await house.tamper(
			`UPDATE events SET data = replace(data, '${other}', 'nobody') WHERE kind = 'deliveries.due'`,
		);
		expect(await ledger.events.verify()).toMatchObject({ status: 'broken' });
	});
});
