import type { CheckResult } from '../checks';
import type { Evidence } from '../evidence';
import type { Check, Machine, Policy } from '../policy/schema';

/** A check that only people can answer now. */
export interface Question {
	readonly check: string;
	readonly question: string;
	/** Roles whose word counts. */
	readonly roles: readonly string[];
	/** What to do where nobody can say yes. */
	readonly remedy: string;
	/** What was said of it for an earlier release with the same class and surfaces; `null` where nothing was. */
	readonly earlier: {
		readonly who: string;
		readonly at: number;
		readonly release: string;
		readonly grounds: string;
	} | null;
}

/** One text that a person writes, and the checks that wait for it. */
export interface MissingText {
	readonly field: 'failureMode' | 'documents';
	/** The question of the first of these checks. */
	readonly question: string;
	readonly checks: readonly string[];
}

/** A yes that a person gave to a check for an earlier release. */
export interface EarlierYes {
	readonly release: string;
	readonly evidence: Evidence;
}

const TEXTS: Readonly<Record<string, MissingText['field']>> = {
	'failure-mode-identified': 'failureMode',
	'playbooks-updated': 'documents',
	'documents-current': 'documents',
};

/** Whether a person can do something about a check: nobody knows yet, or a person said no. A machine's no stands. */
const isOpen = ({ status, evidence }: CheckResult): boolean =>
	status === 'unknown' || (status === 'fail' && evidence !== undefined && !('machine' in evidence.by));

/** Whether a line of the manifest is wanting: a machine that misses it waits for the person who writes it. */
const isWanting = ({ status }: CheckResult): boolean => status === 'unknown' || status === 'fail';

/** Machines that answer for an n8n spine without being asked by a person; the others report from elsewhere. */
const LOOKING: readonly Machine[] = [
	'workflow-audit',
	'schema-diff',
	'settings-diff',
	'flags',
	'monitor',
	'drill',
	'dry-run',
	'ledger',
	'sql-lint',
];

/** Whether a machine will answer that was not asked yet. */
const waitsForMachine = ({ answeredBy: { machines } }: Check, { status, evidence }: CheckResult): boolean =>
	status === 'unknown' && evidence === undefined && machines.some((machine) => LOOKING.includes(machine));

/** The checks that a page asks: its questions, and what its texts stand for. */
export const askedOn = ({
	questions,
	texts,
}: {
	readonly questions: readonly Pick<Question, 'check'>[];
	readonly texts: readonly Pick<MissingText, 'checks'>[];
}): readonly string[] => [...questions.map(({ check }) => check), ...texts.flatMap(({ checks }) => checks)];

/**
 * What people must answer now: the checks that are open and that no machine answers, and the lines of the manifest that
 * only a person can write. A check that a machine may answer as well is not asked of people.
 *
 * @param earlier newest first; of a check the first one counts
 */
export function questionsFor(
	policy: Policy,
	results: readonly CheckResult[],
	earlier: readonly EarlierYes[],
): { readonly questions: readonly Question[]; readonly texts: readonly MissingText[] } {
	const byId = new Map(policy.checks.map((check) => [check.id, check]));
	const questions: Question[] = [];
	const texts: MissingText[] = [];
	for (const result of results) {
		const check = byId.get(result.id);
		const field = TEXTS[result.id];
		if (check === undefined || !(field === undefined ? isOpen(result) : isWanting(result))) continue;
		if (field !== undefined) {
			const at = texts.findIndex((text) => text.field === field);
			const { question, checks } = texts[at] ?? { question: check.question, checks: [] };
			texts.splice(at < 0 ? texts.length : at, 1, { field, question, checks: [...checks, check.id] });
			continue;
		}
		if (check.answeredBy.roles.length === 0 || waitsForMachine(check, result)) continue;
		const known = earlier.find(({ evidence }) => evidence.check === check.id);
		questions.push({
			check: check.id,
			question: check.question,
			roles: check.answeredBy.roles,
			remedy: check.remedy,
			earlier:
				known === undefined || 'machine' in known.evidence.by
					? null
					: {
							who: known.evidence.by.person,
							at: known.evidence.at,
							release: known.release,
							grounds: known.evidence.grounds,
						},
		});
	}
	return { questions, texts };
}
