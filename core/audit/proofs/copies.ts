import { mayAdd } from '../catalogue/types';
import type { Step } from '../graph/step';
import { acts, copiesAct, isKey, maySend } from '../state';
import { reaching, way, type Move, type Vertex, type Walk } from '../walk';
import type { Finding } from './finding';

/**
 * Proof 1, its last part: after one confirmation an item must not come to a send twice. An output with several
 * connections hands a copy to each, and some nodes hand on more items than they got.
 */
export function copyFindings(walk: Walk): Finding[] {
	const moves = walk.moves.filter(({ leaves }) => copiesAct(leaves));
	const sends = new Set(
		walk.vertices.filter((vertex) => {
			const came = walk.state(vertex);
			return maySend(came) && acts(walk.step(vertex), came);
		}),
	);
	const toSend = reaching(sends, moves);
	const found = new Map<string, Finding>();

	const ports = new Map<string, Move[]>();
	for (const move of moves) {
		if (!toSend.has(move.to) || sends.has(move.from)) continue;
		const port = `${move.from} ${move.output}`;
		ports.set(port, [...(ports.get(port) ?? []), move]);
	}
	for (const [first, second] of ports.values()) {
		if (!first || !second) continue;
		const head = walk.path(first.from);
		const one = way(walk, first.to, sends, moves);
		const node = one.at(-1) ?? walk.step(first.to).label;
		const finding: Finding = {
			rule: 'send-twice',
			node,
			key: isKey(walk.state(first.from)) || isKey(first.leaves),
			path: [...head, ...one],
			secondPath: [...head, ...way(walk, second.to, sends, moves)],
			detail: `An output of '${walk.step(first.from).label}' has several connections, and each gets a copy of every item.`,
		};
		if (!found.has(node)) found.set(node, finding);
	}
	for (const vertex of walk.vertices) {
		const finding = multiplies(walk, vertex, toSend, sends, moves);
		if (finding?.node && !found.has(finding.node)) found.set(finding.node, finding);
	}
	return [...found.values()];
}

function multiplies(
	walk: Walk,
	vertex: Vertex,
	toSend: ReadonlySet<Vertex>,
	sends: ReadonlySet<Vertex>,
	moves: readonly Move[],
): Finding | undefined {
	const { node, facts, label } = walk.step(vertex);
	const key = isKey(walk.state(vertex));
	if (!copiesAct(walk.state(vertex)) || !toSend.has(vertex) || node.disabled) return undefined;
	if (sends.has(vertex)) {
		const why = repeats(walk.step(vertex));
		return why === null
			? undefined
			: { rule: 'send-twice', node: label, key, path: walk.path(vertex), detail: why };
	}
	const doneAgain = facts.role === 'loop' && walk.step(vertex).side === 'leave';
	if ((!mayAdd(facts.items) && !doneAgain) || facts.role === 'unknown') return undefined;
	const rest = way(walk, vertex, sends, moves);
	return {
		rule: 'send-twice',
		key,
		node: rest.at(-1) ?? label,
		path: [...walk.path(vertex), ...rest.slice(1)],
		detail: doneAgain
			? `What comes back to the loop '${label}' leaves by its done output, each time it ends; ${key ? 'claim' : 'confirm'} behind it.`
			: `'${label}' can hand on more items than it got; move it before the ${key ? 'claim' : 'confirmation'}.`,
	};
}

/** Why one confirmed item makes a node send several times. */
function repeats({ node, facts, label }: Step): string | null {
	const options = node.parameters.options as { readonly pagination?: unknown } | undefined;
	if (options?.pagination !== undefined)
		return `'${label}' asks for further pages, and every page is a request.`;
	if (facts.because.startsWith('it can use ')) return `A model decides how often '${label}' sends.`;
	return null;
}
