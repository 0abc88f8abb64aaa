import { refOf } from '../../core/delivery/envelope';
import { classifyFailure, readNodeFailure } from '../../core/delivery/failure';
import type { FailRequest, FailResult } from '../../core/delivery/sends';
import type { DeliveryState, Envelope, FailureClass } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';

/** One delivery that failed. */
export interface Failure {
	/** With the token of its claim. */
	readonly envelope: Envelope;
	/** What the failed node left on the item. */
	readonly json: Parameters<typeof readNodeFailure>[0];
}

/** What whoever reports the failures says of them; `auto` and an empty reason are read from the item. */
export interface FailureWord {
	readonly stage: string;
	readonly replay: string;
	readonly reason: string;
}

/** What became of one failure, and how it was taken. */
export interface Failed {
	readonly request: FailRequest;
	readonly result: FailResult;
}

const begun: ReadonlySet<DeliveryState | undefined> = new Set(['sending', 'in-doubt', 'committed']);

/** A confirmed send may have left: calling it a failed generation would let it be sent again. */
const stageOf = (chosen: string, state: DeliveryState | undefined): FailureClass => {
	if (chosen === 'commit') return 'commit';
	if (begun.has(state)) return 'send';
	return chosen === 'before-generation' ? 'before-generation' : chosen === 'send' ? 'send' : 'generation';
};

/** Fails the deliveries of one batch. One result each, in order. Throws only what the ledger throws. */
export async function failDeliveries(
	ledger: Ledger,
	failures: readonly Failure[],
	word: FailureWord,
): Promise<readonly Failed[]> {
	const records = await ledger.deliveries.get(failures.map(({ envelope }) => refOf(envelope)));
	const batch = failures.map(({ envelope, json }, at): FailRequest => {
		const failureClass = stageOf(word.stage, records[at]?.state);
		const read = classifyFailure({ ...readNodeFailure(json), stage: failureClass });
		return {
			ref: refOf(envelope),
			token: envelope.token ?? 0,
			failureClass,
			sent: read.sent,
			retryable: word.replay === 'auto' ? read.retryable : word.replay === 'yes',
			reason: word.reason || read.reason,
		};
	});
	const results = await ledger.deliveries.fail(batch);
	return batch.flatMap((request, at) => {
		const result = results[at];
		return result ? [{ request, result }] : [];
	});
}
