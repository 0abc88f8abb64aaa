import { ReleaseGateError } from '../../../core/errors';
import type { InputCodec } from '../context';
import type { Disagreement } from '../history/compare';
import { absent } from '../history/state';
import { pages } from '../pages';
import type { LedgerStore, StatePage } from '../store';
import { openName } from './names';
import { hashForm, type KeyedHashes, type SealedName } from './port';

const page = 1000;

/** Compares the names that are kept with the hashes they belong to: what a hash stands for must be what it was made of. */
export class NameCheck {
	constructor(
		private readonly store: LedgerStore,
		private readonly codec: InputCodec,
		private readonly hashes: KeyedHashes,
	) {}

	/** The first name that is not its hash's, or is missing; `null` where there is none. */
	async first(): Promise<Disagreement | null> {
		return (
			(await this.changed()) ??
			(await this.missing('recipients')) ??
			(await this.missing('deliveries')) ??
			(await this.missingTesters())
		);
	}

	private isRight(row: SealedName): boolean {
		try {
			return this.hashes.name(openName(this.codec, row)) === row.hash;
		} catch (error) {
			if (!(error instanceof ReleaseGateError)) throw error;
			return false;
		}
	}

	private async changed(): Promise<Disagreement | null> {
		const list = (last: SealedName | undefined): Promise<readonly SealedName[]> =>
			this.store.transaction((tx) => tx.names.list(last?.hash ?? '', page));
		for await (const rows of pages(page, list)) {
			const wrong = rows.find((row) => !this.isRight(row));
			if (wrong !== undefined) {
				const record = `name of recipient ${wrong.hash}`;
				return { record, explanation: `The ${record} was changed past the ledger.` };
			}
			await this.store.breathe();
		}
		return null;
	}

	private async without(hashes: readonly string[]): Promise<Disagreement | null> {
		const asked = [...new Set(hashes)].filter((hash) => hashForm.test(hash));
		if (asked.length === 0) return null;
		const names = await this.store.transaction((tx) => tx.names.read(asked));
		const at = names.indexOf(null);
		if (at < 0) return null;
		const record = `name of recipient ${asked[at] ?? ''}`;
		return { record, explanation: `The ${record} is gone, and nobody was erased under it.` };
	}

	private async missing(table: 'recipients' | 'deliveries'): Promise<Disagreement | null> {
		const list = (last: StatePage[number] | undefined): Promise<StatePage> =>
			this.store.transaction((tx) => tx.statePage(table, last?.path ?? null, page));
		for await (const rows of pages(page, list)) {
			// Of whom nothing is known there need be no name: a batch locked them, no more.
			const known = rows.filter(({ digest }) => digest !== absent);
			const found = await this.without(known.map(({ path }) => path.at(-1) ?? ''));
			if (found !== null) return found;
			await this.store.breathe();
		}
		return null;
	}

	private async missingTesters(): Promise<Disagreement | null> {
		const spines = await this.store.transaction((tx) => tx.spines());
		return await this.without(spines.flatMap(({ settings }) => settings.testRecipients));
	}
}
