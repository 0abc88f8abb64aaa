import { createHubSpotDirectory, type HubSpotOptions } from '../../../adapters/hubspot';
import type { ContactDirectory } from '../../../app/ports/contacts';
import { startHubSpot, type HubSpotAdmin } from '../../../testbed/standins/hubspot';
import {
	contentDeliveryDefinitions,
	contentDeliveryGroups,
} from '../../../testbed/standins/hubspot/content-delivery';
import type { HubSpotStandInOptions } from '../../../testbed/standins/hubspot';
import { sandboxToken } from '../../../testbed/standins/hubspot/tokens';

/** A HubSpot stand-in with the content-delivery properties, and the real adapter on it. */
export interface HubSpotFixture {
	readonly admin: HubSpotAdmin;
	readonly url: string;
	/** Waits the adapter asked for, in milliseconds; none of them really passed. */
	readonly waits: number[];
	readonly directory: ContactDirectory;
	/** Another adapter on the same stand-in. */
	connect(options?: Partial<HubSpotOptions>): ContactDirectory;
	/** Paths of the calls the stand-in received. */
	paths(): readonly string[];
	close(): Promise<void>;
}

/** Starts the stand-in and the adapter. The adapter's waits pass at once, on a clock of its own; timeouts are real. */
export async function startHubSpotFixture(
	standIn: HubSpotStandInOptions = {},
	options: Partial<HubSpotOptions> = {},
): Promise<HubSpotFixture> {
	const hubspot = await startHubSpot({ indexLagMs: 0, ...standIn });
	const { admin } = hubspot;
	for (const group of contentDeliveryGroups) admin.addGroup(group);
	admin.define(...contentDeliveryDefinitions);
	const waits: number[] = [];
	let now = Date.parse('2026-11-21T08:00:00Z');
	const connect = (more: Partial<HubSpotOptions> = {}): ContactDirectory =>
		createHubSpotDirectory({
			accessToken: sandboxToken,
			baseUrl: hubspot.url,
			callsPer10Seconds: 100_000,
			searchesPerSecond: 100_000,
			timeoutMs: 2000,
			clock: () => now,
			sleep: (ms) => {
				waits.push(ms);
				now += ms;
				return Promise.resolve();
			},
			random: () => 0,
			...options,
			...more,
		});
	return {
		admin,
		url: hubspot.url,
		waits,
		directory: connect(),
		connect,
		paths: () => admin.calls().map((call) => call.path),
		close: hubspot.close,
	};
}

/** All pages of a walk. */
export async function gather<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
	const all: Item[] = [];
	for await (const page of pages) all.push(...page);
	return all;
}
