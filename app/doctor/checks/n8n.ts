import type { Instant } from '../../../core/delivery/types';
import type { InstalledWorkflow } from '../../ports/installation';
import { isErrand } from '../../setup/inside';
import type { Check } from '../finding';
import {
	callsOf,
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

const byId = (workflows: readonly InstalledWorkflow[]): ReadonlyMap<string, InstalledWorkflow> =>
	new Map(workflows.map((workflow) => [workflow.id, workflow]));

/** What n8n says of a run whose workflow holds nodes that its process does not have (`Workflow`, n8n-workflow 2.40). */
const UNKNOWN_NODE = /^Unrecognized node type: n8n-nodes-release-gate\./;
/** Longer than an errand of a set-up takes. */
const ERRAND_MS = 20 * 60_000;
/** What n8n holds: the package, workflows, credentials, schedules. */
export const n8nChecks: readonly Check[] = [
	{
		id: 'package-missing',
		looks: 'n8n has the nodes of this package',
		level: 'trouble',
		mend: 'Install it on every main and worker and restart them. On n8n 3 set N8N_UNVERIFIED_PACKAGES_ENABLED=true too.',
		find: ({ hasPackage }) =>
			hasPackage
				? []
				: [{ where: 'n8n', sentence: 'n8n does not have the nodes of this package: every spine is silent.' }],
	},
	{
		id: 'worker-without-package',
		looks: 'every worker has the package',
		level: 'trouble',
		mend: 'Install the package on every main and worker, and restart them: the log of the one that lacks it names the run.',
		sight: 'workers',
		find: (facts) =>
			running(facts)
				.filter(({ id }) => facts.failures.get(id)?.some((error) => UNKNOWN_NODE.test(error)))
				.map(({ name }) => ({
					where: name,
					sentence: `A process of n8n ran "${name}" and does not have the nodes of this package.`,
				})),
	},
	{
		id: 'setup-leftover',
		looks: 'no set-up workflow was left behind',
		level: 'trouble',
		mend: 'Delete it in n8n, or run init --undo, which deletes it with everything else that init made.',
		find: ({ workflows, now }) =>
			workflows
				.filter((workflow) => isErrand(workflow) && now - workflow.updatedAt > ERRAND_MS)
				.map(({ name, published }) => ({
					where: name,
					sentence: `"${name}" was left behind by a set-up that was cut off${published ? ', and its webhook is open' : ''}.`,
				})),
	},
	{
		id: 'workflow-gone',
		looks: 'every workflow of the set-up is there',
		level: 'trouble',
		mend: 'Run init again: it makes what is missing.',
		applies: ({ installed }) => installed !== null,
		find: ({ installed, workflows }) => {
			const there = byId(workflows);
			return Object.entries(installed?.workflows ?? {})
				.filter(([, { id }]) => !there.has(id))
				.map(([template, { id }]) => ({
					where: template,
					sentence: `The workflow ${id} of ${template} was deleted or archived.`,
				}));
		},
	},
	{
		id: 'called-gone',
		looks: 'sub-workflow ids lead to a workflow',
		level: 'trouble',
		mend: 'Choose the workflow anew in the node or in its Set Config.',
		find: (facts) => {
			const there = byId(facts.workflows);
			return running(facts).flatMap((workflow) =>
				callsOf(workflow, new Set(there.keys()))
					.filter((id) => hasOurs(workflow) && !there.has(id))
					.map((id) => ({
						where: workflow.name,
						sentence: `"${workflow.name}" calls the workflow ${id}, which is not there.`,
					})),
			);
		},
	},
	{
		id: 'called-off',
		looks: 'called workflows are in service',
		level: 'trouble',
		mend: 'Publish the workflow that is called.',
		find: (facts) => {
			const there = byId(facts.workflows);
			return running(facts).flatMap((workflow) =>
				callsOf(workflow, new Set(there.keys())).flatMap((id) => {
					const called = there.get(id);
					// A rehearsal reads the draft of the spine and does not call it.
					const reads =
						called !== undefined &&
						spinesServed({ ...called, published: { nodes: called.nodes, connections: {}, versionId: '' } })
							.length > 0;
					return called === undefined || called.runsCalled || reads
						? []
						: [
								{
									where: workflow.name,
									sentence: `"${workflow.name}" calls "${called.name}", which is not in service.`,
								},
							];
				}),
			);
		},
	},
	{
		id: 'no-error-workflow',
		looks: 'a spine has an error workflow',
		level: 'trouble',
		mend: 'Choose "Delivery errors" as the error workflow in the settings of the workflow.',
		find: (facts) =>
			running(facts)
				.filter((workflow) => spinesServed(workflow).length > 0)
				.filter(({ settings }) => typeof settings.errorWorkflow !== 'string' || settings.errorWorkflow === '')
				.map(({ name }) => ({
					where: name,
					sentence: `A run of "${name}" that stops tells nobody: it has no error workflow.`,
				})),
	},
	{
		id: 'error-workflow-off',
		looks: 'the error workflow is there and in service',
		level: 'trouble',
		mend: 'Publish the error workflow, or choose another in the settings.',
		find: (facts) => {
			const there = byId(facts.workflows);
			return running(facts).flatMap(({ name, settings }) => {
				const { errorWorkflow: id } = settings;
				if (typeof id !== 'string' || id === '' || there.get(id)?.runsCalled) return [];
				return [
					{
						where: name,
						sentence: `The error workflow of "${name}" is ${there.has(id) ? 'not in service' : 'gone'}.`,
					},
				];
			});
		},
	},
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
