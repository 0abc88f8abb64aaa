import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../cli';
import { houseEachTest } from '../../testbed/databases/house-each-test';
import { anna, bert, claimed, email, lifeOf, namedIn, people, tester } from '../../testbed/databases/life';
import {
	refOf,
	registrationOf,
	slotOpens,
	stores,
	testSettings,
	type TestClock,
} from '../../testbed/databases/ledgers';

const hour = 3_600_000;
const by = 'ada';
const key = '11'.repeat(32);
const newer = '22'.repeat(32);
const signing = '33'.repeat(32);
const code = (of: string) => ({ code: `ledger-${of}` });

describe.each(stores)('a ledger of names converted to one of keyed hashes, on %s', (_name, open) => {
	const each = houseEachTest(open);

	test('names nobody any longer, goes on where it was, and verifies, also against a head of before', async () => {
		const named = await each.house.open(key, signing);
		await lifeOf(named, each.clock);
		const head = await named.events.head();
		const counted = await named.deliveries.statistics({
			...{ spine: 'content', space: 'live' },
			...{ from: slotOpens - hour, to: slotOpens + hour },
		});
		await named.close();
		expect(namedIn(await each.house.remains())).toEqual(people);
		expect(await each.house.hashRecipients(key, signing)).toMatchObject({
			...{ deliveries: 3, recipients: 2, keys: 1, documents: 3 },
			outbox: expect.any(Number),
			events: expect.any(Number),
		});
		expect(namedIn(await each.house.remains())).toEqual([]);

		const ledger = await each.house.open(key, signing, undefined, 'hashes');
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		expect(await ledger.events.verifyAgainst(head)).toMatchObject({ status: 'intact' });
		expect(
			await ledger.deliveries.statistics({
				...{ spine: 'content', space: 'live' },
				...{ from: slotOpens - hour, to: slotOpens + hour },
			}),
		).toEqual(counted);
		expect((await ledger.spines.get('content'))?.settings.testRecipients).toEqual([tester]);
		expect(await ledger.deliveries.claim([{ ref: refOf('content', anna) }], 'run 2')).toMatchObject([
			{ status: 'already-delivered' },
		]);
		expect(await ledger.deliveries.lastSent('content', 'live', [anna])).toEqual([each.clock.at]);
		expect(await ledger.desk.byMessage('message-1')).toMatchObject([{ ref: { recipient: anna } }]);
		const terms = {
			scope: 'mails',
			leaseMs: hour,
			rememberMs: hour,
			whenUnknown: 'hold',
			owner: 'run 2',
		} as const;
		expect(await ledger.keys.claim(terms, [{ key: `welcome:${email}`, digest: null }])).toMatchObject([
			{ status: 'done', result: `{"to":"${email}"}` },
		]);
		const [verdict] = await ledger.records.get('verdict', ['v-1']);
		expect(verdict?.body).toMatchObject({ contacts: { [anna]: [bert] } });
		const [committed] = await ledger.events.list({ kinds: ['deliveries.committed'], limit: 1 });
		expect(committed?.data).toMatchObject({ deliveries: [[anna, 1]] });
		expect(await each.house.hashRecipients(key, signing)).toMatchObject({ deliveries: 0, events: 0 });
		expect(await ledger.erasure.erase({ recipient: anna, alsoKnownAs: [], by })).toMatchObject({
			deliveries: 1,
		});
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('of many people and events, in pages', async () => {
		const named = await each.house.open(key);
		await named.spines.configure(testSettings('content'), by);
		const names = Array.from({ length: 1200 }, (_unused, at) => `person-${at}`);
		await named.deliveries.register(names.map((one) => registrationOf('content', one)));
		for (const one of names.slice(0, 250))
			await named.deliveries.claim([{ ref: refOf('content', one) }], 'run');
		each.clock.at += hour;
		await named.close();
		expect(await each.house.hashRecipients(key)).toMatchObject({ deliveries: 1200 });
		expect(await each.house.remains()).not.toContain('person-');
		const ledger = await each.hashed(key);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		const unsent = await ledger.deliveries.unsent('content', 'live', 2000);
		expect(unsent.map(({ ref }) => ref.recipient).sort()).toEqual([...names].sort());
	});

	test('is refused, and changes nothing, while something is under way or only names can tell it', async () => {
		const named = await each.house.open(key, signing);
		await named.spines.configure(testSettings('content'), by);
		await named.deliveries.register([registrationOf('content', anna), registrationOf('content', bert)]);
		await named.deliveries.claim([{ ref: refOf('content', anna) }], 'run 1');
		const before = await each.house.read('SELECT * FROM deliveries');
		await expect(each.house.hashRecipients(key, signing)).rejects.toMatchObject(code('convert-in-flight'));
		await expect(each.house.hashRecipients('')).rejects.toMatchObject(code('recipients-no-key'));
		each.clock.at += hour;
		await expect(each.house.hashRecipients(key)).rejects.toMatchObject(code('convert-unsigned'));
		await named.deliveries.sweep('content');
		const held = await claimed(named, bert);
		await named.deliveries.confirm([held]);
		await named.deliveries.commit([{ ...held, provider: 'postmark', providerMessageId: 'm' }]);
		await named.erasure.erase({ recipient: bert, alsoKnownAs: [], by });
		await expect(each.house.hashRecipients(key, signing)).rejects.toMatchObject(code('convert-remembered'));
		expect(before).toHaveLength(2);
		expect(await named.deliveries.get([refOf('content', anna)])).toMatchObject([{ state: 'due' }]);
		await each.house.tamper(`UPDATE deliveries SET attempts = 7 WHERE recipient = '${anna}'`);
		await expect(each.house.hashRecipients(key, signing)).rejects.toMatchObject(code('convert-broken'));
	});

	test('cut off, is closed to everybody until it is finished', async () => {
		const named = await each.house.open(key);
		await lifeOf(named, each.clock);
		await named.close();
		// Somebody is still owed what this key cannot open: it does not even begin.
		await expect(each.house.hashRecipients(newer)).rejects.toMatchObject(code('convert-broken'));
		each.clock.at += 72 * hour;
		const later = await each.house.open(key);
		await later.deliveries.sweep('content');
		await later.close();
		// Everything is over, and its inputs are sealed with a key that this one does not know: it ends in the middle.
		await expect(each.house.hashRecipients(newer)).rejects.toMatchObject(code('input-locked'));
		await expect(each.house.open(key)).rejects.toMatchObject(code('recipients-hashed'));
		await expect(each.hashed(newer)).rejects.toMatchObject(code('recipients-converting'));
		expect(await each.house.hashRecipients(newer, undefined, key)).toMatchObject({ deliveries: 3 });
		const ledger = await each.hashed(newer, key);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		expect(namedIn(await each.house.remains())).toEqual([]);
	});
});

test('the command line converts a file, says what it did, and what hinders it', async () => {
	const { mkdtempSync, writeFileSync } = await import('node:fs');
	const { tmpdir } = await import('node:os');
	const { join } = await import('node:path');
	const { openSqliteLedger } = await import('../../adapters/sqlite');
	const folder = mkdtempSync(join(tmpdir(), 'rg-convert-'));
	const [file, keyFile] = [join(folder, 'ledger.sqlite'), join(folder, 'key')];
	writeFileSync(keyFile, `${key}\n`);
	const clock: TestClock = { at: slotOpens + hour };
	const ledger = await openSqliteLedger({ file, clock: () => clock.at, encryptionKey: key });
	await lifeOf(ledger, clock);
	await ledger.close();
	const run = async (...args: readonly string[]): Promise<readonly [number, string, string]> => {
		let [out, err] = ['', ''];
		const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
		return [await runCli(['hash-recipients', ...args], terminal), out, err];
	};
	const [unnamed, , why] = await run('--encryption-key', keyFile);
	expect([unnamed, why]).toEqual([2, expect.stringContaining('ledger')]);
	const [done, out] = await run('--sqlite', file, '--encryption-key', keyFile);
	expect(done).toBe(0);
	expect(JSON.parse(out)).toMatchObject({ deliveries: 3, remains: 'rebuilt', verdict: { status: 'intact' } });
});
