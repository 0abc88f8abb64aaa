import { mayAdd, mayLose } from '../catalogue/types';
import type { Graph, Loop, Step } from '../graph/step';
import { isOpen, stageOf } from '../state';
import type { Walk } from '../walk';
import { Findings, type Finding } from './finding';

/** Steps an item can come to after it left a loop by its body and before it is back. */
function bodyOf({ steps }: Graph, { enter, leave, output }: Loop): ReadonlySet<number> {
	const seen = new Set<number>();
	const open = [...(steps[enter]?.outputs[output] ?? [])];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (next === leave || next === enter || seen.has(next)) continue;
		seen.add(next);
		for (const targets of steps[next]?.outputs ?? []) open.push(...targets);
	}
	return seen;
}

/**
 * Steps that get one item at a time: in the body of a loop over single items, behind nothing that hands on several.
 */
export function oneAtATime(graph: Graph): ReadonlySet<number> {
	const alone = new Set<number>();
	for (const loop of graph.loops.filter(({ size }) => size === 1)) {
		const open = [...(graph.steps[loop.enter]?.outputs[loop.output] ?? [])];
		const seen = new Set<number>();
		for (let next = open.pop(); next !== undefined; next = open.pop()) {
			if (next === loop.leave || next === loop.enter || seen.has(next)) continue;
			seen.add(next);
			const step = graph.steps[next] as Step;
			alone.add(next);
			if (!mayAdd(step.facts.items)) for (const targets of step.outputs) open.push(...targets);
		}
	}
	// Behind a node that adds, another way in may bring several.
	for (const loop of graph.loops) {
		const body = bodyOf(graph, loop);
		for (const index of body) {
			const step = graph.steps[index] as Step;
			if (mayAdd(step.facts.items)) for (const after of reachFrom(graph, index, loop)) alone.delete(after);
		}
	}
	return alone;
}

function reachFrom({ steps }: Graph, from: number, { enter, leave }: Loop): ReadonlySet<number> {
	const seen = new Set<number>();
	const open = (steps[from]?.outputs ?? []).flat();
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (next === leave || next === enter || seen.has(next)) continue;
		seen.add(next);
		open.push(...(steps[next]?.outputs ?? []).flat());
	}
	return seen;
}

/** Steps that may run several times in one execution: several connections lead to them, or to one before them. */
export function runsOften({ steps, loops }: Graph): ReadonlySet<number> {
	const leaves = new Set(loops.map(({ leave }) => leave));
	const ways = new Map<number, number>();
	for (const step of steps)
		for (const targets of step.outputs)
			for (const target of targets) ways.set(target, (ways.get(target) ?? 0) + 1);
	const often = new Set<number>();
	const open = [...ways].filter(([step, count]) => count > 1 && !leaves.has(step)).map(([step]) => step);
	for (const { enter, output } of loops) open.push(...(steps[enter]?.outputs[output] ?? []));
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (often.has(next)) continue;
		often.add(next);
		for (const targets of steps[next]?.outputs ?? [])
			open.push(...targets.filter((target) => !leaves.has(target)));
	}
	return often;
}

/**
 * Proof 3, of loops: a batch of which nothing comes back ends the loop, without an error, and what waits in it is never
 * handed out. And a loop that is entered again in one run takes what comes for what came back.
 */
export function loopFindings(walk: Walk): Finding[] {
	const { graph } = walk;
	if (graph.loops.length === 0) return [];
	const found = new Findings();
	const often = runsOften(graph);
	for (const loop of graph.loops) {
		const body = bodyOf(graph, loop);
		const label = graph.steps[loop.enter]?.label ?? '';
		const inside = walk.vertices.filter((vertex) => body.has(walk.step(vertex).index));
		const carries = inside.some(
			(vertex) =>
				stageOf(walk.state(vertex)) !== 'ungated' ||
				isOpen(walk.state(vertex)) ||
				['source', 'claim', 'key-claim', 'sender'].includes(walk.step(vertex).facts.role),
		);
		if (!carries) continue;
		for (const end of walk.ends) {
			const step = walk.step(end.at);
			if (!body.has(step.index)) continue;
			found.add('loop-stalls', step.label, () => ({
				path: walk.path(end.at),
				detail:
					step.outputs.length > 1
						? `Output ${end.output} of it does not lead back to '${label}'.`
						: `It does not lead back to '${label}'.`,
			}));
		}
		for (const vertex of inside) {
			const step = walk.step(vertex);
			const cured = step.node.alwaysOutputData && (step.outputs[0]?.length ?? 0) > 0;
			if (step.node.disabled || step.facts.role === 'unknown' || !mayLose(step.facts.items) || cured)
				continue;
			found.add('loop-stalls', step.label, () => ({
				path: walk.path(vertex),
				detail: `When it hands on nothing, nothing comes back to '${label}'.`,
				mend: "Turn on Always Output Data of '{node}', or move it out of the loop.",
			}));
		}
		const entries = walk.vertices.filter((vertex) => walk.step(vertex).index === loop.enter);
		const [open] = entries.filter((vertex) => isOpen(walk.state(vertex)));
		if (open !== undefined && often.has(loop.enter))
			found.add('loop-entered-again', label, () => ({ path: walk.path(open) }));
	}
	return found.all();
}

/** Bodies of all loops, by the step that is entered. */
export function bodies(graph: Graph): ReadonlyMap<number, ReadonlySet<number>> {
	return new Map(graph.loops.map((loop) => [loop.enter, bodyOf(graph, loop)]));
}
