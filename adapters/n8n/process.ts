import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { HostFacts } from '../../app/doctor';

/** What a process knows of itself. */
export interface OwnProcess {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** e.g. `24.21.0`. */
	readonly node: string;
}

const PACKAGE = 'n8n-nodes-release-gate';

/** Version of the n8n whose program was started; n8n's own image names it as N8N_VERSION. `null` where it is another program. */
function versionOf({ argv: [, program = ''], env }: OwnProcess): string | null {
	if (existsSync(program)) {
		for (let folder = dirname(realpathSync(program)); ; folder = dirname(folder)) {
			const file = join(folder, 'package.json');
			if (existsSync(file)) {
				const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as {
					name?: unknown;
					version?: unknown;
				};
				if (name === 'n8n' && typeof version === 'string') return version;
			}
			if (folder === dirname(folder)) break;
		}
	}
	return env.N8N_VERSION ?? null;
}

/** What this process knows of itself, as n8n reads its environment (`@n8n/config` 2.40, `command-registry.js` for the command). */
export function processFacts(
	store: HostFacts['store'],
	own: OwnProcess = { argv: process.argv, env: process.env, node: process.versions.node },
): HostFacts {
	const { argv, env, node } = own;
	const n8n = versionOf(own);
	const on = (name: string): boolean => ['true', '1'].includes((env[name] ?? '').toLowerCase());
	const set = (name: string): boolean => (env[name] ?? env[`${name}_FILE`] ?? '') !== '';
	return {
		name: hostname(),
		command: n8n === null ? null : (argv[2] ?? 'start'),
		node,
		n8n,
		executionsMode: env.EXECUTIONS_MODE ?? 'regular',
		admitsPackage:
			on('N8N_UNVERIFIED_PACKAGES_ENABLED') || (env.N8N_COMMUNITY_PACKAGES ?? '').includes(PACKAGE),
		ownEncryptionKey: set('N8N_ENCRYPTION_KEY'),
		keepsGoodRuns: env.EXECUTIONS_DATA_SAVE_ON_SUCCESS !== 'none',
		savesProgress: on('EXECUTIONS_DATA_SAVE_ON_PROGRESS'),
		deletesRuns: !['false', '0'].includes((env.EXECUTIONS_DATA_PRUNE ?? '').toLowerCase()),
		store,
	};
}
