import { classify } from '../../audit/classify';
import { stringsIn } from '../../audit/expressions';
import { OWN_PREFIX } from '../../audit/own-nodes';
import { EMPTY_POLICY } from '../../audit/policy';
import type { WorkflowJson, WorkflowNode } from '../../audit/types';
import { canonicalJson } from '../../delivery/canonical';
import type { JsonObject } from '../../delivery/types';
import { readsOf, type Read } from './reads';

const SET = 'n8n-nodes-base.set';
/** Nodes that hand on the items they get, fields and all. */
const PASSING = /\.(if|switch|filter|noOp|splitInBatches|limit|sort|wait|merge)$/;
/** Kinds of nodes that look at what comes in by expressions only, and give items of their own. */
const ANEW: readonly string[] = ['sender', 'notifier', 'generator', 'state-writer', 'reader'];
/** Values by which a node takes whole items all the same. */
const WHOLE = /^(autoMapInputData|autoMap\w*|allIncomingItems|firstIncomingItem)$/;

/** Whether a node looks at what comes in by expressions only. */
function anew(node: WorkflowNode, workflow: WorkflowJson): boolean {
	if (node.type === `${OWN_PREFIX}dueDeliveries`) return node.parameters.contacts === 'hubSpot';
	if (node.type.startsWith(OWN_PREFIX)) return false;
	return (
		(/\.httpRequest$/.test(node.type) || ANEW.includes(classify(node, workflow, EMPTY_POLICY).role)) &&
		!stringsIn(node.parameters).some(([text]) => WHOLE.test(text))
	);
}

const isPlain = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that a Set node writes, with their value in canonical form; `null` for a node that is none or not read. */
export function fieldsOf(node: WorkflowNode): ReadonlyMap<string, string> | null {
	if (node.type !== SET) return null;
	const { mode, assignments, jsonOutput } = node.parameters;
	if (mode === 'raw') {
		try {
			const parsed: unknown = typeof jsonOutput === 'string' ? JSON.parse(jsonOutput) : jsonOutput;
			if (!isPlain(parsed)) return null;
			return new Map(Object.entries(parsed).map(([name, value]) => [name, canonicalJson(value)]));
		} catch {
			return null;
		}
	}
	const list = isPlain(assignments) ? assignments.assignments : undefined;
	if (!Array.isArray(list) || !list.every(isPlain)) return null;
	const named = list.map((entry): readonly [string, string] => [
		typeof entry.name === 'string' ? entry.name : '',
		canonicalJson({ value: entry.value ?? null, type: entry.type ?? null }),
	]);
	const fields = new Map(named);
	// A name chosen at run time, or written twice, is not followed.
	return fields.size === named.length && named.every(([name]) => name !== '' && !name.startsWith('='))
		? fields
		: null;
}

/** Who looks at a field, as far as the workflow says. */
export interface Reach {
	readonly readers: readonly Read[];
	/** Nodes that take the whole item, so that nobody can tell whether they look at the field. */
	readonly wholes: readonly string[];
}

/** Our own nodes hand on what they get, but for the one that begins with contacts. */
const ownPasses = ({ type }: WorkflowNode): boolean =>
	type.startsWith(OWN_PREFIX) && type !== `${OWN_PREFIX}dueDeliveries`;

const keepsOthers = ({ parameters, typeVersion }: WorkflowNode): boolean =>
	(typeVersion ?? 3.4) >= 3.3 ? parameters.includeOtherFields === true : true;

/** Nodes that get the items of a node, through those that hand them on; and who takes them whole. */
function flowOf(
	workflow: WorkflowJson,
	from: string,
): { readonly nodes: Set<string>; readonly wholes: Set<string> } {
	const byName = new Map(workflow.nodes.map((node) => [node.name, node]));
	const [nodes, wholes] = [new Set<string>(), new Set<string>()];
	const called = workflow.nodes.some(({ type }) =>
		/\.(executeWorkflowTrigger|webhook|formTrigger|chatTrigger)$/.test(type),
	);
	const next = [from];
	for (let name = next.pop(); name !== undefined; name = next.pop()) {
		const outputs = Object.values(workflow.connections[name] ?? {}).flatMap((lists) =>
			lists.flatMap((list) => (list ?? []).map((one) => one.node)),
		);
		// What the last node gives goes to whoever called the workflow.
		if (outputs.length === 0 && called) wholes.add(name);
		for (const output of outputs) {
			const node = byName.get(output);
			if (!node || nodes.has(output) || node.disabled) continue;
			nodes.add(output);
			if (anew(node, workflow)) continue;
			if (node.type === SET && !keepsOthers(node)) continue;
			if (PASSING.test(node.type) || node.type === SET || ownPasses(node)) next.push(output);
			else wholes.add(output);
		}
	}
	return { nodes, wholes };
}

/**
 * Who looks at a field that a node writes, followed through expressions of other Set nodes. A look at the whole item,
 * or one that cannot be read, counts as one that may look at anything.
 */
export function reachOf(workflow: WorkflowJson, writer: string, field: string): Reach {
	const all = workflow.nodes.filter(({ disabled }) => !disabled).flatMap(readsOf);
	const readers: Read[] = [];
	const wholes = new Set<string>();
	const seen = new Set<string>();
	const follow: (readonly [string, string])[] = [[writer, field]];
	for (let at = follow.pop(); at; at = follow.pop()) {
		const [node, name] = at;
		if (seen.has(`${node}\n${name}`)) continue;
		seen.add(`${node}\n${name}`);
		const flow = flowOf(workflow, node);
		for (const whole of flow.wholes) wholes.add(whole);
		for (const read of all) {
			const looks =
				read.of === node || read.of === '' || (read.of === null && flow.nodes.has(read.node.name));
			if (!looks || (read.field !== null && read.field !== name)) continue;
			const own = [...(fieldsOf(read.node)?.keys() ?? [])];
			const index = /^assignments\.assignments\.(\d+)\.value$/.exec(read.path)?.[1];
			const target = index === undefined ? undefined : own[Number(index)];
			if (read.field === null && target === undefined) wholes.add(read.node.name);
			else if (target === undefined) readers.push(read);
			else follow.push([read.node.name, target]);
		}
	}
	return { readers, wholes: [...wholes].sort() };
}
