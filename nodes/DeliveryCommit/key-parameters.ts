import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { gateError } from '../../core/errors';
import { toGateError } from '../../core/errors/unknown';
import { canonicalPart } from '../../core/delivery/canonical';
import { canonicalScope, MAX_KEY_BYTES } from '../../core/once/key';
import type { HeldKey, KeyRefusalReason, KeyState } from '../../core/once/record';
import { type ItemOutputs } from '../kit/items';
import { ownKeys } from '../kit/key-claim';
import { Parameters } from '../kit/parameters';

/** Which keys an operation settles. */
export const keyParameters: readonly INodeProperties[] = [
	{
		displayName: 'Which Keys',
		name: 'which',
		type: 'options',
		options: [
			{
				name: 'Claimed by This Run',
				value: 'claimed',
				description: 'Those of the items: each was granted by Claim Key before',
			},
			{
				name: 'Named, in Doubt',
				value: 'named',
				description: 'A key you name, for somebody who found out how it ended',
			},
		],
		default: 'claimed',
	},
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'string',
		default: '',
		placeholder: 'the nearest claim',
		description: 'Where an item has claims of several scopes: the one that is meant. Empty: the nearest.',
		displayOptions: { show: { which: ['claimed'] } },
	},
	{
		displayName: 'Scope',
		name: 'namedScope',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. stripe-events',
		description: 'Scope of the key; the ID of the workflow where Claim Key names none',
		displayOptions: { show: { which: ['named'] } },
	},
	{
		displayName: 'Key',
		name: 'namedKey',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. evt_1PqR',
		description: 'The key as the field keyClaim of a held item tells it',
		displayOptions: { show: { which: ['named'] } },
	},
];

/** A key to settle, with the item that asks for it. */
export type WantedKey = HeldKey & { readonly index: number };

function named(ctx: IExecuteFunctions, index: number): WantedKey {
	const parameters = new Parameters(ctx, index);
	const scope = canonicalScope(parameters.needed('namedScope', 'Scope'));
	const key = parameters.needed('namedKey', 'Key');
	const bytes = Buffer.byteLength(key);
	if (bytes > MAX_KEY_BYTES)
		throw gateError('once-key-too-long', { prefix: '', bytes, limit: MAX_KEY_BYTES });
	return { index, scope, key: bytes > 512 ? key : canonicalPart(key, 'key'), token: null };
}

/** The keys that the items ask to settle. What asks for none leaves on the harmless output. */
export function wantedKeys(ctx: IExecuteFunctions, out: ItemOutputs): readonly WantedKey[] {
	const parameters = new Parameters(ctx);
	if (parameters.text('which') !== 'named') {
		return ownKeys(ctx, out, parameters.text('scope')).map(({ index, claim }) => ({ index, ...claim }));
	}
	return out.items.flatMap((_item, index) => {
		try {
			return [named(ctx, index)];
		} catch (error) {
			out.misconfigured(index, toGateError(error));
			return [];
		}
	});
}

/** The field `keyClaim` of an item that was settled or not. */
export const keyClaimOf = ({ scope, key, token }: HeldKey): object =>
	token === null ? { scope, key } : { scope, key, token };

/** Puts an item out whose key was not settled. */
export function refuseKey(
	out: ItemOutputs,
	wanted: WantedKey,
	{ reason, state }: { readonly reason: KeyRefusalReason; readonly state: KeyState | null },
): void {
	const { index, scope, key } = wanted;
	const error = gateError(`once-${reason}`, { scope, key, state: state ?? 'unknown' });
	out.refuse(index, error, { keyClaim: keyClaimOf(wanted) });
}
