import type { StandIns } from '../../testbed/standins';
import type { DeliveredMark, Mail } from '../../testbed/judge';

/** What can be seen from outside n8n: mail accepted, HubSpot's records. */
export class Outside {
	private readonly countsBefore: ReadonlyMap<string, number>;

	constructor(
		private readonly standIns: StandIns,
		/** Versions older than this were seeded. */
		private readonly since: number,
	) {
		this.countsBefore = new Map(this.counts());
	}

	/** Accepted mail, oldest first; only what was accepted at or after `from`. */
	mail(from = 0): readonly Mail[] {
		const { account } = this.standIns.hubspot.admin;
		return this.standIns.postmark.admin
			.received()
			.filter(({ acceptedAt }) => acceptedAt >= from)
			.map(({ to, acceptedAt, metadata }) => ({
				contact: account.findBy('email', to)?.id ?? `with the unknown address ${to}`,
				at: acceptedAt,
				slot: metadata['slot'],
			}));
	}

	/** Every time HubSpot was told of a delivery since the seed. */
	marks(): readonly DeliveredMark[] {
		return [...this.standIns.hubspot.admin.account.contacts.values()].flatMap((contact) =>
			(contact.history.get('cc_last_delivery_at') ?? [])
				.filter(({ timestamp }) => timestamp >= this.since)
				.map(({ timestamp, value }) => ({
					contact: contact.id,
					writtenAt: timestamp,
					saysAt: /^\d+$/.test(value) ? Number(value) : Date.parse(value),
				})),
		);
	}

	/** By how much the delivery count of each contact rose since the seed; contacts whose count stands are left out. */
	rises(): ReadonlyMap<string, number> {
		return new Map(
			this.counts()
				.map(([contact, count]) => [contact, count - (this.countsBefore.get(contact) ?? 0)] as const)
				.filter(([, rise]) => rise !== 0),
		);
	}

	/** Ids of contacts with any property written since the seed. */
	touched(): readonly string[] {
		return [...this.standIns.hubspot.admin.account.contacts.values()]
			.filter((contact) =>
				[...contact.history.values()].some((versions) =>
					versions.some(({ timestamp }) => timestamp >= this.since),
				),
			)
			.map(({ id }) => id);
	}

	/** Calls HubSpot, the mail vendor and the generator received. */
	calls(): { readonly hubspot: number; readonly postmark: number; readonly generator: number } {
		const { hubspot, postmark, generator } = this.standIns;
		return {
			hubspot: hubspot.admin.calls().length,
			postmark: postmark.admin.calls().length,
			generator: generator.admin.calls().length,
		};
	}

	private counts(): (readonly [string, number])[] {
		const { admin } = this.standIns.hubspot;
		return [...admin.account.contacts.keys()].map(
			(contact) => [contact, Number(admin.values(contact)?.cc_delivery_count ?? 0)] as const,
		);
	}
}
