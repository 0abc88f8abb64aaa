import type { Json } from '../../delivery/types';
import { isExpression, literal } from '../expressions';
import { versionOf } from '../facts/operation';
import { ownOperation } from '../own-nodes';
import type { WorkflowNode } from '../types';
import { answersInText, asksPages, givesStatus, keepsItem } from './items';
import { mayChange } from './changes';
import { isRequest } from './request';

/**
 * Fields of an item that stands for a batch, and of the answer to it: who they are, their messages, and what was answered
 * (`nodes/kit/batch.ts`, `nodes/DeliveryCommit/acceptance.ts`).
 */
const BATCH_FIELDS: ReadonlySet<string> = new Set(['deliveries', 'messages', 'body', 'statusCode']);

/** Whether a node hands on a batch, or the answer to one, as it got it. */
export const keepsBatch = (node: WorkflowNode): boolean =>
	keepsItem(node, BATCH_FIELDS) && (node.disabled === true || !mayChange(node.parameters));

/** Providers whose answers to a batch Delivery Commit reads; the keys of `adapters/providers/batches.ts`, held by a test. */
export const BATCH_PROVIDERS: ReadonlySet<string> = new Set(['postmark']);

/** Hosts of {@link BATCH_PROVIDERS}, and the path that takes a batch there. */
const BATCH_PATHS: Readonly<Record<string, RegExp>> = { 'api.postmarkapp.com': /^\/email\/batch\/?$/ };

/** Whether a confirmation lets go batches: then it names the message of each delivery. */
export const composesBatch = (node: WorkflowNode): boolean =>
	!node.disabled && (ownOperation(node)?.outputs ?? 0) > 3 && ownOperation(node)?.role === 'confirm';

/** Whether an HTTP Request posts the messages of a batch, and nothing else. */
export function postsBatch(node: WorkflowNode): boolean {
	const { type, parameters } = node;
	if (!isRequest(type) || versionOf(node) < 3) return false;
	const chosen = (name: string, byDefault: string): string =>
		parameters[name] === undefined ? byDefault : (literal(parameters[name]) ?? '');
	return (
		chosen('method', 'GET').toUpperCase() === 'POST' &&
		parameters.sendBody === true &&
		chosen('contentType', 'json') === 'json' &&
		chosen('specifyBody', 'keypair') === 'json' &&
		isMessages(parameters.jsonBody)
	);
}

const isMessages = (value: Json | undefined): boolean =>
	typeof value === 'string' && isExpression(value) && /^=\s*\{\{\s*\$json\.messages\s*\}\}\s*$/.test(value);

/**
 * Why a send does not send a batch whole, or does not hand on its answer whole; `null` if it does. `host` and `path`: of
 * its address, the host `null` where somebody declared what it does.
 */
export function batchSendWhy(node: WorkflowNode, host: string | null, path: string): string | null {
	if (!postsBatch(node)) return 'It does not post {{ $json.messages }} as its JSON body, and that alone.';
	if (!givesStatus(node))
		return 'It hands on the list of results entry by entry (Include Response Headers and Status is off), and no entry says whose it is.';
	if (asksPages(node)) return 'It asks for further pages, and every page is a request.';
	if (answersInText(node)) return 'It hands on the answer as one text or file, and no list of results.';
	if (mayChange({ ...node.parameters, jsonBody: '' }))
		return 'One of its parameters may change the messages while they are read.';
	const wanted = host === null ? undefined : BATCH_PATHS[host];
	if (host !== null && wanted === undefined) return `Nobody has said that ${host} takes batches.`;
	return wanted === undefined || wanted.test(path) ? null : `${host} takes no batches at ${path || '/'}.`;
}
