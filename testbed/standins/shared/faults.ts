import { matches, type Call, type CallMatch } from './calls';

/** An answer given instead of the real one. Without `body` and `raw` the body is empty. */
export interface FaultAnswer {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
	readonly raw?: string;
}

/** `reset`: the connection is cut. `silence`: it stays open and nothing comes. `undefined`: the call goes on. */
export type FaultAct = FaultAnswer | 'reset' | 'silence' | undefined;

/** What can go wrong. `before` acts on a call that was not applied yet, `after` on one that was. */
export interface Fault {
	readonly id: string;
	readonly name: string;
	/** Variants it can be played in; the first is the default. */
	readonly variants?: readonly string[];
	/** Calls it is played on unless told otherwise. */
	readonly on?: CallMatch;
	/** Answers what the vendor never promised, on purpose: a new shape. The contract is not held against it. */
	readonly outside?: true;
	readonly before?: (call: Call, variant: string) => FaultAct | Promise<FaultAct>;
	readonly after?: (call: Call, variant: string, answer: FaultAnswer) => FaultAct | Promise<FaultAct>;
}

/** How a fault is played. */
export interface FaultOptions extends CallMatch {
	/** How many calls it hits; 1 if absent, `Infinity` for all. */
	readonly times?: number;
	/** Matching calls to let through first. */
	readonly skip?: number;
	readonly variant?: string;
}

interface Played {
	readonly fault: Fault;
	readonly match: CallMatch;
	readonly variant: string;
	times: number;
	skip: number;
}

/** The faults that wait for their calls. */
export class FaultBox {
	private waiting: Played[] = [];
	private readonly known: ReadonlyMap<string, Fault>;

	constructor(faults: readonly Fault[]) {
		this.known = new Map(faults.map((fault) => [fault.id, fault]));
	}

	ids(): readonly string[] {
		return [...this.known.keys()];
	}

	/** Throws for an unknown fault or variant: a test that plays nothing must not pass. */
	play(id: string, options: FaultOptions = {}): void {
		const fault = this.known.get(id);
		if (fault === undefined) throw new Error(`No fault ${id}; known: ${this.ids().join(', ')}`);
		const variant = options.variant ?? fault.variants?.[0] ?? '';
		if (variant !== '' && !fault.variants?.includes(variant)) {
			throw new Error(
				`Fault ${id} has no variant ${variant}; known: ${fault.variants?.join(', ') ?? 'none'}`,
			);
		}
		const given: CallMatch = { method: options.method, path: options.path };
		this.waiting.push({
			fault,
			match: options.method === undefined && options.path === undefined ? (fault.on ?? {}) : given,
			variant,
			times: options.times ?? 1,
			skip: options.skip ?? 0,
		});
	}

	clear(): void {
		this.waiting = [];
	}

	/** Faults that have not hit all their calls yet. */
	open(): number {
		return this.waiting.length;
	}

	/** The fault for this call, used up by one. */
	next(call: Call): { readonly fault: Fault; readonly variant: string } | undefined {
		for (const played of this.waiting) {
			if (!matches(call, played.match)) continue;
			if (played.skip > 0) {
				played.skip -= 1;
				continue;
			}
			played.times -= 1;
			if (played.times <= 0) this.waiting = this.waiting.filter((other) => other !== played);
			return { fault: played.fault, variant: played.variant };
		}
		return undefined;
	}
}
