import type { Acceptance } from '../catalogue/types';
import { stringsIn } from '../expressions';
import type { Step } from '../graph/step';
import { BATCH_PROVIDERS } from '../read/batch';
import { readIds } from '../read/commit';
import { answersInText, givesStatus, neverErrors, rootOf } from '../read/items';
import { acts, isBatch, isKey, maySend, stageOf } from '../state';
import type { WorkflowNode } from '../types';
import type { Vertex, Walk } from '../walk';
import { declarationFor } from './declare';
import { Findings, type Finding } from './finding';

/** Proof 2, of the answer: a commit is reached only from what means that the provider accepted the send. */
export function acceptanceFindings(walk: Walk): Finding[] {
	const found = new Findings();
	const next = new Map<Vertex, Vertex[]>();
	for (const { from, to, leaves } of walk.moves) {
		if (!['sent', 'thrown', 'answered'].includes(stageOf(leaves))) continue;
		const list = next.get(from);
		if (list) list.push(to);
		else next.set(from, [to]);
	}
	for (const vertex of walk.vertices) {
		const send = walk.step(vertex);
		const came = walk.state(vertex);
		if (!acts(send, came) || !maySend(came)) continue;
		const key = isKey(came);
		if (neverErrors(send.node) && !givesStatus(send.node)) {
			found.add('answer-unchecked', send.label, () => ({
				key,
				path: walk.path(vertex),
				mend: "Turn off Never Error of '{node}', so that refusals leave by its error output.",
			}));
		}
		for (const commit of commitsBehind(walk, vertex, next)) {
			const step = walk.step(commit);
			const stage = stageOf(walk.state(commit));
			const why = isBatch(came)
				? stage === 'answered'
					? null
					: batchAcceptedWhy(step.node, send)
				: key
					? stage === 'thrown'
						? 'When it throws as a whole, its items leave by the same output as those that succeeded.'
						: null
					: stage === 'thrown'
						? thrownWhy(step, send)
						: stage === 'sent'
							? acceptedWhy(step.node, send)
							: null;
			if (why === null) continue;
			if (key) {
				found.add('acceptance-unproven', step.label, () => ({
					key,
					path: walk.path(commit),
					detail: `${why} What acts is '${send.label}'.`,
				}));
				continue;
			}
			const ids = send.facts.accepts?.ids ?? [];
			found.add('acceptance-unproven', step.label, () => ({
				path: walk.path(commit),
				detail: `${why} The send is '${send.label}'.`,
				...(isBatch(came)
					? { mend: "Pick in '{node}', in version 2 of it, the provider that takes the batch." }
					: ids.length > 0 && ids[0] !== '*'
						? {
								mend: readIds(step.node).provider
									? `Pick in '{node}' the provider that '${send.label}' calls, or Custom with its message id.`
									: `Set Message ID Field of '{node}' to ${ids.map((id) => `'${givesStatus(send.node) && !id.startsWith('headers.') ? `body.${id}` : id}'`).join(' or ')}.`,
							}
						: readIds(step.node).fields === null
							? { mend: "Choose Provider and Message ID Field of '{node}' as fixed values." }
							: { declaration: declarationFor(send, 'sender') }),
			}));
		}
	}
	return found.all();
}

function commitsBehind(walk: Walk, from: Vertex, next: ReadonlyMap<Vertex, readonly Vertex[]>): Vertex[] {
	const seen = new Set<Vertex>([from]);
	const open = [from];
	const commits: Vertex[] = [];
	for (let at = open.pop(); at !== undefined; at = open.pop()) {
		const { facts, node } = walk.step(at);
		if (at !== from && (facts.role === 'commit' || facts.role === 'key-done') && !node.disabled) {
			commits.push(at);
			continue;
		}
		for (const to of next.get(at) ?? []) {
			if (seen.has(to)) continue;
			seen.add(to);
			open.push(to);
		}
	}
	return commits;
}

/**
 * SendGrid's sandbox_mode, Mailgun's o:testmode, Postmark's POSTMARK_API_TEST: accepted, and nothing is sent
 * (https://www.twilio.com/docs/sendgrid/for-developers/sending-email/sandbox-mode,
 * https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/#sending-in-test-mode,
 * https://postmarkapp.com/developer/api/overview#authentication).
 */
const ONLY_CHECKS = /sandbox_?mode|o:testmode|POSTMARK_API_TEST/i;

const CHECKS_ONLY = 'The send tells the provider to check the message and not to send it.';

const toCheckOnly = (send: Step): boolean =>
	stringsIn(send.node.parameters).some(([text]) => ONLY_CHECKS.test(text));

/** Why the message id field of a commit does not prove that this send was accepted; `null` if it does. */
function acceptedWhy(commit: WorkflowNode, send: Step): string | null {
	const accepts: Acceptance = send.facts.accepts ?? { ids: [] };
	const { fields, provider } = readIds(commit);
	if (fields === null) return 'Its provider or Message ID Field is chosen at run time.';
	const [field = ''] = fields;
	if (toCheckOnly(send)) return CHECKS_ONLY;
	if (field !== '' && !field.startsWith('headers.') && answersInText(send.node))
		return `The send hands on the answer as one text or file, and '${field}' does not stand in it.`;
	if (field === '') {
		return accepts.bySuccess === true
			? null
			: 'It asks for no message id, and nobody has said that a success of this provider means accepted.';
	}
	if (accepts.ids.includes('*')) return null;
	const wanted = givesStatus(send.node)
		? accepts.ids.map((id) => (id.startsWith('headers.') ? id : `body.${id}`))
		: accepts.ids;
	// Delivery Commit reads dotted paths only (`core/delivery/fields.ts`): `a[0].b` is nothing to it.
	if (wanted.some((id) => fields.includes(id))) return null;
	if (provider !== undefined) return `The answers of ${provider} are not what this send is answered with.`;
	if (wanted.length === 0)
		return accepts.bySuccess === true
			? `'${field}' is nothing the provider answers with.`
			: `Nobody has said that '${field}' is the id of an accepted message.`;
	return `'${field}' is not where this provider puts the id of an accepted message.`;
}

/**
 * Why a commit does not read an answer for each message of a batch; `null` if it does. One that knows no batches leaves
 * all of them in doubt, and an item of a send that threw holds no answer, which is a doubt as well.
 */
function batchAcceptedWhy(commit: WorkflowNode, send: Step): string | null {
	const { fields, provider } = readIds(commit);
	if (fields === null) return 'Its provider is chosen at run time.';
	if (provider === undefined || !BATCH_PROVIDERS.has(provider))
		return 'It reads one answer for one delivery, and a batch is answered for many: choose a provider that takes batches, in version 2 of the node.';
	if (toCheckOnly(send)) return CHECKS_ONLY;
	const ids: readonly string[] = send.facts.accepts?.ids ?? [];
	return ids.includes('*') || ids.some((id) => fields.includes(id))
		? null
		: `The answers of ${provider} are not what this send is answered with.`;
}

/**
 * Why items of a send that threw as a whole may be taken for sent: they carry what came to the send. The commit refuses
 * those without a message id, so the field may not stand in what came.
 */
function thrownWhy(step: Step, send: Step): string | null {
	const { fields } = readIds(step.node);
	if (fields === null || fields.length === 0)
		return 'When the send throws as a whole, its items leave by the same output, and it asks for no message id.';
	const root = fields
		.map(rootOf)
		.find(
			(name) => name === 'id' || send.home.nodes.some((node) => node !== send.node && setsField(node, name)),
		);
	return root !== undefined
		? `When the send throws as a whole, its items leave by the same output, and '${root}' may stand in them from before.`
		: null;
}

function setsField(node: WorkflowNode, field: string): boolean {
	if (!/\.(set|code|function|functionItem|renameKeys|merge)$/.test(node.type)) return false;
	return JSON.stringify(node.parameters).includes(field);
}
