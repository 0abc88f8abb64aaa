import { type DeliveryRow } from '../../../../core/delivery/transitions';
import type { DeliveryRef, Space } from '../../../../core/delivery/types';
import type { LedgerContext } from '../../context';
import { pages } from '../../pages';
import type { InputRow, RecipientRef, StatePage, StoreTransaction } from '../../store';
import { type OutboxNames, standsForItself } from '../port';
import { page, tell, type Conversion } from './conversion';

/** Rows of a table by the parts of their keys, a page at a time. */
async function* paths(
	{ store }: LedgerContext,
	table: 'deliveries' | 'recipients',
): AsyncGenerator<readonly (readonly string[])[]> {
	const list = (last: StatePage[number] | undefined): Promise<StatePage> =>
		store.transaction((tx) => tx.statePage(table, last?.path ?? null, page));
	for await (const rows of pages(page, list)) {
		yield rows.map(({ path }) => path);
		await store.breathe();
	}
}

/** Keeps the names of everybody, before the first of them is converted. */
export async function keepAll({ context, book }: Conversion): Promise<void> {
	for (const table of ['recipients', 'deliveries'] as const)
		for await (const rows of paths(context, table)) await book.keep(rows.map((path) => path.at(-1) ?? ''));
	const spines = await context.store.transaction((tx) => tx.spines());
	await book.keep(spines.flatMap(({ settings }) => settings.testRecipients));
}

/** Deliveries, their inputs and messages. Returns how many. */
export async function convertDeliveries(conversion: Conversion): Promise<number> {
	const { context, book } = conversion;
	let converted = 0;
	for await (const rows of paths(context, 'deliveries')) {
		const refs = rows.flatMap(([spine = '', space = '', slot = '', recipient = '']): DeliveryRef[] =>
			standsForItself(recipient) ? [] : [{ spine, space: space as Space, slot, recipient }],
		);
		if (refs.length === 0) continue;
		const read = await context.store.transaction((tx) => tx.readDeliveries(refs, false));
		const given = read.map((one) => one?.row.reason ?? undefined);
		const hidden = await book.hideAll(given);
		const reasons = new Map(given.map((text, at) => [text, hidden[at]]));
		converted += await context.store.transaction((tx) => convertPage(tx, conversion, refs, reasons));
	}
	return converted;
}

async function convertPage(
	tx: StoreTransaction,
	{ context, book }: Conversion,
	refs: readonly DeliveryRef[],
	reasons: ReadonlyMap<string | undefined, string | undefined>,
): Promise<number> {
	const { codec } = context;
	const rows: DeliveryRow[] = [];
	const inputs: InputRow[] = [];
	for (const loaded of await tx.loadDeliveries(refs, true)) {
		if (loaded === null) continue;
		const { row, input } = loaded;
		const ref = book.refOf(row.ref);
		const reason = reasons.get(row.reason ?? undefined) ?? row.reason;
		const next = { ...row, ref, reason, inputDigest: book.digestOf(row.inputDigest) };
		await tx.erasure.replaceDelivery(row, next);
		rows.push(next);
		if (input !== null)
			inputs.push({ ref, text: codec.seal(ref, codec.open(row.ref, input)), digest: next.inputDigest });
	}
	await tx.writeInputs(inputs);
	await tx.noteMessages(rows);
	await tell(tx, 'deliveries', rows.length);
	return rows.length;
}

/** What is known of recipients. Returns how many. */
export async function convertRecipients({ context, book }: Conversion): Promise<number> {
	let converted = 0;
	for await (const rows of paths(context, 'recipients')) {
		const refs = rows.flatMap(([spine = '', space = '', recipient = '']): RecipientRef[] =>
			standsForItself(recipient) ? [] : [{ spine, space: space as Space, recipient }],
		);
		if (refs.length === 0) continue;
		await context.store.transaction(async (tx) => {
			const facts = await tx.lockRecipients(refs);
			for (const [at, ref] of refs.entries()) {
				const known = facts[at];
				if (known !== undefined)
					await tx.erasure.renameRecipient({ ...ref, facts: known }, book.hashOf(ref.recipient));
			}
			await tell(tx, 'recipients', refs.length);
		});
		converted += refs.length;
	}
	return converted;
}

/** Entries of the outbox. Returns how many. */
export async function convertOutbox({ context: { store }, book }: Conversion): Promise<number> {
	let converted = 0;
	const list = (last: OutboxNames | undefined): Promise<readonly OutboxNames[]> =>
		store.transaction((tx) => tx.renaming.outbox(last?.id ?? 0, page));
	for await (const rows of pages(page, list)) {
		const named = rows.filter(({ recipient }) => !standsForItself(recipient));
		if (named.length === 0) continue;
		const reasons = await book.hideAll(named.map(({ reason }) => reason ?? undefined));
		const next = named.map((row, at) => ({
			...row,
			recipient: book.hashOf(row.recipient),
			objectId: book.hashOf(row.objectId),
			reason: reasons[at] ?? null,
		}));
		await store.transaction(async (tx) => {
			await tx.renaming.renameOutbox(next);
			await tell(tx, 'outbox entries', next.length);
		});
		converted += next.length;
	}
	return converted;
}
