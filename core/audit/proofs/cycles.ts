import { isOpen } from '../state';
import type { Vertex, Walk } from '../walk';

/**
 * A vertex of each circle in which an item with an open claim can go round, other than by a Loop Over Items, whose
 * batches come to an end. Depth first, each move once.
 */
export function cycles(walk: Walk): readonly Vertex[] {
	const next = new Map<Vertex, Vertex[]>();
	const counts = (vertex: Vertex): boolean =>
		isOpen(walk.state(vertex)) && walk.step(vertex).facts.role !== 'loop';
	for (const { from, to } of walk.moves) {
		if (!counts(from) || !counts(to)) continue;
		const list = next.get(from);
		if (list) list.push(to);
		else next.set(from, [to]);
	}
	const found: Vertex[] = [];
	const done = new Set<Vertex>();
	for (const start of next.keys()) {
		if (done.has(start)) continue;
		const onWay = new Set<Vertex>([start]);
		const way: { readonly at: Vertex; next: number }[] = [{ at: start, next: 0 }];
		for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
			const to = next.get(top.at)?.[top.next];
			top.next += 1;
			if (to === undefined) {
				way.pop();
				onWay.delete(top.at);
				done.add(top.at);
			} else if (onWay.has(to)) found.push(to);
			else if (!done.has(to)) {
				onWay.add(to);
				way.push({ at: to, next: 0 });
			}
		}
	}
	return found;
}
