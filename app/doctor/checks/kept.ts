import type { InstalledWorkflow } from '../../ports/installation';
import { ASKED_EVERY } from '../../watch/asked';
import type { Facts } from '../facts';
import type { Check } from '../finding';
import { keptSize } from '../kept-size';
import { asks, does, hasOurs, keepsGoodRuns, running, scheduleMs, SILENT, spinesServed } from '../reading';

/** Runs of it serve many, or there is one for each report on a delivery. */
const servesMany = (workflow: InstalledWorkflow): boolean =>
	spinesServed(workflow).length > 0 || does(workflow, 'deliveryCommit', 'outcome');

const sizeOf = (workflow: InstalledWorkflow): string =>
	spinesServed(workflow).length > 0
		? `about ${keptSize.spineMb} MB for 1,000 deliveries with short texts`
		: `about ${keptSize.reportKb} kB for each report`;

/** A setting that the workflow leaves to the instance. */
const open = (setting: unknown): boolean => setting === undefined || setting === 'DEFAULT';

/** Workflows that ask what is due by a schedule, and of which n8n keeps no good runs. */
const heardOnly = (facts: Facts): readonly (readonly [InstalledWorkflow, everyMs: number])[] =>
	running(facts).flatMap((workflow) => {
		const every = scheduleMs(workflow);
		return every !== null && asks(workflow) && !keepsGoodRuns(facts, workflow) ? [[workflow, every]] : [];
	});

/** What n8n keeps of runs, and what is seen of a workflow of which it keeps none. */
export const keptChecks: readonly Check[] = [
	{
		id: 'failed-runs-not-kept',
		looks: 'failed runs are kept',
		level: 'trouble',
		mend: 'Set "Save failed production executions" to save in the settings of the workflow.',
		find: (facts) =>
			running(facts)
				.filter((workflow) => hasOurs(workflow) && workflow.settings.saveDataErrorExecution === 'none')
				.map(({ name }) => ({
					where: name,
					sentence: `Failed runs of "${name}" are not kept: nobody can see why one failed.`,
				})),
	},
	{
		id: 'good-runs-kept',
		looks: 'good runs of what serves many do not fill the database of n8n',
		level: 'advice',
		mend: 'Set "Save successful production executions" to not save in the settings of the workflow: what became of each delivery stands in the ledger.',
		find: (facts) =>
			running(facts)
				.filter((workflow) => servesMany(workflow) && keepsGoodRuns(facts, workflow))
				.map((workflow) => {
					const { name, settings } = workflow;
					const left = open(settings.saveDataSuccessExecution)
						? ', as its settings leave it to the instance'
						: '';
					return {
						where: name,
						sentence: `n8n keeps the good runs of "${name}"${left}: ${sizeOf(workflow)}.`,
					};
				}),
	},
	{
		id: 'progress-saved',
		looks: 'what a run holds is not written after each node',
		level: 'advice',
		mend: 'Set "Save execution progress" to not save in the settings of the workflow: the next run goes on from the ledger.',
		find: (facts) =>
			running(facts)
				.filter(servesMany)
				.filter(
					({ settings: { saveExecutionProgress: set } }) =>
						set === true || (open(set) && facts.host?.savesProgress === true),
				)
				.map(({ name }) => ({
					where: name,
					sentence: `n8n writes all that a run of "${name}" holds into its database after each node.`,
				})),
	},
	{
		id: 'not-asking',
		looks: 'schedules fire of which n8n keeps no good runs, by what the ledger heard',
		level: 'trouble',
		mend: 'Take the workflow out of service and publish it again; in queue mode see that workers run. See that it uses the ledger that is looked at here.',
		sight: 'ledger',
		applies: (facts) => heardOnly(facts).length > 0,
		find: (facts) => {
			const { ledger, now } = facts;
			if (ledger === null || typeof ledger === 'string') return [];
			return heardOnly(facts).flatMap(([{ id, name, updatedAt }, every]) => {
				const asked = ledger.asked.get(id);
				// It may not have had its turn yet since it was saved or published.
				const since = now - Math.max(asked === undefined ? 0 : asked + ASKED_EVERY, updatedAt);
				if (since <= SILENT * every) return [];
				const ago =
					asked === undefined ? 'never did' : `last did so ${Math.round((now - asked) / 60_000)} minutes ago`;
				return [
					{
						where: name,
						sentence: `"${name}" should ask what is due every ${Math.round(every / 60_000)} minutes, and ${ago}.`,
					},
				];
			});
		},
	},
];
