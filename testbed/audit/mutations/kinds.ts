import { condition, node, BASE } from '../edit';
import type { SpineNode } from '../spine';

const OWN = 'n8n-nodes-release-gate.';
export const isOwn = ({ type }: SpineNode): boolean => type.startsWith(OWN);
export const isTrigger = ({ type }: SpineNode): boolean => /Trigger$|\.webhook$/.test(type);
export const isHttp = ({ type }: SpineNode): boolean => type === `${BASE}httpRequest`;

export const place = { __rl: true, mode: 'id', value: '1' };
/** A channel of the team, as Slack names one. */
export const CHANNEL = { ...place, value: 'C0123456789' };
export const looped = (size: number): SpineNode =>
	node('Mutant', `${BASE}splitInBatches`, { batchSize: size, options: {} }, {}, 3);
export const wait = (amount: number, unit: string): SpineNode =>
	node('Mutant', `${BASE}wait`, { amount, unit }, {}, 1.1);
export const written = (...assignments: readonly (readonly [string, string])[]): SpineNode =>
	node(
		'Mutant',
		`${BASE}set`,
		{
			includeOtherFields: true,
			assignments: {
				assignments: assignments.map(([name, value]) => ({ id: name, name, value, type: 'string' })),
			},
			options: {},
		},
		{},
		3.4,
	);
export const strict = (more: Partial<SpineNode>): SpineNode =>
	node('Mutant', `${BASE}if`, { conditions: condition('={{ $json.age }}', 'number', 'gt', 0) }, more, 2.2);
export const asked = (method: string, url: string, more: Partial<SpineNode> = {}): SpineNode =>
	node('Mutant', `${BASE}httpRequest`, { method, url, options: {} }, more, 4.2);

/** A request that goes on whatever it is answered. */
export const kept = (method: string, url: string): SpineNode =>
	asked(method, url, { onError: 'continueRegularOutput' });

/** Whether a node is one of ours with this operation. */
export function own(one: SpineNode, operation: string): boolean {
	if (!isOwn(one)) return false;
	const byDefault = one.type.endsWith('idempotencyCheck')
		? 'claim'
		: one.type.endsWith('deliveryCommit')
			? 'commit'
			: '';
	return (one.parameters.operation ?? byDefault) === operation;
}

/** Changes what the expressions of a node look at; `false` where none of them looks that way. */
export function told(one: SpineNode, what: RegExp, by: string): boolean {
	if (isOwn(one)) return false;
	const before = JSON.stringify(one.parameters);
	const after = before.replace(what, by);
	one.parameters = JSON.parse(after) as SpineNode['parameters'];
	return before !== after;
}
