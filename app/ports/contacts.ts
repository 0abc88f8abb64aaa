import type { PropertyDirectory } from './properties';
import type {
	ContactQuery,
	Contact,
	ReadOptions,
	ReadResult,
	ContactWrite,
	WriteResult,
} from '../../core/delivery/contacts';

/** Reads and writes contacts of one account. Batches of any size; results never depend on positions. */
export interface ContactDirectory {
	/**
	 * Ids of the contacts that match, ascending, in pages of up to 200, without an upper limit on their number.
	 * From a search index: it may lag behind by seconds, so `read` is the authority. Throws catalogue errors.
	 */
	eligibleIds(query: ContactQuery): AsyncIterable<readonly string[]>;
	/** All contacts in pages of up to 100, from the list rather than the search index. Throws catalogue errors. */
	list(properties: readonly string[]): AsyncIterable<readonly Contact[]>;
	/** Reads contacts by id. Never throws for what happens to single ids or batches: those are `failed`. */
	read(ids: readonly string[], properties: readonly string[], options?: ReadOptions): Promise<ReadResult>;
	/** Writes contacts by id, one result per write, in their order. Several writes to one id become one, the later wins. */
	update(writes: readonly ContactWrite[]): Promise<readonly WriteResult[]>;
	/** Definitions of the account's contact properties. */
	readonly definitions: PropertyDirectory;
}
