import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sandboxGeneratorKey, sandboxServerToken, sandboxToken } from '../../testbed/standins';
import { createSpineFixture, SPINE, type SpineFixture } from '../workflows/fixture';

const hours = 3_600_000;
const ledgerLimit = 10_000;

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(16);
	await fixture.configure();
});
afterEach(async () => await fixture.close());

/** What must not be found: tokens, and every address, name and topic of a contact. */
function secrets(): readonly string[] {
	const { admin } = fixture.standIns.hubspot;
	const personal = [...admin.account.contacts.keys()].flatMap((id) => {
		const values = admin.values(id) ?? {};
		return [values['email'], values['cc_profile_topic'], values['cc_profile_audience']];
	});
	const found = [...personal, sandboxToken, sandboxServerToken, sandboxGeneratorKey];
	return [...new Set(found.filter((value): value is string => value !== undefined && value !== ''))];
}
const leaks = (text: string): readonly string[] => secrets().filter((secret) => text.includes(secret));

/** Everything our nodes say of a run apart from the items they pass on: errors, hints, and why an item was refused. */
function saidBy(run: Awaited<ReturnType<SpineFixture['run']>>): string {
	const ours = Object.entries(run.runData).flatMap(([name, tasks]) =>
		tasks.map((task) => ({
			name,
			error: task.error === undefined ? null : [task.error.message, task.error.description],
			hints: task.hints,
		})),
	);
	const refusals = [
		'Commit Delivery',
		'Record Failed Send',
		'Record Failed Generation',
		'Flush Outbox',
	].flatMap((name) =>
		run.runData[name] === undefined
			? []
			: [...run.json(name, 0), ...run.json(name, 1)].map((item) => item['releaseGate']),
	);
	return JSON.stringify([ours, refusals, run.error?.message]);
}

/** What goes wrong while the spine runs. */
const troubles: Readonly<Record<string, () => void>> = {
	'nothing goes wrong': () => undefined,
	'HubSpot refuses the token': () => fixture.standIns.hubspot.admin.fault('F25', { times: Infinity }),
	'HubSpot refuses a value and quotes it': () =>
		fixture.standIns.hubspot.admin.fault('F14', { times: Infinity, path: '/batch/update' }),
	'HubSpot names an address in a conflict': () =>
		fixture.standIns.hubspot.admin.fault('F27', { times: Infinity, path: '/batch/update' }),
	'Postmark refuses the recipient': () =>
		fixture.standIns.postmark.admin.fault('inactive', { times: Infinity }),
	'Postmark hangs up': () => fixture.standIns.postmark.admin.fault('reset-after', { times: Infinity }),
	'the generator fails': () => fixture.standIns.generator.admin.fault('outage', { times: Infinity }),
};

describe('tokens and contact data', () => {
	it.each(Object.entries(troubles))(
		'are in no error, hint, reason or event when %s',
		async (_name, trouble) => {
			trouble();
			const spine = await fixture.runTemplate('content-delivery-spine.json', {
				startNode: 'Check Every 15 Minutes',
			});
			const reconcile = await fixture.runTemplate('reconcile.json');
			expect(secrets().length).toBeGreaterThan(20);
			expect(leaks(saidBy(spine))).toEqual([]);
			expect(leaks(saidBy(reconcile))).toEqual([]);
			const events = await fixture.ledger.events.list({ spine: SPINE, limit: ledgerLimit });
			expect(events.length).toBeGreaterThan(0);
			expect(leaks(JSON.stringify(events))).toEqual([]);
			const records = await fixture.ledger.deliveries.list({ spine: SPINE, limit: ledgerLimit });
			expect(leaks(JSON.stringify(records.map(({ reason, owner }) => [reason, owner])))).toEqual([]);
		},
		2 * hours,
	);

	it('would be found if they were there', () => {
		expect(leaks(`Bearer ${sandboxToken}`)).toEqual([sandboxToken]);
	});
});
