import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trial, type Trial } from '../../testbed/audit/trial';
import { harmful, mutantsPage, flagged } from './mutants-page';

/**
 * Runs every mutant of the spine in the real engine, with our real nodes over a real ledger, audits it, and writes
 * `docs/records/audit-mutants.md`. Exits with 1 if the audit misses one that does harm.
 *
 *     npx tsx bench/audit/mutants.ts                        all of them, in two processes
 *     npx tsx bench/audit/mutants.ts part 4 0 part-0.json   every fourth, from the first on, into a file
 *     npx tsx bench/audit/mutants.ts merge part-*.json      the page from such files
 */
const PAGE = join(__dirname, '../../docs/records/audit-mutants.md');
const PROCESSES = 2;

/** What the parts of one division hold together. Fewer than all make a sample, and the page says so. */
function merged(parts: readonly Trial[]): Trial {
	const [first] = parts;
	if (!first) throw new Error('No parts were given');
	const verdicts = parts.flatMap((part) => part.verdicts);
	if (verdicts.length > first.made || parts.some(({ made }) => made !== first.made)) {
		throw new Error(`The parts hold ${verdicts.length} verdicts; there are ${first.made} mutants`);
	}
	return { ...first, verdicts };
}

const read = (files: readonly string[]): Trial[] =>
	files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Trial);

async function inProcesses(): Promise<Trial[]> {
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-mutants-'));
	try {
		const files = Array.from({ length: PROCESSES }, (_, i) => join(folder, `part-${i}.json`));
		await Promise.all(
			files.map(async (file, i) => {
				const child = fork(__filename, ['part', String(PROCESSES), String(i), file]);
				const code = await new Promise((resolve) => child.once('exit', resolve));
				if (code !== 0) throw new Error(`Part ${i} ended with ${String(code)}`);
			}),
		);
		return read(files);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function write(result: Trial): void {
	writeFileSync(PAGE, mutantsPage(result));
	const harms = result.verdicts.filter(harmful);
	const missed = harms.filter((one) => !flagged(one));
	const alarms = result.verdicts.filter((one) => flagged(one) && !harmful(one));
	console.log(
		`${result.verdicts.length} mutants, ${harms.length} harmful, ${missed.length} missed, ${alarms.length} flagged without harm`,
	);
	for (const one of missed) console.log('missed', one.operator, one.what, one.harms);
	process.exitCode = missed.length === 0 && result.base.verdict === 'proven' ? 0 : 1;
}

async function main([verb, ...rest]: readonly string[]): Promise<void> {
	if (verb === 'part') {
		const [step, offset, file = ''] = rest;
		writeFileSync(file, JSON.stringify(await trial(Number(step), Number(offset))));
	} else write(merged(verb === 'merge' ? read(rest) : await inProcesses()));
}

void main(process.argv.slice(2));
