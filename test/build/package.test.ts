import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const read = <T>(file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as T;

interface Manifest {
	readonly name: string;
	readonly files: string[];
	readonly scripts: Record<string, string>;
	readonly dependencies?: object;
	readonly overrides?: object;
	readonly bin?: Record<string, string>;
	readonly peerDependencies: Record<string, string>;
	readonly peerDependenciesMeta: object;
	readonly n8n: { n8nNodesApiVersion: number; strict: boolean; nodes: string[]; credentials: string[] };
}

const manifest = read<Manifest>('package.json');
const registered = [...manifest.n8n.nodes, ...manifest.n8n.credentials];

/** The parts of a module path that tell a heavy library: it, or the chunk that carries it. */
const HEAVY = [/\/node_modules\/(pg|@hubspot|libpg-query)\//, /\/dist\/shared\/(pg|hubspot|libpg-query)[-/]/];

/** The modules a fresh Node has loaded after `require(file)`. */
const loadedBy = (file: string): string[] => {
	const script = `require(${JSON.stringify(path.join(root, file))}); console.log(JSON.stringify(Object.keys(require.cache)))`;
	return JSON.parse(
		execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', stdio: 'pipe' }),
	) as string[];
};

beforeAll(() => {
	// `npm test` has built already; a run of this file alone on a fresh clone builds what it looks at.
	if (existsSync(path.join(root, 'dist/known/nodes.json'))) return;
	execFileSync(process.execPath, [path.join(root, 'node_modules/gulp/bin/gulp.js'), 'build'], {
		cwd: root,
		stdio: 'pipe',
	});
}, 120_000);

describe('package.json', () => {
	it('registers every node and credential there is, and nothing else', () => {
		const sources = globSync(['nodes/*/*.node.ts', 'credentials/*.credentials.ts'], { cwd: root });
		expect([...registered].sort()).toEqual(
			sources.map((file) => `dist/${file.replace(/\.ts$/, '.js')}`).sort(),
		);
		expect(manifest.n8n).toMatchObject({ n8nNodesApiVersion: 1, strict: false });
	});

	it('has no dependencies, no overrides and no lifecycle scripts', () => {
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.overrides).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		// Optional, or `npx` would pull n8n's libraries for the command line.
		expect(manifest.peerDependenciesMeta).toEqual({ 'n8n-workflow': { optional: true } });
		expect(manifest.bin).toEqual({ [manifest.name]: 'dist/cli/index.js' });
		const lifecycle = /^(pre|post)?(install|prepare|prepack|pack|publish|uninstall|publishOnly)$/;
		expect(Object.keys(manifest.scripts).filter((name) => lifecycle.test(name))).toEqual([]);
	});

	it('has only scripts whose files exist', () => {
		const files = Object.values(manifest.scripts).flatMap(
			(line) => line.match(/[\w/-]+\.(?:mjs|ts|js)\b/g) ?? [],
		);
		expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
	});

	it('pins every tool to one version', () => {
		const { devDependencies } = read<{ devDependencies: Record<string, string> }>('package.json');
		expect(Object.entries(devDependencies).filter(([, version]) => !/^\d/.test(version))).toEqual([]);
	});
});

describe('the tarball', () => {
	interface Packed {
		readonly size: number;
		readonly files: Array<{ readonly path: string }>;
	}
	let packed: Packed;

	beforeAll(() => {
		const cache = mkdtempSync(path.join(tmpdir(), 'release-gate-npm-'));
		const npm = ['pack', '--dry-run', '--json', '--offline', '--cache', cache];
		const out = execFileSync('npm', npm, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
		rmSync(cache, { recursive: true });
		const [first] = JSON.parse(out.slice(out.indexOf('['))) as [Packed];
		packed = first;
	}, 60_000);

	const paths = () => packed.files.map((file) => file.path);

	it('is below 3 MB', () => {
		expect(packed.size).toBeLessThan(3_000_000);
	});

	it('holds the build, the readme and the licences, and no source', () => {
		expect(paths()).toEqual(
			expect.arrayContaining([...registered, 'dist/THIRD-PARTY-LICENSES.txt', 'LICENSE']),
		);
		const others = paths().filter((file) => !/^(dist\/|package\.json$|LICENSE$|README\.md$)/.test(file));
		expect(others).toEqual([]);
		expect(paths().filter((file) => /\.tsx?$|\.map$/.test(file))).toEqual([]);
	});

	it('holds the icons and the codex of every node', () => {
		const codex = globSync('nodes/*/*.node.json', { cwd: root }).map((file) => `dist/${file}`);
		expect(paths()).toEqual(expect.arrayContaining(codex));
		const icons = globSync('assets/icons/*.svg', { cwd: root }).map((file) => `dist/${file}`);
		expect(icons.length).toBeGreaterThan(0);
		expect(paths()).toEqual(expect.arrayContaining(icons));
	});

	it('names every bundled library in its bill of materials, once, with nothing that changes from build to build', () => {
		interface Bom {
			readonly serialNumber?: string;
			readonly metadata: { readonly timestamp?: string; readonly component: { readonly version: string } };
			readonly components: ReadonlyArray<{ readonly purl: string; readonly 'bom-ref': string }>;
		}
		const bom = read<Bom>('dist/sbom.cdx.json');
		const notices = readFileSync(path.join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
		const noticed = [...notices.matchAll(/^-{80}\n(\S+) (\S+)\n-{80}$/gm)].map(
			([, name = '', version = '']) => `pkg:npm/${name.replace('@', '%40')}@${version}`,
		);
		expect(bom.components.map(({ purl }) => purl).sort()).toEqual([...new Set(noticed)].sort());
		expect(bom.components.filter((part) => part['bom-ref'] !== part.purl)).toEqual([]);
		expect(bom.metadata.component.version).toBe(read<{ version: string }>('package.json').version);
		expect([bom.serialNumber, bom.metadata.timestamp]).toEqual([undefined, undefined]);
	});

	it('keeps the notice of the HubSpot client, where it carries the client', () => {
		const notices = readFileSync(path.join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
		const carries = paths().some((file) =>
			readFileSync(path.join(root, file), 'utf8').includes('api.hubapi.com'),
		);
		expect(notices.includes('@hubspot/api-client 14.0.1')).toBe(carries);
		expect(notices.includes('Apache License')).toBe(true);
	});
});

describe('loading', () => {
	it.each(registered)('%s loads alone, and without anything heavy', (file) => {
		const heavy = loadedBy(file).filter((id) => HEAVY.some((pattern) => pattern.test(id)));
		expect(heavy).toEqual([]);
	});

	it('lets n8n know the nodes without loading them', () => {
		const known = read<Record<string, { className: string; sourcePath: string }>>('dist/known/nodes.json');
		expect(
			Object.values(known)
				.map(({ sourcePath }) => sourcePath)
				.sort(),
		).toEqual([...manifest.n8n.nodes].sort());
		for (const [name, { className }] of Object.entries(known)) {
			expect(className.charAt(0).toLowerCase() + className.slice(1)).toBe(name);
		}
	});

	it('gives every node and credential an icon that is in the package', () => {
		interface Type {
			readonly name: string;
			readonly iconUrl?: string | { light: string; dark: string };
		}
		const types = [...read<Type[]>('dist/types/nodes.json'), ...read<Type[]>('dist/types/credentials.json')];
		expect(types.map(({ name }) => name)).toHaveLength(registered.length);
		for (const { name, iconUrl } of types) {
			const urls = typeof iconUrl === 'object' ? [iconUrl.light, iconUrl.dark] : [iconUrl ?? ''];
			const missing = urls.filter(
				(url) => !existsSync(path.join(root, url.replace(`icons/${manifest.name}/`, ''))),
			);
			expect({ name, missing }).toEqual({ name, missing: [] });
		}
	});
});
