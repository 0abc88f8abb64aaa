import type { Fault } from '../shared/faults';
import type { HubSpotAccount } from './account';
import { accountFaults } from './faults-account';
import { answerFaults } from './faults-answers';
import { transportFaults } from './faults-transport';

/**
 * The 33 faults of HubSpot that are known, by id: answers as observed or documented, and changes to the account.
 * Each is played on the calls where it makes sense, or on any call of the CRM.
 */
export function hubSpotFaults(account: HubSpotAccount): readonly Fault[] {
	return [...transportFaults, ...answerFaults, ...accountFaults(account)]
		.map((fault) => ({ ...fault, on: fault.on ?? { path: '/crm/' } }))
		.sort((a, b) => a.id.localeCompare(b.id));
}
