import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildIfStale } from '../../testbed/build';
import { Instance } from '../../testbed/n8n/instance';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { record, type Session } from '../../testbed/n8n/session';

/** n8n's expression engines: `vm` is the default, `legacy` what it was before. */
export type Engine = 'vm' | 'legacy';

/** A folder for one measurement's n8n, emptied. */
export function freshFolder(name: string): string {
	const folder = join(runRoot, `bench-${name}`);
	rmSync(folder, { recursive: true, force: true });
	return folder;
}

let copied: string | undefined;

/** A copy of the package as built now, the same for the whole bench: a build meanwhile changes nothing in it. */
export function builtPackage(): string {
	if (copied === undefined) {
		buildIfStale();
		copied = freshFolder(`package-${process.pid}`);
		for (const part of ['package.json', 'dist'])
			cpSync(join(packageRoot, part), join(copied, part), { recursive: true });
	}
	return copied;
}

/** Removes the copy, if there is one. */
export function dropPackageCopy(): void {
	if (copied !== undefined) rmSync(copied, { recursive: true, force: true });
	copied = undefined;
}

/**
 * The session, asking again when a kept connection turns out to be closed, or when n8n does not answer a question for a
 * minute: a node that holds its event loop keeps it from both.
 */
export function patient(n8n: Instance): Session {
	const { session } = n8n;
	const call: Session['call'] = async (method, path, body) => {
		for (let attempt = 1; ; attempt += 1) {
			try {
				return await session.call(method, path, body);
			} catch (problem) {
				const closed = problem instanceof TypeError;
				const busy = method === 'GET' && problem instanceof Error && problem.name === 'TimeoutError';
				if (attempt === 10 || !(closed || busy)) throw problem;
				await sleep(500);
			}
		}
	};
	return Object.assign(Object.create(session) as Session, { call });
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
	const answer = await patient(n8n).call('POST', '/rest/credentials', { name, type, data });
	return { [type]: { id: String(record(answer.data).id), name } };
}

/** n8n's own database file. */
export const databaseFile = (userFolder: string): string => join(userFolder, '.n8n', 'database.sqlite');

/** The ledger file of nodes without a ledger credential. */
export const ledgerFile = (userFolder: string): string => join(userFolder, '.n8n', 'release-gate.sqlite');
