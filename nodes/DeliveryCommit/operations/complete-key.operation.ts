import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { fieldOf } from '../../../core/delivery/fields';
import { gateError, type ReleaseGateError } from '../../../core/errors';
import { shownFor } from '../../kit/descriptions';
import { overItems, reportOf } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { originOf } from '../../kit/origin';
import { Parameters, unreadable } from '../../kit/parameters';
import { keyClaimOf, keyParameters, refuseKey, wantedKeys } from '../key-parameters';
import { DONE } from '../outputs';

export const option = {
	name: 'Complete Key',
	value: 'completeKey',
	action: 'Complete keys',
	description: 'Record that what a key stands for was done, and keep its result',
};

export const description: INodeProperties[] = shownFor({ operation: ['completeKey'] }, [
	...keyParameters,
	{
		displayName: 'Result to Keep',
		name: 'keep',
		type: 'options',
		options: [
			{ name: 'Fields', value: 'fields', description: 'The fields you name' },
			{ name: 'Nothing', value: 'nothing' },
			{ name: 'The Item', value: 'item', description: 'All of the item that arrives here' },
		],
		default: 'item',
		description:
			'What later runs with the same key are given in the field firstResult at "done before"; up to 64 kB. It is encrypted when the ledger has a key.',
	},
	{
		displayName: 'Result Fields',
		name: 'resultFields',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. id, status',
		description: 'Names of the fields, separated by commas',
		displayOptions: { show: { keep: ['fields'] } },
	},
]);

/** Most bytes of a result. */
export const RESULT_LIMIT = 65_536;

/** What the package itself puts on items. */
const OWN = new Set(['keyClaim', 'releaseGate', 'firstResult']);

type Result = { readonly json: string | null } | { readonly error: ReleaseGateError };

function resultOf(json: IDataObject, keep: string, fields: readonly string[], key: string): Result {
	if (keep === 'nothing') return { json: null };
	const kept =
		keep === 'fields'
			? fields.map((field) => [field, fieldOf(json, field) ?? null] as const)
			: Object.entries(json).filter(([name]) => !OWN.has(name));
	let text: string;
	try {
		text = JSON.stringify(Object.fromEntries(kept));
	} catch (error) {
		return { error: gateError('once-result-unreadable', { key }, error) };
	}
	const bytes = Buffer.byteLength(text);
	if (bytes <= RESULT_LIMIT) return { json: text };
	return { error: gateError('once-result-too-large', { key, bytes, limit: RESULT_LIMIT }) };
}

/**
 * Whether an item holds what a node that failed puts out when it may continue, or an answer that tells of an error. Empty
 * values say that there was none.
 */
function tellsOfFailure({ error }: IDataObject): boolean {
	if (typeof error === 'object' && error !== null) return Object.keys(error).length > 0;
	return typeof error === 'string' ? error.trim() !== '' : Boolean(error);
}

/**
 * Completes the key of each item. An item that tells of a failure is refused: to call that done would lose it. Outputs: refused (0), done (1). A result that cannot be kept does not undo what was
 * done: the key is completed without it, and the item says so.
 */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const parameters = new Parameters(ctx);
		const keep = parameters.text('keep');
		const fields = keep === 'fields' ? parameters.list('resultFields') : [];
		if (keep === 'fields' && fields.length === 0) throw unreadable('Result Fields', 'it is empty');
		const wanted = wantedKeys(ctx, out).filter((one) => {
			const { index: item, key, token } = one;
			// A key that is named is settled by somebody who looked; the item only asks for it.
			if (token === null || !tellsOfFailure(out.items[item]?.json ?? {})) return true;
			out.refuse(item, gateError('once-work-failed', { item, key }), { keyClaim: keyClaimOf(one) });
			return false;
		});
		if (wanted.length === 0) return;
		const results = wanted.map(({ index, key }) => resultOf(out.items[index]?.json ?? {}, keep, fields, key));
		const batch = wanted.map(({ scope, key, token }, at) => {
			const result = results[at];
			return { scope, key, token, result: result && 'json' in result ? result.json : null };
		});
		const settled = await (await withLedger(ctx)).keys.complete(batch, originOf(ctx));
		wanted.forEach((one, at) => {
			const became = settled[at];
			const result = results[at];
			if (!became || !result) return;
			if (became.status === 'refused') {
				refuseKey(out, one, became);
				return;
			}
			const status = became.again ? 'done before' : 'done';
			const releaseGate = 'error' in result ? reportOf(result.error, status) : { status };
			out.put(DONE, one.index, { keyClaim: keyClaimOf(one), releaseGate });
		});
	});
}
