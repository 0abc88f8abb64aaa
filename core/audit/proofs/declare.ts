import type { JsonObject } from '../../delivery/types';
import { literal } from '../expressions';
import type { Step } from '../graph/step';
import { OWN_PREFIX } from '../own-nodes';
import { recipientsOf } from '../read/recipient';
import { isRequest } from '../read/request';

const REASON = 'Write here who looked, and what was seen';

/**
 * The declaration that answers what the audit cannot know of a step: its role, that it hands on one item for each, and
 * of a send to whom it goes and how an accepted message is known. `undefined` for our own nodes, which cannot be
 * declared, and for triggers.
 */
export function declarationFor(step: Step, as?: 'sender' | 'writer'): JsonObject | undefined {
	const { node, facts } = step;
	if (node.type.startsWith(OWN_PREFIX) || /Trigger$/.test(node.type) || node.disabled) return undefined;
	const role = as === 'writer' ? as : roleFor(step, as === 'sender');
	const more = role === 'sender' ? sendParts(step) : {};
	const http = isRequest(node.type);
	if (http && facts.role === 'unknown' && facts.host !== undefined)
		return { hosts: [{ host: facts.host, role, items: 'same', ...more, reason: REASON }] };
	return {
		nodes: [
			{
				name: node.name,
				role,
				items: 'same',
				...more,
				...((role === 'sender' || role === 'writer') && http ? { failsPerItem: true } : {}),
				reason: REASON,
			},
		],
	};
}

function roleFor({ node, facts }: Step, sends: boolean): string {
	if (sends || facts.role === 'sender') return 'sender';
	if (facts.role === 'sub-workflow') return 'reader';
	if (facts.role !== 'unknown')
		return facts.role === 'loop' || facts.role === 'stop' ? 'harmless' : facts.role;
	if (/\.(code|function|functionItem)$/.test(node.type)) return 'harmless';
	if (/\.(executeWorkflow|rssFeedRead|jinaAi)$/.test(node.type)) return 'reader';
	const method = literal(node.parameters.method ?? 'GET')?.toUpperCase() ?? '';
	return isRequest(node.type) && method === 'GET' ? 'reader' : 'generator';
}

function sendParts(step: Step): JsonObject {
	// A recipient that is named and wrong would be hidden by one that is declared.
	const named = recipientsOf(step.node, step.home, step.facts.recipient).length > 0;
	const field = [...step.idFields].find((name) => name !== '');
	return {
		...(named ? {} : { recipient: '={{ $json.contact.properties.email }}' }),
		...(field === undefined ? {} : { messageId: field }),
	};
}
