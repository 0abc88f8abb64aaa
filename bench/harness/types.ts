/** How one run of the bench is meant. */
export interface BenchOptions {
	/** Small sizes and one round: shows that the program works; its figures mean nothing. */
	readonly quick: boolean;
	/** Adds the sizes that take long: 10M rows of history. */
	readonly large: boolean;
	/** Rounds instead of a measurement's own number. */
	readonly rounds?: number;
	/** First of the ports the measurements may use, all on 127.0.0.1. */
	readonly port: number;
	/** Tells the person at the terminal what is going on. */
	readonly say: (line: string) => void;
}

/** A table of figures, ready to be printed. */
export interface Table {
	readonly title: string;
	readonly columns: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

/** One figure beside the goal it is held to. */
export interface Goal {
	readonly what: string;
	readonly measured: number;
	/** `least`: the figure must reach the bound; `most`: it must not pass it. */
	readonly bound: { readonly least: number } | { readonly most: number };
	readonly unit: string;
}

/** What one measurement found. */
export interface Report {
	readonly tables: readonly Table[];
	readonly goals: readonly Goal[];
	/** How it was measured, and what the figures do not say. */
	readonly notes: readonly string[];
}

/** One question, answered by measuring. */
export interface Measurement {
	readonly name: string;
	readonly title: string;
	run(options: BenchOptions): Promise<Report>;
}

export const isMet = ({ measured, bound }: Goal): boolean =>
	'least' in bound ? measured >= bound.least : measured <= bound.most;
