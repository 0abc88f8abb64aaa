/** One call a stand-in received. */
export interface Call {
	/** 1 for the first call since the start (or the last clearing). */
	readonly number: number;
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly method: string;
	/** Path as called, without the query. */
	readonly path: string;
	readonly query: Readonly<Record<string, unknown>>;
	/** As parsed; a fault may change it before the stand-in works on it. */
	body: unknown;
	readonly headers: Readonly<Record<string, unknown>>;
	/** Status of the answer; `null` until answered, and if the connection was cut instead. */
	status: number | null;
	/** Id of the fault that was played on it. */
	fault: string | null;
}

/** `before`: received, nothing applied yet. `after`: applied, the answer is not on its way yet. */
export type When = 'before' | 'after';

/** Called at both moments of every call; the call goes on when the promise settles. */
export type CallListener = (call: Call, when: When) => void | Promise<void>;

/** Which calls are meant: by method and by a part of the path. Empty means all. */
export interface CallMatch {
	readonly method?: string;
	/** The path contains this. */
	readonly path?: string;
}

/** Whether a call is meant. */
export const matches = (call: Call, match: CallMatch): boolean =>
	(match.method === undefined || match.method.toUpperCase() === call.method) &&
	(match.path === undefined || call.path.includes(match.path));

/** Keeps the calls and wakes the listeners. */
export class CallLog {
	private kept: Call[] = [];
	private count = 0;
	private readonly listeners = new Set<CallListener>();

	constructor(private readonly keep: number) {}

	open(call: Omit<Call, 'number' | 'status' | 'fault'>): Call {
		this.count += 1;
		const entry: Call = { ...call, number: this.count, status: null, fault: null };
		this.kept.push(entry);
		if (this.kept.length > this.keep) this.kept.splice(0, this.kept.length - this.keep);
		return entry;
	}

	list(match: CallMatch = {}): readonly Call[] {
		return this.kept.filter((call) => matches(call, match));
	}

	clear(): void {
		this.kept = [];
		this.count = 0;
	}

	listen(listener: CallListener): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	async tell(call: Call, when: When): Promise<void> {
		for (const listener of [...this.listeners]) await listener(call, when);
	}
}
