import type { DeliveryRecord } from '../../core/delivery/record';
import type { DeliveryState } from '../../core/delivery/types';
import type { Found } from '../../core/desk/model';
import { linesOf } from './happenings';
import { type DeskPorts, WITHIN } from './spines';

/** Slots back in which a recipient is looked for on each spine. */
const SLOTS = 30;

const MOST = 50;

/** `spine slot state`: the deliveries of one slot in one state, as the page itself asks for them. */
const ONE_STATE =
	/^([a-z0-9][a-z0-9._-]{0,63})\s+(\S{1,64})\s+(due|held|claimed|sending|committed|failed|in-doubt|missed)$/;

async function inOneState({ ledger }: DeskPorts, asked: string): Promise<readonly DeliveryRecord[] | null> {
	const [, spine, slot, state] = ONE_STATE.exec(asked) ?? [];
	if (spine === undefined || slot === undefined || state === undefined) return null;
	const states = [state as DeliveryState];
	return await ledger.deliveries.list({ spine, space: 'live', slot, states, limit: MOST });
}

/**
 * What the ledger knows of a recipient, a release, a provider's message or an execution. Recipients are looked for in the
 * newest slots, executions among the newest events; messages and releases by their key.
 */
export async function search(ports: DeskPorts, asked: string): Promise<Found> {
	const { desk, records } = ports.ledger;
	const listed = await inOneState(ports, asked);
	if (listed !== null) return { asked, deliveries: listed, releases: [], happenings: [], within: WITHIN };
	const [release] = await records.get('release', [asked]);
	const byRecipient = await desk.ofRecipient(asked, SLOTS);
	const byMessage = await desk.byMessage(asked);
	const execution = /^(?:execution\s+)?(\d+)$/.exec(asked)?.[1];
	// As it stands in the events: "execution 12" must not find "execution 123".
	const texts = execution === undefined ? [asked] : [`execution ${execution} `, `execution ${execution}"`];
	const events = [];
	for (const text of texts) events.push(...(await desk.newest({ text, limit: MOST, within: WITHIN })));
	return {
		asked,
		deliveries: [...byMessage, ...byRecipient].slice(0, MOST),
		releases: release ? [release.id] : [],
		happenings: linesOf(
			[...events].sort((a, b) => b.id - a.id),
			MOST,
		),
		within: WITHIN,
	};
}
