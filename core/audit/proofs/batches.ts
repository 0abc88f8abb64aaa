import { addressOf, withConstants } from '../expressions';
import type { Step } from '../graph/step';
import { batchSendWhy, keepsBatch, postsBatch } from '../read/batch';
import { acts, isBatch, maySend } from '../state';
import type { Vertex, Walk } from '../walk';
import { Findings, type Finding } from './finding';

/**
 * Proof 1, of batches: an item that stands for many deliveries comes to its send as the confirmation made it, all of its
 * messages go out in one request, and the answer stays one answer.
 */
export function batchFindings(walk: Walk): Finding[] {
	const found = new Findings();
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		if (step.node.disabled || step.side === 'leave') continue;
		const why = isBatch(walk.state(vertex)) ? ofBatch(walk, vertex) : ofSingle(walk, vertex);
		if (why !== null)
			found.add('batch-not-whole', step.label, () => ({ path: walk.path(vertex), detail: why }));
	}
	return found.all();
}

function ofBatch(walk: Walk, vertex: Vertex): string | null {
	const step = walk.step(vertex);
	const came = walk.state(vertex);
	if (acts(step, came)) return maySend(came) ? sendWhy(step) : null;
	if (['gate', 'claim', 'confirm', 'source'].includes(step.facts.role))
		return 'It looks for one delivery on each item, and a batch has many.';
	if (!maySend(came) || ['commit', 'fail', 'stop'].includes(step.facts.role)) return null;
	return keepsBatch(step.node) && step.side === 'whole'
		? null
		: 'It stands between the batch and its send, and may hand on something else.';
}

/** A request that posts `messages` says nothing of a delivery that came alone. */
function ofSingle(walk: Walk, vertex: Vertex): string | null {
	const step = walk.step(vertex);
	const came = walk.state(vertex);
	return acts(step, came) && maySend(came) && postsBatch(step.node)
		? 'Single deliveries come to it, and it posts the messages of a batch.'
		: null;
}

function sendWhy({ node, facts, home }: Step): string | null {
	const { host, path } = addressOf(withConstants(node.parameters.url, home.nodes));
	return batchSendWhy(node, facts.assumption === undefined ? host : null, path);
}
