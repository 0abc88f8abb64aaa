import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ATTACKS, type Attack } from '../../testbed/audit/attacks';
import { attackTrial, ENDLESS, verdictOf } from '../../testbed/audit/attack-trial';
import { FOREIGN, HARMLESS, KNOWN } from '../../testbed/audit/foreign';
import { KEY_ATTACKS } from '../../testbed/audit/keys/attacks';
import { KeyTrial, type KeyOutcome } from '../../testbed/audit/keys/trial';
import { attacksPage, deedsOn, missed, missedKeys, type Row } from './attacks-page';

/**
 * Runs the attacks in n8n-core and writes `docs/records/audit-attacks.md`. Exits with 1 if one that did harm is proven.
 *
 *     npx tsx bench/audit/attacks.ts
 *     npx tsx bench/audit/attacks.ts again   # runs only what is new, and asks the audit once more about the rest
 *
 * `TEST_POSTGRES_URL` lets look-ups in Postgres run as well.
 */
const PAGE = join(__dirname, '../../docs/records/audit-attacks.md');
const PROCESSES = 2;
/** Longest time without an outcome, in ms; more than an attack is given (`attack-trial.ts`). */
const SILENCE = 180_000;

const own = Object.values(ATTACKS).flat();
const all: readonly (readonly [Row['by'], Attack])[] = [
	...own.map((attack) => ['author', attack] as const),
	...FOREIGN.map((attack) => ['outsider', attack] as const),
];

/** Runs some attacks and tells of each; ends with the first that does not, since it goes on in the background. */
async function part(indexes: readonly number[]): Promise<void> {
	for (const index of indexes) {
		const [by, attack] = all[index] ?? ['author' as const, undefined];
		if (attack === undefined) throw new Error(`There is no attack ${index}`);
		const [outcome] = await attackTrial([attack]);
		if (outcome === undefined) throw new Error('The trial gave no outcome');
		const row: Row = { ...outcome, by, ...reasonOf(by, outcome.does) };
		await new Promise((resolve) => process.send?.({ index, row }, resolve));
		if (outcome.notRun === ENDLESS) break;
	}
	process.exit(0);
}

/** Runs attacks in a process of their own; one that takes the process down is noted, and the rest go on in another. */
async function lane(indexes: readonly number[], rows: Map<number, Row>): Promise<void> {
	let open = [...indexes];
	while (open.length > 0) {
		// n8n logs each failed request; those of attacks are many, and meant.
		const child = fork(__filename, ['part', open.join(',')], {
			stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		});
		const before = open.length;
		// An attack that never lets go of its process cannot be told to end from within.
		let silence = setTimeout(() => child.kill('SIGKILL'), SILENCE);
		child.on('message', ({ index, row }: { index: number; row: Row }) => {
			rows.set(index, row);
			clearTimeout(silence);
			silence = setTimeout(() => child.kill('SIGKILL'), SILENCE);
			open = open.filter((one) => one !== index);
		});
		await new Promise((resolve) => child.once('exit', resolve));
		clearTimeout(silence);
		const [first] = open;
		if (open.length < before || first === undefined) continue;
		const [by, attack] = all[first] ?? [];
		if (by === undefined || attack === undefined) throw new Error(`There is no attack ${first}`);
		const { is, does } = attack;
		rows.set(first, {
			is,
			does,
			by,
			harms: [],
			notRun: 'it took the process down',
			verdict: verdictOf(attack),
		});
		open = open.slice(1);
	}
}

/** Runs the attacks of which no row is known yet. */
async function inProcesses(rows: Map<number, Row>): Promise<Row[]> {
	const open = all.flatMap((_one, index) => (rows.has(index) ? [] : [index]));
	await Promise.all(
		Array.from({ length: PROCESSES }, async (_, at) => {
			await lane(
				open.filter((_one, place) => place % PROCESSES === at),
				rows,
			);
		}),
	);
	return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
}

/** The rows of attacks whose deeds are known, with what the audit says of them now; by index. */
function known(): Map<number, Row> {
	// What an attack does depends on no rule: the record of the last run has it.
	const byName = new Map(
		deedsOn(readFileSync(PAGE, 'utf8')).map((deed) => [`${deed.by} ${deed.is} ${deed.does}`, deed]),
	);
	const rows = new Map<number, Row>();
	all.forEach(([by, attack], index) => {
		const deed = byName.get(`${by} ${attack.is} ${attack.does}`);
		if (deed) rows.set(index, { ...deed, verdict: verdictOf(attack), ...reasonOf(by, attack.does) });
	});
	return rows;
}

/** Every attack around a key claim, run in n8n-core; one after the other. */
async function keyRows(): Promise<readonly KeyOutcome[]> {
	const outcomes: KeyOutcome[] = [];
	const child = fork(__filename, ['keys'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
	child.on('message', (outcome: KeyOutcome) => void outcomes.push(outcome));
	await new Promise((resolve) => child.once('exit', resolve));
	if (outcomes.length !== KEY_ATTACKS.length)
		throw new Error(`${outcomes.length} of ${KEY_ATTACKS.length} attacks on key claims were run`);
	return outcomes;
}

async function keys(): Promise<void> {
	const trial = await KeyTrial.start();
	for (const attack of KEY_ATTACKS) {
		const outcome = await trial.play(attack);
		await new Promise((resolve) => process.send?.(outcome, resolve));
	}
	process.exit(0);
}

/** Why an attack may be proven, where that is written down. */
function reasonOf(by: Row['by'], does: string): Pick<Row, 'known'> {
	const known = by === 'outsider' ? (KNOWN[does] ?? HARMLESS[does]) : undefined;
	return known === undefined ? {} : { known };
}

async function main([verb, list = '']: readonly string[]): Promise<void> {
	if (verb === 'part') return await part(list.split(',').map(Number));
	if (verb === 'keys') return await keys();
	const rows = await inProcesses(verb === 'again' ? known() : new Map<number, Row>());
	if (rows.length !== all.length) throw new Error(`${rows.length} of ${all.length} attacks were run`);
	const names = new Map(
		Object.entries(ATTACKS).map(([name, [first]]) => [first?.is ?? 0, name.replace(/^\d+ /, '')]),
	);
	const ofKeys = await keyRows();
	writeFileSync(PAGE, attacksPage(rows, ofKeys, names));
	const bad = [...missed(rows), ...missedKeys(ofKeys)];
	for (const { is, does, harms } of bad)
		console.log(`proven and harmful: ${is} ${does}: ${harms.join(', ')}`);
	console.log(`${rows.length + ofKeys.length} attacks, ${bad.length} harmful ones proven`);
	process.exitCode = bad.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exitCode = 2;
});
