import { plain } from '../../core/delivery/json';
import { durationMs } from '../../core/release/checks';
import type { Policy } from '../../core/release/policy/schema';
import { orderSchema, type RollbackOrder } from '../../core/stability/documents';
import { documentOf } from '../ledger/documents';
import { type ServicePorts } from '../release/store';
import type { StabilityPorts } from './ports';

/** After so many times the policy's limit a rollback that did not end is begun again: its journal resumes it. */
const PATIENCE = 3;

const orderId = (release: string): string => `${release}/order`;

/** The order to roll a release back, if there is one. */
export async function rollbackOrder(
	{ ledger }: Pick<StabilityPorts, 'ledger'>,
	release: string,
): Promise<RollbackOrder | null> {
	const [record] = await ledger.records.get('rollback', [orderId(release)]);
	return record ? documentOf(record, orderSchema) : null;
}

/**
 * Orders the rollback of a release: `true` for exactly one caller, whoever else reached the same verdict. An order whose
 * rollback did not end in three times the policy's limit is given once more, to one caller again.
 */
export async function orderRollback(
	{ ledger, now, by }: ServicePorts & Pick<StabilityPorts, 'by'>,
	subject: string,
	release: string,
	policy: Policy,
	reason: string,
): Promise<boolean> {
	const [record] = await ledger.records.get('rollback', [orderId(release)]);
	const known = record ? documentOf(record, orderSchema) : null;
	const at = now();
	if (known && (known.finishedAt !== null || at < known.leaseUntil)) return false;
	const order: RollbackOrder = {
		release,
		reason,
		by,
		startedAt: known?.startedAt ?? at,
		leaseUntil: at + PATIENCE * durationMs(policy.rollback.within),
		attempts: (known?.attempts ?? 0) + 1,
		finishedAt: null,
	};
	const outcome = await ledger.records.write(
		[
			{
				kind: 'rollback',
				id: orderId(release),
				spine: subject,
				parent: release,
				body: plain(order),
				expectedRevision: record?.revision ?? 0,
			},
		],
		[
			{
				kind: 'rollback.ordered',
				spine: subject,
				subject: release,
				sentence: `The rollback of release ${release} was ordered by ${by}. ${reason}`,
				data: plain({ by, attempts: order.attempts }),
			},
		],
	);
	return outcome.status === 'written';
}

/** Closes the order once the release is rolled back. Nothing to do without an open one. */
export async function closeOrder({ ledger, now }: ServicePorts, release: string): Promise<void> {
	const [record] = await ledger.records.get('rollback', [orderId(release)]);
	const order = record ? documentOf(record, orderSchema) : null;
	if (!record || !order || order.finishedAt !== null) return;
	await ledger.records.write(
		[
			{
				kind: 'rollback',
				id: record.id,
				spine: record.spine,
				parent: record.parent,
				body: plain({ ...order, finishedAt: now() }),
				expectedRevision: record.revision,
			},
		],
		[],
	);
}
