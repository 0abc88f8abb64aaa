import { handsOut } from '../../core/audit/own-nodes';
import type { SetupNode } from '../../core/setup/types';
import type { InstalledWorkflow } from '../ports/installation';
import type { Facts } from './facts';

const OURS = 'n8n-nodes-release-gate.';

export const running = ({ workflows }: Facts): readonly InstalledWorkflow[] =>
	workflows.filter(({ published }) => published !== null);

/** Nodes of what runs that are not switched off. */
export const nodesOf = ({ published }: InstalledWorkflow): readonly SetupNode[] =>
	(published?.nodes ?? []).filter(({ disabled }) => disabled !== true);

export const isOurs = ({ type }: SetupNode): boolean => type.startsWith(OURS);

export const hasOurs = (workflow: InstalledWorkflow): boolean => nodesOf(workflow).some(isOurs);

const assignmentsOf = (node: SetupNode): readonly { readonly name: string; readonly value: unknown }[] => {
	const { assignments } = node.parameters as { assignments?: { assignments?: unknown } };
	const listed = assignments?.assignments;
	return Array.isArray(listed)
		? listed.flatMap((one: unknown) => {
				const { name, value } = (one ?? {}) as { name?: unknown; value?: unknown };
				return typeof name === 'string' ? [{ name, value }] : [];
			})
		: [];
};

/** Values of the Config nodes of a workflow, by name; the last of a name counts. */
export const configOf = (workflow: InstalledWorkflow): ReadonlyMap<string, unknown> =>
	new Map(
		nodesOf(workflow)
			.filter(({ type }) => type === 'n8n-nodes-base.set')
			.flatMap(assignmentsOf)
			.map(({ name, value }) => [name, value] as const),
	);

/** The name in a parameter: typed, picked, or the last quoted word of `={{ $json.x ?? 'name' }}` or of a Config field. */
function nameIn(value: unknown, workflow: InstalledWorkflow): string | null {
	const text = typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value;
	if (typeof text !== 'string' || text === '') return null;
	if (!text.startsWith('=')) return text;
	const field = /json\.(\w+)\s*\}\}$/.exec(text)?.[1];
	const own = field === undefined ? undefined : configOf(workflow).get(field);
	const quoted = /'([\w.-]+)'[^']*$/.exec(typeof own === 'string' ? own : text)?.[1];
	return typeof own === 'string' && !own.startsWith('=') ? own : (quoted ?? null);
}

/** Spines whose due deliveries a workflow hands out. */
export const spinesServed = (workflow: InstalledWorkflow): readonly string[] =>
	nodesOf(workflow)
		.filter(handsOut)
		.flatMap(({ parameters }) => nameIn(parameters.spine, workflow) ?? []);

/** Spines that a workflow does an operation of the node Release on. */
export const spinesWith = (workflow: InstalledWorkflow, operation: string): readonly string[] =>
	nodesOf(workflow)
		.filter(({ type, parameters }) => type === `${OURS}release` && parameters.operation === operation)
		.flatMap(({ parameters }) => nameIn(parameters.spine, workflow) ?? []);

/** Whether a node of a type does an operation. */
export const does = (workflow: InstalledWorkflow, type: string, operation: string): boolean =>
	nodesOf(workflow).some((node) => node.type === OURS + type && node.parameters.operation === operation);

/** Whether a workflow asks what of a spine is due, to hand it out or to run the spine. */
export const asks = (workflow: InstalledWorkflow): boolean =>
	nodesOf(workflow).some(({ type }) => type === `${OURS}dueDeliveries`);

/**
 * Whether n8n keeps runs of a workflow that succeeded. What its settings leave open goes by the instance (`toSaveSettings`,
 * n8n 2.40), which tells it to itself only: elsewhere by what n8n does by default.
 */
export function keepsGoodRuns({ host }: Facts, { settings }: InstalledWorkflow): boolean {
	const { saveDataSuccessExecution: set } = settings;
	return set === undefined || set === 'DEFAULT' ? host?.keepsGoodRuns !== false : set === 'all';
}

/** A schedule that has not fired for so many of its intervals is silent. */
export const SILENT = 3;

/** Workflows that carry a spine, in service or not. */
export const carriers = ({ workflows }: Facts): readonly InstalledWorkflow[] =>
	workflows.filter(({ nodes }) => nodes.some(handsOut));

const UNITS: Readonly<Record<string, number>> = {
	seconds: 1_000,
	minutes: 60_000,
	hours: 3_600_000,
	days: 86_400_000,
	weeks: 604_800_000,
};

/** How often the schedule of a workflow starts it, in milliseconds; `null` where it has none, or one that is not a plain interval. */
export function scheduleMs(workflow: InstalledWorkflow): number | null {
	const schedule = nodesOf(workflow).find(({ type }) => type === 'n8n-nodes-base.scheduleTrigger');
	const { rule } = (schedule?.parameters ?? {}) as {
		rule?: { interval?: readonly Record<string, unknown>[] };
	};
	const [first] = rule?.interval ?? [];
	if (first === undefined || rule?.interval?.length !== 1) return null;
	const field = typeof first.field === 'string' ? first.field : 'days';
	const unit = UNITS[field];
	const count = first[`${field}Interval`] ?? 1;
	return unit === undefined || typeof count !== 'number' ? null : unit * count;
}

const CALLS = /(?:Workflow|Stage)$/;

/** Ids of workflows that a workflow calls, as far as they are named in it. */
export function callsOf(workflow: InstalledWorkflow, known: ReadonlySet<string>): readonly string[] {
	const direct = nodesOf(workflow)
		.filter(
			({ type, parameters }) =>
				type === 'n8n-nodes-base.executeWorkflow' && parameters.source !== 'parameter',
		)
		.flatMap(({ parameters }) => {
			const { value } = (parameters.workflowId ?? {}) as { value?: unknown };
			return typeof value === 'string' && !value.startsWith('=') ? [value] : [];
		});
	const fields = [...configOf(workflow)].flatMap(([name, value]) => {
		if (!CALLS.test(name) || typeof value !== 'string' || value === '') return [];
		const quoted = /'([A-Za-z0-9-]+)'/.exec(value)?.[1];
		const id = value.startsWith('=') ? quoted : value;
		// A file of GitHub Actions is called so too; an id of n8n holds no dot.
		return id === undefined || id.includes('.') ? [] : [id];
	});
	return [...new Set([...direct, ...fields])].filter((id) => known.has(id) || /^[A-Za-z0-9-]{6,}$/.test(id));
}
