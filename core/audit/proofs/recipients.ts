import { isExpression, stringsIn, unwrapLocator } from '../expressions';
import { OWN_PREFIX } from '../own-nodes';
import { isKey } from '../state';
import type { Walk } from '../walk';
import type { Step } from '../graph/step';
import { recipientsOf } from '../read/recipient';
import { declarationFor } from './declare';
import type { Finding } from './finding';

const EMAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;
/** Parameters that say to whom: `toEmail`, `sendTo`, `to`, `contactId`, … The sender's own address is none. */
const TO_WHOM =
	/^(to|toemail|tolist|torecipients|sendto|recipients?|email|emails|contactid|contact|vid|ccemail|bccemail|ccaddresses|bccaddresses|toaddresses|phone|phonenumber|chatid|recipientphonenumber)$/i;
const COMPARISON = /^(leftValue|rightValue|value1|value2)$/;

/** Proof 5, within one workflow: constants that name one recipient in a node that sends, writes or decides. */
export function recipientFindings(walk: Walk): Finding[] {
	const found = new Map<string, Finding>();
	for (const vertex of walk.vertices) {
		const { node, facts, label, side } = walk.step(vertex);
		if (found.has(label) || node.disabled || side === 'leave' || node.type.startsWith(OWN_PREFIX)) continue;
		// Behind a key claim no delivery is owed to anybody: whose values are taken is `keys.ts`.
		if (isKey(walk.state(vertex))) continue;
		const reaches = facts.role === 'sender' || facts.role === 'state-writer';
		const decides = /\.(if|switch|filter)$/.test(node.type);
		if (!reaches && !decides) continue;
		const named = stringsIn(node.parameters).some(([text, path]) => {
			const name = path.at(-1) ?? '';
			const said = reaches
				? TO_WHOM.test(name === 'value' ? (path.at(-2) ?? '') : name)
				: COMPARISON.test(name);
			return said && !isExpression(text) && isRecipient(text.replace(/^=/, ''), name);
		});
		const contact = unwrapLocator(node.parameters.contactId);
		if (named || (reaches && typeof contact === 'number')) {
			found.set(label, { rule: 'one-recipient', node: label, path: walk.path(vertex) });
			continue;
		}
		const bad = facts.role === 'sender' ? wrongRecipient(walk.step(vertex)) : undefined;
		if (bad) found.set(label, { ...bad, node: label, path: walk.path(vertex) });
	}
	return [...found.values()];
}

/** Of a send: whom it names is the same for several items, or cannot be told. */
function wrongRecipient(step: Step): Omit<Finding, 'node' | 'path'> | undefined {
	const all = recipientsOf(step.node, step.home, step.facts.recipient);
	const one = all.find(({ from }) => from === 'one');
	if (one) return { rule: 'one-recipient', detail: `It names '${one.shown}': ${one.why ?? 'one for all'}.` };
	const unclear = all.find(({ from }) => from === 'unclear');
	if (all.length > 0 && !unclear) return undefined;
	return {
		rule: 'recipient-unclear',
		detail: unclear
			? `'${unclear.shown}': ${unclear.why ?? 'its form is not known'}.`
			: 'None of its parameters says to whom.',
		// A field that is there and cannot be told is not made clear by saying it once more.
		declaration: unclear ? undefined : declarationFor(step, 'sender'),
	};
}

function isRecipient(text: string, name: string): boolean {
	if (text.split(/[,;]\s*/).some((part) => EMAIL.test(part.trim()))) return true;
	if (/^\+\d{7,15}$/.test(text.replace(/[\s-]/g, ''))) return true;
	return /id$|^vid$|phone/i.test(name) && /^\+?\d{5,}$/.test(text.replace(/[\s-]/g, ''));
}
