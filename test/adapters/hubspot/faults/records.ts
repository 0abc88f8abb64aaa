import assert from 'node:assert/strict';
import { gather } from '../fixture';
import { assertWritten, statuses, type FaultCase } from './case';

const active = { property: 'cc_delivery_status', operator: 'EQ', value: 'active' } as const;

/** What other people and HubSpot itself do to the records. */
export const recordCases: readonly FaultCase[] = [
	{
		id: 'F13',
		fault: '207 on batch read, some ids missing',
		behaviour: 'Those ids are `missing`, the others `found`; no further call.',
		play: async (scene) => {
			scene.admin.fault('F13');
			assert.deepEqual(statuses(await scene.read()), ['missing', 'found', 'found']);
			assert.equal(scene.admin.calls().length, 1);
		},
	},
	{
		id: 'F14',
		fault: '207 on batch write, one input refused',
		behaviour:
			'Every input carries its contact id as trace id: that write is `refused`, the others are `written`; no further call.',
		play: async (scene) => {
			scene.admin.fault('F14');
			const results = await scene.write();
			assert.deepEqual(
				results.map((result) => (result.status === 'refused' ? result.error.code : result.status)),
				['hubspot-property-unknown', 'written', 'written'],
			);
			assert.equal(scene.admin.calls().length, 1);
			assert.deepEqual(scene.assets(), [undefined, 'asset-1', 'asset-1']);
		},
	},
	{
		id: 'F18',
		fault: 'results in another order, addresses in lower case',
		behaviour: 'Matched by id, never by position; results come back in the order of the question.',
		play: async (scene) => {
			for (const shuffle of [true, false]) {
				scene.admin.batches.shuffle = shuffle;
				scene.admin.fault('F18', { path: '/batch/read' });
				const { outcomes } = await scene.read();
				assert.deepEqual(
					outcomes.map((outcome) => outcome.status === 'found' && outcome.contact.id),
					scene.ids,
				);
				assert.deepEqual(
					outcomes.map((outcome) => outcome.status === 'found' && outcome.contact.properties['email']),
					['ada@example.com', 'bo@example.com', 'caro@example.com'],
				);
			}
			scene.admin.fault('F18', { path: '/batch/update' });
			const results = await scene.write();
			assertWritten(results);
			assert.deepEqual(
				results.map((result) => result.id),
				scene.ids,
			);
		},
	},
	{
		id: 'F21',
		fault: 'stale search index',
		behaviour:
			'The search only proposes; the batch read that follows is the authority, and the ledger decides who was served. A contact the index shows by mistake is read as it is now.',
		play: async (scene) => {
			scene.admin.fault('F21', { path: '/batch/update' });
			const [first] = scene.ids;
			assertWritten(
				await scene.directory.update([{ id: first, properties: { cc_delivery_status: 'paused' } }]),
			);
			const ids = await gather(scene.directory.eligibleIds({ anyOf: [[active]] }));
			assert.ok(ids.includes(first));
			const { outcomes } = await scene.read(ids);
			const [outcome] = outcomes;
			assert.ok(outcome?.status === 'found' && outcome.contact.properties['cc_delivery_status'] === 'paused');
		},
	},
	{
		id: 'F22',
		fault: 'contact merged into another',
		behaviour:
			'Reads say `merged` and give the record with its new id; two ids that became one give the same record. Writes go to the record and name it.',
		play: async (scene) => {
			const [first, second, third] = scene.ids;
			scene.admin.fault('F22', { path: '/batch/read' });
			const read = await scene.read();
			assert.deepEqual(statuses(read), ['merged', 'found', 'found']);
			const merged = scene.admin.merge(second, third);
			const both = await scene.read([second, third]);
			assert.deepEqual(
				both.outcomes.map((outcome) => outcome.status === 'merged' && outcome.contact.id),
				[merged, merged],
			);
			scene.admin.fault('F22', { path: '/batch/update' });
			const [result] = await scene.write('asset-1', [first]);
			assert.ok(result?.status === 'written' && result.recordId !== first);
			assert.equal(scene.admin.values(first)?.['cc_last_asset_id'], 'asset-1');
		},
	},
	{
		id: 'F23',
		fault: 'contact archived',
		behaviour:
			'Reads say `missing` (or `archived`, if asked to look); writes to it are `refused` with `hubspot-contact-missing`. The others go on.',
		play: async (scene) => {
			const [first] = scene.ids;
			scene.admin.fault('F23', { path: '/batch/read' });
			assert.deepEqual(statuses(await scene.read()), ['missing', 'found', 'found']);
			const looked = await scene.directory.read(scene.ids, ['email'], { archived: true });
			assert.deepEqual(statuses(looked), ['archived', 'found', 'found']);
			const results = await scene.write();
			assert.deepEqual(
				results.map((result) => (result.status === 'refused' ? result.error.code : result.status)),
				['hubspot-contact-missing', 'written', 'written'],
			);
			assert.ok(!(await gather(scene.directory.eligibleIds({ anyOf: [[active]] }))).includes(first));
		},
	},
	{
		id: 'F32',
		fault: 'somebody else writes between our read and our write',
		behaviour:
			'HubSpot has no compare-and-set, so our write lands on top. Reading with history shows it: the newest version is ours, the one below is foreign.',
		play: async (scene) => {
			const [first] = scene.ids;
			await scene.read();
			scene.admin.fault('F32');
			assertWritten(await scene.write('ours', [first]));
			const { outcomes } = await scene.directory.read([first], ['cc_last_asset_id'], { history: true });
			const [outcome] = outcomes;
			assert.ok(outcome?.status === 'found');
			const versions = outcome.contact.history?.['cc_last_asset_id'] ?? [];
			assert.deepEqual(
				versions.map((version) => version.sourceType),
				['INTEGRATION', 'CRM_UI'],
			);
			assert.equal(versions[0]?.value, 'ours');
		},
	},
	{
		id: 'F33',
		fault: 'history cut off at 45 versions',
		behaviour:
			'The history comes back as long as HubSpot keeps it; a version seen earlier may be gone from it, and whoever compares must take that for unknown.',
		play: async (scene) => {
			const [first] = scene.ids;
			assertWritten(await scene.write('before', [first]));
			const read = async (): Promise<readonly number[]> => {
				const { outcomes } = await scene.directory.read([first], ['cc_last_asset_id'], { history: true });
				const [outcome] = outcomes;
				assert.ok(outcome?.status === 'found');
				return (outcome.contact.history?.['cc_last_asset_id'] ?? []).map((version) => version.at);
			};
			const [seen] = await read();
			scene.admin.fault('F33');
			const now = await read();
			assert.equal(now.length, 45);
			assert.ok(seen !== undefined && !now.includes(seen));
		},
	},
];
