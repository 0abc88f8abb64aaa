import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import {
	evaluateStored,
	openRelease,
	promoteRelease,
	recordAnswer,
	recordApproval,
	setPolicy,
	type ServicePorts,
} from '../../app/release';
import {
	type LedgerHouse,
	registrationOf,
	slotOpens,
	stores,
	testSettings,
	type TestClock,
} from '../../testbed/databases/ledgers';
import { manifestFor, preset } from '../support/release';

const quiet = preset('quiet-content-delivery');
const subject = 'content';
const by = 'test';

describe.each(stores)('records that somebody wrote past the ledger, on %s', (_name, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;
	let ports: ServicePorts;
	beforeEach(async () => {
		clock.at = slotOpens;
		house = await open(clock);
		ledger = await house.open();
		ports = { ledger, now: () => clock.at };
		await ledger.spines.configure(testSettings(subject), by);
		await setPolicy(ports, subject, 'quiet-content-delivery', {}, by);
		await openRelease(ports, manifestFor(quiet, { subject }), by);
		await recordApproval(ports, 'r-1', { person: 'Ada', role: 'engineering', verdict: 'rejected' }, by);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});
	afterEach(() => house.close());

	const forgery: Readonly<Record<string, readonly [sql: string, record: string | RegExp]>> = {
		'a forged decision': [
			`UPDATE records SET body = replace(body, '"decision":null', '"decision":{"at":1,"decision":"ship","policyVersion":1,"releaseHash":"${'a'.repeat(64)}","sentence":"Ship."}') WHERE kind = 'release'`,
			'release r-1',
		],
		'a rejection that is gone': [`DELETE FROM records WHERE kind = 'approval'`, /^approval r-1:/],
		'a policy weakened in place': [
			`UPDATE records SET body = replace(body, '"count":2', '"count":0') WHERE kind = 'policy' AND id = 'content'`,
			'policy content',
		],
		'a spine flipped to live': [
			`UPDATE spines SET settings = replace(settings, '"mode":"live"', '"mode":"dry-run"')`,
			'spine content',
		],
	};

	test.each(Object.entries(forgery))(
		'%s is named, and the gate decides nothing',
		async (_what, [sql, record]) => {
			await house.tamper(sql);
			expect(await ledger.events.verify()).toMatchObject({
				status: 'broken',
				record: record instanceof RegExp ? expect.stringMatching(record) : record,
			});
			await expect(evaluateStored(ports, 'r-1', {}, by)).rejects.toMatchObject({
				code: 'release-records-disagree',
			});
		},
	);

	test('a committed delivery that was set back to due and granted again is told for ever', async () => {
		const request = registrationOf(subject, 'r');
		await ledger.deliveries.register([request]);
		await ledger.deliveries.claim([{ ref: request.ref }], 'one');
		await ledger.deliveries.confirm([{ ref: request.ref, token: 1 }]);
		await ledger.deliveries.commit([{ ref: request.ref, token: 1, provider: 'p', providerMessageId: null }]);
		await house.tamper(
			`UPDATE deliveries SET state = 'due'; UPDATE recipients SET last_sent_at = NULL, last_slot = NULL, last_opens_at = NULL`,
		);
		expect(await ledger.deliveries.claim([{ ref: request.ref }], 'two')).toMatchObject([
			{ status: 'granted' },
		]);
		const verdict = await ledger.events.verify();
		expect(verdict).toMatchObject({
			status: 'broken',
			record: `delivery of r in slot ${request.ref.slot} of spine content`,
			explanation: expect.stringMatching(/changed past the ledger: the event at position \d+ found it/),
		});
	});

	describe('a person accepts them', () => {
		const accept = { by: { person: 'Ada', account: { id: 'u-1', email: 'ada@example.test' } } };
		const reason = 'compared with the backup of 6:00';

		test.each(Object.entries(forgery))(
			'%s: the gate decides again, and it is told ever after',
			async (_what, [sql, record]) => {
				await house.tamper(sql);
				const accepted = await ledger.events.accept({ ...accept, reason });
				const named = record instanceof RegExp ? (expect.stringMatching(record) as unknown) : record;
				expect(accepted).toMatchObject({ person: 'Ada', reason, records: [{ record: named }] });
				expect(await ledger.events.verify()).toMatchObject({ status: 'intact', accepted: 1 });
				expect(await ledger.events.acceptances()).toEqual([accepted]);
				expect(await ledger.events.list({ kinds: ['ledger.accepted'], limit: 9 })).toMatchObject([
					{ sentence: expect.stringContaining(`Ada accepted 1 record that disagreed`) as unknown },
				]);
				// The gate is asked again; what it says is another matter.
				const gate = await evaluateStored(ports, 'r-1', {}, by).then(
					() => 'decided',
					(error: { code?: string }) => error.code,
				);
				expect(gate).not.toBe('release-records-disagree');
			},
		);

		test('what events found changed as well, all of them at once; what is changed afterwards is found', async () => {
			const first = registrationOf(subject, 'r');
			const second = registrationOf(subject, 's');
			await ledger.deliveries.register([first, second]);
			await house.tamper(`UPDATE deliveries SET attempts = 7 WHERE recipient = 'r'`);
			await ledger.deliveries.claim([{ ref: first.ref }], 'one');
			await house.tamper(`UPDATE deliveries SET attempts = 7 WHERE recipient = 's'`);
			await house.tamper(`DELETE FROM records WHERE kind = 'approval'`);
			expect(await ledger.events.verify()).toMatchObject({ status: 'broken' });
			const accepted = await ledger.events.accept({ ...accept, reason });
			expect(accepted?.records.map(({ record }) => record.replace(/ in slot.*|:.*/, '')).sort()).toEqual([
				'approval r-1',
				'delivery of r',
				'delivery of s',
			]);
			expect(await ledger.events.verify()).toMatchObject({ status: 'intact', accepted: 1 });
			await house.tamper(`UPDATE deliveries SET attempts = 8 WHERE recipient = 's'`);
			expect(await ledger.events.verify()).toMatchObject({ status: 'broken' });
		});

		test('nothing is accepted where all agrees, without a reason, or of a chain that is broken itself', async () => {
			expect(await ledger.events.accept({ ...accept, reason })).toBeNull();
			expect(await ledger.events.acceptances()).toEqual([]);
			await house.tamper(`DELETE FROM records WHERE kind = 'approval'`);
			await expect(ledger.events.accept({ ...accept, reason: ' ' })).rejects.toMatchObject({
				code: 'ledger-accept-no-reason',
			});
			await house.tamper(`UPDATE events SET sentence = 'x' WHERE position = 2`);
			await expect(ledger.events.accept({ ...accept, reason })).rejects.toMatchObject({
				code: 'ledger-accept-chain',
			});
		});

		test('an acceptance that is taken out of the ledger is missed', async () => {
			await house.tamper(`DELETE FROM records WHERE kind = 'approval'`);
			await ledger.events.accept({ ...accept, reason });
			await house.tamper(`DELETE FROM records WHERE kind = 'acceptance'`);
			expect(await ledger.events.verify()).toMatchObject({
				status: 'broken',
				record: expect.stringMatching(/^acceptance /) as unknown,
			});
		});

		test('an input of which nobody can say what it was stays told', async () => {
			const request = registrationOf(subject, 'r');
			await ledger.deliveries.register([request]);
			await house.tamper(`UPDATE inputs SET text = '{"email":"somebody@else.test","id":"r"}'`);
			await expect(ledger.events.accept({ ...accept, reason })).rejects.toMatchObject({
				code: 'ledger-accept-input',
			});
			expect(await ledger.events.verify()).toMatchObject({ status: 'broken' });
		});
	});

	test('an input that was changed is not handed out (security 8)', async () => {
		const request = registrationOf(subject, 'r');
		await ledger.deliveries.register([request]);
		await house.tamper(`UPDATE inputs SET text = '{"email":"somebody@else.test","id":"r"}'`);
		await expect(ledger.deliveries.claim([{ ref: request.ref }], 'one')).rejects.toMatchObject({
			code: 'ledger-input-changed',
		});
		expect(await ledger.events.verify()).toMatchObject({
			status: 'broken',
			record: `input of the delivery of r in slot ${request.ref.slot} of spine content`,
		});
	});

	test('a release is not moved forward on them', async () => {
		await recordAnswer(
			ports,
			'r-1',
			{ check: quiet.checks[0]?.id ?? '', status: 'pass', by: { machine: 'ci' }, grounds: 'green' },
			by,
		).catch(() => undefined);
		await house.tamper(
			`UPDATE records SET body = replace(body, '"stage":"draft"', '"stage":"approved"') WHERE kind = 'release'`,
		);
		await expect(promoteRelease(ports, 'r-1', 'deploying', by)).rejects.toMatchObject({
			code: 'release-records-disagree',
		});
	});
});
