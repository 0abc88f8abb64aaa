import type { ChainVerdict } from '../../core/delivery/events';
import { gateError } from '../../core/errors';
import type { ServicePorts } from './store';

/**
 * Holds every record against the chain before anything is decided on them.
 *
 * @param asks whether the policy asks the ledger about its chain: then a broken chain is an answer that holds the release
 * @throws `release-records-disagree`
 */
export async function agreeing({ ledger }: ServicePorts, asks: boolean): Promise<ChainVerdict> {
	const verdict = await ledger.events.verify();
	if (verdict.status === 'broken' && (verdict.record !== undefined || !asks))
		throw gateError('release-records-disagree', { explanation: verdict.explanation });
	return verdict;
}
