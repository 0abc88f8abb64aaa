import { auditInstance, parseAuditPolicy, parseWorkflow } from '../../../core/audit';
import { harmsIn, prepared, WORLDS } from '../attack-trial';
import { deedsOf, REFUSES } from '../deeds';
import { KeyTrial } from '../keys/trial';
import { STAND_INS } from '../spine';
import { addresses } from '../trial-spine';
import { TrialFixture } from '../trial-fixture';
import { bases, type Base } from './bases';
import { classMutants, type ClassMutant } from './by-class';

/** What a mutant that the audit proves did in n8n-core. */
export interface Played {
	readonly base: string;
	readonly is: number;
	readonly operator: string;
	readonly what: string;
	/** Harms seen from outside; empty if it did none, or was not run. */
	readonly harms: readonly string[];
	readonly notRun?: string;
}

/** How many mutants of a base there are by class, and how many of them the audit proves. */
export interface Counted {
	readonly base: string;
	/** What the audit says of the base itself. */
	readonly verdict: string;
	/** Mutants there are, those that were looked at by class, and those of them that the audit proves. */
	readonly made: number;
	readonly looked: Readonly<Record<number, number>>;
	readonly proven: Readonly<Record<number, number>>;
}

export interface ClassTrial {
	readonly played: readonly Played[];
	readonly counted: readonly Counted[];
}

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');

function verdictOf({ workflow }: Pick<ClassMutant, 'workflow'>): string {
	try {
		return auditInstance([parseWorkflow(workflow, workflow.name)], { policy })[0]?.verdict ?? 'no answer';
	} catch {
		return 'refused';
	}
}

const tally = (mutants: readonly ClassMutant[]): Record<number, number> => {
	const counts: Record<number, number> = {};
	for (const { is } of mutants) counts[is] = (counts[is] ?? 0) + 1;
	return counts;
};

/** What stands for the base in the place of a change. */
export const ITSELF = 'the workflow itself';

/** Which mutants are looked at: every `step`-th, from `offset` on. */
export interface Sample {
	readonly step: number;
	readonly offset: number;
	/**
	 * Set: all mutants are audited, and of those that are proven every `step`-th of each class runs, at least so many of each
	 * class. Absent: every `step`-th mutant is audited, and all that are proven run.
	 */
	readonly fewest?: number;
}

/** Every `step`-th of each class, or more often where a class would have fewer than `fewest`. */
function ofEachClass(
	proven: readonly (readonly [Base, ClassMutant])[],
	{ step, offset }: Sample,
	fewest: number,
): readonly (readonly [Base, ClassMutant])[] {
	const classes = [...new Set(proven.map(([, { is }]) => is))];
	return classes.flatMap((wanted) => {
		const all = proven.filter(([, { is }]) => is === wanted);
		const every = Math.max(1, Math.min(step, Math.floor(all.length / fewest)));
		return all.filter((_one, at) => at % every === offset % every);
	});
}

/**
 * Audits mutants of the bases and runs what it proves in n8n-core, with real nodes on a real ledger, judged from outside;
 * `told` hears of each. Each base itself is run first.
 */
export async function classTrial(
	sample: Sample,
	told: (played: Played) => void = () => undefined,
): Promise<ClassTrial> {
	const { step, offset, fewest } = sample;
	const played: Played[] = [];
	const counted: Counted[] = [];
	const itselves: (readonly [Base, ClassMutant])[] = [];
	const provens: (readonly [Base, ClassMutant])[] = [];
	const note = ({ name }: Base, { is, operator, what }: ClassMutant, did: Did): void => {
		const one = { base: name, is, operator, what, ...did };
		told(one);
		played.push(one);
	};
	let ofKeys: readonly (readonly [Base, ClassMutant])[] = [];
	const { fixture, port } = await TrialFixture.start(true);
	try {
		for (const base of bases(port)) {
			const { send, crm } = addresses(port);
			const all = classMutants(base.make, send, crm);
			const looked = fewest === undefined ? all.filter((_one, at) => at % step === offset % step) : all;
			const proven = looked.filter((mutant) => verdictOf(mutant) === 'proven');
			const itself = { is: 0, operator: 'none', what: ITSELF, workflow: base.make() };
			const verdict = verdictOf(itself);
			counted.push({
				base: base.name,
				verdict,
				made: all.length,
				looked: tally(looked),
				proven: tally(proven),
			});
			itselves.push([base, itself]);
			provens.push(...proven.map((mutant) => [base, mutant] as const));
		}
		// What the base itself does not do without harm says nothing of its mutants.
		const chosen = [...itselves, ...(fewest === undefined ? provens : ofEachClass(provens, sample, fewest))];
		for (const [base, mutant] of chosen)
			if (base.things === undefined) note(base, mutant, await asSpine(fixture, port, mutant));
		ofKeys = chosen.filter(([base]) => base.things !== undefined);
	} finally {
		await fixture.stop();
	}
	const keys = await KeyTrial.start();
	try {
		for (const [base, mutant] of ofKeys) {
			if (base.things === undefined) continue;
			const { is, what, workflow } = mutant;
			const { harms, notRun } = await keys.play({ is, does: what, workflow }, base.things);
			// Nobody promises that what is proven does anything at all.
			const done = { harms: harms.filter((harm) => harm !== 'never done') };
			note(base, mutant, notRun === undefined ? done : { ...done, notRun });
		}
	} finally {
		await keys.stop();
	}
	return { played, counted };
}

interface Did {
	readonly harms: readonly string[];
	readonly notRun?: string;
}

/**
 * Harms of a spine: all but a mail that is not sent, for its delivery stays due, and a claim that is left open by a run
 * that says it failed.
 */
async function asSpine(fixture: TrialFixture, port: number, { workflow }: ClassMutant): Promise<Did> {
	try {
		const ready = prepared(structuredClone(workflow), port);
		for (const world of WORLDS) {
			const deeds = await deedsOf(fixture, ready, [world]);
			const told = [...deeds.refusals];
			if (told.some((reason) => reason.endsWith(REFUSES))) return { harms: [], notRun: REFUSES };
			const failed = told.some((reason) => reason.endsWith('the run ended with an error'));
			const harms = harmsIn(deeds).filter(
				(harm) => harm !== 'somebody got no mail' && !(failed && harm === 'claim left open'),
			);
			if (harms.length > 0) return { harms };
		}
		return { harms: [] };
	} catch (error) {
		return {
			harms: [],
			notRun: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
		};
	}
}
