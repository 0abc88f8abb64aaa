import type { ContactWrite, PropertyVersion, ReadOutcome } from '../../../../core/delivery/contacts';
import { gateError } from '../../../../core/errors';
import { directoryIn, type SnapshotPorts } from '../../ports';

/** Contacts with their histories, by the id asked for. */
export type Histories = ReadonlyMap<string, ReadOutcome>;

/** Reads contacts with history. @throws `snapshot-read-failed` if any of them could not be read */
export async function readHistories(
	ports: SnapshotPorts,
	ids: readonly string[],
	properties: readonly string[],
): Promise<Histories> {
	const { outcomes } = await directoryIn(ports).read([...new Set(ids)], properties, { history: true });
	const failed = outcomes.filter((outcome) => outcome.status === 'failed');
	const [first] = failed;
	if (first) {
		const { code, context, message } = first.error;
		const reason = message.replace(/\.$/, '') || code;
		const { retryAfterMs } = context;
		throw gateError('snapshot-read-failed', { count: failed.length, reason, retryAfterMs }, first.error);
	}
	return new Map(outcomes.map((outcome) => [outcome.requestedId, outcome]));
}

/** The history of one property, newest first; empty where the contact was not found. */
export function historyIn(
	histories: Histories,
	{ contactId, property }: { readonly contactId: string; readonly property: string },
	merged = false,
): readonly PropertyVersion[] {
	const outcome = histories.get(contactId);
	const seen = outcome?.status === 'found' || (merged && outcome?.status === 'merged');
	return seen ? (outcome.contact.history?.[property] ?? []) : [];
}

/** Single values as one write per contact. */
export function groupWrites(
	values: readonly { readonly contactId: string; readonly property: string; readonly value: string }[],
): readonly ContactWrite[] {
	const byContact = new Map<string, Record<string, string>>();
	for (const { contactId, property, value } of values)
		byContact.set(contactId, { ...byContact.get(contactId), [property]: value });
	return [...byContact].map(([id, properties]) => ({ id, properties }));
}
