import { deskHtml, gatherDesk } from '../../app/desk';
import type { Ledger } from '../../app/ledger/api';
import { verifySince } from '../../app/watch/chain';
import { observeRelease } from '../../app/watch/observe';
import type { TokenRef } from '../../core/delivery/record';
import type { DeliveryRef } from '../../core/delivery/types';
import type { ChainMark } from '../../core/stability/documents';
import type { GrownLedger } from './grown';
import type { Past } from './past';
import { benchSpine, registrationsOf } from './rows';

const day = 86_400_000;

/** One grown ledger, with what its rounds take and leave. */
export class GrownRun {
	private mark: ChainMark | null = null;
	private fresh = 0;

	constructor(
		readonly grown: GrownLedger,
		private readonly past: Past,
		private readonly batch: number,
	) {}

	private get ledger(): Ledger {
		return this.grown.ledger;
	}

	/** Owes the open slot to everybody, and looks at the chain for the first time. */
	async begin(): Promise<void> {
		await this.ledger.deliveries.register(this.registrations(this.past.perSlot));
		await this.verify();
	}

	private registrations(size: number) {
		const { id, opensAt, closesAt, index } = this.past.open;
		return registrationsOf(id, size, Date.now()).map((one) => ({
			...one,
			opensAt,
			closesAt,
			cadenceIndex: index,
		}));
	}

	/** The next contacts that nobody knows, behind all others. */
	newcomers(): ReturnType<GrownRun['registrations']> {
		return this.registrations(this.batch).map((one) => {
			this.fresh += 1;
			const recipient = `9${String(this.fresh).padStart(8, '0')}`;
			return { ...one, ref: { ...one.ref, recipient } };
		});
	}

	async register(owed: ReturnType<GrownRun['registrations']>): Promise<void> {
		await this.ledger.deliveries.register(owed);
	}

	async handOut(): Promise<readonly DeliveryRef[]> {
		const found = await this.ledger.deliveries.unsent(benchSpine, 'live', this.batch);
		return whole(
			found.map(({ ref }) => ref),
			this.batch,
		);
	}

	async claim(refs: readonly DeliveryRef[]): Promise<readonly TokenRef[]> {
		const claims = await this.ledger.deliveries.claim(
			refs.map((ref) => ({ ref })),
			'bench',
		);
		const held = claims.flatMap((claim, at) => {
			const ref = refs[at];
			return ref !== undefined && claim.status === 'granted' ? [{ ref, token: claim.token }] : [];
		});
		return whole(held, this.batch);
	}

	async confirm(held: readonly TokenRef[]): Promise<void> {
		const results = await this.ledger.deliveries.confirm(held);
		whole(
			results.filter(({ status }) => status === 'send'),
			this.batch,
		);
	}

	async commit(held: readonly TokenRef[]): Promise<void> {
		const results = await this.ledger.deliveries.commit(
			held.map((one) => ({
				...one,
				provider: 'postmark',
				providerMessageId: `${String(Math.random()).slice(2)} ${one.ref.recipient}`,
			})),
		);
		whole(
			results.filter(({ status }) => status === 'committed'),
			this.batch,
		);
	}

	async sweep(): Promise<void> {
		await this.ledger.deliveries.sweep(benchSpine);
	}

	async look(): Promise<void> {
		const spine = await this.ledger.spines.get(benchSpine);
		const watched = {
			release: 'bench',
			shippedAt: this.past.open.opensAt - 2 * day,
			cadenceShiftExplained: false,
		};
		const outside = { metrics: [], reports: {}, brokenFeatures: [], messages: null, unread: [] };
		const ports = { ledger: this.ledger, directory: null, now: Date.now, by: 'bench' };
		const { observation, mark } = await observeRelease(ports, spine, watched, outside, this.mark);
		this.mark = mark;
		const unread = observation.sources.filter(({ readable }) => !readable);
		if (observation.chain !== 'intact' || unread.length > 0) throw new Error(JSON.stringify(unread));
	}

	async verify(): Promise<void> {
		const { chain, mark, problem } = await verifySince(this.ledger.events, this.mark ?? this.past.head, 0);
		if (chain !== 'intact') throw new Error(`The chain does not hold: ${problem}`);
		this.mark = mark;
	}

	async desk(): Promise<void> {
		const links = { forms: { act: 'a', approve: 'b', release: 'c', rollBack: 'd' }, report: null, self: '/' };
		deskHtml(await gatherDesk({ ledger: this.ledger, now: Date.now, workflows: null }), links);
	}

	/** Removes one batch of the oldest deliveries, as the first run over a past that is over its retention does. */
	async prune(): Promise<void> {
		const [oldest] = this.past.slots;
		const deliveriesMs = oldest === undefined ? 400 * day : Date.now() - oldest.closesAt - day / 2;
		const retention = { inputsMs: 30 * day, eventsMs: 4_000 * day, most: this.batch };
		const done = await this.ledger.prune({ ...retention, deliveriesMs });
		if (done.inputs + done.deliveries !== this.batch) throw new Error(JSON.stringify(done));
	}
}

function whole<Item>(items: readonly Item[], batch: number): readonly Item[] {
	if (items.length !== batch) throw new Error(`${items.length} of ${batch} came back.`);
	return items;
}
