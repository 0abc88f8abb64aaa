import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Results, type Settled, vendorsPage } from './page';
import { copyTree, withMend, withoutMend } from './play';
import { rows } from './rows';

const root = join(__dirname, '..', '..');
const kept = join(__dirname, 'results', 'run.json');

/** Plays the eight providers and gives what was found. */
function settle(): readonly Settled[] {
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-settled-'));
	try {
		const { status } = spawnSync(
			process.execPath,
			[join(root, 'scripts/jest.mjs'), '--silent', 'test/workflows/eight-providers'],
			{ cwd: root, stdio: 'inherit', env: { ...process.env, RELEASE_GATE_TRIED: folder } },
		);
		if (status !== 0) throw new Error('The eight providers did not pass: the record stays as it is.');
		return JSON.parse(readFileSync(join(folder, 'settled.json'), 'utf8')) as Settled[];
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** `npm run docs:vendors`: plays every row and the eight providers, and writes docs/records/vendors.md. */
function main(): void {
	const copy = copyTree();
	try {
		const texts: string[] = [];
		const wrong: string[] = [];
		for (const row of rows) {
			try {
				texts.push(withoutMend(copy, row));
				console.log(`${row.id}: ${texts.at(-1) ?? ''}`);
			} catch (error) {
				wrong.push(error instanceof Error ? error.message : String(error));
				console.error(wrong.at(-1));
			}
		}
		if (wrong.length > 0) throw new Error(`${wrong.length} rows do not hold; the record stays as it is.`);
		const passing = withMend(copy, rows);
		const found = rows.map(({ id, vendor, fact, harm, test }, at) => ({
			...{ id, vendor, fact, harm, file: test[0] },
			without: texts[at] ?? '',
			passing: passing[at] ?? [],
		}));
		const results: Results = { rows: found, settled: settle() };
		writeFileSync(kept, `${JSON.stringify(results, null, '\t')}\n`);
		writeFileSync(join(root, 'docs/records/vendors.md'), vendorsPage(results));
	} finally {
		copy.remove();
	}
}

main();
