// Tries the command line as a stranger gets it: the tarball, an empty folder, nothing else installed, and one Node after
// the other. `npm run npx [-- 20 22 24]`. Prints a row each; exits with 1 if one does not answer as it should.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['20', '22', '24'];
const cache = path.join(root, '.cache', 'nodes');

const run = (command, args, options) => spawnSync(command, args, { encoding: 'utf8', ...options });
const must = (result, what) => {
	if (result.status !== 0)
		throw new Error(`${what} ended with ${result.status}:\n${result.stdout}${result.stderr}`);
	return result.stdout;
};

/** The folder of a Node of this major version, from the npm package `node`. */
const nodeOf = (major) => {
	const folder = path.join(cache, major);
	mkdirSync(folder, { recursive: true });
	writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
	const flags = [
		'--no-audit',
		'--no-fund',
		'--loglevel=error',
		'--ignore-scripts=false',
		'--foreground-scripts',
	];
	must(run('npm', ['install', `node@${major}`, ...flags], { cwd: folder }), `npm install node@${major}`);
	return path.join(folder, 'node_modules', 'node', 'bin');
};

const size = (folder) =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);

const empty = mkdtempSync(path.join(tmpdir(), 'release-gate-npx-'));
let good = true;
try {
	const [{ filename }] = JSON.parse(
		must(run('npm', ['pack', '--json', '--pack-destination', empty], { cwd: root }), 'npm pack'),
	);
	const tarball = path.join(empty, filename);
	cpSync(
		path.join(root, 'workflows', 'delivery', 'content-delivery-spine.json'),
		path.join(empty, 'spine.json'),
	);
	writeFileSync(path.join(empty, 'release.json'), '{"manifest":{}}');
	for (const major of versions) {
		const bin = nodeOf(major);
		const npmCache = mkdtempSync(path.join(tmpdir(), 'release-gate-npm-'));
		const env = {
			...process.env,
			PATH: `${bin}${path.delimiter}${process.env.PATH}`,
			npm_config_cache: npmCache,
		};
		const npx = (...args) =>
			run('npx', ['--yes', `--package=${tarball}`, 'n8n-nodes-release-gate', ...args], { cwd: empty, env });
		const started = Date.now();
		const version = npx('--version');
		const seconds = ((Date.now() - started) / 1000).toFixed(1);
		const answers = [
			['--version', version, 0],
			['audit spine.json', npx('audit', 'spine.json'), 0],
			['check release.json', npx('check', 'release.json', '--policy', 'weekly-software-release'), 2],
			['report r1 --sqlite none.sqlite', npx('report', 'r1', '--sqlite', 'none.sqlite'), 2],
		];
		const [installed] = readdirSync(path.join(npmCache, '_npx'));
		const modules = path.join(npmCache, '_npx', installed, 'node_modules');
		const packages = readdirSync(modules).filter((name) => !name.startsWith('.')).length;
		const node = run(path.join(bin, 'node'), ['--version']).stdout.trim();
		console.log(
			`Node ${node}: ${packages} package(s), ${(size(modules) / 1e6).toFixed(1)} MB, first answer after ${seconds} s`,
		);
		for (const [what, { status, stdout, stderr }, expected] of answers) {
			const ok = status === expected;
			good &&= ok;
			console.log(`  ${ok ? 'ok    ' : 'NOT OK'} ${what}: exit ${status}`);
			if (!ok) console.log(`${stdout}${stderr}`.replace(/^/gm, '         '));
		}
		rmSync(npmCache, { recursive: true });
	}
} finally {
	rmSync(empty, { recursive: true });
}
process.exit(good ? 0 : 1);
