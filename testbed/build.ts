import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isPackageBuilt, packageRoot } from './n8n/paths';

/** What the build reads; a change in any of it makes `dist` stale. */
const sources = [
	'core',
	'app',
	'adapters',
	'nodes',
	'credentials',
	'cli',
	'workflows',
	'assets',
	'package.json',
	'gulpfile.js',
];

/** Builds the package unless `dist` is newer than everything it is made from. Returns whether it built. */
export function buildIfStale(): boolean {
	const built = join(packageRoot, 'dist', 'known');
	if (
		isPackageBuilt() &&
		newest(built) >= Math.max(...sources.map((name) => newest(join(packageRoot, name))))
	)
		return false;
	execFileSync('npm', ['run', '--silent', 'build'], {
		cwd: packageRoot,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	return true;
}

/** Time of the youngest file at or below a path, milliseconds since 1970; 0 if there is nothing. */
function newest(path: string): number {
	if (!existsSync(path)) return 0;
	if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
	const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	return Math.max(0, ...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}
