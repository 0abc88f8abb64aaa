import { auditWorkflow, parseAuditPolicy, parseWorkflow, type AuditReport } from '../../../core/audit';
import { mutants, type Mutant } from './mutants';
import { harmsOf, World, type Deeds } from './recording';
import { spine, STAND_INS } from './spine';

/** One mutant, what it did in the engine and what the audit says of it. */
export interface Verdict {
	readonly mutant: Mutant;
	readonly deeds: Deeds;
	readonly report: AuditReport;
}

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');

/** Runs the spine itself and every `step`-th mutant in the real engine against recording stand-ins, and audits each. */
export async function trial(
	step = 1,
	offset = 0,
): Promise<{ base: Verdict; verdicts: readonly Verdict[]; made: number }> {
	const world = new World();
	const port = await world.start();
	try {
		const judge = async (mutant: Mutant): Promise<Verdict> => ({
			mutant,
			deeds: await harmsOf(world, mutant.workflow),
			report: auditWorkflow(parseWorkflow(mutant.workflow, mutant.what), { policy }),
		});
		const base = await judge({ operator: 'none', what: 'the spine itself', workflow: spine(port) });
		const all = mutants(
			() => spine(port),
			`http://127.0.0.1:${port}/send`,
			`http://127.0.0.3:${port}/contact`,
		);
		const verdicts: Verdict[] = [];
		for (let i = offset; i < all.length; i += step) verdicts.push(await judge(all[i] as Mutant));
		return { base, verdicts, made: all.length };
	} finally {
		await world.stop();
	}
}
