// Everything that has to hold before a commit: types, lint, build, tests. `npm test [-- jest options]`.
// Goes through all steps even when one does not pass, and ends with what was skipped and the counts of jest's report.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { oldestReport, runJest } from './jest.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const report = path.join(root, '.cache', 'jest.json');

/** Starts a tool of node_modules/.bin; resolves with its exit code, after printing what it said. */
const tool = (title, file, args) =>
	new Promise((resolve) => {
		const started = Date.now();
		const child = spawn(process.execPath, [path.join(root, 'node_modules', file), ...args], {
			cwd: root,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let said = '';
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part));
		child.on('close', (code) => {
			const seconds = ((Date.now() - started) / 1000).toFixed(0);
			if (code !== 0) process.stdout.write(said);
			console.log(`${code === 0 ? 'ok' : 'NOT OK'}  ${title} (${seconds} s)`);
			resolve(code ?? 1);
		});
	});

/** One line on the tests that did not run, by file. */
const skipped = (results) => {
	const files = results
		.map((file) => ({
			name: path.relative(root, file.name),
			count: file.assertionResults.filter(({ status }) => status === 'pending' || status === 'todo').length,
		}))
		.filter(({ count }) => count > 0);
	return files.length === 0
		? 'Skipped: nothing'
		: `Skipped: ${files.map(({ name, count }) => `${name} (${count})`).join(', ')}`;
};

const codes = [
	await tool('build', 'gulp/bin/gulp.js', ['build']),
	...(await Promise.all([
		tool('typecheck', 'typescript/bin/tsc', ['--noEmit', '-p', '.']),
		tool('lint', 'eslint/bin/eslint.js', ['.', '--max-warnings=0']),
	])),
];

mkdirSync(path.dirname(report), { recursive: true });
for (const file of [report, oldestReport(report)]) rmSync(file, { force: true });
codes.push(
	runJest(['--json', `--outputFile=${report}`, '--silent', '--maxWorkers=2', ...process.argv.slice(2)]),
);

/** Both reports as one, which CI reads too. */
const reports = [report, oldestReport(report)]
	.filter((file) => existsSync(file))
	.map((file) => JSON.parse(readFileSync(file, 'utf8')));
const total = (count) => reports.reduce((sum, one) => sum + one[count], 0);
const counts = ['numPassedTests', 'numFailedTests', 'numPendingTests', 'numTodoTests', 'numFailedTestSuites'];
const merged = {
	...reports[0],
	...Object.fromEntries(counts.map((count) => [count, total(count)])),
	success: reports.every(({ success }) => success),
	testResults: reports.flatMap(({ testResults }) => testResults),
};
writeFileSync(report, JSON.stringify(merged));
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = merged;
console.log(skipped(testResults));
console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`);
process.exit(codes.every((code) => code === 0) ? 0 : 1);
