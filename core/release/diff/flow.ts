import { classify } from '../../audit/classify';
import { stringsIn } from '../../audit/expressions';
import { handsOut, OWN_PREFIX } from '../../audit/own-nodes';
import { declarationsIn } from '../../audit/notes';
import type { WorkflowJson, WorkflowNode } from '../../audit/types';
import { isPlain, SET } from './fields';

/** Nodes that hand on the items they get, fields and all. */
const PASSING = /\.(if|switch|filter|noOp|splitInBatches|limit|sort|wait|merge)$/;
/** Kinds of nodes that look at what comes in by expressions only, and give items of their own. */
const ANEW: readonly string[] = ['sender', 'notifier', 'generator', 'state-writer', 'reader'];
/** Values and switches by which a node takes whole items all the same. */
const WHOLE = /^(autoMapInputData|autoMap\w*|allIncomingItems|firstIncomingItem)$/;
const WHOLE_SWITCH = /^(sendInputData|addAllFields)$/;
/** Queues send the whole item unless told otherwise, and the editor leaves that default out. */
const QUEUES = /\.(kafka|rabbitmq|mqtt|awsSqs|amqp)$/;
/** Parameters in which a node is told names of fields. */
const TOLD_NAMES = /field|column|propert|key/i;

const isSwitchedOn = (value: unknown): boolean =>
	isPlain(value)
		? Object.entries(value).some(
				([key, inner]) => (WHOLE_SWITCH.test(key) && inner !== false) || isSwitchedOn(inner),
			)
		: Array.isArray(value) && value.some(isSwitchedOn);

const takesWhole = ({ type, parameters }: WorkflowNode): boolean =>
	stringsIn(parameters).some(([text]) => WHOLE.test(text)) ||
	isSwitchedOn(parameters) ||
	(QUEUES.test(type) && parameters.sendInputData !== false);

/** Whether a node looks at what comes in by expressions, or by names it is told, only. */
function anew(node: WorkflowNode, workflow: WorkflowJson): boolean {
	if (handsOut(node)) return node.parameters.contacts === 'hubSpot';
	if (node.type.startsWith(OWN_PREFIX)) return false;
	// From version 2 on a query takes values from expressions; before, it was told names.
	const query =
		/\.(postgres|mySql)$/.test(node.type) &&
		node.parameters.operation === 'executeQuery' &&
		(node.typeVersion ?? 2) >= 2;
	return (
		(query ||
			/\.httpRequest$/.test(node.type) ||
			ANEW.includes(classify(node, workflow, declarationsIn(workflow).policy).role)) &&
		!takesWhole(node)
	);
}

/** Our own nodes hand on what they get, but for the one that begins with contacts. */
const ownPasses = (node: WorkflowNode): boolean => node.type.startsWith(OWN_PREFIX) && !handsOut(node);

const keepsOthers = ({ parameters, typeVersion }: WorkflowNode): boolean =>
	(typeVersion ?? 3.4) >= 3.3 ? parameters.includeOtherFields === true : true;

/** What our nodes look for on every item, and on those it comes from, whatever their parameters say. */
const CARRIED: readonly string[] = ['delivery', 'contact', 'releaseGate'];

/** Nodes that come behind a node, by connections of any type. */
export function behind(workflow: WorkflowJson, from: string): ReadonlySet<string> {
	const found = new Set<string>();
	const next = [from];
	for (let name = next.pop(); name !== undefined; name = next.pop())
		for (const list of Object.values(workflow.connections[name] ?? {}).flat())
			for (const { node } of list ?? [])
				if (!found.has(node)) {
					found.add(node);
					next.push(node);
				}
	return found;
}

/** Our nodes that find a field on an item of a node through item linking, however many nodes lie between. */
export const linkedTo = (workflow: WorkflowJson, from: string, field: string): readonly WorkflowNode[] => {
	if (!CARRIED.includes(field)) return [];
	const after = behind(workflow, from);
	return workflow.nodes.filter(
		({ name, type, disabled }) => !disabled && type.startsWith(OWN_PREFIX) && after.has(name),
	);
};

/**
 * Whether a node that gets an item looks at a field of it without an expression, because its parameters name it. A
 * commit looks for what the provider answered, whatever that is called.
 */
export function looksUnasked(node: WorkflowNode, field: string): boolean {
	const own = node.type.startsWith(OWN_PREFIX);
	if (node.disabled || node.type === SET || /\.httpRequest$/.test(node.type)) return false;
	if (node.type === `${OWN_PREFIX}deliveryCommit`) return true;
	const anyParameter = own || PASSING.test(node.type);
	return stringsIn(node.parameters).some(
		([text, path]) =>
			!text.startsWith('=') &&
			(anyParameter || path.some((key) => TOLD_NAMES.test(key))) &&
			text
				.split(/[\s,]+/)
				.some((name) => name === field || (/^[.[]/.test(name.slice(field.length)) && name.startsWith(field))),
	);
}

/** Nodes that get the items of a node, and those that take them whole. */
export interface Flow {
	readonly nodes: ReadonlySet<string>;
	readonly wholes: ReadonlySet<string>;
}

/** Names of the nodes that hang on each node: tools, models, memories. */
function hangingOn({ connections }: WorkflowJson): ReadonlyMap<string, readonly string[]> {
	const found = new Map<string, string[]>();
	for (const [from, byType] of Object.entries(connections))
		for (const [type, outputs] of Object.entries(byType))
			if (type !== 'main')
				for (const { node } of outputs.flatMap((list) => list ?? []))
					found.set(node, [...(found.get(node) ?? []), from]);
	return found;
}

/** Nodes that get the items of a node, through those that hand them on; and who takes them whole. */
export function flowOf(workflow: WorkflowJson, from: string): Flow {
	const byName = new Map(workflow.nodes.map((node) => [node.name, node]));
	const hanging = hangingOn(workflow);
	const [nodes, wholes] = [new Set<string>(), new Set<string>()];
	const called = workflow.nodes.some(({ type }) =>
		/\.(executeWorkflowTrigger|webhook|formTrigger|chatTrigger)$/.test(type),
	);
	const next = [from];
	/** What hangs on a node evaluates its expressions on the items of that node. */
	const hang = (name: string): void => {
		for (const sub of hanging.get(name) ?? [])
			if (!nodes.has(sub)) {
				nodes.add(sub);
				hang(sub);
			}
	};
	for (let name = next.pop(); name !== undefined; name = next.pop()) {
		const outputs = (workflow.connections[name]?.main ?? []).flatMap((list) =>
			(list ?? []).map((one) => one.node),
		);
		// What the last node gives goes to whoever called the workflow.
		if (outputs.length === 0 && called) wholes.add(name);
		for (const output of outputs) {
			const node = byName.get(output);
			if (!node || nodes.has(output)) continue;
			nodes.add(output);
			hang(output);
			// A node that is switched off hands on what it gets.
			if (node.disabled) {
				next.push(output);
				continue;
			}
			if (anew(node, workflow)) continue;
			if (node.type === SET && !keepsOthers(node)) continue;
			if (PASSING.test(node.type) || node.type === SET || ownPasses(node)) next.push(output);
			else wholes.add(output);
		}
	}
	return { nodes, wholes };
}
