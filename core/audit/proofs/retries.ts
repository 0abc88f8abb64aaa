import type { Json } from '../../delivery/types';
import { addressOf, isExpression, literal, withConstants } from '../expressions';
import type { Step } from '../graph/step';
import { ownOperation } from '../own-nodes';
import { keepsItem } from '../read/items';
import { acts, isBatch, isKey, stageOf } from '../state';
import type { Walk } from '../walk';
import { Findings, type Finding } from './finding';
import { isRequest } from '../read/request';

/** Proof 4: no retry on a send, nor on a call whose sub-workflow sends, unless the provider drops the repetition. */
export function retryFindings(walk: Walk): Finding[] {
	const found = new Findings();
	const senders = walk.graph.steps.filter(({ facts, node }) => facts.role === 'sender' && !node.disabled);
	const acting = walk.vertices.flatMap((vertex) =>
		acts(walk.step(vertex), walk.state(vertex)) ? [walk.step(vertex)] : [],
	);
	const kept = walk.vertices.every(
		(vertex) =>
			stageOf(walk.state(vertex)) !== 'confirmed' ||
			isSend(walk.step(vertex)) ||
			keepsItem(walk.step(vertex).node, DELIVERY),
	);
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		const { node, facts, label, side } = step;
		if (!node.retryOnFail || node.disabled || side === 'leave') continue;
		const came = walk.state(vertex);
		const key = isKey(came);
		const inside = key ? acting : senders;
		const inner = side === 'enter' && inside.some((sender) => sender.label.startsWith(`${label} ▸ `));
		if (!inner && facts.role !== 'sender' && !acts(step, came)) continue;
		const why = inner
			? 'What it calls sends.'
			: key
				? null
				: isBatch(came)
					? 'A batch has no key by which its repetition could be dropped.'
					: keyMissing(step, kept);
		if (inner || key || why !== null)
			found.add('send-retried', label, () => ({ key, path: walk.path(vertex), detail: why ?? undefined }));
	}
	return found.all();
}

const DELIVERY = new Set(['delivery']);
const isSend = ({ facts, node }: Step): boolean => facts.role === 'sender' && !node.disabled;

/** Why a repetition is not dropped: the provider does not, or the key is not really sent; `null` if it is dropped. */
function keyMissing({ node, facts, home }: Step, kept: boolean): string | null {
	const header = facts.accepts?.dedupes;
	if (header === undefined) return 'Its provider is not known to drop repetitions.';
	if (!isRequest(node.type) || header.includes('.'))
		return 'The key by which the provider drops repetitions is not looked for here.';
	const { path } = addressOf(withConstants(node.parameters.url, home.nodes));
	if (facts.accepts?.dedupesAt !== undefined && !new RegExp(facts.accepts.dedupesAt).test(path))
		return 'Its provider drops no repetitions on this path.';
	if (node.parameters.sendHeaders !== true) return 'Its headers are switched off.';
	if ((literal(node.parameters.specifyHeaders ?? 'keypair') ?? '') !== 'keypair')
		return 'Its headers are not written one by one.';
	const { parameters } = (node.parameters.headerParameters ?? {}) as { readonly parameters?: Json };
	const list = (Array.isArray(parameters) ? parameters : []) as readonly {
		readonly name?: Json;
		readonly value?: Json;
	}[];
	const named = list.filter(
		({ name }) => (literal(name) ?? '').trim().toLowerCase() === header.toLowerCase(),
	);
	const [value, ...others] = named.map((entry) => entry.value);
	if (value === undefined || others.length > 0) return `It sends no single header ${header}.`;
	return isDeliveryKey(value, home.nodes, kept)
		? null
		: `Its ${header} is not the delivery's key, or may be undefined: {{ $json.delivery.key }} always stands on a confirmed item; idempotencyKey only where the spine has a template version.`;
}

/** Whether a header's value is the delivery's key, from the item as it was confirmed or from a node of ours by its link. */
function isDeliveryKey(value: Json, nodes: Step['home']['nodes'], kept: boolean): boolean {
	if (typeof value !== 'string' || !isExpression(value)) return false;
	const inner = /^=\{\{(.{1,300})\}\}$/s.exec(value.trim())?.[1]?.trim() ?? '';
	const last =
		inner
			.split(/\?\?|\|\|/)
			.at(-1)
			?.trim() ?? '';
	if (!inner.split(/\?\?|\|\|/).every((part) => /\.delivery\??\.(key|idempotencyKey)$/.test(part.trim())))
		return false;
	if (/^\$json\.delivery\.key$/.test(last)) return kept;
	const name = /^\$\((['"])(.{1,120})\1\)\.item\.json\.delivery\.key$/.exec(last)?.[2];
	const node = nodes.find((one) => one.name === name);
	return node !== undefined && ['claim', 'confirm'].includes(ownOperation(node)?.role ?? '');
}
