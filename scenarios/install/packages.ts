import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfStale } from '../../testbed/build';
import { packageRoot } from '../../testbed/n8n/paths';
import type { Tarball } from './registry';

/** The version the package of the commit before is given, so that the one of today is newer. */
const before = '0.0.1';

function packIn(folder: string, into: string): Tarball {
	const said = execFileSync('npm', ['pack', '--json', '--pack-destination', into], {
		cwd: folder,
		encoding: 'utf8',
	});
	const [{ filename, name, version }] = JSON.parse(said) as [
		{ filename: string; name: string; version: string },
	];
	return { name, version, file: join(into, filename) };
}

const git = (...args: readonly string[]): Buffer =>
	execFileSync('git', [...args], { cwd: packageRoot, maxBuffer: 1 << 30 });

/** The commit before the newest change of the ledger's tables: an upgrade from it has a migration to make. */
const beforeTheNewestTables = (): string => {
	const newest = git('log', '-1', '--diff-filter=A', '--format=%H', '--', 'adapters/sqlite/migrations');
	return git('rev-parse', '--short', `${newest.toString().trim()}^`).toString().trim();
};

/** The packages that are installed one after the other. */
export interface Packages {
	readonly now: Tarball;
	readonly before: Tarball;
	/** The commit that `before` was built from. */
	readonly commit: string;
}

/** The package of this checkout, and that of an earlier commit under a lower version. */
export function packages(folder: string, commit = beforeTheNewestTables()): Packages {
	rmSync(folder, { recursive: true, force: true });
	const old = join(folder, 'before');
	mkdirSync(old, { recursive: true });
	execFileSync('tar', ['x', '-C', old], { input: git('archive', commit), maxBuffer: 1 << 30 });
	symlinkSync(join(packageRoot, 'node_modules'), join(old, 'node_modules'));
	const file = join(old, 'package.json');
	const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
	writeFileSync(file, JSON.stringify({ ...manifest, version: before }, null, 2));
	execFileSync(join(old, 'node_modules', '.bin', 'gulp'), ['build'], {
		cwd: old,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	buildIfStale();
	return { before: packIn(old, folder), now: packIn(packageRoot, folder), commit };
}
