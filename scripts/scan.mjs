// What n8n's own scanner for community packages finds in the package as it is published, each with the reason why it is
// there: `npm run scan`. Installs @n8n/scan-community-package into .cache, lints the packed tarball with the scanner's own
// rules, writes docs/reference/scanner.md, and exits with 1 where a finding has no reason. The scanner itself asks the registry
// for the package by name; here it reads what `npm pack` makes.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const version = '0.32.0';
const cache = path.join(root, '.cache', 'scan');

/** Why a finding is there, by the file it is in (without the hash of its name); the first that fits. */
const reasons = [
	[/^dist\/cli\//, 'The command line reads files, arguments and the environment; it never runs in n8n.'],
	[
		/^dist\/shared\/(sqlite)-/,
		'The ledger in SQLite is a file: `node:sqlite`, `node:fs`, a wait while it is locked.',
	],
	[/^dist\/shared\/(pg|postgres)-/, 'The ledger in PostgreSQL is a TCP connection: the library `pg`.'],
	[
		/^dist\/shared\/(echarts|zrender)/,
		'The library that draws the charts of a report asks for its environment and prints warnings.',
	],
	[
		/^dist\/shared\/(libpg-query)/,
		'The parser of PostgreSQL, which judges migrations, is WebAssembly that is read from a file beside it.',
	],
	[
		/^dist\/shared\/(hubspot-api-client|Transport|hubspot)/,
		'The client of HubSpot, with a limit to its pace and a time limit to each call.',
	],
	[/^dist\/shared\/(audit|html)/, 'A library that writes HTML prints a warning.'],
	[/^dist\/shared\/workflow/, 'Snapshots are compressed with `node:zlib`.'],
	[
		/^dist\/shared\/(errors|ledger|run|items)/,
		'The ledger is kept for all nodes of the process, in the folder that N8N_USER_FOLDER names, and refuses SQLite in queue mode, which EXECUTIONS_MODE tells.',
	],
];

const run = (command, args, cwd) => {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
	if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
	return stdout;
};

if (!existsSync(path.join(cache, 'node_modules', '@n8n', 'scan-community-package'))) {
	mkdirSync(cache, { recursive: true });
	writeFileSync(path.join(cache, 'package.json'), '{"private":true}\n');
	run(
		'npm',
		['install', '--ignore-scripts', '--no-audit', '--no-fund', `@n8n/scan-community-package@${version}`],
		cache,
	);
}
const scanner = createRequire(path.join(cache, 'package.json'));
const load = async (name) => await import(pathToFileURL(scanner.resolve(name)).href);

const folder = mkdtempSync(path.join(tmpdir(), 'release-gate-scan-'));
const found = new Map();
let files = 0;
try {
	const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
	execFileSync('tar', ['xzf', path.join(folder, filename), '-C', folder]);
	const cwd = path.join(folder, 'package');
	const { buildScanConfig } = await import(
		pathToFileURL(path.join(cache, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs')).href
	);
	const { ESLint } = await load('eslint');
	const eslint = new ESLint({
		cwd,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	});
	const results = await eslint.lintFiles(['**/*.js', '**/*.json']);
	files = results.length;
	for (const { filePath, messages } of results)
		for (const { ruleId, severity, message } of messages) {
			if (severity < 2) continue;
			const file = path.relative(cwd, filePath).replaceAll(path.sep, '/');
			const what = /'([^']+)'/.exec(message)?.[1] ?? message;
			const reason = reasons.find(([fits]) => fits.test(file))?.[1] ?? null;
			const key = reason ?? `NO REASON: ${file}: ${message}`;
			const group = found.get(key) ?? { count: 0, rules: new Set(), whats: new Set(), reason };
			group.count += 1;
			group.rules.add((ruleId ?? 'unreadable').replace('@n8n/community-nodes/', ''));
			group.whats.add(what);
			found.set(key, group);
		}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
const groups = [...found.values()].sort((a, b) => b.count - a.count);
const total = groups.reduce((sum, { count }) => sum + count, 0);
const without = [...found].filter(([, { reason }]) => reason === null);
const cell = (values) =>
	[...values]
		.sort()
		.map((value) => `\`${value.replaceAll('|', '/')}\``)
		.join(', ');
const rows = groups.map(
	({ count, rules, whats, reason }) => `| ${count} | ${cell(rules)} | ${cell(whats)} | ${reason} |`,
);
writeFileSync(
	path.join(root, 'docs', 'reference', 'scanner.md'),
	`# What n8n's scanner finds

Lists what the scanner for community packages finds in the package, with the reason for each; written by \`npm run scan\`.

n8n verifies a package only when its scanner finds nothing, and verifies no nodes that decide the flow of items. These nodes
do decide it, keep a ledger in a file or a database, and read the environment; so the package stays unverified. What stands in
for it: provenance, a checksum and a bill of materials with each release, an audit of what is bundled (\`npm run bundle:audit\`),
and this list. The scanner's look at the sources ends in an error on these nodes and is not counted. Scanner ${version}, over the ${files} files of the tarball: ${total} findings.

| findings | rules | what | why it is there |
| --- | --- | --- | --- |
${rows.join('\n')}
`,
);
console.log(`${total} findings in ${files} files, ${without.length} kinds without a reason`);
for (const [key, { count }] of without) console.log(`  ${count} ${key}`);
process.exit(without.length > 0 ? 1 : 0);
