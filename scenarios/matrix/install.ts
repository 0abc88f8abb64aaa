import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SandboxProblem } from '../../testbed/problem';

/** An n8n and a Node of given versions, each in a folder of its own. */
export interface Installed {
	/** Folder whose `node_modules` holds n8n. */
	readonly root: string;
	/** The program `node`. */
	readonly node: string;
	/** Packages the registry lacks in the version this n8n names, and what stood in for them. */
	readonly neighbours: readonly string[];
}

const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--legacy-peer-deps'];

/** A registry that lacks more than this of one n8n is not one to test with. */
const mostNeighbours = 25;

interface Manifest {
	readonly private: true;
	readonly dependencies: Readonly<Record<string, string>>;
	readonly overrides: Record<string, string>;
}

function npm(
	folder: string,
	args: readonly string[],
	node?: string,
): { ok: boolean; out: string; said: string } {
	const path = node === undefined ? process.env.PATH : [join(node, '..'), process.env.PATH].join(delimiter);
	const run = spawnSync('npm', [...args], {
		cwd: folder,
		env: { ...process.env, PATH: path },
		encoding: 'utf8',
	});
	return { ok: run.status === 0, out: run.stdout, said: `${run.stdout}${run.stderr}` };
}

function must(folder: string, args: readonly string[], node?: string): string {
	const { ok, out, said } = npm(folder, args, node);
	if (!ok) throw new SandboxProblem(`npm ${args.join(' ')} did not finish in ${folder}.`, said.slice(-1500));
	return out;
}

/** Node of this exact version, from the npm package `node`. */
function installNode(cache: string, version: string): string {
	const folder = join(cache, `node-${version}`);
	const binary = join(folder, 'node_modules', 'node', 'bin', 'node');
	if (existsSync(binary)) return binary;
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
	must(folder, ['install', `node@${version}`, ...flags, '--ignore-scripts=false', '--foreground-scripts']);
	return binary;
}

/**
 * Libraries that an n8n names by a range and that went on without it: what npm takes today no longer loads beside the rest.
 * n8n's own images are built from a lock file, which is not on npm.
 */
const drifted: readonly (readonly [n8n: RegExp, overrides: Readonly<Record<string, string>>])[] = [
	// Later checkpoints ask for `@langchain/core/utils/uuid`, which the 1.1.0 that these pin does not have.
	[/^(1\.123|2\.(0|11|20))\./, { '@langchain/langgraph-checkpoint': '1.0.1' }],
	// Later ones ask for it too; `langchain` of this one would bring its own beside the one that n8n names.
	[/^2\.20\./, { '@langchain/langgraph': '1.0.2' }],
	// Sentry finds whichever one npm puts on top, which may be one of 2020.
	[/^2\.(11|20)\./, { '@opentelemetry/core': '2.6.0' }],
];

const overridesFor = (n8n: string): Record<string, string> =>
	Object.assign(
		{},
		...drifted.filter(([versions]) => versions.test(n8n)).map(([, overrides]) => overrides),
	) as Record<string, string>;

/** What npm says of a version that the registry does not have: the package and the range asked for. */
const absent = /No matching version found for (@?[^@\s]+)@([^\s.][^\s]*?)\.?(?:\s|$)/;

/** What npm says of a tarball outside the registry that cannot be had, e.g. SheetJS from its makers' own server. */
const elsewhere = /request to https?:\/\/\S+\/([a-z][a-z0-9-]*)-(\d[^/\s]*)\.tgz failed/;

const parts = (version: string): readonly number[] => version.split(/[.-]/).map(Number);

/** The newest version of the same major and minor that the registry has, else of the nearest minor of that major. */
function neighbourOf(folder: string, name: string, wanted: string): string {
	const [major, minor = 0] = parts(wanted.replace(/^[^\d]*/, ''));
	const listed = JSON.parse(must(folder, ['view', name, 'versions', '--json'])) as string | string[];
	const released = [listed].flat().filter((version) => /^\d+\.\d+\.\d+$/.test(version));
	const same = released.filter((version) => parts(version)[0] === major);
	const far = (version: string): number => Math.abs((parts(version)[1] ?? 0) - minor);
	const [best] = same.sort((a, b) => far(a) - far(b) || order(b, a));
	if (best === undefined)
		throw new SandboxProblem(
			`The registry has no neighbour of ${name}@${wanted}.`,
			'Try another version of n8n.',
		);
	return best;
}

function order(a: string, b: string): number {
	const [left, right] = [parts(a), parts(b)];
	const differing = left.findIndex((part, index) => part !== right[index]);
	return differing < 0 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
}

/** n8n's own packages, which each of its versions names exactly. */
const isOwn = (name: string): boolean => name.startsWith('@n8n/') || name.startsWith('n8n-');

/** What n8n names of its own packages and the registry lacks, by name: the neighbour that stands in. */
function ownNeighbours(folder: string, n8n: string): Readonly<Record<string, string>> {
	const stand: Record<string, string> = {};
	const seen = new Set<string>();
	const visit = (name: string, version: string): void => {
		if (seen.has(`${name}@${version}`)) return;
		seen.add(`${name}@${version}`);
		const read = (of: string) =>
			npm(folder, ['view', '--prefer-offline', `${name}@${of}`, 'name', 'dependencies', '--json']);
		let answer = read(version);
		if (!answer.ok || answer.out.trim() === '') {
			const neighbour = neighbourOf(folder, name, version);
			stand[name] = neighbour;
			answer = read(neighbour);
		}
		const { dependencies = {} } = JSON.parse(answer.out) as {
			dependencies?: Readonly<Record<string, string>>;
		};
		for (const [dependency, wanted] of Object.entries(dependencies))
			if (isOwn(dependency) && /^\d/.test(wanted)) visit(dependency, wanted);
	};
	visit('n8n', n8n);
	return stand;
}

/**
 * Installs n8n without any install script but that of `sqlite3`, which compiles where no binary can be had; a compiled
 * one of the same version is taken from `donor`. Versions the registry lacks are replaced by their neighbours.
 */
export function install(cache: string, n8n: string, nodeVersion: string, donor: string): Installed {
	const node = installNode(cache, nodeVersion);
	const root = join(cache, `n8n-${n8n}`);
	const file = join(root, 'package.json');
	const stamp = join(root, 'installed.json');
	// The one the tests run in is there already, with the neighbours its own package.json names.
	if (
		versionOf(join(donor, 'node_modules', 'n8n')) === n8n &&
		existsSync(join(donor, 'node_modules', '.bin', 'n8n'))
	) {
		const { overrides = {} } = JSON.parse(
			readFileSync(join(donor, 'package.json'), 'utf8'),
		) as Partial<Manifest>;
		return { root: donor, node, neighbours: Object.entries(overrides).map((entry) => entry.join(' ')) };
	}
	if (existsSync(stamp))
		return { root, node, neighbours: JSON.parse(readFileSync(stamp, 'utf8')) as string[] };
	rmSync(root, { recursive: true, force: true });
	mkdirSync(root, { recursive: true });
	writeFileSync(file, '{"private":true}\n');
	const own = ownNeighbours(root, n8n);
	const manifest: Manifest = {
		private: true,
		dependencies: { n8n },
		overrides: { ...overridesFor(n8n), ...own },
	};
	const neighbours = Object.entries(manifest.overrides).map(([name, version]) => `${name} ${version}`);
	for (const neighbour of neighbours) console.log(`  ${neighbour}`);
	for (;;) {
		writeFileSync(file, JSON.stringify(manifest, null, '\t'));
		const { ok, said } = npm(root, ['install', '--ignore-scripts', '--prefer-offline', ...flags], node);
		if (ok) break;
		const [, name = '', wanted = ''] = absent.exec(said) ?? elsewhere.exec(said) ?? [];
		if (name === '' || neighbours.length >= mostNeighbours)
			throw new SandboxProblem(`n8n ${n8n} could not be installed.`, said.slice(-1500));
		const found = neighbourOf(root, name, wanted);
		manifest.overrides[name] = found;
		neighbours.push(`${name} ${found}`);
		console.log(`  ${neighbours.at(-1)}`);
	}
	takeSqlite(root, node, donor);
	writeFileSync(stamp, JSON.stringify(neighbours));
	return { root, node, neighbours };
}

const sqliteOf = (root: string): string => join(root, 'node_modules', 'sqlite3');

/** The version of a package in its folder; empty where it is not. */
function versionOf(folder: string): string {
	const file = join(folder, 'package.json');
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : '';
}

function takeSqlite(root: string, node: string, donor: string): void {
	const [from, to] = [sqliteOf(donor), sqliteOf(root)];
	const binary = join('build', 'Release', 'node_sqlite3.node');
	if (!existsSync(to)) return;
	if (existsSync(join(from, binary)) && versionOf(from) === versionOf(to)) {
		mkdirSync(join(to, 'build', 'Release'), { recursive: true });
		cpSync(join(from, binary), join(to, `${binary}.new`));
		renameSync(join(to, `${binary}.new`), join(to, binary));
	} else must(root, ['rebuild', '--ignore-scripts=false', 'sqlite3'], node);
	const loads = spawnSync(node, ['-e', 'require("sqlite3")'], { cwd: root, encoding: 'utf8' });
	if (loads.status !== 0)
		throw new SandboxProblem(`sqlite3 of ${root} does not load.`, loads.stderr.slice(-800));
}
