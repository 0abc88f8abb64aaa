import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { publicSigner } from '../../adapters/crypto/signing';
import { eventHash } from '../../app/ledger/chain';
import { parseHead } from '../../app/ledger/history/head';
import {
	type LedgerHouse,
	registrationOf,
	slotOpens,
	stores,
	testSettings,
	type TestClock,
} from '../../testbed/databases/ledgers';

const pair = generateKeyPairSync('ed25519');
const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const publicPem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const passphrase = 'correct horse battery staple';

const quoted = (text: unknown): string =>
	typeof text !== 'string' ? 'NULL' : `'${text.replaceAll("'", "''")}'`;

describe.each(stores)('the head of the chain, kept elsewhere, on %s', (_name, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	beforeEach(async () => {
		house = await open(clock);
	});
	afterEach(() => house.close());

	const filled = async (key?: string) => {
		const ledger = await house.open(undefined, key);
		await ledger.spines.configure(testSettings('content'), 'ada');
		await ledger.deliveries.register(['a', 'b'].map((name) => registrationOf('content', name)));
		await ledger.deliveries.claim([{ ref: registrationOf('content', 'a').ref }], 'run');
		return ledger;
	};

	/** Writes the whole chain anew with one sentence changed, as somebody who knows the code would. */
	const rewriteChain = async (): Promise<void> => {
		const rows = await house.read('SELECT * FROM events ORDER BY position');
		let hash = '0'.repeat(64);
		const sql: string[] = [];
		for (const row of rows) {
			const event = row as unknown as Parameters<typeof eventHash>[2] & { position: number };
			const next = { ...event, id: Number(event.id), at: Number(event.at), sentence: 'All is well.' };
			hash = eventHash(hash, Number(event.position), next);
			sql.push(
				`UPDATE events SET sentence = ${quoted(next.sentence)}, hash = '${hash}' WHERE position = ${event.position}`,
			);
		}
		await house.tamper([...sql, `UPDATE chain SET head_hash = '${hash}'`].join('; '));
	};

	test.each([
		['without a key', undefined],
		['with an HMAC key', passphrase],
		['with an Ed25519 key', pem],
	])('finds a chain that was rewritten whole, or cut off, %s', async (_what, key) => {
		const ledger = await filled(key);
		const head = await ledger.events.head();
		expect(await ledger.events.verifyAgainst(head)).toMatchObject({ status: 'intact' });
		expect(await ledger.events.verifyAgainst(JSON.stringify(head))).toMatchObject({ status: 'intact' });
		await ledger.spines.pause('content', 'later', 'ada');
		expect(await ledger.events.verifyAgainst(head)).toMatchObject({ status: 'intact' });
		await rewriteChain();
		const verdict = await ledger.events.verifyAgainst(head);
		expect(verdict).toMatchObject({ status: 'broken' });
		if (key === undefined) {
			// Without a key nothing inside the database tells it: the kept head does.
			expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
			expect(verdict).toMatchObject({
				position: head.position,
				explanation: expect.stringContaining('rewritten'),
			});
		}
	});

	test('a head that was made up is refused, by the key or by its public half', async () => {
		const ledger = await filled(pem);
		const head = await ledger.events.head();
		expect(parseHead(head, publicSigner(publicPem))).toEqual(head);
		const forged = { ...head, hash: 'ab'.repeat(32) };
		expect(() => parseHead(forged, publicSigner(publicPem))).toThrow(/not signed with key/);
		await expect(ledger.events.verifyAgainst(forged)).rejects.toMatchObject({ code: 'ledger-head-forged' });
		await expect(ledger.events.verifyAgainst({ position: 1 })).rejects.toMatchObject({
			code: 'ledger-head-unreadable',
		});
	});

	/** Tells of the present rows as if the ledger had written them: what somebody could do who read this code. */
	const forgeState = async (state: unknown): Promise<void> =>
		await house.tamper(
			`INSERT INTO events (at, kind, sentence, data, state) VALUES (1, 'ledger.state', 'The ledger changed.', '{}', ${quoted(state)})`,
		);

	test('with a signing key an event that somebody else wrote is found, signed by nobody or copied', async () => {
		const ledger = await filled(passphrase);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		const [first] = await house.read("SELECT state FROM events WHERE kind = 'deliveries.claimed'");
		await forgeState('{"t":[]}');
		expect(await ledger.events.verify()).toMatchObject({
			status: 'broken',
			explanation: expect.stringContaining('is not signed'),
		});
		await house.tamper("DELETE FROM events WHERE kind = 'ledger.state'");
		await house.tamper(
			'UPDATE chain SET head_position = (SELECT max(position) FROM events), head_hash = (SELECT hash FROM events ORDER BY position DESC LIMIT 1)',
		);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		await forgeState(first?.['state']);
		expect(await ledger.events.verify()).toMatchObject({
			status: 'broken',
			explanation: expect.stringContaining('was not signed with the signing key'),
		});
	});

	test('a copied event is found, though its signature holds', async () => {
		const ledger = await filled(passphrase);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		await house.tamper(
			"INSERT INTO events (at, kind, spine, subject, sentence, data, state) SELECT at, kind, spine, subject, sentence, data, state FROM events WHERE kind = 'deliveries.due'",
		);
		expect(await ledger.events.verify()).toMatchObject({
			status: 'broken',
			explanation: expect.stringContaining('it was copied'),
		});
	});

	test('a ledger that gets a key later goes on; what is then written without it is found', async () => {
		const before = await filled();
		const ledger = await house.open(undefined, passphrase);
		await ledger.spines.pause('content', 'later', 'ada');
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		await before.spines.resume('content', 'on', 'ada');
		expect(await ledger.events.verify()).toMatchObject({ status: 'broken' });
	});
});
