import type { Names } from '../../../core/delivery/identifiers';
import type { DeliveryRef, JsonObject, Space } from '../../../core/delivery/types';
import { ReleaseGateError } from '../../../core/errors';
import type { LedgerContext } from '../context';
import type { RecordKind, StoredRecord } from '../records';
import { openResult } from '../operations/keys/results';
import { pages } from '../pages';
import { erasedKey, type TextRow, type TextTable } from './port';

const page = 1000;

/** Documents in which recipients may be named. */
export const ofRecipients: readonly RecordKind[] = [
	'evidence',
	'snapshot',
	'journal',
	'drill',
	'flag',
	'verdict',
	'rollback',
	'rehearsal',
	'examination',
	'acceptance',
];

/** Documents that name accounts, who answer for what they did: they are looked at, and left as they are. */
const ofAccounts: readonly RecordKind[] = [
	'policy',
	'release',
	'approval',
	'silence',
	'run',
	'limits',
	'watch',
	'asked',
	'released',
	'trigger',
];

/** Rows of a table that name the person. */
async function* naming(
	{ store }: LedgerContext,
	table: TextTable,
	isNaming: (row: TextRow) => boolean,
): AsyncGenerator<TextRow> {
	const list = (last: TextRow | undefined): Promise<readonly TextRow[]> =>
		store.transaction((tx) => tx.erasure.texts(table, last?.key ?? null, page));
	for await (const rows of pages(page, list)) {
		yield* rows.filter(isNaming);
		await store.breathe();
	}
}

const pageDocuments = 200;

/** All documents of a kind. */
export async function* documents(
	{ store }: Pick<LedgerContext, 'store'>,
	kind: RecordKind,
): AsyncGenerator<StoredRecord> {
	const list = (last: StoredRecord | undefined): Promise<readonly StoredRecord[]> =>
		store.transaction((tx) =>
			tx.records.listRecords({
				kind,
				limit: pageDocuments,
				...(last === undefined ? {} : { before: last.id }),
			}),
		);
	for await (const rows of pages(pageDocuments, list)) {
		yield* rows;
		await store.breathe();
	}
}

const bodyNames = (names: Names, { body }: StoredRecord): boolean => names.inText(JSON.stringify(body));

/** Takes names out of the documents in which recipients may be named; says how many it changed. */
export async function eraseDocuments(context: LedgerContext, names: Names): Promise<number> {
	let changed = 0;
	for (const kind of ofRecipients) {
		for await (const found of documents(context, kind)) {
			if (!bodyNames(names, found)) continue;
			await context.store.transaction(async (tx) => {
				const [record = null] = await tx.records.lockRecords(kind, [found.id]);
				if (record === null) return;
				const body = names.withoutIn(record.body) as JsonObject;
				const updatedAt = await tx.now();
				await tx.records.updateRecord({ ...record, body, revision: record.revision + 1, updatedAt });
			});
			changed += 1;
		}
	}
	return changed;
}

/** Documents that name the person and are left: those of accounts, and the settings that are in force. */
export async function stillNamed(context: LedgerContext, names: Names): Promise<readonly string[]> {
	const found: string[] = [];
	for (const kind of ofAccounts)
		for await (const record of documents(context, kind))
			if (bodyNames(names, record) || names.in(record.id)) found.push(`${kind} ${record.id}`);
	return found;
}

/** Takes names out of the reasons of other people's deliveries and out of why a spine is paused; says how many. */
export async function eraseReasons(context: LedgerContext, names: Names): Promise<number> {
	let changed = 0;
	for await (const { key } of naming(context, 'reasons', ({ text }) => names.inText(text))) {
		const [spine = '', space = '', slot = '', recipient = ''] = key;
		const ref: DeliveryRef = { spine, space: space as Space, slot, recipient };
		await context.store.transaction(async (tx) => {
			const [found = null] = await tx.loadDeliveries([ref], false);
			if (found === null || found.row.reason === null) return;
			await tx.writeDeliveries([{ ...found.row, reason: names.without(found.row.reason) }]);
		});
		changed += 1;
	}
	return changed + (await erasePauses(context, names));
}

async function erasePauses({ store }: LedgerContext, names: Names): Promise<number> {
	return await store.transaction(async (tx) => {
		let changed = 0;
		for (const { settings } of await tx.spines()) {
			const row = await tx.spine(settings.spine, 'update');
			const reason = row?.pauseReason ?? '';
			if (row === null || !names.inText(reason)) continue;
			await tx.writeSpine({ ...row, pauseReason: names.without(reason) });
			changed += 1;
		}
		return changed;
	});
}

/** Takes names out of settings that spines had before; says how many versions it changed. */
export async function eraseSettings(context: LedgerContext, names: Names): Promise<number> {
	let changed = 0;
	const isNaming = ({ text }: TextRow): boolean =>
		JSON.stringify(withoutEntries(JSON.parse(text), names)) !== JSON.stringify(JSON.parse(text));
	for await (const { key, text } of naming(context, 'settings', isNaming)) {
		const [spine = '', version = ''] = key;
		const settings = JSON.stringify(withoutEntries(JSON.parse(text), names));
		await context.store.transaction((tx) => tx.erasure.rewriteSettings(spine, version, settings));
		changed += 1;
	}
	return changed;
}

/** A value without list entries that are a name, and with no name inside its texts. */
function withoutEntries(value: unknown, names: Names): unknown {
	if (typeof value === 'string') return names.without(value);
	if (Array.isArray(value))
		return (value as readonly unknown[])
			.filter((one) => typeof one !== 'string' || !names.in(one))
			.map((one) => withoutEntries(one, names));
	if (value !== null && typeof value === 'object')
		return Object.fromEntries(
			Object.entries(value).map(([name, inner]) => [name, withoutEntries(inner, names)]),
		);
	return value;
}

/** A key that names the person. */
export interface NamingKey {
	readonly scope: string;
	readonly key: string;
}

/** Keys that name the person, and those whose kept result does. Results that cannot be opened are left out. */
export async function namingKeys(context: LedgerContext, names: Names): Promise<readonly NamingKey[]> {
	const found = new Map<string, NamingKey>();
	const add = ({ key: [scope = '', key = ''] }: TextRow): void => {
		found.set(`${scope}\u0000${key}`, { scope, key });
	};
	for await (const row of naming(
		context,
		'keys',
		({ text }) => !text.startsWith(erasedKey) && names.in(text),
	))
		add(row);
	const isNaming = ({ key: [scope = '', key = ''], text }: TextRow): boolean => {
		try {
			return names.inText(openResult(context, scope, key, text));
		} catch (error) {
			if (error instanceof ReleaseGateError) return false;
			throw error;
		}
	};
	for await (const row of naming(context, 'results', isNaming)) add(row);
	return [...found.values()];
}

/** Gives keys that name the person keyed names, under which they stay done, and takes their results away. */
export async function eraseKeys(
	{ store }: LedgerContext,
	keys: readonly NamingKey[],
	salt: string,
): Promise<void> {
	for (const { scope, key } of keys) {
		await store.transaction((tx) => tx.erasure.renameKey(scope, key, salt));
		await store.breathe();
	}
}
