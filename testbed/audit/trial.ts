import {
	auditWorkflow,
	parseAuditPolicy,
	parseWorkflow,
	type Verdict as AuditVerdict,
} from '../../core/audit';
import { deedsOf } from './deeds';
import { mutants, type Mutant } from './mutants';
import { STAND_INS } from './spine';
import { addresses, trialSpine } from './trial-spine';
import { TrialFixture } from './trial-fixture';
import type { Harm } from './trial-judge';

/** One mutant: what it did in the engine and what the audit says of it. Plain data, so that processes can share it. */
export interface Verdict {
	readonly operator: string;
	readonly what: string;
	/** Each harm with the first scenario it was seen in. */
	readonly harms: readonly (readonly [harm: Harm, scenario: string])[];
	/** Whether a claim stayed open. */
	readonly leftOpen: boolean;
	/** What was refused beyond what the spine itself is refused, as `scenario: reason`. */
	readonly refusals: readonly string[];
	/** Mails accepted, by scenario. */
	readonly mails: readonly (readonly [scenario: string, mails: number])[];
	readonly verdict: AuditVerdict;
	readonly rules: readonly string[];
	readonly proofs: readonly number[];
}

export interface Trial {
	/** The spine itself. */
	readonly base: Verdict;
	readonly verdicts: readonly Verdict[];
	/** How many mutants there are altogether. */
	readonly made: number;
}

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');

/**
 * Runs the spine itself and every `step`-th mutant, from `offset` on, in n8n-core with our real nodes, a real SQLite
 * ledger and stand-ins of the outside world (`trial-fixture.ts`), and audits each.
 */
export async function trial(step = 1, offset = 0): Promise<Trial> {
	const { fixture, port } = await TrialFixture.start();
	try {
		const known = new Set<string>();
		const judge = async ({ operator, what, workflow }: Mutant): Promise<Verdict> => {
			const { harms, leftOpen, refusals, mails } = await deedsOf(fixture, workflow);
			const { verdict, violations } = auditWorkflow(parseWorkflow(workflow, what), { policy });
			return {
				operator,
				what,
				harms: [...harms],
				leftOpen,
				refusals: [...refusals].filter((reason) => !known.has(reason)),
				mails: [...mails],
				verdict,
				rules: [...new Set(violations.map(({ rule }) => rule))].sort(),
				proofs: [...new Set(violations.map(({ proof }) => proof))].sort(),
			};
		};
		const base = await judge({ operator: 'none', what: 'the spine itself', workflow: trialSpine(port) });
		for (const reason of base.refusals) known.add(reason);
		const { send, crm } = addresses(port);
		const all = mutants(() => trialSpine(port), send, crm);
		const verdicts: Verdict[] = [];
		for (let i = offset; i < all.length; i += step) verdicts.push(await judge(all[i] as Mutant));
		return { base, verdicts, made: all.length };
	} finally {
		await fixture.stop();
	}
}
