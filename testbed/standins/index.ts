import { startGenerator, type GeneratorAdmin } from './generator';
import { startHubSpot, type HubSpotAdmin } from './hubspot';
import { seedContentDelivery, type ContentDeliveryStory } from './hubspot/seed';
import type { Limits } from './hubspot/limits';
import { startPostmark, type PostmarkAdmin } from './postmark';

export { seedContentDelivery, contentDeliveryMapping, type ContentDeliveryStory } from './hubspot/seed';
export { sandboxToken } from './hubspot/tokens';
export { sandboxServerToken } from './postmark';
export { sandboxGeneratorKey } from './generator';
export { startHubSpot, type HubSpotAdmin } from './hubspot';
export { startPostmark, type PostmarkAdmin } from './postmark';
export { startGenerator, type GeneratorAdmin } from './generator';

/** How the stand-ins start. Ports are free ones if absent. */
export interface StandInOptions {
	readonly host?: string;
	readonly hubspotPort?: number;
	readonly postmarkPort?: number;
	readonly generatorPort?: number;
	/** Seeds a content-delivery account with this many contacts; none if absent. */
	readonly contacts?: number;
	/** Seed of the account; the same gives the same contacts. */
	readonly seed?: number;
	/** HubSpot's rate limits; `none` if absent. */
	readonly hubspotLimits?: 'real' | 'none' | Limits;
	readonly indexLagMs?: number;
	/** What HubSpot and Postmark take for the time; the machine's if absent. */
	readonly clock?: () => number;
}

/** One running stand-in and what may be done to it. */
export interface Running<Admin> {
	readonly url: string;
	readonly admin: Admin;
}

/** The outside world of a spine. */
export interface StandIns {
	readonly hubspot: Running<HubSpotAdmin>;
	readonly postmark: Running<PostmarkAdmin>;
	readonly generator: Running<GeneratorAdmin>;
	/** What was seeded; `null` without `contacts`. */
	readonly story: ContentDeliveryStory | null;
	close(): Promise<void>;
}

/** Starts HubSpot, Postmark and a generation vendor on this machine. */
export async function startStandIns(options: StandInOptions = {}): Promise<StandIns> {
	const { host, clock } = options;
	const hubspot = await startHubSpot({
		host,
		port: options.hubspotPort,
		limits: options.hubspotLimits,
		indexLagMs: options.indexLagMs,
		clock,
	});
	const postmark = await startPostmark({ host, port: options.postmarkPort, clock });
	const generator = await startGenerator({ host, port: options.generatorPort });
	const story =
		options.contacts === undefined
			? null
			: seedContentDelivery(hubspot.admin, {
					contacts: options.contacts,
					seed: options.seed,
					now: clock?.(),
				});
	return {
		hubspot,
		postmark,
		generator,
		story,
		close: async () => {
			await Promise.all([hubspot.close(), postmark.close(), generator.close()]);
		},
	};
}
