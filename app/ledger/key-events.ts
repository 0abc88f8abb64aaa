import { canonicalJson, sha256 } from '../../core/delivery/canonical';
import type { Instant } from '../../core/delivery/types';
import type { NewEventRow } from './store';

/** What happened to keys; each is a kind of event. */
export type KeyEvent = 'claimed' | 'asked' | 'done' | 'assumed' | 'given-back' | 'in-doubt' | 'refused';

const words: Readonly<Record<KeyEvent, string>> = {
	claimed: 'claimed',
	asked: 'in doubt, to be asked about',
	done: 'done',
	assumed: 'in doubt, taken for done',
	'given-back': 'given back',
	'in-doubt': 'in doubt',
	refused: 'refused',
};

/** Most keys that an event of a first claim names. */
const mostNamed = 100;

type Entry = readonly [key: string, token: number] | readonly [key: string, token: number, detail: string];

/**
 * Collects what one batch did to the keys of one scope, and tells it in one event per kind, in the transaction of the
 * batch. An entry of `keys` is `[key, token]` or `[key, token, detail]`; a plain key has the `token` of the event. Of
 * many keys claimed for the first time the event holds their count, the first and the last, and a digest over all of
 * them: SHA-256 (hex) of the keys in their order, a line feed after each. To write their names costs as much as to
 * claim them.
 */
export class KeyEvents {
	private readonly pages = new Map<KeyEvent, Entry[]>();
	private fresh: readonly string[] = [];
	private freshToken = 0;

	constructor(
		private readonly operation: string,
		private readonly by: string,
		private readonly scope: string,
	) {}

	note(kind: KeyEvent, key: string, token: number, detail?: string): void {
		const entry: Entry = detail === undefined ? [key, token] : [key, token, detail];
		const page = this.pages.get(kind);
		if (page === undefined) this.pages.set(kind, [entry]);
		else page.push(entry);
	}

	/** Keys claimed for the first time, all under one token. */
	claimedAnew(keys: readonly string[], token: number): void {
		this.fresh = keys;
		this.freshToken = token;
	}

	rows(at: Instant): readonly NewEventRow[] {
		const rows: NewEventRow[] = [];
		const kinds = new Set(this.pages.keys());
		if (this.fresh.length > 0) kinds.add('claimed');
		const many = this.fresh.length > mostNamed;
		if (many) {
			rows.push({
				at,
				kind: 'keys.claimed',
				spine: null,
				subject: this.scope,
				sentence: `${this.fresh.length} keys of ${this.scope} claimed.`,
				data: this.summary(),
			});
			if (!this.pages.has('claimed')) kinds.delete('claimed');
		}
		for (const kind of kinds) {
			const fresh = kind === 'claimed' && !many ? this.fresh : [];
			const entries = [...fresh, ...(this.pages.get(kind) ?? [])];
			const count = entries.length;
			rows.push({
				at,
				kind: `keys.${kind}`,
				spine: null,
				subject: this.scope,
				sentence: `${count} ${count === 1 ? 'key' : 'keys'} of ${this.scope} ${words[kind]}.`,
				data: this.data(entries, fresh.length > 0),
			});
		}
		return rows;
	}

	private summary(): string {
		const { fresh, freshToken, by, operation } = this;
		const digest = sha256(`${fresh.join('\n')}\n`);
		const [first, last] = [fresh[0] ?? '', fresh.at(-1) ?? ''];
		return canonicalJson({
			by: by.toWellFormed(),
			count: fresh.length,
			digest,
			first,
			last,
			operation,
			token: freshToken,
		});
	}

	/**
	 * Canonical JSON, put together by hand: names in their order, and texts and whole numbers, which RFC 8785 writes as
	 * `JSON.stringify` does. The library takes as long over ten thousand keys as their insert.
	 */
	private data(entries: readonly (Entry | string)[], withToken: boolean): string {
		const head = `{"by":${JSON.stringify(this.by.toWellFormed())},"keys":${JSON.stringify(entries)}`;
		const tail = withToken ? `,"token":${this.freshToken}` : '';
		return `${head},"operation":${JSON.stringify(this.operation)}${tail}}`;
	}
}
