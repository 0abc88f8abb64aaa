import { versionOf } from '../facts/operation';
import type { WorkflowNode } from '../types';
import type { Loop, Step } from './step';

/** A loop node between its two sides, before they are parted. */
export interface OpenLoop {
	readonly node: WorkflowNode;
	readonly enter: Step;
	readonly leave: Step;
}

function hasReset(node: WorkflowNode): boolean {
	const options = node.parameters.options as { readonly reset?: unknown } | undefined;
	return options?.reset !== undefined && options.reset !== false;
}

/**
 * A loop node hands out the items it was entered with by `loop`, and those that came back by `done`. So edges from
 * its own body lead to the side that is left, all others to the side that is entered; an edge that can be both
 * leads to both.
 */
export function splitLoop(
	{ node, enter, leave }: OpenLoop,
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
	if (!hasReset(node)) {
		leave.outputs[loop] = [];
		leave.closed = new Set([...leave.closed, loop]);
	}
	enter.outputs[done] = [];
	enter.closed = new Set([...enter.closed, done]);
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
