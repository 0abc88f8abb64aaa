import { startHubSpot, type HubSpotAdmin } from '../../testbed/standins/hubspot';
import { seedContentDelivery } from '../../testbed/standins/hubspot/seed';
import { startGenerator } from '../../testbed/standins/generator';
import { startPostmark, type PostmarkAdmin } from '../../testbed/standins/postmark';

/** The outside world of one run: an account in which every contact is due, and an empty mailbox. */
export interface Outside {
	readonly urls: { readonly hubspot: string; readonly postmark: string; readonly generator: string };
	readonly hubspot: HubSpotAdmin;
	readonly postmark: PostmarkAdmin;
	close(): Promise<void>;
}

/** Starts the stand-ins on three ports from `port` on, without limits; the same contacts every time. */
export async function openOutside(port: number, contacts: number): Promise<Outside> {
	const hubspot = await startHubSpot({ port, limits: 'none', indexLagMs: 0 });
	seedContentDelivery(hubspot.admin, { contacts, allEligible: true });
	const postmark = await startPostmark({ port: port + 1 });
	const generator = await startGenerator({ port: port + 2 });
	return {
		urls: { hubspot: hubspot.url, postmark: postmark.url, generator: generator.url },
		hubspot: hubspot.admin,
		postmark: postmark.admin,
		close: async () => {
			await Promise.all([hubspot.close(), postmark.close(), generator.close()]);
		},
	};
}
