import type { IExecuteFunctions } from 'n8n-workflow';
import type { Ledger } from '../../app/ledger/api';
import { CONTACTS_TARGET } from '../../app/ledger/context';
import type { Milliseconds } from '../../core/delivery/types';
import { now } from '../kit/clock';
import { directoryOf, hasDirectory, keepLimitsRead } from '../kit/directory';
import { toGateError } from '../../core/errors/unknown';
import { flushOutbox } from '../../app/deliver/outbox';

/** How long writes may wait before it is said that nobody empties the outbox: longer than Reconcile's rhythm. */
const PATIENCE_MS: Milliseconds = 3_600_000;

/**
 * Tries these outbox entries once, right after a commit. Without a HubSpot credential they wait for Flush Outbox.
 * What happens here changes nothing about the commit: it never throws, and says in a hint what was left.
 */
export async function flushAtOnce(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	ids: readonly string[],
): Promise<void> {
	if (ids.length === 0) return;
	const say = (message: string): void =>
		ctx.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	if (!hasDirectory(ctx)) {
		const { waiting, oldestAt } = await ledger.outbox.backlog(CONTACTS_TARGET);
		if (oldestAt !== null && now() - oldestAt > PATIENCE_MS) {
			say(
				`${waiting} write(s) to HubSpot wait in the outbox, the oldest since ${new Date(oldestAt).toISOString()}: nobody empties it. Run Flush Outbox with a HubSpot credential (template Reconcile), or, if the recipients are not in HubSpot, set Write Back to A Node of Mine where the spine is configured.`,
			);
		}
		return;
	}
	try {
		const { left } = await flushOutbox(ledger, await directoryOf(ctx, ledger), { ids });
		const [first] = left;
		if (first) say(`${left.length} HubSpot write(s) wait in the outbox: ${first.reason}`);
	} catch (error) {
		say(`The HubSpot writes wait in the outbox: ${toGateError(error).message}`);
	}
	await keepLimitsRead(ctx, ledger);
}
