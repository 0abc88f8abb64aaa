import { gateError } from '../../core/errors';
import type { Contact, ContactWrite, ReadOutcome } from '../../core/delivery/contacts';
import { chunkOf } from './book';
import { writtenProperties, type ChangeList } from '../../core/snapshot/changes';
import { loadIntents, provenIntent, saveIntents, type ValueIntent } from './journal';
import type { Rooms } from './ports';
import type { Snapshot } from '../../core/snapshot/model';

const keyOf = ({ contactId, property }: Pick<ValueIntent, 'contactId' | 'property'>): string =>
	`${contactId}\n${property}`;

/** Single values as one write per contact. */
export function groupWrites(
	values: readonly { readonly contactId: string; readonly property: string; readonly value: string }[],
): readonly ContactWrite[] {
	const byContact = new Map<string, Record<string, string>>();
	for (const { contactId, property, value } of values) {
		byContact.set(contactId, { ...byContact.get(contactId), [property]: value });
	}
	return [...byContact].map(([id, properties]) => ({ id, properties }));
}

/** Reads contacts with history; those that can be read, by the id asked for. */
export async function readHistories(
	rooms: Rooms,
	ids: readonly string[],
	properties: readonly string[],
): Promise<ReadonlyMap<string, ReadOutcome>> {
	if (!rooms.contacts) throw gateError('snapshot-no-hubspot');
	const { outcomes } = await rooms.contacts.read(ids, properties, { history: true });
	const failed = outcomes.filter((outcome) => outcome.status === 'failed');
	const [first] = failed;
	if (first) {
		const { retryAfterMs } = first.error.context;
		const reason = first.error.message.replace(/\.$/, '');
		throw gateError('snapshot-read-failed', { count: failed.length, reason, retryAfterMs }, first.error);
	}
	return new Map(outcomes.map((outcome) => [outcome.requestedId, outcome]));
}

function intentsFor(
	contact: Contact,
	changes: ChangeList,
	single: ReadonlyMap<string, Record<string, string>>,
): readonly ValueIntent[] {
	const wanted = new Map<string, string>();
	for (const { property, from, to } of changes.rewrites)
		if ((contact.properties[property] ?? '') === from) wanted.set(property, to);
	for (const [property, value] of Object.entries(single.get(contact.id) ?? {})) wanted.set(property, value);
	return [...wanted]
		.filter(([property, value]) => (contact.properties[property] ?? '') !== value)
		.map(([property, value]) => ({
			contactId: contact.id,
			property,
			value,
			before: contact.history?.[property]?.[0] ?? null,
			version: null,
		}));
}

async function write(rooms: Rooms, intents: readonly ValueIntent[]): Promise<void> {
	const writes = groupWrites(intents);
	if (!rooms.contacts || writes.length === 0) return;
	const results = await rooms.contacts.update(writes);
	const refused = results.find(({ status }) => status !== 'written');
	if (!refused || refused.status === 'written') return;
	if (refused.status === 'later') throw refused.error;
	throw gateError(
		'changes-refused',
		{ object: `contact ${refused.id}`, reason: refused.error.message },
		refused.error,
	);
}

const prove = (
	intents: readonly ValueIntent[],
	outcomes: ReadonlyMap<string, ReadOutcome>,
): readonly ValueIntent[] =>
	intents.map((intent) => {
		const outcome = outcomes.get(intent.contactId);
		return outcome?.status === 'found'
			? provenIntent(intent, outcome.contact.history?.[intent.property] ?? [])
			: intent;
	});

const stillBefore = (intent: ValueIntent, outcomes: ReadonlyMap<string, ReadOutcome>): boolean => {
	const outcome = outcomes.get(intent.contactId);
	if (outcome?.status !== 'found') return false;
	const top = outcome.contact.history?.[intent.property]?.[0] ?? null;
	return top?.at === intent.before?.at && top?.value === intent.before?.value;
};

async function applyChunk(
	rooms: Rooms,
	release: string,
	snapshot: Snapshot,
	chunk: number,
	changes: ChangeList,
	single: ReadonlyMap<string, Record<string, string>>,
): Promise<readonly ValueIntent[]> {
	const properties = writtenProperties(changes);
	const known = await loadIntents(rooms, release, chunk);
	if (known?.state === 'written') return known.intents;
	const captured = await chunkOf(rooms, snapshot, chunk);
	const ids = captured.map(({ id }) => id).filter((id) => changes.rewrites.length > 0 || single.has(id));
	if (ids.length === 0) return [];
	const outcomes = await readHistories(rooms, ids, properties);
	let intents: readonly ValueIntent[];
	let open: readonly ValueIntent[];
	let revision: number;
	if (known) {
		// Begun before: what is proven stays, what never arrived is written again, what somebody changed is left.
		intents = prove(known.intents, outcomes);
		open = intents.filter((intent) => !intent.version && stillBefore(intent, outcomes));
		revision = known.revision;
	} else {
		intents = [...outcomes.values()].flatMap((outcome) =>
			outcome.status === 'found' ? intentsFor(outcome.contact, changes, single) : [],
		);
		if (intents.length === 0) return [];
		open = intents;
		revision = await saveIntents(rooms, release, chunk, 'intended', intents, 0);
	}
	await write(rooms, open);
	if (open.length > 0) {
		const after = await readHistories(
			rooms,
			[...new Set(open.map(({ contactId }) => contactId))],
			properties,
		);
		const proven = new Map(prove(open, after).map((intent) => [keyOf(intent), intent]));
		intents = intents.map((intent) => proven.get(keyOf(intent)) ?? intent);
	}
	await saveIntents(rooms, release, chunk, 'written', intents, revision);
	return intents;
}

/** Writes the values of a release, chunk by chunk of the snapshot's contacts. Counts what was written and what not. */
export async function applyValues(
	rooms: Rooms,
	release: string,
	snapshot: Snapshot,
	changes: ChangeList,
): Promise<{ readonly values: number; readonly unwritten: number }> {
	if (writtenProperties(changes).length === 0) return { values: 0, unwritten: 0 };
	const single = new Map<string, Record<string, string>>();
	for (const { contact, set } of changes.values) single.set(contact, { ...single.get(contact), ...set });
	let values = 0;
	let unwritten = 0;
	for (let chunk = 0; chunk < snapshot.contacts.chunks; chunk++) {
		const intents = await applyChunk(rooms, release, snapshot, chunk, changes, single);
		values += intents.filter(({ version }) => version !== null).length;
		unwritten += intents.filter(({ version }) => version === null).length;
		rooms.progress?.(`${values} values written.`);
	}
	return { values, unwritten };
}

/** Every contact that is named must be in the snapshot. @throws `changes-not-captured` */
export async function checkContacts(rooms: Rooms, snapshot: Snapshot, ids: readonly string[]): Promise<void> {
	const missing = new Set(ids);
	for (let chunk = 0; chunk < snapshot.contacts.chunks && missing.size > 0; chunk++)
		for (const { id } of await chunkOf(rooms, snapshot, chunk)) missing.delete(id);
	const [first] = missing;
	if (first !== undefined)
		throw gateError('changes-not-captured', { what: `contact ${first}`, snapshot: snapshot.id });
}
