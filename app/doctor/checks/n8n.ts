import type { InstalledWorkflow } from '../../ports/installation';
import { isErrand } from '../../setup/inside';
import type { Check } from '../finding';
import { callsOf, hasOurs, running, spinesServed } from '../reading';

const byId = (workflows: readonly InstalledWorkflow[]): ReadonlyMap<string, InstalledWorkflow> =>
	new Map(workflows.map((workflow) => [workflow.id, workflow]));

/** What n8n says of a run whose workflow holds nodes that its process does not have (`Workflow`, n8n-workflow 2.40). */
const UNKNOWN_NODE = /^Unrecognized node type: n8n-nodes-release-gate\./;
/** Longer than an errand of a set-up takes. */
const ERRAND_MS = 20 * 60_000;
/** What n8n holds: the package, the workflows of the set-up, and those that others call. */
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
];
