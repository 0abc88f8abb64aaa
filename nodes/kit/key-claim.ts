import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { type KeyClaim, readKeyClaim } from '../../core/once/claim';
import { gateError } from '../../core/errors';
import { Ancestry } from './ancestry';
import type { ItemOutputs } from './items';

/** One input item with the claim of its key. */
export interface OwnKey {
	readonly index: number;
	readonly claim: KeyClaim & { readonly token: number };
}

/**
 * The items of a run whose key was granted, each key once: the claim stands in the item's own `json.keyClaim` or on the
 * nearest earlier item it is linked to. What has none, or one that was not granted, leaves on the harmless output.
 *
 * @param scope of two claims on an item's way, the one of this scope; the nearest if empty
 */
export function ownKeys(ctx: IExecuteFunctions, out: ItemOutputs, scope: string): OwnKey[] {
	const pick = (json: IDataObject): KeyClaim | undefined => {
		const claim = readKeyClaim(json.keyClaim);
		return claim !== null && (scope === '' || claim.scope === scope) ? claim : undefined;
	};
	const found = new Ancestry(ctx).find(out.items, pick, {
		ownFirst: true,
		complete: ({ token }) => token !== undefined,
		improves: (nearest, { token, key, scope: of }) =>
			nearest.token === undefined && token !== undefined && nearest.key === key && nearest.scope === of,
	});
	const first = new Map<string, number>();
	return found.flatMap((lookup, index): OwnKey[] => {
		if (lookup.status !== 'found') {
			const code = lookup.status === 'ambiguous' ? 'once-claim-ambiguous' : 'once-claim-missing';
			out.refuse(index, gateError(code, { item: index }));
			return [];
		}
		const { scope: of, key, token } = lookup.value;
		const keyClaim = lookup.value;
		if (token === undefined) {
			out.refuse(index, gateError('once-not-granted', { item: index, key }), { keyClaim });
			return [];
		}
		const id = `${of}\u0000${key}`;
		const other = first.get(id);
		if (other !== undefined) {
			out.refuse(index, gateError('once-twice-in-batch', { item: index, other }), { keyClaim });
			return [];
		}
		first.set(id, index);
		return [{ index, claim: { scope: of, key, token } }];
	});
}
