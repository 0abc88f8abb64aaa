import { setTimeout as sleep } from 'node:timers/promises';
import { look } from '../../testbed/look';
import { DateTime } from 'luxon';
import type { Ledger } from '../../app/ledger/api';
import type { LedgerEvent } from '../../core/delivery/events';
import { slotOf, type Slots } from '../../testbed/judge';
import { liveDeliveries, pageSize } from '../../testbed/ledger-reader';
import { Outside } from '../tour/outside';
import type { DeliverySeen, Grant, Sight } from './judge';
import type { StandIns } from '../../testbed/standins';

/** Target of writes to HubSpot contacts in the outbox. */
const contactsTarget = 'hubspot:contacts';

/** How long the ledger may be out of reach. */
const patienceMs = 30_000;

/** What is looked at: the stand-ins, one spine with a rhythm of whole minutes, and a way into its ledger. */
export interface Watched {
	readonly standIns: StandIns;
	readonly spine: string;
	readonly slots: Slots;
	/** Contacts that are due in every slot. */
	readonly standing: readonly string[];
	openLedger(): Promise<Ledger>;
}

/** Looks at a crash world from outside: stand-ins, and the ledger by a connection of its own. */
export class Watch {
	private readonly outside: Outside;
	private readonly due: { contact: string; anyOf: readonly string[] }[] = [];

	constructor(private readonly world: Watched) {
		this.outside = new Outside(world.standIns, world.slots.anchor);
	}

	/** Notes that these contacts are due now, and that the slot may close over a crash: then the next one counts. */
	expect(contacts: readonly string[]): void {
		const slot = slotOf(this.world.slots, Date.now());
		const anyOf = [this.idOf(slot), this.idOf(slot + 1)];
		this.due.push(...contacts.map((contact) => ({ contact, anyOf })));
	}

	/** The standing contacts are due in every slot that has passed. */
	expectStanding(): void {
		const open = slotOf(this.world.slots, Date.now());
		for (let slot = 0; slot < open; slot += 1)
			this.due.push(...this.world.standing.map((contact) => ({ contact, anyOf: [this.idOf(slot)] })));
	}

	/** All live deliveries of these contacts, or of everybody. */
	async deliveries(contacts?: readonly string[]): Promise<readonly DeliverySeen[]> {
		const wanted = contacts && new Set(contacts);
		return await this.look(async (ledger) => {
			const records = await liveDeliveries(ledger, this.world.spine);
			return records
				.filter(({ ref }) => wanted?.has(ref.recipient) ?? true)
				.map(({ ref, state, reason }) => ({
					key: `${ref.spine}:${ref.recipient}:${ref.slot}`,
					contact: ref.recipient,
					slot: ref.slot,
					state,
					reason,
				}));
		});
	}

	async backlog(): Promise<number> {
		return await this.look(async (ledger) => (await ledger.outbox.backlog(contactsTarget)).waiting);
	}

	/** What the judge needs: of these contacts, or of everybody. `told` asks whether HubSpot knows everything. */
	async sight(contacts: readonly string[] | null, told: boolean): Promise<Sight> {
		const wanted = contacts === null ? null : new Set(contacts);
		const mine = ({ contact }: { readonly contact: string }): boolean => wanted?.has(contact) ?? true;
		const { account } = this.world.standIns.hubspot.admin;
		const chain = await this.look((ledger) => ledger.events.verify());
		const missed = await this.look((ledger) =>
			ledger.events.list({ spine: this.world.spine, kinds: ['slot.missed'], limit: pageSize }),
		);
		const backlog = await this.backlog();
		const grants = await this.look((ledger) => allGrants(ledger, this.world.spine));
		const deliveries = (await this.deliveries()).filter(mine);
		// The mail comes last: whatever is in the ledger by now must be in the mailbox.
		const mail = this.world.standIns.postmark.admin.received().map(({ to, acceptedAt, metadata }) => ({
			contact: account.findBy('email', to)?.id ?? `with the unknown address ${to}`,
			at: acceptedAt,
			key: metadata['delivery_key'] ?? '',
		}));
		return {
			slots: this.world.slots,
			mail: mail.filter(mine),
			marks: this.outside.marks().filter(mine),
			rises: new Map([...this.outside.rises()].filter(([contact]) => wanted?.has(contact) ?? true)),
			deliveries,
			grants: grants.filter(mine),
			missedSlots: missed.map(({ subject }) => subject ?? ''),
			chain: chain.status === 'intact' ? 'intact' : chain.explanation,
			backlog,
			due: this.due.filter(mine),
			told,
		};
	}

	/** All there is to say of these contacts, to find out what went wrong: their mail, and the ledger's events, in order. */
	async story(contacts: readonly string[]): Promise<readonly string[]> {
		const { mail } = await this.sight(contacts, false);
		const events = await this.look((ledger) => allEvents(ledger, this.world.spine));
		const told = events
			.map(({ at, sentence, data }) => ({ at, line: `${sentence} ${JSON.stringify(data)}` }))
			.filter(({ line }) => contacts.some((contact) => line.includes(`"${contact}"`)));
		const sent = mail.map(({ at, contact, key }) => ({ at, line: `mail to ${contact} for ${key}` }));
		return [...told, ...sent]
			.sort((a, b) => a.at - b.at)
			.map(({ at, line }) => `${new Date(at).toISOString()} ${line}`);
	}

	private idOf(slot: number): string {
		const at = DateTime.fromMillis(this.world.slots.anchor + slot * this.world.slots.every, { zone: 'utc' });
		return at.toFormat("yyyy-MM-dd'T'HHmm'Z'");
	}

	/** Storage that was struck takes a while to answer again: the watch waits for it. */
	private async look<Found>(read: (ledger: Ledger) => Promise<Found>): Promise<Found> {
		const giveUpAt = Date.now() + patienceMs;
		for (;;) {
			try {
				return await look(() => this.world.openLedger(), read);
			} catch (problem) {
				if (Date.now() > giveUpAt) throw problem;
				await sleep(500);
			}
		}
	}
}

/** Every claim the events tell of. */
async function allGrants(ledger: Ledger, spine: string): Promise<readonly Grant[]> {
	const claims = await allEvents(ledger, spine, ['deliveries.claimed']);
	return claims.flatMap(({ subject, data }) => {
		const { space, deliveries } = data as { space: string; deliveries: readonly [string, number][] };
		if (space !== 'live') return [];
		return deliveries.map(([contact, token]) => ({
			key: `${spine}:${contact}:${subject ?? ''}`,
			contact,
			token,
		}));
	});
}

async function allEvents(
	ledger: Ledger,
	spine: string,
	kinds?: readonly string[],
): Promise<readonly LedgerEvent[]> {
	const found: LedgerEvent[] = [];
	for (;;) {
		const page = await ledger.events.list({ spine, kinds, afterId: found.at(-1)?.id, limit: pageSize });
		found.push(...page);
		if (page.length < pageSize) return found;
	}
}
