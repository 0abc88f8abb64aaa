import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfStale } from '../../sandbox/build';
import { Instance } from '../../sandbox/n8n/instance';
import { packageRoot, runRoot } from '../../sandbox/n8n/paths';
import { record } from '../../sandbox/n8n/session';

/** n8n's expression engines: `vm` is the default, `legacy` what it was before. */
export type Engine = 'vm' | 'legacy';

/** A folder for one measurement's n8n, emptied. */
export function freshFolder(name: string): string {
	const folder = join(runRoot, `bench-${name}`);
	rmSync(folder, { recursive: true, force: true });
	return folder;
}

/** Boots n8n in a folder, which may have served before, with the package as it is built now. */
export async function bootN8n(
	userFolder: string,
	port: number,
	environment: Readonly<Record<string, string>> = {},
): Promise<Instance> {
	buildIfStale();
	return await Instance.boot({
		userFolder,
		port,
		brokerPort: port + 1,
		packageFolder: packageRoot,
		environment,
	});
}

/** Creates a credential through the editor's REST and returns how a node refers to it. */
export async function createCredential(
	n8n: Instance,
	type: string,
	data: Readonly<Record<string, unknown>>,
): Promise<Record<string, { id: string; name: string }>> {
	const name = `Bench ${type}`;
	const answer = await n8n.session.call('POST', '/rest/credentials', { name, type, data });
	return { [type]: { id: String(record(answer.data).id), name } };
}

/** n8n's own database file. */
export const databaseFile = (userFolder: string): string => join(userFolder, '.n8n', 'database.sqlite');

/** The ledger file of nodes without a ledger credential. */
export const ledgerFile = (userFolder: string): string => join(userFolder, '.n8n', 'release-gate.sqlite');
