import { mkdtempSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesCodec } from '../../../adapters/crypto/bytes';
import { openSqliteLedger } from '../../../adapters/sqlite';
import { gateError } from '../../../core/errors';
import type { Ledger } from '../../../app/ledger/api';
import type { Contact, ContactWrite, ReadOutcome, WriteResult } from '../../../core/delivery/contacts';
import type { ContactDirectory } from '../../../app/ports/contacts';
import type { PropertyDefinition } from '../../../core/delivery/properties';
import type { WorkflowGraph, WorkflowSave, WorkflowState } from '../../../core/audit/workflow-state';
import type { WorkflowHost } from '../../../app/ports/workflows';
import type { SnapshotPorts } from '../../../app/snapshot/ports';
import { HubSpotAccount, type ContactRow } from '../../../testbed/standins/hubspot/account';
import type { DefinitionRow } from '../../../testbed/standins/hubspot/definitions';
import {
	contentDeliveryDefinitions,
	contentDeliveryGroups,
} from '../../../testbed/standins/hubspot/content-delivery';
import { Refusal } from '../../../testbed/standins/hubspot/problems';

/** Thrown by a hook: the process died at this call. */
export class Killed extends Error {}

/** Told before and after each call is applied; may write as somebody else, or throw {@link Killed}. */
export type Hook = (call: string, when: 'before' | 'after') => void;

const definitionOf = (row: DefinitionRow): PropertyDefinition => ({
	...row,
	options: row.options.map((option) => ({ ...option })),
	calculationFormula: row.calculationFormula ?? null,
	referencedObjectType: row.referencedObjectType ?? null,
	builtIn: row.hubspotDefined,
	...row.modificationMetadata,
	createdAt: Date.parse(row.createdAt),
	updatedAt: Date.parse(row.updatedAt),
	archivedAt: row.archivedAt === undefined ? null : Date.parse(row.archivedAt),
});

/** The HubSpot stand-in's account behind the port, without HTTP between: the same rules, many times faster. */
export function accountDirectory(account: HubSpotAccount, hook: Hook = () => undefined): ContactDirectory {
	const contactOf = (row: ContactRow, names: readonly string[]): Contact => ({
		id: row.id,
		properties: Object.fromEntries(names.map((name) => [name, account.value(row, name)])),
		createdAt: row.createdAt,
		updatedAt: row.updatedAt,
		archived: row.archived,
		mergedIds: [],
		history: Object.fromEntries(
			names.map((name) => [
				name,
				(row.history.get(name) ?? []).map(({ value, timestamp, sourceType, sourceId }) => ({
					value,
					at: timestamp,
					sourceType,
					sourceId,
				})),
			]),
		),
	});
	const around = async <Result>(call: string, work: () => Result): Promise<Result> => {
		hook(call, 'before');
		const result = work();
		hook(call, 'after');
		return result;
	};
	const read = (id: string, names: readonly string[]): ReadOutcome => {
		const row = account.find(id);
		if (!row || row.archived) return { status: 'missing', requestedId: id };
		const contact = contactOf(row, names);
		return { status: row.id === id ? 'found' : 'merged', requestedId: id, contact };
	};
	const write = ({ id, properties }: ContactWrite): WriteResult => {
		const row = account.find(id);
		try {
			if (!row) throw new Refusal({ status: 404, body: {} });
			account.update(row, properties);
			return { status: 'written', id, recordId: row.id };
		} catch (problem) {
			if (!(problem instanceof Refusal)) throw problem;
			const error = gateError('hubspot-refused', { object: `contact ${id}` });
			return { status: 'refused', id, error };
		}
	};
	const active = (name: string): DefinitionRow => {
		const row = account.definitions.get(name);
		if (!row || row.archived) throw gateError('hubspot-definition-missing', { object: name });
		return row;
	};
	return {
		eligibleIds: async function* () {
			yield [...account.contacts.keys()];
		},
		list: async function* () {
			yield [];
		},
		read: (ids, names) =>
			around('read', () => ({ outcomes: [...new Set(ids)].map((id) => read(id, names)), answeredAt: null })),
		update: (writes) => around('update', () => writes.map(write)),
		definitions: {
			list: ({ archived = false } = {}) =>
				around('definitions', () =>
					[...account.definitions.values()].filter((row) => row.archived === archived).map(definitionOf),
				),
			create: (definition) =>
				around('create', () => {
					if (account.definitions.get(definition.name)?.archived === false)
						throw gateError('hubspot-conflict', { object: definition.name });
					return definitionOf(
						account.define({ ...definition, options: definition.options?.map((o) => ({ ...o })) }),
					);
				}),
			change: (name, { options, ...changes }) =>
				around('change', () => {
					const row = active(name);
					Object.assign(row, changes);
					if (options) row.options = options.map((option) => ({ ...option }));
					return definitionOf(row);
				}),
			archive: (name) =>
				around('archive', () => {
					active(name).archived = true;
				}),
			groups: () => around('groups', () => [...account.groups.values()].filter(({ archived }) => !archived)),
			createGroup: (group) =>
				around('createGroup', () => {
					const created = { displayOrder: -1, ...group, archived: false };
					account.groups.set(group.name, created);
					return created;
				}),
			changeGroup: async (name, changes) => ({
				name,
				label: '',
				displayOrder: -1,
				archived: false,
				...changes,
			}),
			archiveGroup: async () => undefined,
		},
	};
}

interface HostRow {
	readonly name: string;
	settings: WorkflowSave['settings'];
	draft: string;
	published: string | null;
}

interface StoredHost {
	readonly versions: readonly (readonly [string, WorkflowGraph])[];
	readonly rows: readonly (readonly [string, HostRow])[];
	readonly last: number;
}

/** An n8n instance in memory: versions, publishing, pruning. */
export class MemoryHost implements WorkflowHost {
	readonly versions = new Map<string, WorkflowGraph>();
	/** Ids of workflows that somebody archived. */
	readonly archived = new Set<string>();
	private readonly rows = new Map<string, HostRow>();
	private last = 0;

	constructor(private readonly hook: Hook = () => undefined) {}

	/** An instance as it was written down. */
	load({ versions, rows, last }: StoredHost): this {
		for (const [id, graph] of versions) this.versions.set(id, graph);
		for (const [id, row] of rows) this.rows.set(id, row);
		this.last = last;
		return this;
	}

	ids(): readonly string[] {
		return [...this.rows.keys()];
	}

	/** A workflow that runs, as somebody made it. */
	seed(id: string, content: WorkflowSave): void {
		const draft = this.version_(content);
		this.rows.set(id, { name: content.name, settings: content.settings, draft, published: draft });
	}

	private version_({ nodes, connections }: WorkflowGraph): string {
		this.last += 1;
		const id = `v${this.last}`;
		this.versions.set(id, { nodes, connections });
		return id;
	}

	private row(id: string) {
		const row = this.rows.get(id);
		if (!row) throw gateError('snapshot-workflow-unknown', { workflow: id });
		return row;
	}

	private around<Result>(call: string, work: () => Result): Promise<Result> {
		return Promise.resolve().then(() => {
			this.hook(call, 'before');
			const result = work();
			this.hook(call, 'after');
			return result;
		});
	}

	now(id: string): WorkflowState {
		const { name, settings, draft, published } = this.row(id);
		const graph = (version: string) => ({
			...(this.versions.get(version) ?? { nodes: [], connections: {} }),
			versionId: version,
		});
		return {
			id,
			name,
			settings,
			...(this.archived.has(id) ? { archived: true as const } : {}),
			draft: graph(draft),
			published: published === null ? null : graph(published),
		};
	}

	read = (id: string) => this.around('workflow read', () => (this.rows.has(id) ? this.now(id) : null));
	version = (_id: string, version: string) =>
		this.around('version', () => this.versions.get(version) ?? null);
	publish = (id: string, version: string) =>
		this.around('publish', () => {
			if (!this.versions.has(version)) return 'version-gone' as const;
			this.row(id).published = version;
			return 'published' as const;
		});
	unpublish = (id: string) =>
		this.around('unpublish', () => {
			this.row(id).published = null;
		});
	save = (id: string, content: WorkflowSave) =>
		this.around('save', () => {
			const row = this.row(id);
			row.draft = this.version_(content);
			row.settings = content.settings;
			return row.draft;
		});
	create = (content: WorkflowSave) =>
		this.around('create workflow', () => {
			const id = `w${this.rows.size + 1}-${this.last}`;
			this.rows.set(id, {
				name: content.name,
				settings: content.settings,
				draft: this.version_(content),
				published: null,
			});
			return id;
		});
	remove = (id: string) =>
		this.around('remove', () => {
			this.rows.delete(id);
		});
}

/** A ledger in a file that costs no disk, and the clock it goes by. */
export async function memoryLedger(clock: {
	at: number;
}): Promise<{ ledger: Ledger; close: () => Promise<void> }> {
	const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rg-snapshot-'));
	const ledger = await openSqliteLedger({ file: join(folder, 'ledger.sqlite'), clock: () => clock.at });
	return {
		ledger,
		close: async () => {
			await ledger.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** An account with the content-delivery properties. */
export function freshAccount(clock: { at: number }): HubSpotAccount {
	const account = new HubSpotAccount(() => clock.at, 0);
	for (const group of contentDeliveryGroups) account.groups.set(group.name, { ...group, archived: false });
	for (const definition of contentDeliveryDefinitions) account.define(definition);
	return account;
}

export const portsOf = (
	ledger: Ledger,
	contacts: ContactDirectory | null,
	workflows: WorkflowHost | null,
	clock: { at: number },
): SnapshotPorts => ({
	ledger,
	codec: bytesCodec(undefined),
	contacts,
	workflows,
	clock: () => clock.at,
	by: 'test',
});
