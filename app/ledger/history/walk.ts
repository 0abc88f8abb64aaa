import { gateError, ReleaseGateError } from '../../../core/errors';
import { contentDigest, linkProblem } from '../chain';
import type { LedgerContext } from '../context';
import type { ChainEnds, LinkedRow } from '../store';
import { Replay } from './replay';
import { type EventState, parseState, type Redaction, type StateSeal } from './state';

/** Few, since an event of a large batch tells of thousands of rows. */
const pageRows = 200;

/** Where the chain no longer holds. */
export interface ChainBreak {
	readonly position: number;
	readonly explanation: string;
}

export interface Walked {
	readonly broken: ChainBreak | null;
	readonly position: number;
	readonly hash: string;
	readonly replay: Replay;
}

/** What an event tells of the state, and whether it is signed. @throws `ledger-state-unreadable`, `ledger-state-forged` */
export function readState(seal: StateSeal | null, stored: string): { state: EventState; signed: boolean } {
	if (seal !== null) {
		const { text, signed } = seal.open(stored);
		return { state: parseState(text), signed };
	}
	const signed = stored.startsWith('signed:');
	return { state: parseState(signed ? stored.slice(stored.indexOf('{')) : stored), signed };
}

/** One walk along the chain: its links, what its events tell of the state, and what was taken out of them since. */
class Walk {
	readonly replay = new Replay();
	/** Events whose content is another than the one they were sealed with, until a redaction accounts for it. */
	private readonly replaced = new Map<
		number,
		{ readonly hash: string; readonly content: string; readonly problem: string }
	>();
	private readonly redactions = new Map<number, Redaction>();
	private signed = false;

	constructor(
		private readonly seal: StateSeal | null,
		public position: number,
		public hash: string,
	) {}

	/** Takes the next event; a break that no redaction can account for, or `null`. */
	take(row: LinkedRow): ChainBreak | null {
		const position = this.position + 1;
		const problem = linkProblem(this.hash, position, row);
		if (problem !== null) {
			if (row.position !== position || row.hash === null) return { position, explanation: problem };
			this.replaced.set(position, { hash: row.hash, content: contentOrNothing(row), problem });
		}
		this.position = position;
		this.hash = row.hash ?? '';
		if (position === 1) this.replay.begin(row.state !== null);
		return row.state === null ? null : this.tell(row.state, position);
	}

	private tell(stored: string, position: number): ChainBreak | null {
		try {
			const { state, signed } = readState(this.seal, stored);
			if (this.seal !== null && this.signed && !signed) throw gateError('ledger-state-unsigned');
			this.signed ||= signed;
			this.replay.take(state, position);
			for (const redaction of state.redactions) this.redactions.set(redaction.position, redaction);
			return null;
		} catch (error) {
			if (!(error instanceof ReleaseGateError)) throw error;
			return { position, explanation: `The event at position ${position}: ${error.message}` };
		}
	}

	/** The first event whose content was replaced without a later event that says so. */
	unaccounted(): ChainBreak | null {
		for (const [position, { hash, content, problem }] of this.replaced) {
			const redaction = this.redactions.get(position);
			if (redaction?.hash === hash && redaction.content === content) continue;
			return { position, explanation: problem };
		}
		return null;
	}
}

function contentOrNothing(row: LinkedRow): string {
	try {
		return contentDigest(row);
	} catch {
		return '';
	}
}

/** Walks from the foot to the head and checks every link. */
export async function walkChain({ store, seal }: LedgerContext, ends: ChainEnds): Promise<Walked> {
	const walk = new Walk(seal, ends.footPosition, ends.footHash);
	let broken: ChainBreak | null = null;
	while (broken === null && walk.position < ends.headPosition) {
		const page = await store.transaction((tx) => tx.linkedEvents(walk.position, pageRows));
		if (page.length === 0) {
			const position = walk.position + 1;
			broken = { position, explanation: `The event at position ${position} is gone.` };
		}
		for (const row of page) {
			if (broken !== null || walk.position >= ends.headPosition) break;
			broken = walk.take(row);
		}
		await store.breathe();
	}
	// What was replaced lies before what is gone: the first of them is told.
	broken = walk.unaccounted() ?? broken;
	return { broken, position: walk.position, hash: walk.hash, replay: walk.replay };
}
