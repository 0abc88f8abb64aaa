import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record } from '../../testbed/n8n/session';
import { saveWorkflow, type WorkflowFile } from '../../testbed/n8n/workflows';
import { type, type Session, type Typed } from './person';
import type { InitWorld } from './world';

/** What was seen of an upgrade of one workflow that somebody had changed. */
export interface Upgraded {
	readonly session: Session;
	/** What speaks against it; empty when both changes are in the draft. */
	readonly violations: readonly string[];
}

/** Ships a next version of *Reconcile* in the folder of the command line, changes another node of it in n8n, and upgrades. */
export async function upgradeOne(world: InitWorld, login: readonly Typed[]): Promise<Upgraded> {
	const { session } = world.n8n;
	const file = join(world.cli, '..', '..', 'workflows', 'delivery', 'reconcile.json');
	const shipped = readFileSync(file, 'utf8');
	writeFileSync(file, shipped.replace(/"limit": 10000/, '"limit": 500'));
	const { data } = await session.call('GET', '/rest/workflows');
	const found = (data as unknown[]).map(record).find(({ name }) => name === 'Reconcile');
	const id = String(found?.id);
	const read = async (): Promise<WorkflowFile> =>
		record((await session.call('GET', `/rest/workflows/${id}`)).data) as unknown as WorkflowFile;
	const before = await read();
	const nodes = before.nodes.map((node) =>
		node.name === 'Sweep Spine' ? { ...node, notes: 'Ask Ada first.' } : node,
	);
	await saveWorkflow(session, { ...before, id, nodes });
	const seen = await type(world, ['upgrade'], [...login, { at: /^Write these drafts\?/, answer: 'y' }]);
	const after = await read();
	const flush = after.nodes.find(({ name }) => name === 'Flush Outbox')?.parameters.limit;
	const notes = after.nodes.find(({ name }) => name === 'Sweep Spine')?.notes;
	const lost = before.nodes.filter(({ name, credentials }) => {
		const now = after.nodes.find((one) => one.name === name)?.credentials;
		return JSON.stringify(now ?? {}) !== JSON.stringify(credentials ?? {});
	});
	// It holds somebody's change now, so --undo would leave it: that person takes it away.
	await session.call('POST', `/rest/workflows/${id}/archive`, {});
	await session.call('DELETE', `/rest/workflows/${id}`);
	return {
		session: seen,
		violations: [
			...(seen.code === 0 ? [] : [`it ended with ${seen.code}`]),
			...(flush === 500 ? [] : [`the limit is ${String(flush)}`]),
			...(notes === 'Ask Ada first.' ? [] : ['the note is gone']),
			...lost.map(({ name }) => `"${name}" has another credential`),
		],
	};
}
