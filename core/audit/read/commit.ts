import { PROVIDER_IDS } from '../catalogue/providers';
import { isExpression, literal } from '../expressions';
import type { WorkflowNode } from '../types';

/** From this version on Commit picks a provider, and reads what that provider answers. */
const PICKS_FROM = 2;

/** Where a Commit node finds the id of an accepted message. */
export interface ReadIds {
	/** Fields in which it looks; empty where it asks for none, `null` where that is chosen at run time. */
	readonly fields: readonly string[] | null;
	/** The provider whose answers it knows; absent where the user names the field. */
	readonly provider?: string;
}

/** Whose answers a Commit node takes for an acceptance, and where it finds the message id. */
export function readIds({ parameters, typeVersion }: WorkflowNode): ReadIds {
	if ((typeVersion ?? 1) >= PICKS_FROM) {
		const given = parameters.provider ?? 'postmark';
		if (isExpression(given)) return { fields: null };
		const provider = literal(given) ?? '';
		const known = Object.hasOwn(PROVIDER_IDS, provider) ? PROVIDER_IDS[provider] : undefined;
		if (known) return { provider, fields: known };
	}
	const given = parameters.messageIdField ?? 'MessageID';
	if (isExpression(given)) return { fields: null };
	const field = (literal(given) ?? '').trim();
	return { fields: field === '' ? [] : [field] };
}
