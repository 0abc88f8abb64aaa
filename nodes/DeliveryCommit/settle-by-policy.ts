import type { IExecuteFunctions } from 'n8n-workflow';
import { envelopeOf } from '../../core/delivery/envelope';
import type { DeliveryRef } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Ledger } from '../../app/ledger/api';
import type { Settlement } from '../../core/delivery/sends';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { now } from '../kit/clock';
import { HARMLESS, type ItemOutputs } from '../kit/items';
import { contactWrites, deliveredBefore } from '../../app/deliver/outbox';
import { DONE } from './outputs';
import { textParameter } from '../kit/parameters';

/** What settling works with. */
export interface SettleWork {
	readonly ctx: IExecuteFunctions;
	readonly ledger: Ledger;
	readonly out: ItemOutputs;
	readonly by: string;
}

const PAGE = 1000;

/** When the provider's silence counts as proof: the spine's quiet time after the send began. */
export const isQuiet = (spine: SpineRecord, record: DeliveryRecord): boolean =>
	now() - (record.sendingSince ?? record.updatedAt) >= spine.settings.inDoubtQuietMs;

async function* inDoubt(ledger: Ledger, spine: string): AsyncGenerator<readonly DeliveryRecord[]> {
	let after: DeliveryRef | undefined;
	for (;;) {
		const page = await ledger.deliveries.list({
			spine,
			states: ['in-doubt'],
			withInput: true,
			limit: PAGE,
			after,
		});
		if (page.length > 0) yield page;
		if (page.length < PAGE) return;
		after = page.at(-1)?.ref;
	}
}

/**
 * Sweeps each named spine once and settles its deliveries in doubt as it is configured: assumed delivered after the
 * quiet time, or left for a person (one record each on the harmless output). Done: one summary per spine. Returns
 * the outbox entries that were made. Unknown spines concern their item.
 */
export async function settleByPolicy({ ctx, ledger, out, by }: SettleWork): Promise<readonly string[]> {
	const outboxIds: string[] = [];
	const seen = new Set<string>();
	for (const index of out.items.keys()) {
		const name = textParameter(ctx, 'spine', index);
		if (seen.has(name)) {
			out.put(DONE, index, {
				releaseGate: { status: 'known', message: 'This spine was settled with an earlier item.' },
			});
			continue;
		}
		seen.add(name);
		const spine = name === '' ? null : await ledger.spines.get(name);
		if (spine === null) {
			out.misconfigured(index, gateError('ledger-spine-unknown', { spine: name }));
			continue;
		}
		const swept = await ledger.deliveries.sweep(name);
		const assume = spine.settings.inDoubt === 'assume-delivered';
		const builder = contactWrites(spine);
		let [settled, waiting] = [0, 0];
		const leave = (record: DeliveryRecord, message: string): void => {
			waiting += 1;
			const delivery = envelopeOf(record.ref);
			out.record(HARMLESS, index, {
				delivery,
				key: delivery.key,
				releaseGate: { status: 'in-doubt', message },
			});
		};
		for await (const page of inDoubt(ledger, name)) {
			const ready = page.filter((record) => {
				if (assume && isQuiet(spine, record)) return true;
				leave(
					record,
					assume ? 'The quiet time after the send is not over.' : 'The spine leaves this to a person.',
				);
				return false;
			});
			const results = await ledger.deliveries.settle(
				ready.map((record): Settlement => ({
					ref: record.ref,
					verdict: 'delivered',
					grounds: 'The policy of the spine assumes that a send in doubt was delivered.',
					provider: record.provider ?? undefined,
					by,
					deliveredBefore: deliveredBefore(spine, record.input?.properties),
					writes: (facts) => builder(facts),
				})),
			);
			results.forEach((result, at) => {
				const record = ready[at];
				if (result.status === 'committed') {
					settled += 1;
					outboxIds.push(...result.outboxIds);
				} else if (result.status === 'refused' && record) leave(record, result.explanation);
			});
		}
		out.record(DONE, index, { spine: name, ...swept, settled, waiting });
	}
	return outboxIds;
}
