import { classify } from '../../audit/classify';
import { OWN_PREFIX } from '../../audit/own-nodes';
import { declarationsIn } from '../../audit/notes';
import type { WorkflowJson, WorkflowNode } from '../../audit/types';
import { behind } from './flow';

const SCHEDULES = /\.(scheduleTrigger|cron|interval)$/;
const PROMPT = /prompt|message|text|systemmessage|jsonbody|instructions|content|input/i;
const VENDOR = /^(url|model|modelid|resource|authentication|nodecredentialtype|endpoint)/i;
/** Kinds of nodes by which something happens to a delivery, or may. */
const ACTING: readonly string[] = [
	...['source', 'gate', 'claim', 'confirm', 'commit', 'fail', 'sender', 'state-writer', 'generator'],
	...['unknown', 'sub-workflow'],
];

/** Settings of a spine, as the node that configures it has them. */
const SPINE: readonly (readonly [RegExp, string])[] = [
	[/^(every|anchor|timeZone|advanced\.(window|minimumGap))/, 'cadence'],
	// Who is a test recipient is sent nothing.
	[/^(testRecipients|properties\.(critical|defaults|also))/, 'eligibility'],
	[/^properties/, 'hubspot-schema'],
	[/^advanced\.templateVersion/, 'email'],
	[/^advanced\.dryRun$/, 'observability'],
];

function ownSurface({ type, parameters }: WorkflowNode, path: string): string {
	if (type.endsWith('.dueDeliveries') && /filter|eligib|property|status/i.test(path)) return 'eligibility';
	if (type.endsWith('.release') && parameters.resource === 'spine')
		return SPINE.find(([pattern]) => pattern.test(path))?.[1] ?? 'delivery-logic';
	return 'delivery-logic';
}

function generatorSurface(path: string, keys: readonly string[]): string {
	const names = keys.length > 0 ? keys : [path];
	if (names.some((name) => VENDOR.test(name))) return 'vendors';
	return names.some((name) => PROMPT.test(name)) ? 'prompts' : 'generation';
}

const roleOf = (node: WorkflowNode, workflow: WorkflowJson): string =>
	classify(node, workflow, declarationsIn(workflow).policy).role;

/** Whether anything acts on deliveries behind a node, or, where no node is named, anywhere in the workflow. */
export function acts(workflow: WorkflowJson, from?: string): boolean {
	const acting = workflow.nodes.filter((node) => !node.disabled && ACTING.includes(roleOf(node, workflow)));
	if (from === undefined) return acting.length > 0;
	const after = behind(workflow, from);
	return acting.some(({ name }) => after.has(name));
}

/**
 * The surface of a change in a node that tells people. Safe is only what cannot touch a delivery: behind it nothing acts, it does
 * not wait for an answer, and it does not come to do another thing.
 */
function toldSurface(node: WorkflowNode, workflow: WorkflowJson, path: string): string {
	const other =
		/^(operation|resource|)$/.test(path) || classify(node, workflow, declarationsIn(workflow).policy).pauses;
	return other || acts(workflow, node.name) ? 'workflows' : 'observability';
}

/**
 * The surface a change of this parameter belongs to; by what the node does to the outside world.
 *
 * @param keys where inside an expression of the parameter, for a value that is put there
 */
export function surfaceOf(
	node: WorkflowNode,
	workflow: WorkflowJson,
	path: string,
	keys: readonly string[] = [],
): string {
	if (node.type.startsWith(OWN_PREFIX)) return ownSurface(node, path);
	if (SCHEDULES.test(node.type)) return 'cadence';
	switch (roleOf(node, workflow)) {
		case 'sender':
			return 'email';
		case 'generator':
			return generatorSurface(path, keys);
		case 'state-writer':
			return 'delivery-status';
		case 'notifier':
			return toldSurface(node, workflow, path);
		default:
			return 'workflows';
	}
}
