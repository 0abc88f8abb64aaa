import { carriesIdempotencyKey } from '../classify';
import type { Walk } from '../walk';
import type { Finding } from './finding';

/** Proof 4: no retry on a send, nor on a call whose sub-workflow sends, unless the key goes along. */
export function retryFindings(walk: Walk): Finding[] {
	const found = new Map<string, Finding>();
	const senders = walk.graph.steps.filter(({ facts, node }) => facts.role === 'sender' && !node.disabled);
	for (const vertex of walk.vertices) {
		const { node, facts, label, side } = walk.step(vertex);
		if (!node.retryOnFail || node.disabled || found.has(label) || side === 'leave') continue;
		const inner = side === 'enter' && senders.some((sender) => sender.label.startsWith(`${label} ▸ `));
		if (!inner && facts.role !== 'sender') continue;
		if (!inner && carriesIdempotencyKey(node)) continue;
		found.set(label, { rule: 'send-retried', node: label, path: walk.path(vertex) });
	}
	return [...found.values()];
}
