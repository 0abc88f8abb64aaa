/** One panel, as the dashboard for Grafana lays it out: places in columns (24 wide) and rows of its grid. */
export interface Panel {
	readonly id: number;
	readonly title: string;
	readonly type: string;
	readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
	readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
	readonly fieldConfig: {
		readonly defaults: {
			readonly unit?: string;
			readonly thresholds?: {
				readonly steps: readonly { readonly color: string; readonly value: number | null }[];
			};
			readonly custom?: { readonly stacking?: { readonly mode: string } };
		};
	};
}

/** One series that answered a query: its name in the legend, and its finite values by time in milliseconds. */
export interface Line {
	readonly name: string;
	readonly points: readonly (readonly [at: number, value: number])[];
}

/** A panel and what its queries were answered. */
export interface Answered {
	readonly panel: Panel;
	readonly lines: readonly Line[];
	/** What Prometheus said of queries that it refused. */
	readonly refused: readonly string[];
	/** The time that was asked for, in milliseconds. */
	readonly asked: { readonly from: number; readonly to: number };
}
