import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sandboxGeneratorKey, sandboxServerToken, sandboxToken } from '../../testbed/standins';
import { createWorld, SPINE, type World } from '../workflows/world';

const hours = 3_600_000;
const ledgerLimit = 10_000;

let world: World;
beforeEach(async () => {
	world = await createWorld(16);
	await world.configure();
});
afterEach(async () => await world.close());

/** What must not be found: tokens, and every address, name and topic of a contact. */
function secrets(): readonly string[] {
	const { admin } = world.standIns.hubspot;
	const personal = [...admin.account.contacts.keys()].flatMap((id) => {
		const values = admin.values(id) ?? {};
		return [values['email'], values['cc_profile_topic'], values['cc_profile_audience']];
	});
	const found = [...personal, sandboxToken, sandboxServerToken, sandboxGeneratorKey];
	return [...new Set(found.filter((value): value is string => value !== undefined && value !== ''))];
}
const leaks = (text: string): readonly string[] => secrets().filter((secret) => text.includes(secret));

/** Everything our nodes say of a run apart from the items they pass on: errors, hints, and why an item was refused. */
function saidBy(run: Awaited<ReturnType<World['run']>>): string {
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
	'HubSpot refuses the token': () => world.standIns.hubspot.admin.fault('F25', { times: Infinity }),
	'HubSpot refuses a value and quotes it': () =>
		world.standIns.hubspot.admin.fault('F14', { times: Infinity, path: '/batch/update' }),
	'HubSpot names an address in a conflict': () =>
		world.standIns.hubspot.admin.fault('F27', { times: Infinity, path: '/batch/update' }),
	'Postmark refuses the recipient': () =>
		world.standIns.postmark.admin.fault('inactive', { times: Infinity }),
	'Postmark hangs up': () => world.standIns.postmark.admin.fault('reset-after', { times: Infinity }),
	'the generator fails': () => world.standIns.generator.admin.fault('outage', { times: Infinity }),
};

describe('tokens and contact data', () => {
	it.each(Object.entries(troubles))(
		'are in no error, hint, reason or event when %s',
		async (_name, trouble) => {
			trouble();
			const spine = await world.runTemplate('content-delivery-spine.json', {
				startNode: 'Check Every 15 Minutes',
			});
			const reconcile = await world.runTemplate('reconcile.json');
			expect(secrets().length).toBeGreaterThan(20);
			expect(leaks(saidBy(spine))).toEqual([]);
			expect(leaks(saidBy(reconcile))).toEqual([]);
			const events = await world.ledger.events.list({ spine: SPINE, limit: ledgerLimit });
			expect(events.length).toBeGreaterThan(0);
			expect(leaks(JSON.stringify(events))).toEqual([]);
			const records = await world.ledger.deliveries.list({ spine: SPINE, limit: ledgerLimit });
			expect(leaks(JSON.stringify(records.map(({ reason, owner }) => [reason, owner])))).toEqual([]);
		},
		2 * hours,
	);

	it('would be found if they were there', () => {
		expect(leaks(`Bearer ${sandboxToken}`)).toEqual([sandboxToken]);
	});
});
