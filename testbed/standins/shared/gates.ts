import { matches, type Call, type CallLog, type CallMatch, type When } from './calls';

/** Holds calls at a chosen moment, so that a harness can kill the caller there. */
export interface GateOptions extends CallMatch {
	/** Default `before`. */
	readonly when?: When;
	/** Which matching call is held, counted from now; 1 if absent. */
	readonly nth?: number;
	/** Lets the call go by itself after this time; 120,000 ms if absent. */
	readonly holdMs?: number;
}

/** What is known of a gate. */
export interface GateState {
	readonly id: number;
	readonly reached: boolean;
	readonly released: boolean;
	/** The call that is or was held. */
	readonly call: { readonly number: number; readonly method: string; readonly path: string } | null;
}

interface Gate {
	readonly id: number;
	call: Call | null;
	released: boolean;
	readonly reach: Promise<void>;
	readonly release: () => void;
}

/** Gates on one stand-in. */
export class Gates {
	private readonly gates = new Map<number, Gate>();
	private last = 0;

	constructor(private readonly log: CallLog) {}

	set(options: GateOptions = {}): GateState {
		this.last += 1;
		let left = options.nth ?? 1;
		let reached: () => void = () => undefined;
		let release: () => void = () => undefined;
		const reach = new Promise<void>((resolve) => (reached = resolve));
		const released = new Promise<void>((resolve) => (release = resolve));
		const stop = this.log.listen(async (call, when) => {
			if (when !== (options.when ?? 'before') || !matches(call, options)) return;
			left -= 1;
			if (left !== 0) return;
			stop();
			gate.call = call;
			reached();
			const timer = setTimeout(gate.release, options.holdMs ?? 120_000);
			await released;
			clearTimeout(timer);
		});
		const gate: Gate = {
			id: this.last,
			call: null,
			released: false,
			reach,
			release: () => {
				stop();
				gate.released = true;
				release();
			},
		};
		this.gates.set(gate.id, gate);
		return this.state(gate.id);
	}

	state(id: number): GateState {
		const gate = this.gates.get(id);
		if (gate === undefined) throw new Error(`No gate ${id}`);
		const { call } = gate;
		return {
			id,
			reached: call !== null,
			released: gate.released,
			call: call && { number: call.number, method: call.method, path: call.path },
		};
	}

	/** Waits until the gate holds a call, at most `ms`. */
	async reached(id: number, ms: number): Promise<GateState> {
		const gate = this.gates.get(id);
		if (gate !== undefined && gate.call === null && ms > 0) {
			let timer: NodeJS.Timeout | undefined;
			const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
			await Promise.race([gate.reach, late]);
			clearTimeout(timer);
		}
		return this.state(id);
	}

	release(id: number): GateState {
		this.gates.get(id)?.release();
		return this.state(id);
	}

	/** Lets everything go and forgets the gates. */
	clear(): void {
		for (const gate of this.gates.values()) gate.release();
		this.gates.clear();
	}
}
