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
