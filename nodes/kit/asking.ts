import type { IExecuteFunctions } from 'n8n-workflow';
import type { Ledger } from '../../app/ledger/api';
import { noteAsked } from '../../app/watch/asked';
import { now } from './clock';
import { startedByHand } from './running';

/**
 * Keeps in the ledger that this workflow asked what is due, by itself and not by hand: n8n keeps no runs of the spine templates that
 * succeed. Never fails the run, which asked all the same.
 */
export async function noteAsking(ctx: IExecuteFunctions, ledger: Ledger): Promise<void> {
	const { id = '' } = ctx.getWorkflow();
	if (id === '' || startedByHand(ctx)) return;
	try {
		await noteAsked(ledger, id, now());
	} catch (error) {
		ctx.logger.debug(`It was not kept that the spine was asked for: ${(error as Error).message}`);
	}
}
