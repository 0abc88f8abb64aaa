import type { IExecuteFunctions } from 'n8n-workflow';
import { failDeliveries } from '../../app/deliver/fail';
import type { Ledger } from '../../app/ledger/api';
import type { VendorWord } from '../../core/delivery/failure';
import type { CommitResult } from '../../core/delivery/sends';
import type { OwnDelivery } from '../kit/envelope';
import { HARMLESS, type ItemOutputs, type ItemReport } from '../kit/items';
import type { Refused } from './acceptance';
import { DONE } from './outputs';
import { writeBack } from './write-back';

/** A delivery and the item it came with. */
export interface Placed extends OwnDelivery {
	/** Whether the item stands for other deliveries too: each then leaves as an item of its own. */
	readonly shared: boolean;
}

/** Puts a delivery out: with its item's fields, or as an item of its own where it shared one. */
export function leave(
	out: ItemOutputs,
	output: number,
	{ index, envelope, shared }: Placed,
	patch: { readonly releaseGate: ItemReport; readonly [field: string]: unknown },
): void {
	if (shared) out.record(output, index, { delivery: envelope, ...patch });
	else out.put(output, index, { delivery: envelope, ...patch });
}

/** Puts a committed delivery out, or one whose commit was refused. */
export function place(out: ItemOutputs, delivery: Placed, result: CommitResult): void {
	if (result.status === 'refused') {
		const { reason, explanation: message } = result;
		leave(out, HARMLESS, delivery, { releaseGate: { status: 'refused', reason, message } });
		return;
	}
	const sentAt = new Date(result.sentAt).toISOString();
	const writes = result.status === 'committed' ? result.writes : [];
	const rehearsal = delivery.envelope.mode === 'dry-run';
	const releaseGate = { status: result.status, sentAt, ...(rehearsal ? { wouldWrite: writes } : {}) };
	leave(out, DONE, delivery, { releaseGate, ...(rehearsal ? {} : writeBack(writes)) });
}

/** Records sends that the provider did not take, or of which nobody knows; they leave on the harmless output. */
export async function placeRefused(
	ctx: IExecuteFunctions,
	out: ItemOutputs,
	ledger: Ledger,
	refused: readonly (Placed & Refused)[],
): Promise<void> {
	if (refused.length === 0) return;
	const words = new Map<unknown, VendorWord>(refused.map((one) => [one, one.word]));
	const results = await failDeliveries(
		ledger,
		refused.map((one) => ({ envelope: one.envelope, json: one })),
		{
			stage: 'send',
			replay: 'auto',
			reason: '',
			vendor: (json) => words.get(json) ?? null,
			by: `execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`,
		},
	);
	for (const message of new Set(results.flatMap(({ everybody }) => everybody?.message ?? [])))
		ctx.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	refused.forEach((one, at) => {
		const became = results[at];
		if (!became) return;
		const { request, result, everybody } = became;
		const { reason, explanation: message } =
			result.status === 'refused' ? result : { reason: everybody?.code, explanation: request.reason };
		const remedy = everybody ? { remedy: everybody.remedy } : {};
		leave(out, HARMLESS, one, {
			releaseGate: { status: result.status, reason: reason ?? 'not-accepted', message, ...remedy },
		});
	});
}
