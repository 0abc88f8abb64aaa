import assert from 'node:assert/strict';
import { gather } from '../fixture';
import {
	assertLater,
	assertWritten,
	codeOf,
	create,
	newDefinition,
	statuses,
	type FaultCase,
	type Scene,
} from './case';

const inputCounts = (scene: Scene, path: string): readonly number[] =>
	scene.admin.calls({ path }).map((call) => (call.body as { inputs: readonly unknown[] }).inputs.length);

/** A refusal of the token in the middle of a run of three batches. */
const inMidRun = async (id: string, code: string, scene: Scene): Promise<void> => {
	const ids = scene.admin.seedContacts(
		Array.from({ length: 497 }, (_none, index) => ({ email: `mid${index}@example.org` })),
	);
	scene.admin.fault(id, { path: '/batch/update', skip: 1, times: Infinity });
	const results = await scene.write('asset-1', [...scene.ids, ...ids]);
	const written = results.filter((result) => result.status === 'written');
	assert.equal(written.length, 100);
	assertLater(
		results.filter((result) => result.status !== 'written'),
		code,
		300_000,
	);
	assert.ok(scene.count('/batch/update') <= 4);
	scene.admin.clearFaults();
	const again = results.filter((result) => result.status === 'later').map((result) => result.id);
	assertWritten(await scene.write('asset-1', again));
};

const splits = async (id: string, scene: Scene): Promise<void> => {
	scene.admin.fault(id, { path: '/batch/update' });
	assertWritten(await scene.write());
	assert.deepEqual(inputCounts(scene, '/batch/update'), [3, 2, 1]);
};

/** What HubSpot refuses. */
export const refusalCases: readonly FaultCase[] = [
	{
		id: 'F15',
		fault: 'one bad input, the whole batch refused',
		behaviour:
			'Halves the batch until the bad input stands alone; the others are written. A property that does not exist is not searched for: all writes of it are refused at once.',
		play: async (scene) => {
			scene.admin.batches.honourTraceIds = false;
			const [first, second, third] = scene.ids;
			const results = await scene.directory.update([
				{ id: first, properties: { cc_delivery_count: '1' } },
				{ id: second, properties: { cc_delivery_count: 'many' } },
				{ id: third, properties: { cc_delivery_count: '3' } },
			]);
			assert.deepEqual(
				results.map((result) => result.status),
				['written', 'refused', 'written'],
			);
			scene.admin.clearCalls();
			const unknown = await scene.directory.update([
				{ id: first, properties: { cc_nowhere: '1' } },
				{ id: second, properties: { cc_nowhere: '2' } },
				{ id: third, properties: { cc_last_asset_id: 'a' } },
			]);
			assert.deepEqual(
				unknown.map((result) => (result.status === 'refused' ? result.error.code : result.status)),
				['hubspot-property-unknown', 'hubspot-property-unknown', 'written'],
			);
			assert.deepEqual(inputCounts(scene, '/batch/update'), [3, 1]);
			scene.admin.fault('F15');
			assertWritten(await scene.write('asset-2'));
		},
	},
	{
		id: 'F16',
		fault: 'duplicate ids in a batch',
		behaviour:
			'Never sent: ids are made distinct, and several writes to one contact become one. If HubSpot finds duplicates nevertheless (merged contacts), the batch is halved.',
		play: async (scene) => {
			const [first] = scene.ids;
			assert.equal((await scene.read([first, first])).outcomes.length, 1);
			const results = await scene.directory.update([
				{ id: first, properties: { cc_last_asset_id: 'old', cc_delivery_count: '1' } },
				{ id: first, properties: { cc_last_asset_id: 'new' } },
			]);
			assertWritten(results);
			assert.equal(results.length, 2);
			assert.deepEqual(inputCounts(scene, '/batch/'), [1, 1]);
			assert.equal(scene.admin.values(first)?.['cc_last_asset_id'], 'new');
			assert.equal(scene.admin.values(first)?.['cc_delivery_count'], '1');
			scene.admin.clearCalls();
			await splits('F16', scene);
		},
	},
	{
		id: 'F17',
		fault: 'more than 100 inputs, or 50 with history',
		behaviour:
			'Never sent: batches of 100, of 50 with history. If HubSpot lowers its limit, batches are halved.',
		play: async (scene) => {
			const ids = scene.admin.seedContacts(Array.from({ length: 120 }, () => ({})));
			await scene.read(ids);
			await scene.directory.read(ids, ['email'], { history: true });
			assert.deepEqual(inputCounts(scene, '/batch/read'), [100, 20, 50, 50, 20]);
			scene.admin.clearCalls();
			await splits('F17', scene);
		},
	},
	{
		id: 'F19',
		fault: 'search past 10,000 results',
		behaviour:
			'Never asked: the walk goes on from the last id instead of an offset. All contacts are found, each once.',
		play: async (scene) => {
			const more = scene.admin.seedContacts(Array.from({ length: 10_050 }, () => ({})));
			const ids = await gather(scene.directory.eligibleIds({ anyOf: [] }));
			assert.deepEqual(ids, [...scene.ids, ...more]);
			assert.equal(scene.count('/search'), Math.ceil(ids.length / 200));
			scene.admin.fault('F19');
			assert.equal(await codeOf(gather(scene.directory.eligibleIds({ anyOf: [] }))), 'hubspot-refused');
		},
	},
	{
		id: 'F20',
		fault: 'search body over 3,000 characters',
		behaviour:
			'Only ids are asked for, so the body stays small. A query that is too large is refused before the call (`hubspot-query-too-large`).',
		play: async (scene) => {
			const values = Array.from({ length: 300 }, (_none, index) => `value-${index}`);
			const query = { anyOf: [[{ property: 'firstname', operator: 'IN', values }]] } as const;
			assert.equal(await codeOf(gather(scene.directory.eligibleIds(query))), 'hubspot-query-too-large');
			assert.equal(scene.count('/search'), 0);
			scene.admin.fault('F20');
			assert.equal(await codeOf(gather(scene.directory.eligibleIds({ anyOf: [] }))), 'hubspot-refused');
		},
	},
	{
		id: 'F24',
		fault: '401, token expired in mid-run',
		behaviour:
			'What was written stays written, the rest comes back as `later` (`hubspot-token-expired`); no further calls in this operation. With a new token the same writes go through.',
		play: (scene) => inMidRun('F24', 'hubspot-token-expired', scene),
	},
	{
		id: 'F25',
		fault: '401, token revoked or wrong',
		behaviour: 'As an expired token, with `hubspot-token-refused`. The error holds no part of the token.',
		play: (scene) => inMidRun('F25', 'hubspot-token-refused', scene),
	},
	{
		id: 'F26',
		fault: '403, scope missing',
		behaviour: 'As an expired token, with `hubspot-scope-missing`, which names the scope.',
		play: async (scene) => {
			scene.admin.fault('F26', { path: '/batch/update' });
			const results = await scene.write();
			assertLater(results, 'hubspot-scope-missing', 300_000);
			const [first] = results;
			assert.ok(first?.status === 'later' && first.error.message.includes('crm.objects.contacts.write'));
		},
	},
	{
		id: 'F27',
		fault: '409, the object exists already',
		behaviour: 'Not repeated; ends with `hubspot-conflict`, without the id or address HubSpot quotes.',
		play: async (scene) => {
			scene.admin.fault('F27');
			assert.equal(
				await codeOf(scene.directory.definitions.createGroup({ name: 'cc_again', label: 'Again' })),
				'hubspot-conflict',
			);
			assert.equal(scene.count('/groups'), 1);
		},
	},
	{
		id: 'F28',
		fault: '400, date not at midnight UTC',
		behaviour:
			'Refused for that contact alone (`hubspot-value-refused`); the error names property and code, never the value.',
		play: async (scene) => {
			const [first, second] = scene.ids;
			const results = await scene.directory.update([
				{ id: first, properties: { cc_started_on: '1505779200123' } },
				{ id: second, properties: { cc_started_on: '2026-11-21' } },
			]);
			const [bad, good] = results;
			assert.equal(good?.status, 'written');
			assert.ok(bad?.status === 'refused' && bad.error.code === 'hubspot-value-refused');
			assert.ok(bad.error.message.includes('cc_started_on') && bad.error.message.includes('INVALID_DATE'));
			assert.ok(!JSON.stringify([bad.error.message, bad.error.context]).includes('1505779200123'));
			scene.admin.fault('F28', { path: '/batch/update' });
			const [alone] = await scene.write('asset-1', [first]);
			assert.ok(alone?.status === 'refused' && alone.error.code === 'hubspot-value-refused');
		},
	},
	{
		id: 'F29',
		fault: '409, a property of that name exists',
		behaviour:
			'Ends with `hubspot-conflict`. Creating a property whose namesake is archived restores it, as HubSpot does.',
		play: async (scene) => {
			assert.equal(await create(scene.directory), 'none');
			assert.equal(await create(scene.directory), 'hubspot-conflict');
			await scene.directory.definitions.archive(newDefinition.name);
			const archived = await scene.directory.definitions.list({ archived: true });
			assert.deepEqual(
				archived.map((definition) => definition.name),
				[newDefinition.name],
			);
			const restored = await scene.directory.definitions.create(newDefinition);
			assert.equal(restored.archived, false);
			assert.equal(restored.createdAt, archived[0]?.createdAt);
			scene.admin.fault('F29');
			assert.equal(await create(scene.directory), 'hubspot-conflict');
		},
	},
	{
		id: 'F30',
		fault: '400, property in use cannot be archived',
		behaviour: 'Ends with `hubspot-definition-in-use`, which says where to look.',
		play: async (scene) => {
			scene.admin.account.inUse.add('cc_last_asset_id');
			const archive = (): Promise<void> => scene.directory.definitions.archive('cc_last_asset_id');
			assert.equal(await codeOf(archive()), 'hubspot-definition-in-use');
			scene.admin.account.inUse.clear();
			scene.admin.fault('F30');
			assert.equal(await codeOf(archive()), 'hubspot-definition-in-use');
			assert.deepEqual(statuses(await scene.read()), ['found', 'found', 'found']);
		},
	},
];
