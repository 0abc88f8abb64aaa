/** One difference between two views. */
export interface DiffRow {
	readonly part: 'contact' | 'property' | 'group' | 'workflow' | 'flag' | 'policy' | 'spine';
	/** Id or name of the thing. */
	readonly name: string;
	/** What of it differs, e.g. a property, `options`, `Send: jsonBody.Subject`; empty for the whole thing. */
	readonly field: string;
	readonly before: string;
	readonly after: string;
	/** One sentence where before and after do not say it; else empty. */
	readonly note: string;
}

export interface Diff {
	readonly before: string;
	readonly after: string;
	/** All differences, by part. */
	readonly counts: { readonly [part: string]: number };
	/** At most as many as asked for. */
	readonly rows: readonly DiffRow[];
	readonly more: number;
}
