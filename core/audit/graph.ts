import { literal, unwrapLocator } from './expressions';
import { classify, isTrigger, type NodeFacts } from './classify';
import { versionOf } from './facts/operation';
import { ownOperation } from './own-nodes';
import { readIds } from './read/commit';
import { readsOneInput, rootOf } from './read/items';
import { parseWorkflow } from './parse';
import { declarationsIn } from './notes';
import { joinPolicies, type AuditPolicy } from './policy';
import type { WorkflowJson, WorkflowNode, WorkflowResolver } from './types';

/** One place an item can be: a node, or one of the two sides of a loop or of a call to a sub-workflow. */
export interface Step {
	readonly index: number;
	/** Name for people: the node's, behind the names of the calls that lead to its workflow. */
	readonly label: string;
	readonly node: WorkflowNode;
	/** A call whose end may lose items is told so after its sub-workflow is known. */
	facts: NodeFacts;
	/** `enter` and `leave` split loops and calls; their own outputs are explained where they are built. */
	readonly side: 'whole' | 'enter' | 'leave';
	/** Targets by output index; an index without a target is a place where items end. */
	readonly outputs: number[][];
	/** Index of the error output, if the node has one. */
	readonly errorOutput: number | null;
	/** Outputs of the other side of a loop: nothing leaves there, so nothing ends there. */
	readonly closed: Set<number>;
	/** Connected inputs. */
	inputs: number;
	/** Workflow it stands in; nodes are looked up there. */
	readonly home: WorkflowJson;
	/** Fields in which that workflow's commits look for message ids: what replaces them replaces the proof. */
	readonly idFields: ReadonlySet<string>;
}

/** A loop: the side that is entered hands out by `output`, the side that is left takes back. */
export interface Loop {
	readonly enter: number;
	readonly leave: number;
	/** Output of `enter` that leads to the body. */
	readonly output: number;
	/** Items handed out at a time; `null` where that is chosen at run time. */
	readonly size: number | null;
}

/** The graph that items walk, sub-workflows written out. */
export interface Graph {
	readonly steps: readonly Step[];
	/** Steps at which executions start. */
	readonly roots: readonly number[];
	/** Names of main-level nodes with several connected inputs. */
	readonly joins: readonly string[];
	readonly loops: readonly Loop[];
	/** Ids of the workflows that were written out in place of their calls. */
	readonly callees: ReadonlySet<string>;
}

interface Scope {
	readonly workflow: WorkflowJson;
	readonly prefix: string;
	/** Ids of the workflows that are being written out, to find recursion. */
	readonly calls: readonly string[];
}

const STICKY = 'n8n-nodes-base.stickyNote';
/** Sub-workflows nested deeper count as unknown; n8n itself warns of recursion long before. */
const DEEPEST = 8;

/**
 * Builds the graph of a workflow with n8n's semantics (measured in `test/core/audit/engine.test.ts`):
 * outputs by index with the error output behind them, disabled nodes that pass their items to output 0, loops whose
 * returned items leave by `done` only, sub-workflows written out in place of their call.
 */
export function buildGraph(workflow: WorkflowJson, policy: AuditPolicy, resolve: WorkflowResolver): Graph {
	const steps: Step[] = [];
	const joins: string[] = [];
	const allLoops: Loop[] = [];
	const callees = new Set<string>();
	const policies = new Map<WorkflowJson, AuditPolicy>();
	const { roots } = addWorkflow({
		workflow,
		prefix: '',
		calls: workflow.id === undefined ? [] : [workflow.id],
	});
	return { steps, roots, joins, loops: allLoops, callees };

	/** What the caller declares wins over what a workflow declares of itself. */
	function policyIn(workflow: WorkflowJson): AuditPolicy {
		const known = policies.get(workflow) ?? joinPolicies(policy, declarationsIn(workflow).policy);
		policies.set(workflow, known);
		return known;
	}

	function addStep(
		scope: Scope,
		node: WorkflowNode,
		facts: NodeFacts,
		side: Step['side'],
		outputs: number,
	): Step {
		const errors = node.onError === 'continueErrorOutput' && !node.disabled && facts.role !== 'trigger';
		const step: Step = {
			index: steps.length,
			label: scope.prefix + node.name,
			node,
			facts,
			side,
			outputs: Array.from({ length: outputs + (errors ? 1 : 0) }, () => []),
			errorOutput: errors ? outputs : null,
			closed: new Set(),
			inputs: 0,
			home: scope.workflow,
			idFields: idFieldsOf(scope.workflow),
		};
		steps.push(step);
		return step;
	}

	function addWorkflow(scope: Scope): {
		roots: number[];
		/** Where a call enters: n8n's findSubworkflowStart takes the first of these, disabled or not. */
		start: number | undefined;
		ends: (into: number) => number[];
	} {
		const targets = targetsIn(scope.workflow);
		const entry = new Map<string, Step>();
		const exit = new Map<string, Step>();
		const loops: { node: WorkflowNode; enter: Step; leave: Step; reset: boolean }[] = [];
		for (const node of scope.workflow.nodes) {
			if (!isStep(scope.workflow, node, targets)) continue;
			const facts = classify(node, scope.workflow, policyIn(scope.workflow));
			if (facts.role === 'loop' && !node.disabled && facts.outputs === 2) {
				const enter = addStep(scope, node, facts, 'enter', 2);
				const leave = addStep(scope, node, facts, 'leave', 2);
				loops.push({ node, enter, leave, reset: hasReset(node) });
				entry.set(node.name, enter);
				exit.set(node.name, leave);
			} else if (facts.role === 'sub-workflow' && !node.disabled) addCall(scope, node, facts, entry, exit);
			else {
				const step = addStep(scope, node, facts, 'whole', node.disabled ? 1 : facts.outputs);
				entry.set(node.name, step);
				exit.set(node.name, step);
			}
		}
		connect(scope.workflow, entry, exit);
		for (const loop of loops) allLoops.push(splitLoop(loop, [...entry.values()], steps));
		const own = new Set([...entry.values(), ...exit.values()]);
		return {
			roots: [...entry.values()].filter((step) => starts(step)).map(({ index }) => index),
			start: entry.get(startOf(scope.workflow)?.name ?? '')?.index,
			ends: (into) => {
				const ended: number[] = [];
				for (const step of own) {
					if (step.side === 'enter') continue;
					step.outputs.forEach((targets, output) => {
						if (targets.length > 0 || step.closed.has(output)) return;
						targets.push(into);
						ended.push(output);
					});
				}
				return ended;
			},
		};
	}

	function starts(step: Step): boolean {
		if (step.node.disabled || step.side === 'leave') return false;
		// A node of an unknown type without an input may be somebody's trigger.
		return (
			isTrigger(step.node) || (step.inputs === 0 && step.facts.role === 'unknown' && isForeign(step.node))
		);
	}

	function connect(from: WorkflowJson, entry: Map<string, Step>, exit: Map<string, Step>): void {
		const inputs = new Map<Step, Set<number>>();
		for (const [name, step] of exit) {
			(from.connections[name]?.main ?? []).forEach((targets, output) => {
				// Only output 0 of a disabled node hands anything on.
				if (step.node.disabled && output > 0) return;
				while (step.outputs.length <= output) step.outputs.push([]);
				for (const target of targets ?? []) {
					const to = entry.get(target.node);
					// n8n follows what stands under `main` whatever type the target names.
					if (!to) continue;
					step.outputs[output]?.push(to.index);
					if (target.index > 0 && readsOneInput(to.node))
						step.facts = { ...step.facts, items: 'fewer', wrongInputOf: to.label };
					to.inputs += 1;
					inputs.set(to, (inputs.get(to) ?? new Set()).add(target.index));
				}
			});
		}
		for (const [step, indexes] of inputs) if (indexes.size > 1) joins.push(step.label);
	}

	/**
	 * The call's side that is entered leads into the sub-workflow, the side that is left has the node's own outputs.
	 * What ends in the sub-workflow comes back to the caller's output 0. Of several ends only the one that ran last
	 * does, and only its output 0: the items of the others are gone.
	 */
	function addCall(
		scope: Scope,
		node: WorkflowNode,
		facts: NodeFacts,
		entry: Map<string, Step>,
		exit: Map<string, Step>,
	): void {
		const called = findCalled(scope, node);
		const unknown: NodeFacts = {
			...facts,
			role: 'unknown',
			because: 'what it calls is not known',
			fails: 'what it calls is not known',
		};
		const enter = addStep(scope, { ...node, onError: 'stopWorkflow' }, called ? facts : unknown, 'enter', 1);
		const leave = addStep(
			scope,
			node,
			{ ...facts, role: 'harmless', fails: null, because: 'brings back what the call ends with' },
			'leave',
			1,
		);
		entry.set(node.name, enter);
		exit.set(node.name, leave);
		// Without waiting, or when it throws and goes on, the call hands its own input to output 0.
		const options = node.parameters.options as { readonly waitForSubWorkflow?: unknown } | undefined;
		const parallel = options?.waitForSubWorkflow === false;
		if (!called || parallel || node.onError !== 'stopWorkflow') enter.outputs[0]?.push(leave.index);
		if (!called) return;
		const inner = addWorkflow({ ...called, prefix: `${scope.prefix}${node.name} ▸ ` });
		if (called.id !== undefined) callees.add(called.id);
		// Without a start n8n throws, and the call has its own error handling.
		if (inner.start === undefined) enter.facts = { ...unknown, because: 'what it calls has no start' };
		else enter.outputs[0]?.push(inner.start);
		if (parallel) return;
		const ended = inner.ends(leave.index);
		if (ended.length > 1 || ended.some((output) => output > 0))
			leave.facts = { ...leave.facts, items: 'fewer' };
	}

	function findCalled(scope: Scope, node: WorkflowNode): Called | undefined {
		if (scope.calls.length >= DEEPEST) return undefined;
		const source = literal(node.parameters.source ?? 'database');
		if (source === 'parameter') return inline(scope, node);
		const id = literal(unwrapLocator(node.parameters.workflowId));
		if (source !== 'database' || id === null || id === '' || scope.calls.includes(id)) return undefined;
		const workflow = resolve(id);
		return workflow && { workflow, calls: [...scope.calls, id], id };
	}
}

const isForeign = ({ type }: WorkflowNode): boolean =>
	!type.startsWith('n8n-nodes-base.') && !type.startsWith('@n8n/');

interface Called {
	readonly workflow: WorkflowJson;
	readonly calls: string[];
	readonly id?: string;
}

/** Names of nodes that stand under `main` of another one. */
function targetsIn({ connections }: WorkflowJson): ReadonlySet<string> {
	const names = Object.values(connections).flatMap(({ main }) =>
		(main ?? []).flatMap((targets) => (targets ?? []).map(({ node }) => node)),
	);
	return new Set(names);
}

/**
 * Whether items can come to a node. A sticky note passes them on where somebody connected it. A model, memory or tool
 * hangs on another node and acts only through that one, unless a trigger or a `main` connection feeds it too.
 */
function isStep(workflow: WorkflowJson, node: WorkflowNode, targets: ReadonlySet<string>): boolean {
	if (targets.has(node.name)) return true;
	const outputs = Object.entries(workflow.connections[node.name] ?? {}).filter(
		([, lists]) => lists.flat().length > 0,
	);
	if (node.type === STICKY) return outputs.some(([type]) => type === 'main');
	return isTrigger(node) || outputs.length === 0 || outputs.some(([type]) => type === 'main');
}

/** What n8n starts a called workflow with (`findSubworkflowStart` and STARTING_NODES of n8n, 2.40). */
const startOf = ({ nodes }: WorkflowJson): WorkflowNode | undefined =>
	nodes.find(({ type }) => type === 'n8n-nodes-base.executeWorkflowTrigger') ??
	nodes.find(
		({ type }) =>
			type === '@n8n/n8n-nodes-langchain.manualChatTrigger' || type === 'n8n-nodes-base.manualTrigger',
	);

const idFields = new WeakMap<WorkflowJson, ReadonlySet<string>>();

function idFieldsOf(workflow: WorkflowJson): ReadonlySet<string> {
	const known = idFields.get(workflow);
	if (known) return known;
	const fields = new Set<string>();
	for (const node of workflow.nodes) {
		if (ownOperation(node)?.role !== 'commit') continue;
		for (const field of readIds(node).fields ?? []) fields.add(rootOf(field));
	}
	idFields.set(workflow, fields);
	return fields;
}

function hasReset(node: WorkflowNode): boolean {
	const options = node.parameters.options as { readonly reset?: unknown } | undefined;
	return options?.reset !== undefined && options.reset !== false;
}

function inline(scope: Scope, node: WorkflowNode): Called | undefined {
	const text = literal(node.parameters.workflowJson);
	if (text === null) return undefined;
	try {
		return {
			workflow: parseWorkflow(JSON.parse(text), node.name),
			calls: [...scope.calls, `inline ${node.name}`],
		};
	} catch {
		// n8n would refuse it at run time; what is not understood stays unknown.
		return undefined;
	}
}

/**
 * A loop node hands out the items it was entered with by `loop`, and those that came back by `done`. So edges from
 * its own body lead to the side that is left, all others to the side that is entered; an edge that can be both
 * leads to both.
 */
function splitLoop(
	{ node, enter, leave, reset }: { node: WorkflowNode; enter: Step; leave: Step; reset: boolean },
	peers: readonly Step[],
	steps: readonly Step[],
): Loop {
	const loop = versionOf(node) >= 3 ? 1 : 0;
	const done = 1 - loop;
	const body = leave.outputs[loop] ?? [];
	enter.outputs[loop]?.push(...body);
	const error = enter.errorOutput;
	if (error !== null) enter.outputs[error]?.push(...(leave.outputs[error] ?? []));
	const starts = peers.filter(({ inputs }) => inputs === 0).map(({ index }) => index);
	const inside = reach(body, steps, enter.index);
	const outside = reach([...starts, ...(leave.outputs[done] ?? [])], steps, enter.index);
	for (const step of steps) {
		if (step === enter || !inside.has(step.index)) continue;
		for (const targets of step.outputs) {
			const at = targets.indexOf(enter.index);
			if (at === -1) continue;
			if (outside.has(step.index)) targets.push(leave.index);
			else targets[at] = leave.index;
		}
	}
	if (!reset) {
		leave.outputs[loop] = [];
		leave.closed.add(loop);
	}
	enter.outputs[done] = [];
	enter.closed.add(done);
	const given = node.parameters.batchSize;
	const size = given === undefined ? (loop === 1 ? 1 : 10) : typeof given === 'number' ? given : null;
	return { enter: enter.index, leave: leave.index, output: loop, size };
}

function reach(from: readonly number[], steps: readonly Step[], stop: number): Set<number> {
	const seen = new Set<number>();
	const open = [...from];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (next === stop || seen.has(next)) continue;
		seen.add(next);
		for (const targets of steps[next]?.outputs ?? []) open.push(...targets);
	}
	return seen;
}
