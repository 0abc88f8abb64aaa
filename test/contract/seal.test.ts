import { describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import { houseEachTest } from '../../testbed/databases/house-each-test';
import { registrationOf, stores, testSettings } from '../../testbed/databases/ledgers';

const hour = 3_600_000;
const by = 'ada';
const first = 'the first passphrase';
const second = 'the second passphrase';
const ref = (recipient: string) => registrationOf('content', recipient).ref;
const claim = (ledger: Ledger, recipient: string) =>
	ledger.deliveries.claim([{ ref: ref(recipient) }], 'run 1');
const terms = {
	scope: 'mails',
	leaseMs: hour,
	rememberMs: 1000 * hour,
	whenUnknown: 'hold',
	owner: 'run',
} as const;
const keyed = (ledger: Ledger, key: string) => ledger.keys.claim(terms, [{ key, digest: null }]);

describe.each(stores)('the encryption key, on %s', (_name, open) => {
	const each = houseEachTest(open);

	const register = async (ledger: Ledger, names: readonly string[]): Promise<void> => {
		await ledger.deliveries.register(names.map((name) => registrationOf('content', name)));
	};
	const done = async (ledger: Ledger, key: string): Promise<void> => {
		const [grant] = await keyed(ledger, key);
		const token = grant?.status === 'first' ? grant.token : 0;
		await ledger.keys.complete([{ scope: 'mails', key, token, result: '{"to":"anna"}' }], by);
	};

	test('refuses inputs and results in the clear in a ledger that always had one', async () => {
		const ledger = await each.house.open(first);
		await ledger.spines.configure(testSettings('content'), by);
		await register(ledger, ['a', 'b']);
		await done(ledger, 'k');
		await each.house.tamper(
			`UPDATE inputs SET text = '{"email":"a@example.test","id":"a"}' WHERE recipient = 'a'; UPDATE key_results SET text = '{"result":{"to":"anna"}}'`,
		);
		await expect(claim(ledger, 'a')).rejects.toMatchObject({ code: 'ledger-input-unsealed' });
		await expect(ledger.deliveries.unsent('content', 'live', 10)).rejects.toMatchObject({
			code: 'ledger-input-unsealed',
		});
		await expect(keyed(ledger, 'k')).rejects.toMatchObject({ code: 'ledger-result-unsealed' });
		expect(await claim(ledger, 'b')).toMatchObject([{ status: 'granted' }]);
		expect(await ledger.events.verify()).toMatchObject({
			status: 'broken',
			explanation: expect.stringContaining('is not encrypted'),
		});
	});

	test('set later, hands out what was kept in the clear until everything is sealed', async () => {
		const plain = await each.house.open();
		await plain.spines.configure(testSettings('content'), by);
		await register(plain, ['a', 'b']);
		await done(plain, 'k');
		const ledger = await each.house.open(first);
		expect(await claim(ledger, 'a')).toMatchObject([{ status: 'granted', input: { id: 'a' } }]);
		expect(await ledger.reseal(by)).toEqual({ inputs: 2, results: 1, unreadable: 0, complete: true });
		expect(await ledger.reseal(by)).toEqual({ inputs: 0, results: 0, unreadable: 0, complete: true });
		expect(await each.house.read(`SELECT text FROM inputs WHERE text LIKE '{%'`)).toEqual([]);
		expect(await each.house.read(`SELECT text FROM key_results WHERE text LIKE '{%'`)).toEqual([]);
		expect(await claim(ledger, 'b')).toMatchObject([{ status: 'granted', input: { id: 'b' } }]);
		expect(await keyed(ledger, 'k')).toMatchObject([{ status: 'done', result: '{"to":"anna"}' }]);
		await each.house.tamper(`UPDATE inputs SET text = '{"id":"a"}' WHERE recipient = 'a'`);
		await expect(ledger.deliveries.get([ref('a')], true)).rejects.toMatchObject({
			code: 'ledger-input-unsealed',
		});
	});

	test('changed, opens what the former one sealed, and seals it again, in pages, from where it was cut off', async () => {
		const before = await each.house.open(first);
		await before.spines.configure(testSettings('content'), by);
		const names = Array.from({ length: 450 }, (_unused, at) => `c${String(at).padStart(3, '0')}`);
		await register(before, names);
		await done(before, 'k');
		const ledger = await each.house.open(second, undefined, first);
		expect(await claim(ledger, 'c000')).toMatchObject([{ status: 'granted', input: { id: 'c000' } }]);
		expect(await keyed(ledger, 'k')).toMatchObject([{ status: 'done', result: '{"to":"anna"}' }]);
		expect(await ledger.reseal(by)).toEqual({ inputs: 450, results: 1, unreadable: 0, complete: true });
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		const alone = await each.house.open(second);
		expect(await claim(alone, 'c001')).toMatchObject([{ status: 'granted', input: { id: 'c001' } }]);
	});

	test('that is missing or wrong is named, and nothing is taken for sealed', async () => {
		const before = await each.house.open(first);
		await before.spines.configure(testSettings('content'), by);
		await register(before, ['a', 'b']);
		const wrong = await each.house.open(second);
		await expect(claim(wrong, 'a')).rejects.toMatchObject({
			code: 'ledger-input-locked',
			message: expect.stringMatching(
				/is encrypted with key [0-9a-f]{8}, and the credential holds key [0-9a-f]{8}/,
			),
		});
		expect(await wrong.reseal(by)).toEqual({ inputs: 0, results: 0, unreadable: 2, complete: false });
		const none = await each.house.open();
		await expect(none.reseal(by)).rejects.toMatchObject({ code: 'ledger-reseal-no-key' });
		await expect(each.house.open(undefined, undefined, first)).rejects.toMatchObject({
			code: 'ledger-key-only-former',
		});
		expect(await claim(before, 'a')).toMatchObject([{ status: 'granted' }]);
	});
});
