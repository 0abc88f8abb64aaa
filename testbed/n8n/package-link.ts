import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxProblem } from '../problem';

/**
 * Links a package into n8n's own folder of community packages, so that its types carry the published name
 * (`n8n-nodes-release-gate.idempotencyCheck`) and templates run unchanged. No row in n8n's database is needed,
 * and a rebuild plus a restart is all it takes to see a change.
 */
export function linkPackage(userFolder: string, packageFolder: string): string {
	const name = packageName(packageFolder);
	const folder = join(userFolder, '.n8n', 'nodes', 'node_modules');
	const link = join(folder, name);
	mkdirSync(folder, { recursive: true });
	if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link, { recursive: true });
	symlinkSync(packageFolder, link, 'dir');
	return link;
}

function packageName(packageFolder: string): string {
	const file = join(packageFolder, 'package.json');
	const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
	const name = typeof parsed === 'object' && parsed !== null && 'name' in parsed ? parsed.name : undefined;
	if (typeof name !== 'string' || !/^(@[^/]+\/)?n8n-nodes-/.test(name))
		throw new SandboxProblem(
			`${file} names no community package.`,
			'n8n loads folders named n8n-nodes-… only; set "name" accordingly.',
		);
	return name;
}
