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
