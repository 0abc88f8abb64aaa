import type { DeliveryRow, RecipientFacts, Remembered } from '../../../core/delivery/transitions';
import type { Instant } from '../../../core/delivery/types';
import type { LinkedRow, RecipientRef, RecipientRow } from '../rows';

/** Makes the names under which erased people go on, and the keyed ones by which one who comes back is known again. */
export interface Pseudonyms {
	/** A name that says nothing. */
	fresh(): string;
	/** What keyed names of one ledger are mixed with. */
	salt(): string;
	/** Keyed names of a text under a salt: the one of the current key first, then those of former keys. */
	of(salt: string, text: string): readonly string[];
}

/** Texts in which a person may be named, beside events and documents. */
export type TextTable = 'reasons' | 'settings' | 'keys' | 'results';

/** A row of such a table, by the parts of its key. */
export interface TextRow {
	readonly key: readonly string[];
	/** The text; of a result sealed where the ledger has a key, of a key the key itself. */
	readonly text: string;
}

/** What a store must do so that one person can be erased, within a transaction. */
export interface ErasureTransaction {
	/** Deliveries of a recipient on every spine and in every key space, locked, with their stored inputs. */
	deliveriesOf(
		recipient: string,
	): Promise<readonly { readonly row: DeliveryRow; readonly input: string | null }[]>;
	/** What is known of a recipient on every spine and in every key space, locked. */
	factsOf(recipient: string): Promise<readonly RecipientRow[]>;
	/** Puts a delivery in the place of another, and removes the other with its input and its message. */
	replaceDelivery(former: DeliveryRow, row: DeliveryRow): Promise<void>;
	/** Keeps what is known of a recipient under another name. */
	renameRecipient(row: RecipientRow, name: string): Promise<void>;
	/** Empties a recipient's entries of the outbox and puts another name into them; waiting ones are given up. Counts both. */
	eraseOutbox(
		recipient: string,
		name: string,
	): Promise<{ readonly entries: number; readonly givenUp: number }>;

	/** Remembers a recipient's sends under a keyed name. */
	remember(ref: RecipientRef, kept: Remembered, salt: string, at: Instant): Promise<void>;
	/** Salt of what is remembered; `null` where nothing is. */
	salt(): Promise<string | null>;
	/** What is remembered of recipients that were erased, and when they were; `null` for everybody else. Live ones only. */
	remembered(
		refs: readonly RecipientRef[],
	): Promise<readonly ({ readonly facts: RecipientFacts; readonly erasedAt: Instant } | null)[]>;
	/** Removes up to `limit` of what need not be remembered any longer; says how many. */
	forget(before: Instant, limit: number): Promise<number>;

	/** Events in order of their ids, sealed or not. */
	eventsAfter(id: number, limit: number): Promise<readonly LinkedRow[]>;
	eventsOf(ids: readonly number[]): Promise<readonly LinkedRow[]>;
	/** Replaces what an event says. Its place and its hash stay: a redaction must account for it. */
	rewriteEvent(row: LinkedRow): Promise<void>;

	/** Rows of a table in order of their keys, after a key. Rows without text are left out. */
	texts(table: TextTable, after: readonly string[] | null, limit: number): Promise<readonly TextRow[]>;
	/** Replaces the settings of a former version of a spine. */
	rewriteSettings(spine: string, version: string, settings: string): Promise<void>;
	/** Gives a key a keyed name, under which it stays done, and takes its result and the digest of its content away. */
	renameKey(scope: string, key: string, salt: string): Promise<void>;
	/** The name that each key of a scope goes by: a keyed one if it was erased. The keys themselves where none was. */
	keyNames(scope: string, keys: readonly string[]): Promise<readonly string[]>;

	/** A name that says nothing, for who is erased. */
	freshName(): string;
	freshSalt(): string;
}

/** How the names of erased keys begin. */
export const erasedKey = 'erased:';
