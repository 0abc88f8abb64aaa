import assert from 'node:assert/strict';
import { gather } from '../fixture';
import {
	assertLater,
	assertWritten,
	codeOf,
	create,
	newDefinition,
	statuses,
	versionsOf,
	type FaultCase,
	type Scene,
} from './case';

/** Plays a passing outage on a read and a lasting one on a write. */
const outage = async (id: string, code: string, scene: Scene): Promise<void> => {
	scene.admin.fault(id, { times: 2, path: '/batch/read' });
	assert.deepEqual(statuses(await scene.read()), ['found', 'found', 'found']);
	assert.deepEqual(scene.waits, [500, 1000]);
	scene.admin.fault(id, { times: 5, path: '/batch/update' });
	assertLater(await scene.write(), code, 30_000);
	assert.equal(scene.count('/batch/update'), 5);
	assertWritten(await scene.write());
};

const account = async (id: string, code: string, retryAfterMs: number, scene: Scene): Promise<void> => {
	scene.admin.fault(id, { path: '/batch/update' });
	assertLater(await scene.write(), code, retryAfterMs);
	assert.equal(scene.count('/batch/update'), 1);
	assert.deepEqual(scene.waits, []);
	assert.deepEqual(scene.assets(), [undefined, undefined, undefined]);
	assertWritten(await scene.write());
};

/** Throttling, outages and broken connections. */
export const transportCases: readonly FaultCase[] = [
	{
		id: 'F01',
		fault: '429, ten-second limit, with or without Retry-After',
		behaviour:
			'Waits as long as Retry-After or the interval header says (else 10 s), holds all calls of that token back meanwhile, and repeats. When patience ends: reads fail by id, writes come back as `later`; nothing is lost or half written.',
		play: async (scene) => {
			const waits = { 'no Retry-After': 10_000, 'Retry-After: 1': 1000, 'Retry-After: 10': 10_000 };
			for (const variant of Object.keys(waits)) scene.admin.fault('F01', { variant, path: '/batch/read' });
			assert.deepEqual(statuses(await scene.read()), ['found', 'found', 'found']);
			assert.deepEqual(scene.waits, Object.values(waits));
			scene.admin.fault('F01', { times: Infinity });
			assertLater(await scene.write(), 'hubspot-throttled', 10_000);
			assert.deepEqual(statuses(await scene.read()), ['failed', 'failed', 'failed']);
			assert.deepEqual(scene.assets(), [undefined, undefined, undefined]);
			scene.admin.clearFaults();
		},
	},
	{
		id: 'F02',
		fault: '429 on search, no rate headers',
		behaviour:
			'Waits 1 s, then longer, and repeats whatever the text says. When it stays so, the walk ends with `hubspot-throttled`, which says when to try again.',
		play: async (scene) => {
			scene.admin.fault('F02', { variant: 'known text' });
			scene.admin.fault('F02', { variant: 'other text' });
			assert.equal((await gather(scene.directory.eligibleIds({ anyOf: [] }))).length, 3);
			assert.deepEqual(scene.waits, [1000, 2000]);
			scene.admin.fault('F02', { times: 5 });
			assert.equal(await codeOf(gather(scene.directory.eligibleIds({ anyOf: [] }))), 'hubspot-throttled');
		},
	},
	{
		id: 'F03',
		fault: '429, daily limit',
		behaviour:
			'Not repeated: one call, the other batches of the operation are not sent. Writes come back as `later`, in one hour.',
		play: (scene) => account('F03', 'hubspot-daily-limit', 3_600_000, scene),
	},
	{
		id: 'F04',
		fault: '423, record locked',
		behaviour: 'Waits 2 s (the length of the lock) and repeats.',
		play: async (scene) => {
			scene.admin.fault('F04', { path: '/batch/update' });
			assertWritten(await scene.write());
			assert.deepEqual(scene.waits, [2000]);
		},
	},
	{
		id: 'F05',
		fault: '477, account is being moved, Retry-After up to 24 h',
		behaviour: 'Does not wait within the run: writes come back as `later`, after the time HubSpot names.',
		play: (scene) => account('F05', 'hubspot-migrating', 3_600_000, scene),
	},
	{
		id: 'F06',
		fault: '502 with an HTML page',
		behaviour: 'Repeats after 0.5, 1, 2 and 4 s. When it stays so: `later`, and the next run writes.',
		play: (scene) => outage('F06', 'hubspot-outage', scene),
	},
	{
		id: 'F07',
		fault: '502 without a content type',
		behaviour: 'As 502: the status decides, not the body.',
		play: (scene) => outage('F07', 'hubspot-outage', scene),
	},
	{
		id: 'F08',
		fault: '504, JSON type, empty body',
		behaviour: 'As 502: the status decides, not the body.',
		play: (scene) => outage('F08', 'hubspot-outage', scene),
	},
	{
		id: 'F09',
		fault: '524 after a long wait',
		behaviour: 'As 502; our own timeout (30 s) ends a longer wait.',
		play: (scene) => outage('F09', 'hubspot-outage', scene),
	},
	{
		id: 'F10',
		fault: 'never answers',
		behaviour: 'Given up after the timeout and repeated; when it stays so: `later`.',
		play: async (scene) => {
			const impatient = scene.connect({ timeoutMs: 150, attempts: 2 });
			scene.admin.fault('F10', { path: '/batch/read' });
			const { outcomes } = await impatient.read(scene.ids, []);
			assert.deepEqual(
				outcomes.map((outcome) => outcome.status),
				['found', 'found', 'found'],
			);
			scene.admin.fault('F10', { times: 2 });
			const results = await impatient.update([{ id: scene.ids[0], properties: { cc_last_asset_id: 'a' } }]);
			assertLater(results, 'hubspot-timeout', 30_000);
		},
	},
	{
		id: 'F11',
		fault: 'connection cut, before or after the write was applied',
		behaviour:
			'Writes of given values to given ids are repeated, which changes nothing more: one version in the history. Creating is not repeated.',
		play: async (scene) => {
			for (const variant of ['before apply', 'after apply']) {
				scene.admin.fault('F11', { variant, path: '/batch/update' });
				assertWritten(await scene.write(variant));
				assert.deepEqual(scene.assets(), [variant, variant, variant]);
			}
			assert.equal(versionsOf(scene, scene.ids[0]), 2);
			scene.admin.clearCalls();
			scene.admin.fault('F11', { variant: 'after apply', path: '/properties/' });
			assert.equal(await create(scene.directory), 'hubspot-unreachable');
			assert.equal(scene.count('/properties/'), 1);
		},
	},
	{
		id: 'F12',
		fault: 'write applied, answered with 504',
		behaviour:
			'As a cut connection: the write is repeated and adds no version; creating is not repeated and ends with `hubspot-outage`.',
		play: async (scene) => {
			scene.admin.fault('F12', { path: '/batch/update' });
			assertWritten(await scene.write());
			assert.equal(scene.count('/batch/update'), 2);
			assert.equal(versionsOf(scene, scene.ids[0]), 1);
			scene.admin.fault('F12', { path: '/properties/' });
			assert.equal(await create(scene.directory), 'hubspot-outage');
			assert.equal(scene.count('/properties/'), 1);
			assert.ok(scene.admin.account.definitions.has(newDefinition.name));
		},
	},
	{
		id: 'F31',
		fault: 'a success HubSpot does not document (202)',
		behaviour:
			'Not taken for success: the write comes back as `later` (`hubspot-unexpected-answer`), and writing it again is safe.',
		play: async (scene) => {
			scene.admin.fault('F31', { path: '/batch/update' });
			assertLater(await scene.write(), 'hubspot-unexpected-answer', 30_000);
			assertWritten(await scene.write());
			assert.equal(versionsOf(scene, scene.ids[0]), 1);
		},
	},
];
