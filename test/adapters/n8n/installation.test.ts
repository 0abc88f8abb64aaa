import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { n8nInstallation } from '../../../adapters/n8n/installation';
import { type PlayedApi, startPlayedApi } from '../../../testbed/setup/played-api';
import { PlayedN8n } from '../../../testbed/setup/played-n8n';

const empty = { name: 'Reconcile', nodes: [], connections: {}, settings: {} };

describe('an n8n without drafts, as 1.123 is', () => {
	let n8n: PlayedN8n;
	let api: PlayedApi;
	beforeEach(async () => {
		n8n = new PlayedN8n({});
		api = await startPlayedApi(n8n, false);
	});
	afterEach(async () => await api.close());

	it('is saved to where nothing runs', async () => {
		const id = await n8n.create(empty);
		const saved = await n8nInstallation(api).save(id, { ...empty, name: 'Reconcile anew' });
		expect(n8n.held.workflows.get(id)).toMatchObject({ name: 'Reconcile anew', versionId: saved });
	});

	it('is not saved to where the save would run at once', async () => {
		const id = await n8n.create(empty);
		await n8n.publish(id);
		const save = n8nInstallation(api).save(id, { ...empty, name: 'Reconcile anew' });
		await expect(save).rejects.toMatchObject({ code: 'setup-n8n-refused' });
		await expect(save).rejects.toThrow(/in service, and this n8n has no drafts/);
		expect(n8n.held.workflows.get(id)?.name).toBe('Reconcile');
	});

	it('has in service what only others start, though it publishes none', async () => {
		const node = (type: string) => ({ name: type, type: `n8n-nodes-base.${type}`, parameters: {} });
		const made = async (...types: string[]) => await n8n.create({ ...empty, nodes: types.map(node) });
		const called = await made('executeWorkflowTrigger', 'manualTrigger', 'set');
		const errors = await made('errorTrigger');
		const both = await made('executeWorkflowTrigger', 'scheduleTrigger');
		const own = await made('scheduleTrigger');
		const seen = async (older: boolean) => {
			const other = older ? api : await startPlayedApi(n8n);
			const workflows = await n8nInstallation(other).workflows();
			if (!older) await other.close();
			return [called, errors, both, own].map((id) => {
				const { published = null, active, runsCalled } = workflows.find((one) => one.id === id)!;
				return [published?.versionId === n8n.held.workflows.get(id)!.versionId, runsCalled, active];
			});
		};
		expect(await seen(true)).toEqual([
			[true, true, false],
			[true, true, false],
			// Its schedule is off.
			[false, true, false],
			[false, true, false],
		]);
		expect(await seen(false)).toEqual(Array(4).fill([false, false, false]));
	});

	it('runs what others call as it is saved: that it publishes none is no failure', async () => {
		const trigger = { name: 'Receive Error', type: 'n8n-nodes-base.errorTrigger', parameters: {} };
		const id = await n8n.create({ ...empty, nodes: [trigger] });
		const installation = n8nInstallation(api);
		await installation.publish(id);
		expect(n8n.held.workflows.get(id)?.active).toBe(false);
		const idle = await n8n.create(empty);
		await expect(installation.publish(idle)).rejects.toThrow(/has no node to start/);
	});
});
