import { ITSELF, type ClassTrial, type Counted, type Played } from '../../testbed/audit/mutations/trial';

const CLASSES: Readonly<Record<number, string>> = {
	0: 'connections: removed, bypassed, reordered, rewired, swapped, added',
	1: 'loops',
	2: 'items that get lost, nodes that do something else',
	3: 'nodes that throw',
	4: 'GET requests that act',
	5: 'copies',
	6: 'time',
	7: 'retries and pages',
	8: 'acceptance, failures, what is told of them',
	9: 'recipients, keys, contents of another item',
	10: 'another ledger, spine or scope',
	11: 'pinned data',
	12: 'entries, versions, execution order',
	13: 'code that asks outside',
	14: 'senders, what is in doubt',
	16: 'disabled nodes',
};

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const sum = (counted: readonly Counted[], of: (one: Counted) => number): number =>
	counted.reduce((total, one) => total + of(one), 0);
const all = (counts: Readonly<Record<number, number>>): number =>
	Object.values(counts).reduce((total, count) => total + count, 0);

/** Proven mutants that did harm. */
export const missed = ({ played }: ClassTrial): readonly Played[] =>
	played.filter(({ harms, what }) => harms.length > 0 && what !== ITSELF);

/** The page of the trial. Every figure is counted from it. `step`: every how many-th proven mutant of a class ran, `fewest` at least. */
export function mutantsPage(trial: ClassTrial, step: number, fewest: number): string {
	const { played, counted } = trial;
	const mutants = played.filter(({ what }) => what !== ITSELF);
	const bases = played.filter(({ what }) => what === ITSELF);
	const ran = mutants.filter(({ notRun }) => notRun === undefined);
	return [
		'# Mutants by class',
		'',
		'Written by `npm run audit:mutants`; do not edit. A program makes one mistake at a time in safe workflows: in what stands in a',
		'connection, in the settings of a node, in the connections, by the classes of `testbed/audit/mutations/by-class.ts`. Each mutant',
		'is audited. Of those that are **proven** some run in n8n-core with our real nodes on a real SQLite ledger: spines in the worlds of the',
		'attacks, key claims in those of `testbed/audit/keys/`. They are judged from outside. Harm: a mail or an act too many, too early, ungated,',
		'unclaimed, a commit or completion without one, a claim or key that a run which does not fail leaves open. A delivery that is not',
		'sent stays due and is no harm here.',
		'',
		step === 1
			? 'Every mutant that is proven ran.'
			: `Every ${step}th proven mutant of each class ran, at least ${fewest} of each; \`npm run audit:mutants\` without a number runs all.`,
		'',
		`${sum(counted, ({ made }) => made)} mutants of ${counted.length} workflows, ${sum(counted, ({ looked }) => all(looked))} audited, ${sum(counted, ({ proven }) => all(proven))} proven, ${ran.length} of these run. Harmful and proven: ${missed(trial).length}.`,
		'',
		'| class | audited | proven | run | did harm |',
		'| --- | --- | --- | --- | --- |',
		...Object.entries(CLASSES).map(([number, name]) => {
			const is = Number(number);
			const of = mutants.filter((one) => one.is === is);
			return line([
				`${is} ${name}`,
				sum(counted, ({ looked }) => looked[is] ?? 0),
				sum(counted, ({ proven }) => proven[is] ?? 0),
				of.filter(({ notRun }) => notRun === undefined).length,
				of.filter(({ harms }) => harms.length > 0).length,
			]);
		}),
		'',
		'| workflow | audit | harm of itself | mutants | audited | proven |',
		'| --- | --- | --- | --- | --- | --- |',
		...counted.map(({ base, verdict, made, looked, proven }) => {
			const itself = bases.find((one) => one.base === base);
			const harm =
				itself?.notRun === undefined ? itself?.harms.join(', ') : `not run: ${cell(itself.notRun)}`;
			return line([
				base,
				verdict,
				harm === undefined || harm === '' ? 'none' : harm,
				made,
				all(looked),
				all(proven),
			]);
		}),
		'',
		'## Run',
		'',
		'| workflow | class | mistake | where | did |',
		'| --- | --- | --- | --- | --- |',
		...mutants.map(({ base, is, operator, what, harms, notRun }) =>
			line([
				base,
				is,
				cell(operator),
				cell(what),
				notRun === undefined ? harms.join(', ') || 'no harm' : `not run: ${cell(notRun)}`,
			]),
		),
		'',
	].join('\n');
}
