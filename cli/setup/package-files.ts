import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { stockSlots } from '../../app/setup/stock';
import type { CredentialSlot, CredentialSlots, SetupWorkflow, Template } from '../../core/setup/types';

/**
 * Root of the package. The command line is bundled to `dist/cli`, and lies in `cli` in the source tree; templates and
 * descriptions of nodes are found from either.
 */
function packageRoot(): string {
	for (let folder = __dirname; ; folder = dirname(folder)) {
		if (existsSync(join(folder, 'package.json'))) return folder;
		if (folder === dirname(folder)) return __dirname;
	}
}

/** Every template of this version of the package, or of an unpacked one in `root`. */
export function readTemplates(root = packageRoot()): readonly Template[] {
	const folder = [join(root, 'dist', 'workflows'), join(root, 'workflows')].find((one) => existsSync(one));
	if (folder === undefined) return [];
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => {
			const { name, nodes, connections, settings } = JSON.parse(
				readFileSync(join(folder, file), 'utf8'),
			) as SetupWorkflow;
			return {
				id: basename(file, '.json'),
				set: dirname(file),
				workflow: { name, nodes, connections, settings },
			};
		});
}

interface Described {
	readonly name: string;
	readonly credentials?: readonly {
		readonly name: string;
		readonly required?: boolean;
		readonly displayOptions?: { readonly show?: CredentialSlot['show'] };
	}[];
}

/** The credentials that nodes can take: ours as they are built, and those of n8n that the templates use. */
export function readSlots(root = packageRoot()): CredentialSlots {
	const file = join(root, 'dist', 'types', 'nodes.json');
	const built = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Described[]) : [];
	const ours = built.map(({ name, credentials = [] }) => [
		`n8n-nodes-release-gate.${name}`,
		credentials.map(({ name: type, required, displayOptions }) => ({
			name: type,
			...(required === true ? { required } : {}),
			...(displayOptions?.show ? { show: displayOptions.show } : {}),
		})),
	]);
	return { ...stockSlots, ...(Object.fromEntries(ours) as CredentialSlots) };
}
