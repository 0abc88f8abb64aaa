import type { Instant } from '../../../core/delivery/types';
import type { InstalledWorkflow } from '../../ports/installation';
import type { Check } from '../finding';
import {
	carriers,
	hasOurs,
	keepsGoodRuns,
	nodesOf,
	running,
	scheduleMs,
	SILENT,
	spinesServed,
} from '../reading';

/** Where n8n keeps failed runs only: whether so many failed in a row, as no more would have fitted into the time. */
function inRow(
	now: Instant,
	workflow: InstalledWorkflow,
	newest: readonly { startedAt: Instant }[],
): boolean {
	const every = scheduleMs(workflow);
	const first = newest.at(-1)?.startedAt ?? 0;
	return every !== null && newest.length === 3 && now - first <= SILENT * every;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Workflows in service: what starts them, how their runs end, and which spine or webhook each serves. */
export const inServiceChecks: readonly Check[] = [
	{
		id: 'no-trigger',
		looks: 'a spine in service is started by something',
		level: 'trouble',
		mend: 'Switch its schedule on, and publish.',
		find: (facts) =>
			running(facts)
				.filter((workflow) => spinesServed(workflow).length > 0)
				.filter(
					(workflow) =>
						!nodesOf(workflow).some(
							({ type }) =>
								/Trigger$|\.webhook$/.test(type) && !/manualTrigger|executeWorkflowTrigger/.test(type),
						),
				)
				.map(({ name }) => ({
					where: name,
					sentence: `Nothing starts "${name}": its schedule is off or gone.`,
				})),
	},
	{
		id: 'schedule-silent',
		looks: 'schedules fire',
		level: 'trouble',
		mend: 'Take the workflow out of service and publish it again; in queue mode see that workers run.',
		sight: 'runs',
		find: (facts) =>
			running(facts)
				.filter((workflow) => hasOurs(workflow) && keepsGoodRuns(facts, workflow))
				.flatMap((workflow) => {
					const every = scheduleMs(workflow);
					const runs = facts.runs.get(workflow.id);
					if (every === null || runs === undefined) return [];
					const last = Math.max(0, ...runs.map(({ startedAt }) => startedAt));
					// From the last run, or from when it was saved or published: it may not have had its turn yet.
					const since = facts.now - Math.max(last, workflow.updatedAt);
					if (since <= SILENT * every) return [];
					const ago = last === 0 ? 'never' : `${Math.round((facts.now - last) / 60_000)} minutes ago`;
					return [
						{
							where: workflow.name,
							sentence: `"${workflow.name}" should start every ${Math.round(every / 60_000)} minutes, and last did so ${ago}.`,
						},
					];
				}),
	},
	{
		id: 'runs-failing',
		looks: 'the newest runs succeeded',
		level: 'trouble',
		mend: 'Open the newest run in n8n: it names the node and the reason.',
		sight: 'runs',
		find: (facts) =>
			running(facts).flatMap((workflow) => {
				const newest = (facts.runs.get(workflow.id) ?? []).slice(0, 3);
				const failed =
					newest.length > 0 && newest.every(({ status }) => status === 'error' || status === 'crashed');
				return failed &&
					hasOurs(workflow) &&
					(keepsGoodRuns(facts, workflow) || inRow(facts.now, workflow, newest))
					? [
							{
								where: workflow.name,
								sentence: `The newest ${newest.length} runs of "${workflow.name}" failed.`,
							},
						]
					: [];
			}),
	},
	{
		id: 'spine-twice',
		looks: 'one workflow serves a spine',
		level: 'trouble',
		mend: 'Take one of them out of service.',
		find: (facts) => {
			const served = running(facts).flatMap((workflow) =>
				spinesServed(workflow).map((spine) => ({ spine, name: workflow.name })),
			);
			return [...new Set(served.map(({ spine }) => spine))].flatMap((spine) => {
				const by = served.filter((one) => one.spine === spine).map(({ name }) => `"${name}"`);
				return by.length < 2
					? []
					: [{ where: spine, sentence: `The spine ${spine} is served by ${by.join(' and ')}.` }];
			});
		},
	},
	{
		id: 'path-twice',
		looks: 'no two workflows in service have the same webhook',
		level: 'trouble',
		mend: 'Take one of them out of service, or give it another path.',
		find: (facts) => {
			const paths = running(facts).flatMap((workflow) =>
				nodesOf(workflow)
					.filter(({ type }) => type === 'n8n-nodes-base.webhook')
					.map(({ parameters }) => ({
						path: `${textOf(parameters.httpMethod) || 'GET'} ${textOf(parameters.path)}`,
						name: workflow.name,
					})),
			);
			return [...new Set(paths.map(({ path }) => path))].flatMap((path) => {
				const by = [...new Set(paths.filter((one) => one.path === path).map(({ name }) => `"${name}"`))];
				return by.length < 2
					? []
					: [{ where: path, sentence: `The webhook ${path} is in ${by.join(' and ')}.` }];
			});
		},
	},
	{
		id: 'spine-off',
		looks: 'a live spine is in service',
		level: 'trouble',
		mend: 'Publish the workflow, or set the spine to dry run.',
		applies: ({ installed, ledger }) => installed !== null || typeof ledger === 'object',
		find: (facts) => {
			const live =
				typeof facts.ledger === 'object' && facts.ledger !== null
					? facts.ledger.spines
							.filter(({ record }) => record.settings.mode === 'live')
							.map(({ record }) => record.settings.spine)
					: facts.installed?.mode === 'live'
						? [facts.installed.spine]
						: [];
			const served = new Set(running(facts).flatMap(spinesServed));
			return live
				.filter((spine) => !served.has(spine))
				.map((spine) => ({
					where: spine,
					sentence: `The spine ${spine} is live, and no workflow in service serves it${carriers(facts).length === 0 ? ': its workflow is gone' : ''}.`,
				}));
		},
	},
];
