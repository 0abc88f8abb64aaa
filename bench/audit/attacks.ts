import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTACKS, type Attack } from '../../testbed/audit/attacks';
import { attackTrial, type Outcome } from '../../testbed/audit/attack-trial';
import { FOREIGN, HARMLESS, KNOWN } from '../../testbed/audit/foreign';
import { attacksPage, missed, type Row } from './attacks-page';

/**
 * Runs the attacks in n8n-core and writes `docs/records/audit-attacks.md`. Exits with 1 if one that did harm is proven.
 *
 *     npx tsx bench/audit/attacks.ts                        all of them, in two processes
 *     npx tsx bench/audit/attacks.ts part 2 0 part-0.json   every second, from the first on, into a file
 *     npx tsx bench/audit/attacks.ts merge part-*.json      the page from such files
 *
 * `TEST_POSTGRES_URL` lets look-ups in Postgres run as well.
 */
const PAGE = join(__dirname, '../../docs/records/audit-attacks.md');
const PROCESSES = 2;

const own = Object.values(ATTACKS).flat();
const all: readonly (readonly [Row['by'], Attack])[] = [
	...own.map((attack) => ['author', attack] as const),
	...FOREIGN.map((attack) => ['outsider', attack] as const),
];

async function part(step: number, offset: number): Promise<Row[]> {
	const chosen = all.filter((_, index) => index % step === offset);
	const outcomes: readonly Outcome[] = await attackTrial(
		chosen.map(([, attack]) => attack),
		({ is, does, harms, notRun }) => console.log(is, does, notRun ?? harms.join(', ')),
	);
	return outcomes.map((outcome, index) => {
		const by = chosen[index]?.[0] ?? 'author';
		const known = by === 'outsider' ? (KNOWN[outcome.does] ?? HARMLESS[outcome.does]) : undefined;
		return { ...outcome, by, ...(known === undefined ? {} : { known }) };
	});
}

const read = (files: readonly string[]): Row[] =>
	files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Row[]);

async function inProcesses(): Promise<Row[]> {
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-attacks-'));
	try {
		const files = Array.from({ length: PROCESSES }, (_, index) => join(folder, `part-${index}.json`));
		await Promise.all(
			files.map(async (file, index) => {
				// n8n logs each failed request; those of attacks are many, and meant.
				const child = fork(__filename, ['part', String(PROCESSES), String(index), file], { silent: true });
				const code = await new Promise((resolve) => child.once('exit', resolve));
				if (code !== 0) throw new Error(`Part ${index} ended with ${String(code)}`);
			}),
		);
		return read(files);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function main([verb, ...rest]: readonly string[]): Promise<void> {
	if (verb === 'part') {
		const [step, offset, file = ''] = rest;
		writeFileSync(file, JSON.stringify(await part(Number(step), Number(offset))));
		process.exit(0);
	}
	const rows = verb === 'merge' ? read(rest) : await inProcesses();
	if (rows.length !== all.length) throw new Error(`${rows.length} of ${all.length} attacks were run`);
	const names = new Map(
		Object.entries(ATTACKS).map(([name, [first]]) => [first?.is ?? 0, name.replace(/^\d+ /, '')]),
	);
	writeFileSync(PAGE, attacksPage(rows, names));
	for (const { is, does, by, harms } of missed(rows))
		console.log(`proven and harmful: ${is} ${does} (${by}): ${harms.join(', ')}`);
	console.log(`${rows.length} attacks, ${missed(rows).length} harmful ones proven`);
	process.exitCode = missed(rows).length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exitCode = 2;
});
