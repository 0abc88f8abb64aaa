/** Colours by meaning; the page defines them for light and dark. */
export type Tone = 'good' | 'bad' | 'warn' | 'soft' | 'plain';

export interface BarSeries {
	readonly name: string;
	readonly tone: Tone;
	/** One value per category. */
	readonly values: readonly number[];
}

/** A bar chart; several series are stacked. */
export interface BarChart {
	/** For people who cannot see it. */
	readonly description: string;
	readonly categories: readonly string[];
	readonly series: readonly BarSeries[];
	/** Empty categories that divide the others: a line with what happened there. */
	readonly dividers?: readonly { readonly category: number; readonly label: string }[];
	/** What the values count, e.g. `deliveries`. */
	readonly unit: string;
}

/**
 * Draws charts as SVG text that scales with its box and takes its colours from the CSS variables `--good`, `--bad`,
 * `--warn`, `--soft`, `--plain`, `--ink` and `--line`. Texts are escaped by the one who draws.
 */
export interface Plotter {
	bars(chart: BarChart): string;
}
