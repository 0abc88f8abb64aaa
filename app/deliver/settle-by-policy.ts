import type { DeliveryRef, Instant } from '../../core/delivery/types';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { OutboxWrite } from '../../core/delivery/outbox';
import type { Settlement } from '../../core/delivery/sends';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { Ledger } from '../ledger/api';
import { pages } from '../ledger/pages';
import { deliveredBefore } from './outbox';
import type { DeliverPorts } from './ports';

const PAGE = 1000;

/**
 * When the provider's silence counts as proof: the spine's quiet time after the send began. One whose failure was told began
 * at any time before: a run confirms all its deliveries at once, and calls at the pace of the vendor.
 */
export const isQuiet = (spine: SpineRecord, record: DeliveryRecord, now: Instant): boolean => {
	const { sendingSince, updatedAt, failureClass } = record;
	const told = failureClass === 'send' ? updatedAt : 0;
	return now - Math.max(sendingSince ?? updatedAt, told) >= spine.settings.inDoubtQuietMs;
};

const inDoubt = (ledger: Ledger, spine: string): AsyncGenerator<readonly DeliveryRecord[]> =>
	pages<DeliveryRecord>(PAGE, (last) =>
		ledger.deliveries.list({
			spine,
			states: ['in-doubt'],
			withInput: true,
			limit: PAGE,
			after: last?.ref,
		}),
	);

/** What became of a spine's deliveries in doubt. */
export interface SettledSpine {
	/** What the sweep before it recorded. */
	readonly swept: Awaited<ReturnType<Ledger['deliveries']['sweep']>>;
	readonly settled: number;
	/** What stays in doubt, with the reason. */
	readonly waiting: ReadonlyArray<{ readonly ref: DeliveryRef; readonly message: string }>;
	/** The outbox entries that were made. */
	readonly outboxIds: readonly string[];
	/** What is written to the recipients of the settled deliveries. */
	readonly writes: readonly OutboxWrite[];
}

/**
 * Sweeps a spine and settles its deliveries in doubt as it is configured: assumed delivered after the quiet time, or
 * left for a person. Throws only what the ledger throws.
 */
export async function settleByPolicy(
	{ ledger, now, by }: DeliverPorts,
	spine: SpineRecord,
): Promise<SettledSpine> {
	const name = spine.settings.spine;
	const outboxIds: string[] = [];
	const writes: OutboxWrite[] = [];
	const waiting: { readonly ref: DeliveryRef; readonly message: string }[] = [];
	let settled = 0;
	const swept = await ledger.deliveries.sweep(name);
	const assume = spine.settings.inDoubt === 'assume-delivered';
	for await (const page of inDoubt(ledger, name)) {
		const at = now();
		const ready = page.filter((record) => {
			if (assume && isQuiet(spine, record, at)) return true;
			waiting.push({
				ref: record.ref,
				message: assume ? 'The quiet time after the send is not over.' : 'The spine leaves this to a person.',
			});
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
			})),
		);
		results.forEach((result, place) => {
			const record = ready[place];
			if (result.status === 'committed') {
				settled += 1;
				outboxIds.push(...result.outboxIds);
				writes.push(...result.writes);
			} else if (result.status === 'refused' && record) {
				waiting.push({ ref: record.ref, message: result.explanation });
			}
		});
	}
	return { swept, settled, waiting, outboxIds, writes };
}
