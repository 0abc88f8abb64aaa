import type { JsonObject } from '../../delivery/types';
import { isExpression, literal } from '../expressions';
import type { Step } from '../graph/step';
import { handsOut, OWN_PREFIX } from '../own-nodes';
import { postsBatch } from '../read/batch';
import { looksOnlyAt } from '../read/expression';
import { acts, copiesAct, isKey, maySend } from '../state';
import type { WorkflowNode } from '../types';
import { reaching, type Walk } from '../walk';
import { Findings, type Finding } from './finding';
import { bodies } from './loops';
import { isRequest } from '../read/request';

/** Nodes that keep one item one item and take no time worth speaking of. */
const QUICK = new Set(
	`noOp set if switch merge dateTime crypto renameKeys executionData html htmlExtract markdown xml jwt totp sort
	stickyNote moveBinaryData code function functionItem`
		.trim()
		.split(/\s+/)
		.map((name) => `n8n-nodes-base.${name}`),
);

/** The default of a spine's `sendLeaseMs` (`core/delivery/spine.ts`). */
const SEND_LEASE_MINUTES = 15;
/** Default of Due Deliveries' Limit (`nodes/DueDeliveries`). */
const DEFAULT_LIMIT = 1000;
/** Deliveries one run of Due Deliveries hands out when its limit is chosen at run time: the most it takes. */
const MOST_DELIVERIES = 10_000;

/**
 * Proof 1, of time: a confirmation lets a send through for as long as its lease. Between the two only quick nodes may
 * stand, for what comes after the lease may have been settled and sent by then.
 */
export function timeFindings(walk: Walk): Finding[] {
	const found = new Findings();
	const confirmed = walk.vertices.filter((vertex) => copiesAct(walk.state(vertex)));
	const moves = walk.moves.filter(({ leaves }) => copiesAct(leaves));
	const sends = confirmed.filter(
		(vertex) => maySend(walk.state(vertex)) && acts(walk.step(vertex), walk.state(vertex)),
	);
	const toSend = reaching(sends, moves);
	const loops = bodies(walk.graph);
	for (const vertex of confirmed) {
		const step = walk.step(vertex);
		if (!toSend.has(vertex) || step.node.disabled || step.side === 'leave') continue;
		const came = walk.state(vertex);
		if (isKey(came)) {
			// Its lease is given for the whole run; what waits for a time, a person or a call has no end of its own.
			if (step.facts.pauses)
				found.add('slow-after-confirm', step.label, () => ({ key: true, path: walk.path(vertex) }));
			continue;
		}
		const why = acts(step, came) ? slowSend(step) : slowness(step, walk, loops);
		if (why !== null) {
			found.add('slow-after-confirm', step.label, () => ({
				path: walk.path(vertex),
				detail: `${why} The confirmation holds for the send lease (${SEND_LEASE_MINUTES} minutes unless the spine says otherwise); what is sent later may have been settled as not sent, and handed out again.`,
			}));
		}
	}
	return found.all();
}

function slowness(step: Step, walk: Walk, loops: ReadonlyMap<number, ReadonlySet<number>>): string | null {
	const { node, facts } = step;
	if (facts.pauses) return 'It waits for a time, a person or a call.';
	if (node.type.startsWith(OWN_PREFIX) || facts.role === 'sub-workflow' || facts.role === 'unknown')
		return null;
	if (facts.role === 'loop') {
		const slow = [...(loops.get(step.index) ?? [])]
			.map((index) => walk.graph.steps[index])
			.find((inner) => inner && !inner.node.disabled && !waitsNot(inner));
		return slow ? `While '${slow.label}' in its body works on one batch, the others wait.` : null;
	}
	if (facts.assumption !== undefined && facts.role === 'harmless') return null;
	return QUICK.has(node.type) ? null : 'It is none of the nodes that take no time.';
}

const waitsNot = ({ node, facts }: Step): boolean =>
	!facts.pauses &&
	(node.type.startsWith(OWN_PREFIX) ||
		QUICK.has(node.type) ||
		facts.role === 'sender' ||
		facts.role === 'loop' ||
		facts.role === 'sub-workflow');

/** How many deliveries a call of a batch holds: no more than its settings say, so that a pause may go by it. */
const CALL_SIZE = '$json.messages.length';

/** Whether the pauses of a send are worked out from settings alone (a Set node): then they are an assumption of the report. */
export function pausesBySettings({ node, home }: Pick<Step, 'node' | 'home'>): boolean {
	const options = node.parameters.options as
		{ readonly batching?: { readonly batch?: JsonObject } } | undefined;
	const values = Object.values(options?.batching?.batch ?? {})
		.filter((value) => isExpression(value))
		.map((value) =>
			typeof value === 'string' && postsBatch(node) ? value.replaceAll(CALL_SIZE, '1') : value,
		);
	const settings = new Set(
		home.nodes.filter(({ type }) => type === 'n8n-nodes-base.set').map(({ name }) => name),
	);
	// An expression that looks at no settings is a constant that nobody can read off.
	return (
		values.length > 0 &&
		values.every((value) => typeof value === 'string' && value.includes('$(') && looksOnlyAt(value, settings))
	);
}

/** A send that waits itself, or whose pauses between batches add up to more than the lease. */
function slowSend({ node, facts, home }: Step): string | null {
	if (facts.pauses) return 'It waits for an answer of a person.';
	const options = node.parameters.options as
		| {
				readonly batching?:
					string | { readonly batch?: { readonly batchSize?: unknown; readonly batchInterval?: unknown } };
				readonly batchSize?: unknown;
				readonly batchInterval?: unknown;
		  }
		| string
		| undefined;
	if (typeof options === 'string' || typeof options?.batching === 'string')
		return 'Its pauses between batches are chosen at run time.';
	// Versions 1 and 2 of HTTP Request have them among the options themselves.
	const old = options?.batchSize === undefined && options?.batchInterval === undefined ? undefined : options;
	const batch = options?.batching?.batch ?? (isRequest(node.type) ? old : undefined);
	if (batch === undefined) return null;
	const interval = batch.batchInterval ?? 1000;
	const size = batch.batchSize ?? 50;
	if (typeof interval !== 'number' || typeof size !== 'number')
		return pausesBySettings({ node, home }) ? null : 'Its pauses between batches are chosen at run time.';
	if (interval <= 0 || size < 0) return null;
	const minutes = ((mostOf(home.nodes) / Math.max(1, size)) * interval) / 60_000;
	return minutes < SEND_LEASE_MINUTES
		? null
		: `Its pauses between batches add up to ${Math.ceil(minutes)} minutes.`;
}

function mostOf(nodes: readonly WorkflowNode[]): number {
	const limits = nodes
		.filter(handsOut)
		.map(({ parameters: { limit = DEFAULT_LIMIT } }) =>
			typeof limit === 'number' ? limit : Number(literal(limit)) || MOST_DELIVERIES,
		);
	return limits.length === 0 ? MOST_DELIVERIES : Math.max(...limits);
}
