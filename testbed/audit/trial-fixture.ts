import type { INodeType } from 'n8n-workflow';
import { parseCadence, slotAt, type Slot } from '../../core/delivery/cadence';
import { parseSpineSettings } from '../../core/delivery/spine';
import type { DeliveryRef, DeliveryState } from '../../core/delivery/types';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Ledger } from '../../app/ledger/api';
import { closeLedgers, ledgerAt } from '../../nodes/kit/ledger';
import { contentDeliveryMapping, sandboxToken, startHubSpot } from '../standins';
import { contentDeliveryDefinitions, contentDeliveryGroups } from '../standins/hubspot/content-delivery';
import type { RunOptions } from '../engine/n8n';
import { CountedNodes } from './counted-nodes';
import { Outside } from './outside';
import { handlesOf, PEOPLE, type Person, type Scenario } from './scenarios';
import type { SpineWorkflow } from './spine';
import { World } from './world';

/** What must never happen, judged by mails received, HubSpot's values and the ledger's rows. */
export type Harm =
	| 'sent-ungated'
	| 'sent-unconfirmed'
	| 'sent-twice'
	| 'committed-early'
	| 'wrote-early'
	| 'rehearsal-sent'
	/** A place nobody knows was asked to act while no delivery was being sent. */
	| 'acted-ungated';

const SPINE = 'content';
const FILE = ':memory:';
const LEASE = 15 * 60_000;
const LONGEST_WAIT = 24 * 3_600_000;
/** Runs of nodes after which nothing leaves any node: no scenario of the spine itself comes near. */
const MOST_STEPS = 150;

/** Fields that attacks and safe spines look at, as one expects them. */
const PLAIN = {
	...{ age: 30, fits: true, tags: ['x'], more: {}, text: 'A text of some length.', since: '2026-01-01' },
	...{ name: 'Ann', vip: false, kind: 'a', parts: ['a', 'b'] },
	page: '59833787-2cf9-4fdf-8782-e53db20768a5',
};

/** What people put into fields. */
const ODD = {
	...{ age: 'unknown', fits: '', tags: 'none', more: '{', text: '{', since: 'never', name: 7 },
	...{ vip: 'maybe', kind: 7, parts: [] },
};

const HANDLES = ['phone', 'slack', 'telegram'];

const addressOf = (name: string): string => handlesOf(name).email;

/**
 * A real ledger (SQLite), the HubSpot stand-in, and a provider, a generator and a CRM that note what reaches them.
 * The system's clock is shifted forward, never back, to let leases run out.
 */
export class TrialFixture {
	readonly harms = new Set<Harm>();
	readonly mails = new Map<string, number>();
	private readonly counted: CountedNodes;
	private world: World | undefined;
	private readonly outside = new Outside();
	private readonly ids = new Map<string, string>();
	private readonly systemNow = Date.now;
	private shift = 0;
	private steps = 0;
	private scenario: Scenario = { name: '', people: [], runs: [] };
	private slot: Slot | null = null;
	private ledger: Ledger | undefined;

	private constructor(private readonly hubspot: Awaited<ReturnType<typeof startHubSpot>>) {
		this.counted = new CountedNodes({
			before: (role) => {
				this.steps += 1;
				if (this.steps > MOST_STEPS) return false;
				if (this.scenario.throws === role) throw new Error(`${role} throws`);
				return true;
			},
			after: async (role, outputs) => {
				if (role === 'dueDeliveries' && this.scenario.pause === 'after-due') await this.pause();
				if (role !== 'claim' || !this.world) return;
				for (const { json } of outputs[1] ?? []) Object.assign(json, PLAIN);
				const last = this.scenario.odd === true ? outputs[1]?.at(-1) : undefined;
				if (last) Object.assign(last.json, ODD);
			},
		});
	}

	/**
	 * Starts everything; resolves to the world and the port of provider, generator and CRM. With `wide` the vendors of
	 * the real world are there too, at their own addresses.
	 */
	static async start(wide = false): Promise<{ readonly fixture: TrialFixture; readonly port: number }> {
		const fixture = new TrialFixture(await startHubSpot({ indexLagMs: 0 }));
		Date.now = () => fixture.systemNow() + fixture.shift;
		const { admin } = fixture.hubspot;
		for (const group of contentDeliveryGroups) admin.addGroup(group);
		admin.define(...contentDeliveryDefinitions);
		const names = Object.keys(PEOPLE);
		const profile = { cc_profile_topic: 'soil', cc_profile_audience: 'growers' };
		for (const name of HANDLES)
			admin.define({ name, label: name, type: 'string', fieldType: 'text', groupName: 'cc_profile' });
		admin
			.seedContacts(names.map((name) => ({ ...handlesOf(name), firstname: name, ...profile })))
			.forEach((id, at) => fixture.ids.set(names[at] ?? '', id));
		const port = await fixture.outside.start({
			send: async (to) => await fixture.receiveMail(to),
			write: async (to) => await fixture.write(to),
			crm: async (to) => await fixture.receiveCrmWrite(to),
		});
		if (wide) {
			fixture.world = new World({
				mail: async (to) => await fixture.receiveMail(to),
				act: async () => await fixture.act(),
				contacts: async () => fixture.contacts(),
				wait: (ms) => fixture.pass(ms),
			});
			await fixture.world.start();
		}
		return { fixture, port };
	}

	async stop(): Promise<void> {
		Date.now = this.systemNow;
		await closeLedgers();
		await Promise.all([this.outside.stop(), this.hubspot.close(), this.world?.stop()]);
	}

	/** The real types of a workflow's nodes, watched. */
	nodeTypesOf({ nodes }: SpineWorkflow): Record<string, INodeType> {
		return this.counted.of(new Set(nodes.map(({ type }) => type)));
	}

	/** What the nodes are given as credentials. */
	get credentials(): NonNullable<RunOptions['credentials']> {
		const own = {
			releaseGateLedgerApi: { store: 'sqlite', file: FILE },
			releaseGateHubSpotApi: {
				accessToken: sandboxToken,
				baseUrl: this.hubspot.url,
				callsPer10Seconds: 1_000_000,
				searchesPerSecond: 1_000_000,
			},
		};
		return this.world?.credentials(own) ?? own;
	}

	/** What the runs of a wide world are given besides. */
	get options(): Partial<RunOptions> {
		return this.world?.options ?? {};
	}

	/** An empty ledger with the spine's settings, and HubSpot with only the scenario's people active and due. */
	async begin(scenario: Scenario): Promise<void> {
		this.scenario = scenario;
		this.harms.clear();
		this.mails.clear();
		this.world?.begin(scenario.nothingFound !== true);
		this.steps = 0;
		await closeLedgers();
		this.ledger = await ledgerAt({ store: 'sqlite', file: FILE });
		const active = new Set(scenario.people.map(({ name }) => name));
		for (const [name, id] of this.ids) {
			this.hubspot.admin.foreignWrite(id, {
				cc_delivery_status: active.has(name) ? 'active' : 'paused',
				cc_next_eligible_send_at: '',
				cc_last_delivery_at: '',
				cc_delivery_count: '',
			});
		}
		const cadence = {
			every: 'P2D',
			anchor: new Date(Date.now() - 3_600_000).toISOString().slice(0, 16),
			timeZone: 'UTC',
		};
		const rehearsing = scenario.people.filter(({ route }) => route !== 'live');
		const settings = parseSpineSettings({
			spine: SPINE,
			cadence,
			mode: scenario.rehearsal === true ? 'dry-run' : 'live',
			testRecipients: rehearsing.map(({ name }) => this.ids.get(name)),
			leaseMs: LEASE,
			sendLeaseMs: LEASE,
			properties: { ...contentDeliveryMapping, also: ['firstname', ...HANDLES] },
		});
		await this.ledger.spines.configure(settings, 'trial');
		this.slot = slotAt(parseCadence(cadence), Date.now());
		await this.registerHeld(scenario.people.filter(({ route }) => route === 'held'));
	}

	/** Lets every lease run out. */
	passLeases(): void {
		this.shift += LEASE + 1000;
	}

	/** Called after each run: what stands in HubSpot and the ledger although no mail was accepted. */
	async judge(): Promise<void> {
		for (const record of await this.records('live')) {
			if (record.state === 'committed' && !this.gotMail(record.ref.recipient))
				this.harms.add('committed-early');
		}
		for (const id of this.ids.values()) {
			if (this.toldDelivered(id) && !this.gotMail(id)) this.harms.add('wrote-early');
		}
	}

	/** Whether a claim or a confirmed send was left without commit or fail, rehearsals included. */
	async leavesOpen(): Promise<boolean> {
		const all = [...(await this.records('live')), ...(await this.records('dry-run:default'))];
		return all.some(({ state }) => state === 'claimed' || state === 'sending');
	}

	/** Time goes by while a node of n8n waits. */
	pass(ms: number): void {
		// Some wait for centuries, and there is an end to what a date can say.
		this.shift += Math.min(Number.isFinite(ms) ? ms : 0, LONGEST_WAIT);
	}

	private async registerHeld(held: readonly Person[]): Promise<void> {
		if (this.slot === null || held.length === 0) return;
		const { opensAt, closesAt, index } = this.slot;
		await this.open().deliveries.register(
			held.map(({ name }) => {
				const id = this.ids.get(name) ?? '';
				const input = { id, properties: { email: addressOf(name) } };
				return { ref: this.refOf(id), opensAt, closesAt, cadenceIndex: index, input };
			}),
		);
	}

	private open(): Ledger {
		if (this.ledger === undefined) throw new Error('begin() a scenario first');
		return this.ledger;
	}

	private refOf(recipient: string): DeliveryRef {
		return { spine: SPINE, space: 'live', slot: this.slot?.id ?? '', recipient };
	}

	private async records(space: DeliveryRef['space']): Promise<readonly DeliveryRecord[]> {
		return await this.open().deliveries.list({ spine: SPINE, space, limit: 100 });
	}

	private async pause(): Promise<void> {
		await this.open().spines.pause(SPINE, 'the trial pauses', 'trial');
	}

	private gotMail(id: string): boolean {
		const [name] = [...this.ids].find(([, known]) => known === id) ?? [''];
		return (this.mails.get(name) ?? 0) > 0;
	}

	private toldDelivered(id: string): boolean {
		return (this.hubspot.admin.values(id)?.cc_last_delivery_at ?? '') !== '';
	}

	private find(to: string | null): { readonly person: Person; readonly id: string } | undefined {
		const person = Object.values(PEOPLE).find(({ name }) =>
			Object.values(handlesOf(name)).some((handle) => handle === to),
		);
		const id = person && this.ids.get(person.name);
		return person && id !== undefined ? { person, id } : undefined;
	}

	private async stateOf(id: string): Promise<DeliveryState | undefined> {
		const [record] = await this.open().deliveries.get([this.refOf(id)]);
		return record?.state;
	}

	private async receiveMail(to: string | null): ReturnType<TrialFixture['write']> {
		const found = this.find(to);
		if (!found) {
			// Postmark refuses a mail to nobody, so nothing is sent; a fixed address in its place would be.
			this.harms.add('sent-ungated');
			return { status: 422, body: { ErrorCode: 300, Message: 'Zero recipients specified' } };
		}
		const { person, id } = found;
		const state = await this.stateOf(id);
		const paused = (await this.open().spines.get(SPINE))?.paused === true;
		const takes = person.provider !== 'refuses';
		const before = this.mails.get(person.name) ?? 0;
		if (this.scenario.rehearsal === true || person.route === 'dry-run') this.harms.add('rehearsal-sent');
		else if (person.route === 'held') this.harms.add('sent-ungated');
		else if (state !== 'sending') this.harms.add(paused ? 'sent-ungated' : 'sent-unconfirmed');
		if (takes && before > 0) this.harms.add('sent-twice');
		if (before === 0 && state === 'committed') this.harms.add('committed-early');
		if (before === 0 && this.toldDelivered(id)) this.harms.add('wrote-early');
		if (!takes) return { status: 422, body: { ErrorCode: 406, Message: 'Inactive recipient' } };
		this.mails.set(person.name, before + 1);
		if (person.provider === 'takes-and-fails') return { status: 500, body: { Message: 'Internal error' } };
		const MessageID = `message-${person.name}-${before + 1}`;
		return { status: 200, body: { MessageID, To: to, SubmittedAt: new Date().toISOString() } };
	}

	private async write(to: string | null): Promise<{ readonly status: number; readonly body: object }> {
		if (this.scenario.pause === 'while-writing') await this.pause();
		if (this.scenario.generatorFails === true) return { status: 500, body: { error: 'overloaded' } };
		return { status: 200, body: { fits: this.find(to)?.person.fits ?? true, to, text: 'A text.' } };
	}

	/** The contacts that are active, as HubSpot lists them. */
	private contacts(): readonly object[] {
		return this.scenario.people.map(({ name }) => ({
			id: this.ids.get(name) ?? '',
			properties: { ...handlesOf(name), firstname: name },
		}));
	}

	/** A place nobody knows is asked to act: harm, unless a delivery is being sent. */
	private async act(): Promise<void> {
		if (!(await this.records('live')).some(({ state }) => state === 'sending'))
			this.harms.add('acted-ungated');
	}

	private async receiveCrmWrite(to: string | null): ReturnType<TrialFixture['write']> {
		const found = this.find(to);
		if (!found || (await this.stateOf(found.id)) !== 'committed') this.harms.add('wrote-early');
		return { status: 200, body: { to } };
	}
}
