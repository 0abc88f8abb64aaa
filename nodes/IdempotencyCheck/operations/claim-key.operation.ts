import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import type { Instant } from '../../../core/delivery/types';
import type { ClaimTerms, KeyClaimResult, WhenUnknown } from '../../../core/once/record';
import { iso } from '../../../core/delivery/transitions';
import { shownFor } from '../../kit/descriptions';
import { type ItemOutputs, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { originOf } from '../../kit/origin';
import { Parameters } from '../../kit/parameters';
import { type KeyedItem, keyedItems } from '../keys';

export const option = {
	name: 'Claim Key',
	value: 'claimKey',
	action: 'Claim keys',
	description: 'Let each key through once, in any workflow: a webhook’s event, an order, a daily job',
};

export const description: INodeProperties[] = shownFor({ operation: ['claimKey'] }, [
	{
		displayName: 'Key',
		name: 'key',
		type: 'string',
		default: 'id',
		required: true,
		placeholder: 'e.g. body.id',
		description:
			'What tells one thing from another. Name the field, or several with commas between; or drag a field here, or write an expression: its value is the key. An expression that computes something is evaluated once per item and costs far more than the claim.',
	},
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'string',
		default: '',
		placeholder: 'this workflow',
		description:
			'Name under which keys are told apart. Empty: this workflow alone. Workflows that name the same scope share its keys, and so do two claims of one workflow that name none: give each a name where one event leads to two effects. It exists as soon as a key is claimed in it.',
	},
	{
		displayName: 'When Nobody Knows',
		name: 'whenUnknown',
		type: 'options',
		options: [
			{
				name: 'Ask',
				value: 'ask',
				description: 'Leaves at "in doubt", where the workflow finds out how it ended',
			},
			{ name: 'Hold', value: 'hold', description: 'Leaves at "held" until somebody settles it' },
			{ name: 'Treat as Done', value: 'done', description: 'Leaves at "done before", without a result' },
		],
		default: 'hold',
		description:
			'What happens to a key whose first run was cut off: its lease ran out and nobody reported how it ended',
	},
	{
		displayName: 'Lease (Minutes)',
		name: 'leaseMinutes',
		type: 'number',
		typeOptions: { minValue: 0.1 },
		default: 15,
		description:
			'How long a run may take from here to Complete Key. After that the key is in doubt; give it longer than the slowest run takes.',
	},
	{
		displayName: 'Remember For (Days)',
		name: 'rememberDays',
		type: 'number',
		typeOptions: { minValue: 0.001 },
		default: 30,
		description:
			'How long a key counts as done; one whose run was cut off is in doubt for as long after its lease. After that it is as new, whatever became of it; make it longer than the sender repeats itself.',
	},
	{
		displayName: 'Compare Content',
		name: 'compare',
		type: 'options',
		options: [
			{ name: 'Fields', value: 'fields', description: 'The fields you name' },
			{ name: 'Nothing', value: 'off', description: 'The key alone counts' },
			{ name: 'The Item', value: 'item', description: 'All of it; of a webhook call its body' },
		],
		default: 'item',
		description:
			'What must be the same when a key comes again. The same key with other content is held: one ID was probably used for two things.',
	},
	{
		displayName: 'Content Fields',
		name: 'contentFields',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. body.type, body.data.object.id',
		description: 'Names of the fields, separated by commas',
		displayOptions: { show: { compare: ['fields'] } },
	},
	{
		displayName:
			'Lead "first time" to the work, its success to Delivery Commit (Complete Key) and its error output to Delivery Commit (Give Key Back).',
		name: 'claimKeyNotice',
		type: 'notice',
		default: '',
	},
]);

const FIRST = 1;
const DONE_BEFORE = 2;
const IN_DOUBT = 3;

const MINUTE = 60_000;

const whenUnknowns: readonly WhenUnknown[] = ['hold', 'ask', 'done'];

function termsOf(ctx: IExecuteFunctions, parameters: Parameters): Omit<ClaimTerms, 'scope'> {
	const whenUnknown = parameters.text('whenUnknown');
	return {
		leaseMs: Math.round(
			parameters.number('leaseMinutes', 'Lease (Minutes)', { fallback: 15, least: 0.1 }) * MINUTE,
		),
		rememberMs: Math.round(
			parameters.days('rememberDays', 'Remember For (Days)', { fallback: 30, least: 0.001 }),
		),
		whenUnknown: whenUnknowns.find((one) => one === whenUnknown) ?? 'hold',
		owner: originOf(ctx),
	};
}

/** The text of an instant; the same instant again, as in all of a batch, costs nothing. */
function remembering(): (at: Instant) => string {
	let last: Instant | undefined;
	let text = '';
	return (at) => {
		if (at !== last) [last, text] = [at, iso(at)];
		return text;
	};
}

function place(
	out: ItemOutputs,
	{ index, scope, key }: KeyedItem,
	result: KeyClaimResult,
	textOf: (at: Instant) => string,
): void {
	const keyClaim = { scope, key };
	switch (result.status) {
		case 'first':
		case 'asked': {
			const { token, leaseUntil } = result;
			const status = result.status === 'first' ? 'first time' : 'in doubt';
			out.put(result.status === 'first' ? FIRST : IN_DOUBT, index, {
				keyClaim: { ...keyClaim, token },
				releaseGate: { status, leaseUntil: textOf(leaseUntil) },
			});
			return;
		}
		case 'done': {
			const { doneAt, result: json, assumed } = result;
			const firstResult: unknown = json === null ? null : JSON.parse(json);
			const releaseGate = { status: 'done before', doneAt: iso(doneAt), ...(assumed ? { assumed } : {}) };
			out.put(DONE_BEFORE, index, { keyClaim, firstResult, releaseGate });
			return;
		}
		case 'held': {
			if (result.reason === 'twice-in-batch') {
				out.refuse(index, gateError('once-twice-in-batch', { item: index, other: result.place }));
				return;
			}
			const { owner, leaseUntil, reason } = result;
			out.refuse(index, gateError(`once-${reason}`, { key, owner, until: iso(leaseUntil) }), { keyClaim });
		}
	}
}

/**
 * Claims the key of each item. Outputs: held (0), first time (1), done before (2), and, where nobody knows and the node
 * asks, in doubt (3).
 */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const outputs = new Parameters(ctx).text('whenUnknown') === 'ask' ? 4 : 3;
	return await overItems(ctx, outputs, async (out) => {
		const parameters = new Parameters(ctx);
		const terms = termsOf(ctx, parameters);
		const keyed = keyedItems(ctx, out, parameters);
		if (keyed.length === 0) return;
		const ledger = await withLedger(ctx);
		const scopes = new Map<string, KeyedItem[]>();
		for (const item of keyed) {
			const own = scopes.get(item.scope);
			if (own === undefined) scopes.set(item.scope, [item]);
			else own.push(item);
		}
		const textOf = remembering();
		for (const [scope, items] of scopes) {
			const results = await ledger.keys.claim({ ...terms, scope }, items);
			items.forEach((item, at) => {
				const result = results[at];
				if (result) place(out, item, result, textOf);
			});
		}
	});
}
