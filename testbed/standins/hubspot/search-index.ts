/** What a contact shows: its properties that have a value. */
export type Values = ReadonlyMap<string, string>;

interface Waiting {
	readonly at: number;
	readonly id: string;
	/** `null`: archived or merged away. */
	readonly values: Values | null;
}

/** What searches see: the contacts as they were when the lag began. */
export class SearchIndex {
	private readonly visible = new Map<string, Values>();
	private waiting: Waiting[] = [];
	private order: string[] | null = null;

	constructor(
		private readonly clock: () => number,
		/** Milliseconds until a write shows. */
		public lagMs: number,
	) {}

	/** Shows these values of a contact from the end of the lag on; `null`: the contact is archived or merged away. */
	put(id: string, values: Values | null): void {
		this.waiting.push({ at: this.clock() + this.lagMs, id, values });
	}

	/** Makes everything visible at once, e.g. after seeding. */
	settle(): void {
		this.show(this.waiting);
		this.waiting = [];
	}

	/** Visible contacts by ascending id. */
	*rows(): Iterable<readonly [string, Values]> {
		const now = this.clock();
		this.show(this.waiting.filter((entry) => entry.at <= now));
		this.waiting = this.waiting.filter((entry) => entry.at > now);
		this.order ??= [...this.visible.keys()].sort((a, b) => Number(a) - Number(b));
		for (const id of this.order) {
			const values = this.visible.get(id);
			if (values !== undefined) yield [id, values];
		}
	}

	private show(entries: readonly Waiting[]): void {
		for (const { id, values } of entries) {
			if (values === null ? this.visible.delete(id) : !this.visible.has(id)) this.order = null;
			if (values !== null) this.visible.set(id, values);
		}
	}
}
