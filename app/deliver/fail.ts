import { refOf } from '../../core/delivery/envelope';
import {
	type Classification,
	classifyFailure,
	ofWholeCall,
	readNodeFailure,
	type VendorWord,
} from '../../core/delivery/failure';
import { faultPause } from '../../core/delivery/pause';
import { gateError, type ReleaseGateError } from '../../core/errors';
import type { FailRequest, FailResult } from '../../core/delivery/sends';
import type { DeliveryState, Envelope, FailureClass } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';

/** One delivery that failed. */
export interface Failure {
	/** With the token of its claim. */
	readonly envelope: Envelope;
	/** What the failed node left on the item. */
	readonly json: Parameters<typeof readNodeFailure>[0];
	/** Whether one call carried other deliveries too: then what was refused is the call. */
	readonly shared?: boolean;
}

/** What whoever reports the failures says of them; `auto` and an empty reason are read from the item. */
export interface FailureWord {
	readonly stage: string;
	readonly replay: string;
	readonly reason: string;
	/** Reads what the vendor itself answered; `null` where nobody knows. */
	readonly vendor: (json: unknown) => VendorWord | null;
	/** Who pauses a spine, e.g. the execution and its node. */
	readonly by: string;
}

/** What became of one failure, and how it was taken. */
export interface Failed {
	readonly request: FailRequest;
	readonly result: FailResult;
	/** What every delivery meets until somebody mends it; its spine was paused for it. */
	readonly everybody?: ReleaseGateError;
}

const begun: ReadonlySet<DeliveryState | undefined> = new Set(['sending', 'in-doubt', 'committed']);

/** A confirmed send may have left: calling it a failed generation would let it be sent again. */
const stageOf = (chosen: string, state: DeliveryState | undefined): FailureClass => {
	if (chosen === 'commit') return 'commit';
	if (begun.has(state)) return 'send';
	return chosen === 'before-generation' ? 'before-generation' : chosen === 'send' ? 'send' : 'generation';
};

/**
 * Pauses each spine whose deliveries met what every delivery would meet: going on would only lose the slot. What is due
 * stays due. Gives the error by spine.
 */
async function pauseSpines(
	ledger: Ledger,
	met: readonly { readonly spine: string; readonly reason: string }[],
	by: string,
): Promise<ReadonlyMap<string, ReleaseGateError>> {
	const errors = new Map<string, ReleaseGateError>();
	for (const { spine, reason } of met) {
		if (errors.has(spine)) continue;
		const error = gateError('vendor-refuses-everybody', { spine, reason });
		errors.set(spine, error);
		await ledger.spines.pause(spine, faultPause(reason), by);
	}
	return errors;
}

/**
 * Fails the deliveries of one batch. One result each, in order. What is wrong for everybody pauses the spine, and its
 * deliveries stay due; a rehearsal pauses nothing. Throws only what the ledger throws.
 */
export async function failDeliveries(
	ledger: Ledger,
	failures: readonly Failure[],
	word: FailureWord,
): Promise<readonly Failed[]> {
	const records = await ledger.deliveries.get(failures.map(({ envelope }) => refOf(envelope)));
	const reads: Classification[] = [];
	const batch = failures.map(({ envelope, json, shared = false }, at): FailRequest => {
		const failureClass = stageOf(word.stage, records[at]?.state);
		const facts = { ...readNodeFailure(json), stage: failureClass };
		const alone = classifyFailure(facts, word.reason === '' ? word.vendor(json) : null);
		const read = shared ? ofWholeCall(alone, facts.httpStatus) : alone;
		reads.push(read);
		return {
			ref: refOf(envelope),
			token: envelope.token ?? 0,
			failureClass,
			sent: read.sent,
			retryable: word.replay === 'auto' ? read.retryable : word.replay === 'yes',
			costsReplay: read.costsReplay || word.replay !== 'auto' || envelope.mode === 'dry-run',
			reason: word.reason || read.reason,
		};
	});
	const met = batch.flatMap(({ ref, reason, costsReplay }, at) =>
		reads[at]?.kind === 'everybody' && costsReplay === false ? [{ spine: ref.spine, reason }] : [],
	);
	const paused = await pauseSpines(ledger, met, word.by);
	const results = await ledger.deliveries.fail(batch);
	return batch.flatMap((request, at) => {
		const result = results[at];
		if (!result) return [];
		const everybody = result.status === 'due' && reads[at]?.kind === 'everybody';
		return [{ request, result, ...(everybody ? { everybody: paused.get(request.ref.spine) } : {}) }];
	});
}
