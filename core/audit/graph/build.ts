import { classify, isTrigger, type NodeFacts } from '../classify';
import { declarationsIn } from '../notes';
import { joinPolicies, type AuditPolicy } from '../policy';
import { readsOneInput } from '../read/items';
import type { WorkflowJson, WorkflowNode, WorkflowResolver } from '../types';
import { findCalled, type Scope, startOf } from './calls';
import { type OpenLoop, splitLoop } from './loops';
import { idFieldsOf, isForeign, isStep, targetsIn } from './nodes';
import type { Graph, Loop, Step } from './step';

const NONE: ReadonlySet<number> = new Set();

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
		const lists: number[][] = [];
		for (let output = errors ? -1 : 0; output < outputs; output += 1) lists.push([]);
		const step: Step = {
			index: steps.length,
			label: scope.prefix + node.name,
			node,
			facts,
			side,
			outputs: lists,
			errorOutput: errors ? outputs : null,
			closed: NONE,
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
		const loops: OpenLoop[] = [];
		for (const node of scope.workflow.nodes) {
			if (!isStep(scope.workflow, node, targets)) continue;
			const facts = classify(node, scope.workflow, policyIn(scope.workflow));
			if (facts.role === 'loop' && !node.disabled && facts.outputs === 2) {
				const enter = addStep(scope, node, facts, 'enter', 2);
				const leave = addStep(scope, node, facts, 'leave', 2);
				loops.push({ node, enter, leave });
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
		const called = findCalled(scope, node, resolve);
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
}
