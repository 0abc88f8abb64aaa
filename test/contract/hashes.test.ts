import { describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import { houseEachTest } from '../../testbed/databases/house-each-test';
import { anna, bert, claimed, email, lifeOf, namedIn, people, tester } from '../../testbed/databases/life';
import { refOf, registrationOf, stores, testSettings } from '../../testbed/databases/ledgers';

const hour = 3_600_000;
const by = 'ada';
const first = '11'.repeat(32);
const second = '22'.repeat(32);
const target = 'hubspot:contacts';

describe.each(stores)('recipients stored as keyed hashes, on %s', (_name, open) => {
	const each = houseEachTest(open);
	const hashed = (key = first, former?: string): Promise<Ledger> => each.hashed(key, former);

	const register = (ledger: Ledger, recipient: string, slots = 0): Promise<unknown> =>
		ledger.deliveries.register([
			registrationOf('content', recipient, slots, { input: { id: recipient, email } }),
		]);
	const sent = async (ledger: Ledger, recipient: string, slots = 0, message = 'message-1') => {
		const at = await claimed(ledger, recipient, slots);
		expect(await ledger.deliveries.confirm([at])).toMatchObject([{ status: 'send' }]);
		return await ledger.deliveries.commit([
			{ ...at, provider: 'postmark', providerMessageId: message, assetId: 'asset-1' },
		]);
	};

	const life = (ledger: Ledger): Promise<void> => lifeOf(ledger, each.clock);

	test('nobody is named in any table, event or file, and the chain verifies', async () => {
		const plain = await each.house.open();
		await plain.close();
		const ledger = await hashed();
		await life(ledger);
		expect(namedIn(await each.house.remains())).toEqual([]);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('the same life, stored as names, names all of them', async () => {
		await life(await each.house.open(first));
		expect(namedIn(await each.house.remains())).toEqual(people);
	});

	test('whoever uses the ledger gives names and is given names', async () => {
		const ledger = await hashed();
		await ledger.spines.configure(testSettings('content', { testRecipients: [tester] }), by);
		expect((await ledger.spines.get('content'))?.settings.testRecipients).toEqual([tester]);
		expect((await ledger.desk.spines())[0]?.settings.testRecipients).toEqual([tester]);
		for (const recipient of [anna, bert]) await register(ledger, recipient);
		const unsent = await ledger.deliveries.unsent('content', 'live', 10);
		expect(unsent.map(({ ref }) => ref.recipient).sort()).toEqual([anna, bert]);
		expect(unsent.map(({ input }) => input?.['id']).sort()).toEqual([anna, bert]);
		expect(await sent(ledger, anna)).toMatchObject([{ status: 'committed', writes: [{ objectId: anna }] }]);
		expect(
			await ledger.deliveries.get([refOf('content', anna), refOf('content', 'nobody')], true),
		).toMatchObject([{ ref: { recipient: anna }, state: 'committed', input: { email } }, null]);
		const first = await ledger.deliveries.list({ spine: 'content', limit: 1 });
		const next = await ledger.deliveries.list({ spine: 'content', limit: 9, after: first[0]?.ref });
		expect([...first, ...next].map(({ ref }) => ref.recipient).sort()).toEqual([anna, bert]);
		expect(await ledger.deliveries.lastSent('content', 'live', [bert, anna])).toEqual([null, each.clock.at]);
		expect(await ledger.outbox.take(target, 10, 1000)).toMatchObject([
			{ objectId: anna, ref: { recipient: anna } },
		]);
		expect(await ledger.desk.ofRecipient(anna, 5)).toMatchObject([{ ref: { recipient: anna } }]);
		expect(await ledger.desk.byMessage('message-1')).toMatchObject([{ ref: { recipient: anna } }]);
		const happened = await ledger.desk.newest({ text: anna, limit: 50, within: 1000 });
		expect(happened.map(({ kind }) => kind)).toContain('deliveries.committed');
		expect(JSON.stringify(happened)).toContain(anna);
		expect(JSON.stringify(happened)).not.toContain('h1-');
		const at = await claimed(ledger, bert);
		await ledger.deliveries.confirm([at]);
		each.clock.at += hour;
		expect(await ledger.desk.doubts('content', 10)).toMatchObject([{ ref: { recipient: bert } }]);
		const reports = await ledger.deliveries.recordOutcome([
			{ provider: 'postmark', providerMessageId: 'message-1', outcome: 'delivered', at: each.clock.at },
		]);
		expect(reports).toMatchObject([{ status: 'recorded', delivery: { ref: { recipient: anna } } }]);
		await ledger.events.seal();
		const events = await ledger.events.sealedAfter(0, 1000);
		expect(events.find(({ kind }) => kind === 'deliveries.committed')?.data).toMatchObject({
			deliveries: [[anna, 1]],
		});
	});

	test('what others write of a recipient is kept under the hash and read with the name', async () => {
		const ledger = await hashed();
		await life(ledger);
		const [verdict] = await ledger.records.get('verdict', ['v-1']);
		expect(verdict?.body).toEqual({
			sentence: `Mails to ${anna} and (${bert}) bounced.`,
			contacts: { [anna]: [bert] },
		});
		const [looked] = await ledger.events.list({ kinds: ['watch.looked'], limit: 1 });
		expect(looked).toMatchObject({ subject: anna, sentence: `Contact ${anna} bounced.` });
		const [failed] = await ledger.events.list({ kinds: ['deliveries.in-doubt'], limit: 1 });
		expect(JSON.stringify(failed?.data)).toContain(
			`No answer for <${bert}>, contact ${anna}, reply to [address].`,
		);
	});

	test('reading goes on from where it was, and leaves to others what they were handed', async () => {
		const ledger = await hashed();
		await life(ledger);
		const of = { spine: 'content', space: 'live', slot: '2026-11-20' } as const;
		expect(await ledger.reading.take(of)).toMatchObject({
			mark: { position: anna },
			handOuts: [{ recipients: [anna, bert] }],
		});
		await ledger.erasure.erase({ recipient: bert, alsoKnownAs: [], by });
		expect(await each.house.read('SELECT position FROM reading_marks')).toMatchObject([{ position: null }]);
	});

	test('a batch in any order, and two processes, are one and the same', async () => {
		const ledger = await hashed();
		await ledger.spines.configure(testSettings('content'), by);
		const names = Array.from({ length: 50 }, (_unused, at) => `contact ${(at * 17) % 50}`);
		await ledger.deliveries.register(names.map((one) => registrationOf('content', one)));
		const other = await hashed();
		const again = [...names, names[3] ?? ''].map((one) => ({ ref: refOf('content', one) }));
		const results = await other.deliveries.claim(again, 'run 1');
		expect(results.map((one) => (one.status === 'granted' ? one.input['id'] : one.status))).toEqual([
			...names,
			'refused',
		]);
	});

	test('a name is not mixed up with another, whatever it looks like', async () => {
		const ledger = await hashed();
		await ledger.spines.configure(testSettings('content'), by);
		const odd = ['h1-short', '"quoted" \\ $& name', 'ärger', 'a'];
		for (const recipient of odd) await register(ledger, recipient);
		const found = await ledger.deliveries.list({ spine: 'content', limit: 9 });
		expect(found.map(({ ref }) => ref.recipient).sort()).toEqual([...odd].sort());
		const [event] = await ledger.events.list({ kinds: ['deliveries.due'], limit: 1, afterId: 0 });
		expect(JSON.stringify(event?.data)).not.toContain('h1-A');
		const unusable = registrationOf('content', 'bad\u0000name');
		await expect(ledger.deliveries.register([unusable])).rejects.toMatchObject({
			code: 'ledger-key-unusable',
		});
	});

	describe('is never mixed with names:', () => {
		const code = (of: string) => ({ code: `ledger-recipients-${of}` });

		test('needs a key, and a ledger that is new', async () => {
			await expect(each.hashed(undefined)).rejects.toMatchObject(code('no-key'));
			const named = await each.house.open(first);
			await named.spines.configure(testSettings('content'), by);
			await expect(hashed()).rejects.toMatchObject(code('named'));
			await register(named, anna);
			expect(await named.deliveries.unsent('content', 'live', 10)).toHaveLength(1);
		});

		test('a ledger in which only keys were claimed is no new one', async () => {
			const named = await each.house.open(first);
			const terms = { scope: 'mails', leaseMs: hour, rememberMs: hour, whenUnknown: 'hold' } as const;
			await named.keys.claim({ ...terms, owner: 'run' }, [{ key: 'k', digest: null }]);
			await expect(hashed()).rejects.toMatchObject(code('named'));
		});

		test('is refused to who brings names, also to who opened it before it was begun', async () => {
			const early = await each.house.open(first);
			const ledger = await hashed();
			await expect(early.spines.configure(testSettings('content'), by)).rejects.toMatchObject(code('hashed'));
			await ledger.spines.configure(testSettings('content'), by);
			await expect(register(early, anna)).rejects.toMatchObject(code('hashed'));
			const claim = { ref: refOf('content', anna), register: registrationOf('content', anna) };
			await expect(early.deliveries.claim([claim], 'run')).rejects.toMatchObject(code('hashed'));
			await expect(each.house.open(first)).rejects.toMatchObject(code('hashed'));
			expect(namedIn(await each.house.remains())).toEqual([]);
			await register(ledger, anna);
		});

		test('is refused under another key, and read as it is stored without one', async () => {
			const ledger = await hashed();
			await ledger.spines.configure(testSettings('content'), by);
			await register(ledger, anna);
			await expect(hashed(second)).rejects.toMatchObject(code('locked'));
			const reader = await each.house.open(undefined, undefined, undefined, 'as-stored');
			const [found] = await reader.deliveries.list({ limit: 1 });
			expect(found?.ref.recipient).toMatch(/^h1-/);
			expect(await reader.events.verify()).toMatchObject({ status: 'intact' });
		});
	});

	test('a changed key finds everybody, before and after all is sealed again', async () => {
		const before = await hashed(first);
		await before.spines.configure(testSettings('content'), by);
		for (const recipient of [anna, bert]) await register(before, recipient);
		await sent(before, anna);
		const both = await hashed(second, first);
		expect(await both.deliveries.claim([{ ref: refOf('content', anna) }], 'run 2')).toMatchObject([
			{ status: 'already-delivered' },
		]);
		expect(await both.reseal(by)).toEqual({
			...{ inputs: 2, results: 0, unreadable: 0, complete: true },
			names: 3,
		});
		expect(await both.reseal(by)).toMatchObject({ names: 0, complete: true });
		const alone = await hashed(second);
		expect(await alone.deliveries.claim([{ ref: refOf('content', anna) }], 'run 2')).toMatchObject([
			{ status: 'already-delivered' },
		]);
		expect(await alone.deliveries.unsent('content', 'live', 10)).toMatchObject([
			{ ref: { recipient: bert } },
		]);
		expect(await alone.events.verify()).toMatchObject({ status: 'intact' });
		await expect(hashed(first)).rejects.toMatchObject({ code: 'ledger-recipients-locked' });
	});

	test('one person is erased, under the gap they come back to, and their name is no longer kept', async () => {
		const ledger = await hashed();
		await life(ledger);
		const head = await ledger.events.head();
		const names = async (): Promise<readonly unknown[]> =>
			await each.house.read('SELECT hash FROM recipient_names ORDER BY hash');
		expect(await names()).toHaveLength(3);
		const hash = String(
			(await each.house.read("SELECT recipient FROM deliveries WHERE state = 'committed'"))[0]?.['recipient'],
		);
		const request = { recipient: anna, alsoKnownAs: ['Anna Lindqvist'], by };
		expect(await ledger.erasure.look(request)).toMatchObject({ known: true, ids: [anna, 'Anna Lindqvist'] });
		expect(await ledger.erasure.erase(request)).toMatchObject({ deliveries: 1, inputs: 1, documents: 1 });
		await ledger.erasure.scrub();
		expect(await names()).toHaveLength(2);
		const left = await each.house.remains();
		expect(left).not.toContain(hash);
		expect(namedIn(left)).toEqual([]);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		expect(await ledger.events.verifyAgainst(head)).toMatchObject({ status: 'intact' });
		await register(ledger, anna);
		const again = { ref: refOf('content', anna) };
		expect(await ledger.deliveries.claim([again], 'run 2')).toMatchObject([
			{ status: 'refused', reason: 'already-committed' },
		]);
		expect(await names()).toHaveLength(3);
		await ledger.spines.configure(testSettings('content', { testRecipients: [tester] }), by);
		await expect(ledger.erasure.erase({ recipient: tester, alsoKnownAs: [], by })).rejects.toMatchObject({
			code: 'ledger-erase-tester',
		});
	});

	test('keys are known again, listed by their hash, and settled by the one or the other', async () => {
		const ledger = await hashed();
		const terms = { scope: 'mails', leaseMs: hour, rememberMs: 1000 * hour, whenUnknown: 'hold' } as const;
		const keys = [`welcome:${email}`, `invoice:${anna}`].map((key) => ({ key, digest: null }));
		expect(await ledger.keys.claim({ ...terms, owner: 'run 1' }, keys)).toMatchObject([
			{ status: 'first' },
			{ status: 'first' },
		]);
		expect(await ledger.keys.get([{ scope: 'mails', key: `welcome:${email}` }])).toMatchObject([
			{ key: `welcome:${email}`, state: 'claimed' },
		]);
		const listed = await ledger.keys.list({ scope: 'mails', limit: 10 });
		expect(listed.map(({ key }) => key.slice(0, 3))).toEqual(['h1-', 'h1-']);
		each.clock.at += 2 * hour;
		await ledger.keys.complete([{ scope: 'mails', key: `welcome:${email}`, token: null, result: '1' }], by);
		const open = (await ledger.keys.list({ scope: 'mails', limit: 10 })).find(
			({ state }) => state === 'in-doubt',
		);
		await ledger.keys.giveBack(
			[{ scope: 'mails', key: open?.key ?? '', token: null, happened: 'no', reason: 'it had none' }],
			by,
		);
		expect(await ledger.keys.claim({ ...terms, owner: 'run 2' }, keys)).toMatchObject([
			{ status: 'done', result: '1' },
			{ status: 'first' },
		]);
		expect(namedIn(await each.house.remains())).toEqual([]);
	});
});
