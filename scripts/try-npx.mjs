// Tries the command line as a stranger gets it: the tarball, an empty folder, nothing else installed, and one Node after
// the other. `npm run npx [-- 20 22 24]`. Prints a row each; exits with 1 if one does not answer as it should. A run with all
// three writes docs/records/npx.md.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const all = ['20', '22', '24'];
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : all;
const page = path.join(root, 'docs', 'records', 'npx.md');
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

/** A workflow that sends on every start, without asking the ledger: the audit must refute it. */
const unguarded = {
	name: 'Unguarded',
	nodes: [
		{
			name: 'Every Hour',
			type: 'n8n-nodes-base.scheduleTrigger',
			typeVersion: 1.2,
			position: [0, 0],
			parameters: { rule: { interval: [{ field: 'hours' }] } },
		},
		{
			name: 'Send',
			type: 'n8n-nodes-base.emailSend',
			typeVersion: 2.1,
			position: [220, 0],
			parameters: { fromEmail: 'a@example.com', toEmail: '={{ $json.email }}', subject: 'x', text: 'x' },
		},
	],
	connections: { 'Every Hour': { main: [[{ node: 'Send', type: 'main', index: 0 }]] } },
};

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** The record: a row for each Node. */
const pageOf = (packed, rows) => `# The command line by npx

Written by \`npm run npx\`; nothing on this page is typed by hand but this text.

The tarball of \`npm pack\` (${megabytes(packed)}) is run with \`npx --package=<tarball> n8n-nodes-release-gate\` in an empty folder, with an
empty npm cache and nothing else installed, under one Node after the other. The first answer, to \`--version\`, includes the
installation. Run on ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores with other work beside it.

| Node | packages installed | size | first answer after | ${rows[0].answers.map(([what]) => `\`${what}\``).join(' | ')} |
| --- | --- | --- | --- | ${rows[0].answers.map(() => '---').join(' | ')} |
${rows
	.map(
		({ node, packages, bytes, seconds, answers }) =>
			`| ${[node, packages, megabytes(bytes), `${seconds} s`, ...answers.map(([, { status }]) => `exit ${status}`)].join(' | ')} |`,
	)
	.join('\n')}

0 is yes. 1 is no: that workflow sends without asking the ledger. 2 is input that cannot be used: the release file is no release,
and the ledger is not there.
`;

const empty = mkdtempSync(path.join(tmpdir(), 'release-gate-npx-'));
let good = true;
const rows = [];
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
	writeFileSync(path.join(empty, 'unguarded.json'), JSON.stringify(unguarded));
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
			['audit unguarded.json', npx('audit', 'unguarded.json'), 1],
			['check release.json', npx('check', 'release.json', '--policy', 'weekly-software-release'), 2],
			['report r1 --sqlite none.sqlite', npx('report', 'r1', '--sqlite', 'none.sqlite'), 2],
		];
		const [installed] = readdirSync(path.join(npmCache, '_npx'));
		const modules = path.join(npmCache, '_npx', installed, 'node_modules');
		const packages = readdirSync(modules).filter((name) => !name.startsWith('.')).length;
		const node = run(path.join(bin, 'node'), ['--version']).stdout.trim();
		console.log(
			`Node ${node}: ${packages} package(s), ${megabytes(size(modules))}, first answer after ${seconds} s`,
		);
		for (const [what, { status, stdout, stderr }, expected] of answers) {
			const ok = status === expected;
			good &&= ok;
			console.log(`  ${ok ? 'ok    ' : 'NOT OK'} ${what}: exit ${status}`);
			if (!ok) console.log(`${stdout}${stderr}`.replace(/^/gm, '         '));
		}
		rows.push({ node, packages, bytes: size(modules), seconds, answers });
		rmSync(npmCache, { recursive: true });
	}
	if (good && all.every((major) => versions.includes(major)))
		writeFileSync(page, pageOf(statSync(tarball).size, rows));
} finally {
	rmSync(empty, { recursive: true });
}
process.exit(good ? 0 : 1);
