/**
 * Asks the questions of the review's rows (D1 to D14) of the code as it was and of the code as it is, and writes both answers
 * into docs/records/release-rule-defects.md: `npm run oracles:before -- [--commit f4318bd]`. Needs git and the old commit.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { questions } from './questions';

const root = join(__dirname, '..', '..', '..');
const page = join(root, 'docs', 'records', 'release-rule-defects.md');
/** What a question may take; some rules of before do not end. */
const PATIENCE_MS = 60_000;

/** The answer to one question, asked in a process of its own: a rule that does not end must not end this one. */
function answer(code: string, at: number): string {
	const asked = spawnSync(
		process.execPath,
		[...process.execArgv, __filename, '--ask', String(at), '--root', code],
		{
			cwd: root,
			encoding: 'utf8',
			timeout: PATIENCE_MS,
		},
	);
	if (asked.error) return `does not end within ${PATIENCE_MS / 1000} s`;
	return asked.stdout.trim().split('\n').at(-1) ?? '';
}

async function ask(at: number, code: string): Promise<void> {
	try {
		console.log((await questions[at]?.ask(code)) ?? '');
	} catch (cause) {
		const said = cause instanceof Error ? cause.message : String(cause);
		console.log(
			cause instanceof RangeError ? 'refused' : `error: ${said.split('\n')[0]?.replaceAll(code, '')}`,
		);
	}
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
const git = (...args: readonly string[]): string =>
	spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();

/** The table of both answers; whether the code as it is gives the right one everywhere. */
function compare(commit: string): boolean {
	const folder = mkdtempSync(join(tmpdir(), 'before-'));
	const old = join(folder, 'tree');
	try {
		git('worktree', 'add', '--detach', old, commit);
		symlinkSync(join(root, 'node_modules'), join(old, 'node_modules'));
		let good = true;
		const rows = questions.map(({ row, asks, right }, at) => {
			const [before, after] = [answer(old, at), answer(root, at)];
			good &&= after === right;
			console.log(`${row} ${asks}: ${before} -> ${after}${after === right ? '' : ` (right: ${right})`}`);
			return `| ${[row, asks, right, before, after].map(cell).join(' | ')} |`;
		});
		writeFileSync(
			page,
			`# The defects of the review, before and after\n\nWritten by \`npm run oracles:before\`; nothing on this page is typed by hand. Each row asks the same of the code of commit\n${git('rev-parse', '--short', commit)}, on which the review found the defects D1 to D14, and of the code as it is.\n\n| row | asked | right | at ${git('rev-parse', '--short', commit)} | now |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`,
		);
		return good;
	} finally {
		git('worktree', 'remove', '--force', old);
		rmSync(folder, { recursive: true, force: true });
	}
}

const { values } = parseArgs({
	options: {
		commit: { type: 'string', default: 'f4318bd' },
		ask: { type: 'string' },
		root: { type: 'string', default: root },
	},
});
if (values.ask === undefined) process.exitCode = compare(values.commit) ? 0 : 1;
else void ask(Number(values.ask), values.root);
