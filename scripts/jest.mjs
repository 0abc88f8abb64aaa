// Runs jest with what the tests need: `node scripts/jest.mjs [jest options]`.
// n8n's vm expression engine needs experimental VM modules; warnings of experimental Node features would bury failures.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const flags = [
	'--experimental-vm-modules',
	'--disable-warning=ExperimentalWarning',
	`--require=${path.join(root, 'scripts', 'jest-worker.cjs')}`,
];

const filesOf = (folder, ending) =>
	readdirSync(folder)
		.filter((file) => file.endsWith(ending))
		.map((file) => readFileSync(path.join(folder, file), 'utf8'));

/** One line on the distinct calls (exchange, status of the answer, set of fields sent) checked by contract, by vendor. */
const contracts = (folder) => {
	const calls = new Set(filesOf(folder, '.tsv').flatMap((text) => text.split('\n').filter(Boolean)));
	const byVendor = new Map();
	for (const call of calls) {
		const vendor = call.slice(0, call.indexOf('\t'));
		byVendor.set(vendor, (byVendor.get(vendor) ?? 0) + 1);
	}
	const counts = [...byVendor].sort().map(([vendor, count]) => `${vendor} ${count}`);
	return counts.length === 0 ? '' : `Distinct calls checked by contract: ${counts.join(', ')}\n`;
};

/** What kept workers alive after their last test, if anything did: then the run has failed. */
const leaks = (folder) =>
	filesOf(folder, '.leak')
		.map(
			(kept) =>
				`NOT OK  a test leaks: its worker was kept alive by ${kept.trim()}. Find it with --detectOpenHandles.\n`,
		)
		.join('');

/** Where the libraries of the oldest supported n8n are, once installed. */
const oldest = path.join(root, 'testbed', 'engine', 'oldest', 'node_modules', 'n8n-core');
const isOldest = (option) => option.includes('oldest-n8n');

/** Where the run on the oldest n8n writes its report, beside the one of the other run. */
export const oldestReport = (report) => report.replace(/\.json$/, '.oldest.json');

/**
 * Runs jest to its end and returns its exit code: once, and once more in a process of its own for the tests on the oldest
 * supported n8n, where that is installed. Says at the end which calls were checked by contract, and what leaks.
 */
export const runJest = (options) => {
	const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const folder = mkdtempSync(path.join(tmpdir(), 'release-gate-contracts-'));
	const run = (more, env) => {
		const { status, signal } = spawnSync(process.execPath, [...flags, jest, ...more], {
			cwd: root,
			stdio: ['ignore', 'inherit', 'inherit'],
			env: { ...process.env, RELEASE_GATE_CONTRACTS: folder, RELEASE_GATE_LEAKS: folder, ...env },
		});
		const where = env.RG_OLDEST_N8N ? ' on the oldest n8n' : '';
		if (status !== 0) console.log(`NOT OK  jest${where} (${signal ?? `exit code ${status}`})`);
		return status ?? 1;
	};
	const paths = options.filter((option) => !option.startsWith('-') && existsSync(path.join(root, option)));
	const onlyOldest = paths.length > 0 && paths.every(isOldest);
	const here = onlyOldest ? 0 : run(options, {});
	const there = existsSync(oldest)
		? run(
				[
					...options
						.filter((option) => !option.startsWith('--maxWorkers'))
						.map((option) => (option.startsWith('--outputFile=') ? oldestReport(option) : option)),
					'--passWithNoTests',
					// The libraries of that n8n leave timers running, which would keep a worker from its end.
					'--runInBand',
					'--forceExit',
				],
				{ RG_OLDEST_N8N: '1' },
			)
		: 0;
	process.stdout.write(contracts(folder));
	const leaking = leaks(folder);
	process.stdout.write(leaking);
	rmSync(folder, { recursive: true, force: true });
	return here || there || (leaking === '' ? 0 : 1);
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(runJest(process.argv.slice(2)));
