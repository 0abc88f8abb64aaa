import { describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import { contentDigest } from '../../core/once/content';
import { freeze } from '../../core/delivery/refs';
import { houseEachTest } from '../../testbed/databases/house-each-test';
import { anna, bert, claimed, email, namedIn } from '../../testbed/databases/life';
import { refOf, registrationOf, stores, testSettings } from '../../testbed/databases/ledgers';

const hour = 3_600_000;
const by = 'ada';
const key = '11'.repeat(32);
const terms = {
	...{ scope: 'mails', owner: 'run 1', leaseMs: hour, rememberMs: 1000 * hour },
	whenUnknown: 'hold',
} as const;
/** What a workflow without Due Deliveries freezes: no more than who it is for. */
const input = { id: anna, email };
const content = { to: email };
/** What somebody computes who has a list of contacts and the database, and no key. */
const guesses = [freeze(input).digest, contentDigest(content) ?? ''];

describe.each(stores)('somebody with the database and a guess, on %s', (_name, open) => {
	const each = houseEachTest(open);
	const hashed = (): Promise<Ledger> => each.hashed(key);
	const guessed = async (): Promise<readonly string[]> => {
		const kept = await each.house.remains();
		return guesses.filter((guess) => kept.includes(guess));
	};

	/** A delivery that is claimed and given back, and a key that is done with a content. */
	async function use(ledger: Ledger): Promise<void> {
		await ledger.spines.configure(testSettings('content'), by);
		const registration = registrationOf('content', anna, 0, { input });
		await ledger.deliveries.register([registration]);
		const [grant] = await ledger.deliveries.claim([{ ref: registration.ref }], 'run 1');
		expect(grant).toMatchObject({ status: 'granted', input });
		const token = grant?.status === 'granted' ? grant.token : 0;
		await ledger.deliveries.fail([
			{
				...{ ref: registration.ref, token, failureClass: 'generation', retryable: true, sent: 'no' },
				reason: 'too long',
			},
		]);
		const [first] = await ledger.keys.claim(terms, [{ key: 'welcome', digest: contentDigest(content) }]);
		const held = first?.status === 'first' ? first.token : 0;
		await ledger.keys.complete([{ scope: 'mails', key: 'welcome', token: held, result: null }], by);
	}

	async function goesOn(ledger: Ledger): Promise<void> {
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		expect(
			await ledger.keys.claim(terms, [{ key: 'welcome', digest: contentDigest(content) }]),
		).toMatchObject([{ status: 'done' }]);
		expect(
			await ledger.keys.claim(terms, [{ key: 'welcome', digest: contentDigest({ to: bert }) }]),
		).toMatchObject([{ status: 'held', reason: 'other-content' }]);
		expect(await ledger.deliveries.claim([{ ref: refOf('content', anna) }], 'run 2')).toMatchObject([
			{ status: 'granted', input, inputDigest: expect.stringMatching(/^[0-9a-f]{64}$/) },
		]);
	}

	test('learns neither who an input is of nor what a key came with', async () => {
		const ledger = await hashed();
		await use(ledger);
		expect(await guessed()).toEqual([]);
		await goesOn(ledger);
	});

	test('learns it where recipients are names, and no longer once they were converted to hashes', async () => {
		const named = await each.house.open(key);
		await use(named);
		expect(await guessed()).toEqual(guesses);
		await named.close();
		await each.house.hashRecipients(key);
		expect(await guessed()).toEqual([]);
		await goesOn(await hashed());
	});

	test('cannot put another input in its place', async () => {
		const ledger = await hashed();
		await use(ledger);
		await each.house.tamper(`UPDATE deliveries SET input_digest = '${freeze(input).digest}'`);
		await expect(ledger.deliveries.claim([{ ref: refOf('content', anna) }], 'run 2')).rejects.toMatchObject({
			code: 'ledger-input-changed',
		});
	});
});

describe.each(stores)('what a provider writes of somebody, on %s', (_name, open) => {
	const each = houseEachTest(open);

	test.each([
		`404 at https://api.hubapi.com/crm/v3/objects/contacts/${anna}?archived=false`,
		`objectId=${anna} does not exist`,
		`no contact \`${anna}\`, #${anna}, *${anna}*, ~${anna}~, „${anna}“, ${anna}…`,
		`GET /messages/outbound?recipient=${encodeURIComponent(email)}&count=1`,
		`GET /messages/outbound?recipient=${encodeURIComponent(bert)}&count=1`,
		`path\\${anna}`,
	])('names nobody in the database: %s', async (reason) => {
		const ledger = await each.hashed(key);
		await ledger.spines.configure(testSettings('content'), by);
		for (const recipient of [anna, bert])
			await ledger.deliveries.register([registrationOf('content', recipient)]);
		const held = await claimed(ledger, anna);
		await ledger.deliveries.fail([
			{ ...{ ...held, failureClass: 'generation', retryable: true, sent: 'no' }, reason },
		]);
		await ledger.events.append([
			{ ...{ kind: 'watch.looked', spine: 'content', subject: null }, sentence: reason, data: { reason } },
		]);
		const kept = await each.house.remains();
		const inFailure = await each.house.read("SELECT reason FROM deliveries WHERE state = 'failed'");
		expect(inFailure).toHaveLength(1);
		expect(namedIn(JSON.stringify(inFailure))).toEqual([]);
		expect(JSON.stringify(inFailure)).not.toContain('%40');
		// An address that is encoded stays in the events of others, as the guide says.
		expect(namedIn(kept)).toEqual([]);
		const [looked] = await ledger.events.list({ kinds: ['watch.looked'], limit: 1 });
		expect(looked).toMatchObject({ sentence: reason, data: { reason } });
	});

	test('names nobody where a claim registers somebody who is held', async () => {
		const ledger = await each.hashed(key);
		await ledger.spines.configure(testSettings('content'), by);
		const register = registrationOf('content', anna, 0, { hold: `${email} is no address` });
		await ledger.deliveries.claim([{ ref: register.ref, register }], 'run 1');
		expect(namedIn(await each.house.remains())).toEqual([]);
		const [found] = await ledger.deliveries.list({ limit: 1 });
		expect(found).toMatchObject({
			ref: { recipient: anna },
			state: 'held',
			reason: '[address] is no address',
		});
	});
});
