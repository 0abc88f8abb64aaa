import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { classTrial, ITSELF } from '../../testbed/audit/mutations/trial';
import { missed, mutantsPage } from './mutants-page';

/**
 * Makes mistakes by class in safe workflows, runs in n8n-core what the audit proves all the same, and writes
 * `docs/records/audit-mutants.md`. Exits with 1 if one of these did harm, or a workflow without a mistake did.
 *
 * All mutants are audited.
 *
 *     npm run audit:mutants            every proven one runs: hours
 *     npm run audit:mutants -- 300     every 300th of each class runs, eight of each at least
 */
const PAGE = join(__dirname, '../../docs/records/audit-mutants.md');

/** Proven mutants of each class that run at least. */
const fewest = 8;

async function main([given = '1', offset = '7']: readonly string[]): Promise<void> {
	const step = Number(given);
	const sample = { step, offset: Number(offset), fewest };
	const trial = await classTrial(sample, ({ base, operator, what, harms, notRun }) => {
		console.log(`${base}: ${operator}, ${what}: ${notRun ?? (harms.join(', ') || 'no harm')}`);
	});
	writeFileSync(PAGE, mutantsPage(trial, step, fewest));
	const bad = [
		...missed(trial),
		...trial.played.filter(({ what, harms }) => what === ITSELF && harms.length > 0),
	];
	for (const { base, operator, what, harms } of bad)
		console.log(`proven and harmful: ${base}: ${operator}, ${what}: ${harms.join(', ')}`);
	process.exit(bad.length === 0 ? 0 : 1);
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exit(2);
});
