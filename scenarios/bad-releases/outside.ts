import type { DeliveryRecord } from '../../core/delivery/record';
import { deliveryKey } from '../../core/delivery/key';
import type { KeyedMail, Told } from './judge';
import type { BadReleaseWorld } from './world';

const numberOf = (value: string): number => (/^\d+$/.test(value) ? Number(value) : Date.parse(value));

/** Mail the stand-in accepted from an instant on, oldest first, with the delivery each says it belongs to. */
export function mailSince({ standIns }: BadReleaseWorld, from = 0): readonly KeyedMail[] {
	const { account } = standIns.hubspot.admin;
	return standIns.postmark.admin
		.received()
		.filter(({ acceptedAt }) => acceptedAt >= from)
		.map(({ to, acceptedAt, metadata }) => ({
			contact: account.findBy('email', to)?.id ?? `with the unknown address ${to}`,
			at: acceptedAt,
			key: metadata.delivery_key ?? '',
		}));
}

/** Everything HubSpot was told of a property since an instant, with what stood there before it, contact by contact. */
export function toldOf(
	{ standIns, contacts }: BadReleaseWorld,
	property: string,
	from: number,
): readonly Told[] {
	const { account } = standIns.hubspot.admin;
	return contacts.map((contact) => {
		const versions = [...(account.contacts.get(contact)?.history.get(property) ?? [])].reverse();
		const first = versions.findIndex(({ timestamp }) => timestamp >= from);
		const seen = first < 0 ? [] : versions.slice(Math.max(0, first - 1));
		return { contact, values: seen.filter(({ value }) => value !== '').map(({ value }) => numberOf(value)) };
	});
}

/** When HubSpot says each contact is due next. */
export const nextOf = ({
	standIns,
	contacts,
}: BadReleaseWorld): readonly { readonly contact: string; readonly at: number }[] =>
	contacts.map((contact) => ({
		contact,
		at: numberOf(standIns.hubspot.admin.values(contact)?.cc_next_eligible_send_at ?? ''),
	}));

/** Keys of the deliveries in a state. */
export const keysIn = (deliveries: readonly DeliveryRecord[], state: string): ReadonlySet<string> =>
	new Set(deliveries.filter((one) => one.state === state).map(({ ref }) => deliveryKey(ref)));
