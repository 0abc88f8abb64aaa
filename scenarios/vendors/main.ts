import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Results, type Settled, vendorsPage } from './page';
import { type Copy, copyTree, passingOf, runTests, withoutMend } from './play';
import { type Row, rows } from './rows';

const root = join(__dirname, '..', '..');
const kept = join(__dirname, 'results', 'run.json');
/** Copies of the tree that are played in at once. */
const AT_ONCE = 3;

const earlier = (): Results =>
	existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Results) : { rows: [], settled: [] };

/** Plays the eight providers and gives what was found. */
function settle(): readonly Settled[] {
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-settled-'));
	try {
		const { status } = spawnSync(
			process.execPath,
			[join(root, 'scripts/jest.mjs'), '--silent', '--testTimeout=180000', 'test/workflows/eight-providers'],
			{ cwd: root, stdio: 'inherit', env: { ...process.env, RELEASE_GATE_TRIED: folder } },
		);
		if (status !== 0) throw new Error('The eight providers did not pass: the record stays as it is.');
		return JSON.parse(readFileSync(join(folder, 'settled.json'), 'utf8')) as Settled[];
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Does the work of a list in several copies at once. */
async function inCopies<Task>(tasks: readonly Task[], work: (copy: Copy, task: Task) => Promise<void>) {
	const open = [...tasks];
	const worker = async (): Promise<void> => {
		const copy = copyTree();
		try {
			for (let task = open.shift(); task !== undefined; task = open.shift()) await work(copy, task);
		} finally {
			copy.remove();
		}
	};
	await Promise.all(Array.from({ length: Math.min(AT_ONCE, tasks.length) }, worker));
}

/**
 * `npm run docs:vendors`: plays every row and the eight providers, and writes docs/records/vendors.md. With ids, only these
 * rows are played again and the others stay as they were found. Ends with 1 where a row does not hold.
 */
async function main(): Promise<void> {
	const ids = process.argv.slice(2);
	const before = earlier();
	const isKept = ({ id, fact }: Row) =>
		ids.length > 0 && !ids.includes(id) && before.rows.some((row) => row.id === id && row.fact === fact);
	const played = rows.filter((row) => !isKept(row));
	const texts = new Map<Row, string>();
	const passing = new Map<Row, readonly string[]>();
	const wrong: string[] = [];
	const tell = (error: unknown): void => {
		wrong.push(error instanceof Error ? error.message : String(error));
		console.error(wrong.at(-1));
	};
	await inCopies(played, async (copy, row) => {
		try {
			texts.set(row, await withoutMend(copy, row));
			console.log(`${row.id}: ${texts.get(row) ?? ''}`);
		} catch (error) {
			tell(error);
		}
	});
	await inCopies([...new Set(played.map(({ test }) => test[0]))], async (copy, file) => {
		const own = played.filter(({ test }) => test[0] === file);
		const told = await runTests(copy.folder, file, own.map(({ test }) => `(?:${test[1]})`).join('|'));
		for (const row of own) {
			try {
				passing.set(row, passingOf(row, told));
			} catch (error) {
				tell(error);
			}
		}
	});
	const found = rows.flatMap((row): Results['rows'][number][] => {
		const { id, vendor, fact, harm, test } = row;
		const [without, names] = [texts.get(row), passing.get(row)];
		if (without !== undefined && names !== undefined)
			return [{ id, vendor, fact, harm, file: test[0], without, passing: names }];
		return before.rows.filter((one) => isKept(row) && one.id === id && one.fact === fact);
	});
	const settled = ids.length > 0 && before.settled.length > 0 ? before.settled : settle();
	mkdirSync(dirname(kept), { recursive: true });
	writeFileSync(kept, `${JSON.stringify({ rows: found, settled } satisfies Results, null, '\t')}\n`);
	if (found.length === rows.length)
		writeFileSync(join(root, 'docs/records/vendors.md'), vendorsPage({ rows: found, settled }));
	if (wrong.length > 0) {
		console.error(`${wrong.length} rows do not hold; play them again with their ids once they are mended.`);
		process.exitCode = 1;
	}
}

void main();
