import { canonicalJson } from '../../../core/delivery/canonical';
import type { SpineSettings } from '../../../core/delivery/spine-settings';
import { type DeliveryRow } from '../../../core/delivery/transitions';
import type { DeliveryRef, Space } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { LedgerContext } from '../context';
import { documents, ofRecipients } from '../erasure/texts';
import { erasedKey, type TextRow } from '../erasure/port';
import type { Redaction } from '../history/state';
import { openResult, sealResult } from '../operations/keys/results';
import { seal } from '../operations/seal';
import { pages } from '../pages';
import type { InputRow, LinkedRow, RecipientRef, ScrubReport, StatePage, StoreTransaction } from '../store';
import { NameBook } from './book';
import { endTurning, secretIn } from './mark';
import { keepNames } from './names';
import type { OpenedStore } from './open';
import { type Hashing, type OutboxNames, standsForItself } from './port';
import { turningMark } from './turn-begin';
import { turnedEvents } from './turn-events';

const page = 500;
/** Few, since an event of a large batch names thousands of recipients. */
const pageEvents = 200;

/** Of a ledger of names, which verifies before it is turned. */
const same = (digest: string): string => digest;

/** What was turned. */
export interface TurnReport {
	readonly recipients: number;
	readonly deliveries: number;
	readonly outbox: number;
	readonly keys: number;
	/** Documents, and settings of spines. */
	readonly documents: number;
	readonly events: number;
	/** What is left of names in what the database keeps of rows as they were. */
	readonly remains: ScrubReport['remains'];
}

/** Turns a ledger of names into one of hashes, table by table. Each step finds again what it did not come to. */
class Turning {
	constructor(
		private readonly context: LedgerContext,
		private readonly book: NameBook,
	) {}

	private get store() {
		return this.context.store;
	}

	private async tell(tx: StoreTransaction, what: string, count: number): Promise<void> {
		await tx.addEvents([
			{
				...{ at: await tx.now(), kind: 'ledger.recipients-turned', spine: null, subject: null },
				sentence: `The names in ${count} ${what} were turned into keyed hashes.`,
				data: canonicalJson({ what, count }),
			},
		]);
	}

	private keep(names: readonly string[]): Promise<void> {
		const called = names.filter((name) => !standsForItself(name));
		return this.store.transaction((tx) =>
			keepNames(
				tx,
				this.context.codec,
				called.map((name) => ({ hash: this.book.hashOf(name), name })),
			),
		);
	}

	/** Rows of a table by the parts of their keys, a page at a time. */
	private async *paths(table: 'deliveries' | 'recipients'): AsyncGenerator<readonly (readonly string[])[]> {
		const list = (last: StatePage[number] | undefined): Promise<StatePage> =>
			this.store.transaction((tx) => tx.statePage(table, last?.path ?? null, page));
		for await (const rows of pages(page, list)) {
			yield rows.map(({ path }) => path);
			await this.store.breathe();
		}
	}

	/** Keeps the names of everybody, before the first of them is turned. */
	async keepAll(): Promise<void> {
		for (const table of ['recipients', 'deliveries'] as const)
			for await (const rows of this.paths(table)) await this.keep(rows.map((path) => path.at(-1) ?? ''));
		const spines = await this.store.transaction((tx) => tx.spines());
		await this.keep(spines.flatMap(({ settings }) => settings.testRecipients));
	}

	async deliveries(): Promise<number> {
		let turned = 0;
		for await (const rows of this.paths('deliveries')) {
			const refs = rows.flatMap(([spine = '', space = '', slot = '', recipient = '']): DeliveryRef[] =>
				standsForItself(recipient) ? [] : [{ spine, space: space as Space, slot, recipient }],
			);
			if (refs.length === 0) continue;
			const read = await this.store.transaction((tx) => tx.readDeliveries(refs, false));
			const given = read.map((one) => one?.row.reason ?? undefined);
			const hidden = await this.book.hideAll(given);
			const reasons = new Map(given.map((text, at) => [text, hidden[at]]));
			turned += await this.store.transaction((tx) => this.deliveryPage(tx, refs, reasons));
		}
		return turned;
	}

	private async deliveryPage(
		tx: StoreTransaction,
		refs: readonly DeliveryRef[],
		reasons: ReadonlyMap<string | undefined, string | undefined>,
	): Promise<number> {
		const { codec } = this.context;
		const rows: DeliveryRow[] = [];
		const inputs: InputRow[] = [];
		for (const loaded of await tx.loadDeliveries(refs, true)) {
			if (loaded === null) continue;
			const { row, input } = loaded;
			const ref = this.book.refOf(row.ref);
			const reason = reasons.get(row.reason ?? undefined) ?? row.reason;
			const next = { ...row, ref, reason, inputDigest: this.book.digestOf(row.inputDigest) };
			await tx.erasure.replaceDelivery(row, next);
			rows.push(next);
			if (input !== null)
				inputs.push({ ref, text: codec.seal(ref, codec.open(row.ref, input)), digest: next.inputDigest });
		}
		await tx.writeInputs(inputs);
		await tx.noteMessages(rows);
		await this.tell(tx, 'deliveries', rows.length);
		return rows.length;
	}

	async recipients(): Promise<number> {
		let turned = 0;
		for await (const rows of this.paths('recipients')) {
			const refs = rows.flatMap(([spine = '', space = '', recipient = '']): RecipientRef[] =>
				standsForItself(recipient) ? [] : [{ spine, space: space as Space, recipient }],
			);
			if (refs.length === 0) continue;
			await this.store.transaction(async (tx) => {
				const facts = await tx.lockRecipients(refs);
				for (const [at, ref] of refs.entries()) {
					const known = facts[at];
					if (known !== undefined)
						await tx.erasure.renameRecipient({ ...ref, facts: known }, this.book.hashOf(ref.recipient));
				}
				await this.tell(tx, 'recipients', refs.length);
			});
			turned += refs.length;
		}
		return turned;
	}

	async outbox(): Promise<number> {
		let turned = 0;
		const list = (last: OutboxNames | undefined): Promise<readonly OutboxNames[]> =>
			this.store.transaction((tx) => tx.renaming.outbox(last?.id ?? 0, page));
		for await (const rows of pages(page, list)) {
			const named = rows.filter(({ recipient }) => !standsForItself(recipient));
			if (named.length === 0) continue;
			const reasons = await this.book.hideAll(named.map(({ reason }) => reason ?? undefined));
			const next = named.map((row, at) => ({
				...row,
				recipient: this.book.hashOf(row.recipient),
				objectId: this.book.hashOf(row.objectId),
				reason: reasons[at] ?? null,
			}));
			await this.store.transaction(async (tx) => {
				await tx.renaming.renameOutbox(next);
				await this.tell(tx, 'outbox entries', next.length);
			});
			turned += next.length;
		}
		return turned;
	}

	async keys(): Promise<number> {
		let turned = 0;
		const list = (last: TextRow | undefined): Promise<readonly TextRow[]> =>
			this.store.transaction((tx) => tx.erasure.texts('keys', last?.key ?? null, page));
		for await (const rows of pages(page, list)) {
			const named = rows.filter(({ text }) => !standsForItself(text) && !text.startsWith(erasedKey));
			if (named.length === 0) continue;
			await this.store.transaction(async (tx) => {
				for (const {
					key: [scope = '', key = ''],
				} of named) {
					const name = this.book.hashOf(key);
					const [stored = null] = await tx.keys.readResults(scope, [key]);
					const result =
						stored === null
							? null
							: sealResult(this.context, scope, name, openResult(this.context, scope, key, stored));
					const content = await tx.renaming.keyDigest(scope, key);
					const digest = content === null ? null : this.book.digestOf(content);
					await tx.renaming.renameKey(scope, key, { name, digest, result });
				}
				await this.tell(tx, 'keys', named.length);
			});
			turned += named.length;
		}
		return turned;
	}

	private turnedSettings(settings: SpineSettings): SpineSettings {
		return { ...settings, testRecipients: settings.testRecipients.map((name) => this.book.hashOf(name)) };
	}

	private async settings(): Promise<number> {
		let turned = 0;
		for (const { settings, pauseReason } of await this.store.transaction((tx) => tx.spines())) {
			const [reason] = await this.book.hideAll([pauseReason ?? undefined]);
			const next = this.turnedSettings(settings);
			if (canonicalJson({ ...next }) === canonicalJson({ ...settings }) && (reason ?? null) === pauseReason)
				continue;
			await this.store.transaction(async (tx) => {
				const row = await tx.spine(settings.spine, 'update');
				if (row !== null) await tx.writeSpine({ ...row, settings: next, pauseReason: reason ?? null });
			});
			turned += 1;
		}
		const list = (last: TextRow | undefined): Promise<readonly TextRow[]> =>
			this.store.transaction((tx) => tx.erasure.texts('settings', last?.key ?? null, page));
		for await (const rows of pages(page, list))
			for (const {
				key: [spine = '', version = ''],
				text,
			} of rows) {
				const next = JSON.stringify(this.turnedSettings(JSON.parse(text) as SpineSettings));
				if (next === text) continue;
				await this.store.transaction((tx) => tx.erasure.rewriteSettings(spine, version, next));
				turned += 1;
			}
		return turned;
	}

	/** Documents in which recipients may be named, and the settings of spines. */
	async documents(): Promise<number> {
		let turned = await this.settings();
		for (const kind of ofRecipients)
			for await (const found of documents(this.context, kind)) {
				const [body = found.body] = await this.book.hide([found.body]);
				if (body === found.body || JSON.stringify(body) === JSON.stringify(found.body)) continue;
				await this.store.transaction(async (tx) => {
					const [record = null] = await tx.records.lockRecords(kind, [found.id]);
					if (record === null) return;
					const updatedAt = await tx.now();
					const revision = record.revision + 1;
					await tx.records.updateRecord({ ...record, body, revision, updatedAt });
				});
				turned += 1;
			}
		return turned;
	}

	async events(): Promise<number> {
		let turned = 0;
		const list = (last: LinkedRow | undefined): Promise<readonly LinkedRow[]> =>
			this.store.transaction((tx) => tx.erasure.eventsAfter(last?.id ?? 0, pageEvents));
		for await (const rows of pages(pageEvents, list)) {
			const next = (await turnedEvents(rows, this.book, this.context.seal)).filter((one) => one !== null);
			if (next.length === 0) continue;
			await this.store.transaction(async (tx) => {
				const redactions: Redaction[] = [];
				for (const { row, redaction } of next) {
					await tx.erasure.rewriteEvent(row);
					if (redaction !== null) redactions.push(redaction);
				}
				tx.markState({ redactions });
				await this.tell(tx, 'events', next.length);
			});
			turned += next.length;
			await this.store.breathe();
		}
		return turned;
	}
}

/**
 * Turns a ledger that stores recipients as names into one that stores keyed hashes: rows, events, keys and documents. The
 * chain goes on: events are told to be replaced, as an erasure tells it. No n8n may use the ledger meanwhile; nobody can
 * open it to deliver until this has ended, and what was cut off goes on where it was. Where there are hashes already, nothing
 * is changed. Closes the store.
 *
 * @throws `ledger-recipients-no-key`, `ledger-recipients-locked`, `ledger-turn-broken`, `ledger-turn-in-flight`,
 * `ledger-turn-remembered`, `ledger-erase-unsigned`, `ledger-input-locked`
 */
export async function turnIntoHashes(
	{ store, codec, signing }: OpenedStore,
	hashing: Hashing,
): Promise<TurnReport> {
	try {
		if (!codec.seals) throw gateError('ledger-recipients-no-key');
		const [seal, signer] = [signing?.seal ?? null, signing?.head ?? null];
		const context: LedgerContext = {
			store,
			codec,
			seal,
			signer,
			recipients: 'as-stored',
			storedDigest: same,
		};
		const counts = await turn(context, hashing);
		return { ...counts, remains: (await store.scrub()).remains };
	} finally {
		await store.close();
	}
}

async function turn(context: LedgerContext, hashing: Hashing): Promise<Omit<TurnReport, 'remains'>> {
	const { store, codec } = context;
	const mark = await turningMark(context, hashing);
	if (mark === null) return { recipients: 0, deliveries: 0, outbox: 0, keys: 0, documents: 0, events: 0 };
	await seal(context, Number.MAX_SAFE_INTEGER);
	const turning = new Turning(context, new NameBook(store, codec, hashing.under(secretIn(mark, codec))));
	await turning.keepAll();
	const deliveries = await turning.deliveries();
	const recipients = await turning.recipients();
	await store.transaction((tx) => tx.renaming.forgetReaders());
	const outbox = await turning.outbox();
	const keys = await turning.keys();
	const documents = await turning.documents();
	await seal(context, Number.MAX_SAFE_INTEGER);
	const events = await turning.events();
	await store.transaction(endTurning);
	await seal(context, Number.MAX_SAFE_INTEGER);
	return { recipients, deliveries, outbox, keys, documents, events };
}
