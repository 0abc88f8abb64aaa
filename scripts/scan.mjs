// What n8n's own scanner for community packages finds in the package as it is published, each with the reason why it is
// there: `npm run scan`. Installs @n8n/scan-community-package into .cache, lints the packed tarball and the sources of this
// checkout with the scanner's own rules, writes docs/reference/scanner.md, and exits with 1 where a finding has no reason. The
// scanner itself asks the registry for the package by name and GitHub for the commit it was made from; here it reads what
// `npm pack` makes, and the working tree.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
	[
		/^dist\/shared\/(workflow|ports)/,
		'Snapshots are compressed with `node:zlib`, and an n8n that is still publishing is asked again after a wait.',
	],
	[
		/^dist\/shared\/(errors|ledger|run|items)/,
		'The ledger is kept for all nodes of the process, in the folder that N8N_USER_FOLDER names, and refuses SQLite in queue mode, which EXECUTIONS_MODE tells.',
	],
];

/** Why a finding in the sources is there, by the file and the rule; the first that fits. */
const sourceReasons = [
	[
		/^nodes\/kit\/(ledger|running)\.ts .*no-restricted-/,
		'The ledger is kept for all nodes of the process, in the folder that N8N_USER_FOLDER names, and refuses SQLite in queue mode, which EXECUTIONS_MODE tells.',
	],
	[/placeholder-miscased-id$/, '`id` is the name of a field there, as it stands in the items.'],
	[
		/(default|description)-wrong-for-limit$/,
		'What one run takes: 50 would leave most of a slot to later runs, which the description says.',
	],
	[/default-missing$/, 'The default is there, but computed from the operations.'],
	[/default-wrong-for-options$/, 'The default is one of the options, but they come from another file.'],
	[/display-name-miscased$/, 'n8n is written with a small letter.'],
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

const { buildScanConfig, SOURCE_FILE_PATTERNS } = await import(
	pathToFileURL(path.join(cache, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs')).href
);
const { ESLint } = await load('eslint');

/** Lints what the patterns name in a folder as the scanner does, and gives the findings, grouped by reason. */
const lint = async (cwd, patterns, reasonOf) => {
	const eslint = new ESLint({
		cwd,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	});
	const results = await eslint.lintFiles(patterns);
	const found = new Map();
	for (const { filePath, messages } of results)
		for (const { ruleId, severity, message } of messages) {
			if (severity < 2) continue;
			const file = path.relative(cwd, filePath).replaceAll(path.sep, '/');
			const what = /'([^']+)'/.exec(message)?.[1] ?? message;
			const reason = reasonOf(file, ruleId ?? 'unreadable');
			const key = reason ?? `NO REASON: ${file}: ${message}`;
			const group = found.get(key) ?? { count: 0, rules: new Set(), whats: new Set(), reason };
			group.count += 1;
			group.rules.add((ruleId ?? 'unreadable').replace('@n8n/community-nodes/', ''));
			group.whats.add(what);
			found.set(key, group);
		}
	const groups = [...found.values()].sort((a, b) => b.count - a.count);
	return {
		files: results.length,
		groups,
		total: groups.reduce((sum, { count }) => sum + count, 0),
		without: [...found].filter(([, { reason }]) => reason === null),
	};
};

const folder = mkdtempSync(path.join(tmpdir(), 'release-gate-scan-'));
let bundle;
let source;
try {
	const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
	execFileSync('tar', ['xzf', path.join(folder, filename), '-C', folder]);
	bundle = await lint(
		path.join(folder, 'package'),
		['**/*.js', '**/*.json'],
		(file) => reasons.find(([fits]) => fits.test(file))?.[1] ?? null,
	);
	const sources = path.join(folder, 'source');
	for (const part of ['package.json', 'nodes', 'credentials', 'assets'])
		cpSync(path.join(root, part), path.join(sources, part), { recursive: true });
	source = await lint(
		sources,
		SOURCE_FILE_PATTERNS,
		(file, rule) => sourceReasons.find(([fits]) => fits.test(`${file} ${rule}`))?.[1] ?? null,
	);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
const cell = (values) =>
	[...values]
		.sort()
		.map((value) => `\`${value.replaceAll('|', '/')}\``)
		.join(', ');
const table = ({ groups }) =>
	[
		'| findings | rules | what | why it is there |',
		'| --- | --- | --- | --- |',
		...groups.map(
			({ count, rules, whats, reason }) => `| ${count} | ${cell(rules)} | ${cell(whats)} | ${reason} |`,
		),
	].join('\n');
writeFileSync(
	path.join(root, 'docs', 'reference', 'scanner.md'),
	`# What n8n's scanner finds

Lists what the scanner for community packages finds in the package, with the reason for each; written by \`npm run scan\`.

n8n verifies a package only when its scanner finds nothing, and verifies no nodes that decide the flow of items. These nodes
do decide it, keep a ledger in a file or a database, and read the environment; so the package stays unverified. What stands in
for it: provenance, a checksum and a bill of materials with each release, an audit of what is bundled (\`npm run bundle:audit\`),
and this list, made with version ${version} of the scanner.

## In the tarball

${bundle.total} findings in ${bundle.files} files.

${table(bundle)}

## In the sources

${source.total} findings in ${source.files} files: \`package.json\`, \`nodes\` and \`credentials\`, which n8n lints at the commit that the provenance names.

${table(source)}
`,
);
for (const [name, { total, files, without }] of Object.entries({ tarball: bundle, sources: source })) {
	console.log(`${name}: ${total} findings in ${files} files, ${without.length} kinds without a reason`);
	for (const [key, { count }] of without) console.log(`  ${count} ${key}`);
}
process.exit(bundle.without.length + source.without.length > 0 ? 1 : 0);
