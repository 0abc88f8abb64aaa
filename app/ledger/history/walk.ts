import { gateError, ReleaseGateError } from '../../../core/errors';
import { contentDigest, linkProblem } from '../chain';
import type { LedgerContext } from '../context';
import type { ChainEnds, LinkedRow } from '../store';
import { Replay } from './replay';
import { eventText, parseState, type Redaction, type StateSeal, unsignedText } from './state';

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

/** One walk along the chain: its links, what its events tell of the state, and what was taken out of them since. */
class Walk {
	readonly replay = new Replay();
	/** Events whose content is another than the one they were sealed with, until a redaction accounts for it. */
	private readonly replaced = new Map<
		number,
		{ readonly hash: string; readonly content: string; readonly problem: string }
	>();
	private readonly redactions = new Map<number, Redaction>();
	/** Of the signatures seen; one that is seen twice was copied. */
	private readonly nonces = new Set<string>();

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
		return this.tell(row, position);
	}

	/** The text of what an event tells of the state, its signature checked where there is a key. */
	private textOf(row: LinkedRow): string | null {
		if (this.seal === null) return row.state && unsignedText(row.state);
		const { text, nonce } =
			row.state === null ? { text: null, nonce: null } : this.seal.open(row.state, eventText(row));
		if (nonce === null && this.nonces.size > 0) throw gateError('ledger-state-unsigned');
		if (nonce !== null && this.nonces.has(nonce)) throw gateError('ledger-state-repeated');
		if (nonce !== null) this.nonces.add(nonce);
		return text;
	}

	private tell(row: LinkedRow, position: number): ChainBreak | null {
		try {
			const text = this.textOf(row);
			if (text === null) return null;
			const state = parseState(text);
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
