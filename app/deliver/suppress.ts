import type { OutboxWrite } from '../../core/delivery/outbox';
import type { DeliveryRef } from '../../core/delivery/types';
import type { WriteResult } from '../../core/delivery/contacts';
import type { Ledger } from '../ledger/api';
import { CONTACTS_TARGET } from '../ledger/context';
import type { ContactDirectory } from '../ports/contacts';
import { spinesOf } from './spines';

/** What is written to a recipient who takes no more mail: the status that never resumes by itself. */
export type Suppression = OutboxWrite;

/** What to write for the recipients of these deliveries, in order; `null` where the ledger does not know the spine. */
export async function suppressions(
	ledger: Ledger,
	refs: readonly DeliveryRef[],
): Promise<readonly (Suppression | null)[]> {
	const spines = await spinesOf(
		ledger,
		refs.map(({ spine }) => spine),
	);
	return refs.map(({ spine, recipient }) => {
		const settings = spines.get(spine)?.settings;
		if (!settings) return null;
		const payload = { properties: { [settings.properties.status]: 'suppressed' } };
		return { target: CONTACTS_TARGET, objectId: recipient, payload };
	});
}

/** Writes them at once. One result each, in order: what must wait is for whoever reported it to report again. */
export const suppress = async (
	directory: ContactDirectory,
	writes: readonly Suppression[],
): Promise<readonly WriteResult[]> =>
	await directory.update(
		writes.map(({ objectId, payload }) => ({
			id: objectId,
			properties: payload['properties'] as Readonly<Record<string, string>>,
		})),
	);
