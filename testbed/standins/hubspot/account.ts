import {
	builtInDefinitions,
	definition,
	type DefinitionInput,
	type DefinitionRow,
	type GroupRow,
} from './definitions';
import { invalidValues, notFound, problem, Refusal, type ValueProblem } from './problems';
import { SearchIndex, type Values } from './search-index';
import { storedValue } from './validation';

/** Contacts keep this many versions of each property (HubSpot knowledge base, "Export property history"). */
export const historyVersions = 45;

/** One entry of a property's history, newest first. */
export interface Version {
	readonly value: string;
	/** Milliseconds since 1970. */
	readonly timestamp: number;
	readonly sourceType: string;
	readonly sourceId: string;
}

/** Who writes. */
export interface Source {
	readonly sourceType: string;
	readonly sourceId: string;
}

/** Writes through the API show like this. */
export const integration: Source = { sourceType: 'INTEGRATION', sourceId: '424242' };

/** A contact as the stand-in keeps it. */
export interface ContactRow {
	readonly id: string;
	readonly history: Map<string, Version[]>;
	readonly createdAt: number;
	updatedAt: number;
	archived: boolean;
	archivedAt: number | null;
}

/** A HubSpot account in memory: its rules, without HTTP. */
export class HubSpotAccount {
	readonly contacts = new Map<string, ContactRow>();
	readonly definitions = new Map<string, DefinitionRow>();
	readonly groups = new Map<string, GroupRow>();
	/** Definitions that lists or workflows use: they cannot be archived. */
	readonly inUse = new Set<string>();
	readonly index: SearchIndex;
	private readonly mergedInto = new Map<string, string>();
	private readonly byEmail = new Map<string, string>();
	/** Ids of today's accounts have twelve digits. */
	private lastId = 187_000_001_000;

	constructor(
		readonly clock: () => number,
		/** Milliseconds until a write shows in searches. */
		indexLagMs: number,
	) {
		this.index = new SearchIndex(clock, indexLagMs);
		this.groups.set('contactinformation', {
			name: 'contactinformation',
			label: 'Contact information',
			displayOrder: 0,
			archived: false,
		});
		for (const input of builtInDefinitions) this.define(input);
	}

	define(input: DefinitionInput): DefinitionRow {
		const row = definition(input, new Date(this.clock()).toISOString());
		this.definitions.set(row.name, row);
		return row;
	}

	/** Current value; `null` where there is none. */
	value(contact: ContactRow, property: string): string | null {
		const value = contact.history.get(property)?.[0]?.value;
		return value === undefined || value === '' ? null : value;
	}

	/** The record an id stands for now: merged ids lead to the record they became. */
	find(id: string): ContactRow | undefined {
		let current = id;
		for (let next = this.mergedInto.get(current); next !== undefined; next = this.mergedInto.get(current)) {
			current = next;
		}
		return this.contacts.get(current);
	}

	/** Also by email or another property with unique values. */
	findBy(idProperty: string | undefined, id: string): ContactRow | undefined {
		if (idProperty === undefined || idProperty === '' || idProperty === 'hs_object_id') return this.find(id);
		if (idProperty === 'email') {
			const found = this.byEmail.get(id.toLowerCase());
			return found === undefined ? undefined : this.find(found);
		}
		return [...this.contacts.values()].find((contact) => this.value(contact, idProperty) === id);
	}

	/** The values as they would be stored, or the problems. Nothing is written. */
	check(properties: Readonly<Record<string, unknown>>): Map<string, string> | readonly ValueProblem[] {
		const problems: ValueProblem[] = [];
		const values = new Map<string, string>();
		for (const [name, value] of Object.entries(properties)) {
			const stored = storedValue(this.definitions.get(name), name, value);
			if (typeof stored === 'string') values.set(name, stored);
			else problems.push(stored);
		}
		return problems.length > 0 ? problems : values;
	}

	/** Throws a {@link Refusal} for values HubSpot would not take, and for an email that is taken. */
	create(properties: Readonly<Record<string, unknown>>, source: Source = integration): ContactRow {
		const values = this.check(properties);
		if (!(values instanceof Map)) throw new Refusal(invalidValues(values));
		const existing = this.byEmail.get(values.get('email') ?? '');
		if (existing !== undefined) {
			throw new Refusal(problem(409, 'CONFLICT', `Contact already exists. Existing ID: ${existing}`));
		}
		return this.insert(values, source);
	}

	/** Throws a {@link Refusal}. Equal values add no version. */
	update(
		contact: ContactRow,
		properties: Readonly<Record<string, unknown>>,
		source: Source = integration,
	): void {
		const values = this.check(properties);
		if (!(values instanceof Map)) throw new Refusal(invalidValues(values));
		if (contact.archived) throw new Refusal(notFound());
		this.write(contact, values, source);
	}

	archive(contact: ContactRow): void {
		if (contact.archived) return;
		contact.archived = true;
		contact.archivedAt = this.stamp(contact);
		this.freeEmail(contact);
		this.index.put(contact.id, this.shown(contact));
	}

	/** Merges two contacts into a new record; both old ids lead to it. The newer value of each property wins. */
	merge(primaryId: string, otherId: string): ContactRow {
		const [primary, other] = [this.find(primaryId), this.find(otherId)];
		if (primary === undefined || other === undefined || primary === other) throw new Refusal(notFound());
		this.freeEmail(primary);
		this.freeEmail(other);
		const merged = this.insert(new Map(), integration);
		for (const name of new Set([...primary.history.keys(), ...other.history.keys()])) {
			if (name === 'hs_object_id' || name === 'hs_merged_object_ids') continue;
			const both = [...(primary.history.get(name) ?? []), ...(other.history.get(name) ?? [])];
			const first = primary.history.get(name)?.[0];
			both.sort((a, b) => (a === first ? -1 : b === first ? 1 : b.timestamp - a.timestamp));
			merged.history.set(name, both.slice(0, historyVersions));
		}
		const before = [primary, other].flatMap((row) => [
			row.id,
			...(this.value(row, 'hs_merged_object_ids')?.split(';') ?? []),
		]);
		this.push(merged, 'hs_merged_object_ids', before.join(';'), integration, this.stamp(merged));
		for (const row of [primary, other]) {
			this.mergedInto.set(row.id, merged.id);
			this.contacts.delete(row.id);
			this.index.put(row.id, null);
		}
		this.takeEmail(merged);
		this.index.put(merged.id, this.shown(merged));
		return merged;
	}

	/** Writes without the rules of the API: what HubSpot itself or another system would write. */
	write(contact: ContactRow, values: ReadonlyMap<string, string>, source: Source): void {
		const at = this.stamp(contact);
		this.freeEmail(contact);
		for (const [name, value] of values) this.push(contact, name, value, source, at);
		this.push(contact, 'lastmodifieddate', new Date(at).toISOString(), source, at);
		contact.updatedAt = at;
		this.takeEmail(contact);
		this.index.put(contact.id, this.shown(contact));
	}

	private insert(values: ReadonlyMap<string, string>, source: Source): ContactRow {
		const at = this.stamp();
		this.lastId += 1;
		const id = String(this.lastId);
		const contact: ContactRow = {
			id,
			history: new Map(),
			createdAt: at,
			updatedAt: at,
			archived: false,
			archivedAt: null,
		};
		this.contacts.set(id, contact);
		this.push(contact, 'hs_object_id', id, source, at);
		this.push(contact, 'createdate', new Date(at).toISOString(), source, at);
		this.write(contact, values, source);
		return contact;
	}

	private push(contact: ContactRow, name: string, value: string, source: Source, timestamp: number): void {
		const versions = contact.history.get(name) ?? [];
		if (versions.length > 0 ? versions[0]?.value === value : value === '') return;
		versions.unshift({ value, timestamp, ...source });
		if (versions.length > historyVersions) versions.length = historyVersions;
		contact.history.set(name, versions);
	}

	private freeEmail(contact: ContactRow): void {
		const email = this.value(contact, 'email');
		if (email !== null && this.byEmail.get(email) === contact.id) this.byEmail.delete(email);
	}

	private takeEmail(contact: ContactRow): void {
		const email = this.value(contact, 'email');
		if (email !== null) this.byEmail.set(email, contact.id);
	}

	/** Now, but never twice the same millisecond for one contact: its history stays in order. */
	private stamp(contact?: ContactRow): number {
		return Math.max(this.clock(), (contact?.updatedAt ?? -1) + 1);
	}

	private shown(contact: ContactRow): Values | null {
		if (contact.archived) return null;
		const values = new Map<string, string>();
		for (const name of contact.history.keys()) {
			const value = this.value(contact, name);
			if (value !== null) values.set(name, value);
		}
		return values;
	}
}
