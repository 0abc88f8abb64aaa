import type { SpineRecord, SpineSettings } from '../../core/delivery/spine-settings';
import { gateError } from '../../core/errors';
import type { Giver } from '../../core/release/people';
import { loosened } from '../../core/release/policy/loosened';
import { releasedOf } from './released';
import type { ServicePorts } from './store';
import type { Ledger } from '../ledger/api';

/**
 * Stores the settings of a spine. What holds a spine to less is released like any change, or a person who is signed in
 * answers for it: else whoever may run a node by hand would take the gate away, ship, and put it back. Before its first
 * release a spine is set up as one likes.
 *
 * @throws `spine-loosened`, `spine-settings`, and what the ledger throws
 */
export async function configureSpine(
	ports: ServicePorts & { readonly ledger: Pick<Ledger, 'spines'> },
	settings: SpineSettings,
	giver: Giver | null,
	by: string,
): Promise<SpineRecord> {
	const { spines } = ports.ledger;
	const before = await spines.get(settings.spine);
	const what = before === null ? [] : loosened(before.settings, settings);
	if (what.length > 0 && giver?.account === undefined && (await releasedOf(ports, settings.spine)) !== null)
		throw gateError('spine-loosened', { spine: settings.spine, what: what.join('; ') });
	return await spines.configure(settings, giver?.account === undefined ? by : `${giver.person} (${by})`);
}
