import type { Graph, Step } from './graph/step';
import { FRESH, STATES, type State } from './state';
import { transfer } from './transfer';

/** A place and a state: an item in this state can come to this step. Packed as `step * STATES + state`. */
export type Vertex = number;

/** One move of an item from vertex to vertex. */
export interface Move {
	readonly from: Vertex;
	readonly output: number;
	readonly leaves: State;
	readonly to: Vertex;
}

/** Where an item ends: it leaves `step` by an output that leads nowhere. */
export interface End {
	readonly at: Vertex;
	readonly output: number;
	readonly leaves: State;
}

/** Everything that can happen to an item: every reachable place and state, with shortest paths. */
export interface Walk {
	readonly graph: Graph;
	/** In the order of their distance from a trigger. */
	readonly vertices: readonly Vertex[];
	readonly moves: readonly Move[];
	readonly ends: readonly End[];
	/** Every step an item can come to, once, in the order of their distance. */
	readonly reached: readonly Step[];
	step(vertex: Vertex): Step;
	state(vertex: Vertex): State;
	/** Labels of a shortest path from a trigger to the vertex, both included. */
	path(vertex: Vertex): readonly string[];
}

/**
 * Walks the product of the graph and the states of a delivery, breadth first from every trigger: O(edges x states).
 * "Every path to a send passes gate, claim and confirm in this order" is then a look at the states with which the
 * send is reached; a dominator tree says the same about one predecessor at a time, but not about order.
 */
export function walk(graph: Graph): Walk {
	const size = graph.steps.length * STATES;
	const parent = new Int32Array(size).fill(-2);
	const vertices: Vertex[] = [];
	const moves: Move[] = [];
	const ends: End[] = [];
	// `from` is -1 at a trigger.
	const visit = (vertex: Vertex, from: number): void => {
		if (parent[vertex] !== -2) return;
		parent[vertex] = from;
		vertices.push(vertex);
	};
	for (const root of graph.roots) visit(root * STATES + FRESH, -1);
	for (let at = 0; at < vertices.length; at += 1) {
		const from = vertices[at] as Vertex;
		const step = graph.steps[Math.floor(from / STATES)] as Step;
		const leaving = transfer(step, from % STATES);
		if (leaving.length === 0) ends.push({ at: from, output: 0, leaves: from % STATES });
		for (const [output, leaves] of leaving) {
			const targets = step.outputs[output] ?? [];
			if (targets.length === 0) ends.push({ at: from, output, leaves });
			for (const target of targets) {
				const to = target * STATES + leaves;
				moves.push({ from, output, leaves, to });
				visit(to, from);
			}
		}
	}
	const reached = [...new Set(vertices.map((vertex) => Math.floor(vertex / STATES)))].map(
		(index) => graph.steps[index] as Step,
	);
	const step = (vertex: Vertex): Step => graph.steps[Math.floor(vertex / STATES)] as Step;
	return {
		graph,
		vertices,
		moves,
		ends,
		reached,
		step,
		state: (vertex) => vertex % STATES,
		path: (vertex) => {
			const labels: string[] = [];
			for (let at: number = vertex; at >= 0; at = parent[at] as number) {
				const { label } = step(at);
				if (labels.at(-1) !== label) labels.push(label);
			}
			return labels.reverse();
		},
	};
}

/** Vertices from which one of `goals` can be reached along the given moves, the goals included. */
export function reaching(goals: Iterable<Vertex>, moves: readonly Move[]): Set<Vertex> {
	const back = new Map<Vertex, Vertex[]>();
	for (const { from, to } of moves) {
		const list = back.get(to);
		if (list) list.push(from);
		else back.set(to, [from]);
	}
	const seen = new Set(goals);
	const open = [...seen];
	for (let at = open.pop(); at !== undefined; at = open.pop()) {
		for (const from of back.get(at) ?? []) {
			if (seen.has(from)) continue;
			seen.add(from);
			open.push(from);
		}
	}
	return seen;
}

/** Labels of a shortest way from one vertex to any of `goals` along the given moves, both ends included. */
export function way(
	walk: Walk,
	from: Vertex,
	goals: ReadonlySet<Vertex>,
	moves: readonly Move[],
): readonly string[] {
	const next = new Map<Vertex, Vertex[]>();
	for (const move of moves) {
		const list = next.get(move.from);
		if (list) list.push(move.to);
		else next.set(move.from, [move.to]);
	}
	const parent = new Map<Vertex, Vertex | null>([[from, null]]);
	const open = [from];
	for (let i = 0; i < open.length; i += 1) {
		const at = open[i] as Vertex;
		if (goals.has(at)) {
			const labels: string[] = [];
			for (
				let back: Vertex | null | undefined = at;
				back !== null && back !== undefined;
				back = parent.get(back)
			) {
				const { label } = walk.step(back);
				if (labels.at(-1) !== label) labels.push(label);
			}
			return labels.reverse();
		}
		for (const to of next.get(at) ?? []) {
			if (parent.has(to)) continue;
			parent.set(to, at);
			open.push(to);
		}
	}
	return [];
}
