import type { ChainVerdict } from '../../delivery/events';
import type { SpineRecord } from '../../delivery/spine-settings';
import type { MachineReport } from './report';

const acceptedIn = ({ accepted }: { readonly accepted: number }): string =>
	accepted === 0
		? ''
		: ` ${accepted === 1 ? 'Once' : `${accepted} times`} somebody accepted records that disagreed with it, as they stood.`;

/** Whether success and failure can be told and reconstructed: the spine is on the ledger and its chain of events holds. */
export function ledgerReport(spine: SpineRecord | null, chain: ChainVerdict): MachineReport {
	return {
		machine: 'ledger',
		observed: [],
		answers: [
			{
				check: 'measurable',
				status: spine === null ? 'unknown' : 'pass',
				grounds:
					spine === null
						? 'The ledger does not know the spine.'
						: `The ledger counts the deliveries of ${spine.settings.spine} by state, slot and release.`,
			},
			{
				check: 'reconstructable',
				status: chain.status === 'intact' ? 'pass' : 'fail',
				grounds:
					chain.status === 'intact'
						? `The chain of ${chain.sealed} events is intact.${acceptedIn(chain)}`
						: `The chain is broken at position ${chain.position}: ${chain.explanation}`,
			},
		],
	};
}
