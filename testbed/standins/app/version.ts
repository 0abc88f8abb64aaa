/** The critical paths of the application, in the doctrine's order (3.3). */
export const criticalPaths = ['login', 'apply', 'tracker', 'email', 'upgrade'] as const;
export type CriticalPath = (typeof criticalPaths)[number];

/** How one version behaves. */
export interface Version {
	readonly version: string;
	/** Id of the commit it was built from. */
	readonly commit: string;
	/** Critical paths that answer 500. */
	readonly broken: readonly CriticalPath[];
	/** Share of requests that fail, 0 to 1. */
	readonly errorRate: number;
	/** 95th percentile of the latency, in milliseconds. */
	readonly p95: number;
	/** Tasks waiting in Celery. */
	readonly queueDepth: number;
	/** Requests a minute; 0 when nobody comes. */
	readonly traffic: number;
	/** Reads of columns that the next contract step drops, by column. */
	readonly reads: Readonly<Record<string, number>>;
}

/** A healthy version, changed as told. */
export const versionOf = (version: string, more: Partial<Version> = {}): Version => ({
	version,
	commit: '0'.repeat(40),
	broken: [],
	errorRate: 0.004,
	p95: 310,
	queueDepth: 12,
	traffic: 1_200,
	reads: {},
	...more,
});
