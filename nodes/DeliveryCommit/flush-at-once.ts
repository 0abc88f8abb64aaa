import type { IExecuteFunctions } from 'n8n-workflow';
import type { Ledger } from '../../app/ledger/api';
import { directoryOf, hasDirectory } from '../kit/directory';
import { toGateError } from '../../core/errors/unknown';
import { flushOutbox } from '../../app/deliver/outbox';

/**
 * Tries these outbox entries once, right after a commit. Without a HubSpot credential they wait for Flush Outbox.
 * What happens here changes nothing about the commit: it never throws, and says in a hint what was left.
 */
export async function flushAtOnce(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	ids: readonly string[],
): Promise<void> {
	if (ids.length === 0 || !hasDirectory(ctx)) return;
	const say = (message: string): void =>
		ctx.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
	try {
		const { left } = await flushOutbox(ledger, await directoryOf(ctx), { ids });
		const [first] = left;
		if (first) say(`${left.length} HubSpot write(s) wait in the outbox: ${first.reason}`);
	} catch (error) {
		say(`The HubSpot writes wait in the outbox: ${toGateError(error).message}`);
	}
}
