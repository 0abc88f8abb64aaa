import type { INodeType } from 'n8n-workflow';
import { parseCadence, slotAt } from '../../core/delivery/cadence';
import { parseSpineSettings } from '../../core/delivery/spine';
import { closeLedgers, ledgerAt } from '../../nodes/kit/ledger';
import { contentDeliveryMapping, sandboxToken, startHubSpot } from '../standins';
import { contentDeliveryDefinitions, contentDeliveryGroups } from '../standins/hubspot/content-delivery';
import type { RunOptions } from '../engine/n8n';
import { CountedNodes } from './counted-nodes';
import { Outside } from './outside';
import { handlesOf, PEOPLE, type Person, type Scenario } from './scenarios';
import type { SpineWorkflow } from './spine';
import { SPINE, TrialJudge, type Harm } from './trial-judge';
import { World } from './world';

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
	private readonly judged: TrialJudge;
	private readonly counted: CountedNodes;
	private world: World | undefined;
	private readonly outside = new Outside();
	private readonly systemNow = Date.now;
	private shift = 0;
	private steps = 0;

	private constructor(private readonly hubspot: Awaited<ReturnType<typeof startHubSpot>>) {
		this.judged = new TrialJudge(hubspot);
		this.counted = new CountedNodes({
			before: (role) => {
				this.steps += 1;
				if (this.steps > MOST_STEPS) return false;
				if (this.scenario.throws === role) throw new Error(`${role} throws`);
				return true;
			},
			after: async (role, outputs) => {
				if (role === 'dueDeliveries' && this.scenario.pause === 'after-due') await this.judged.pause();
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
		const { judged } = fixture;
		const { admin } = fixture.hubspot;
		for (const group of contentDeliveryGroups) admin.addGroup(group);
		admin.define(...contentDeliveryDefinitions);
		const names = Object.keys(PEOPLE);
		const profile = { cc_profile_topic: 'soil', cc_profile_audience: 'growers' };
		for (const name of HANDLES)
			admin.define({ name, label: name, type: 'string', fieldType: 'text', groupName: 'cc_profile' });
		admin
			.seedContacts(names.map((name) => ({ ...handlesOf(name), firstname: name, ...profile })))
			.forEach((id, at) => judged.ids.set(names[at] ?? '', id));
		const port = await fixture.outside.start({
			send: async (to) => await judged.receiveMail(to),
			write: async (to) => await judged.write(to),
			crm: async (to) => await judged.receiveCrmWrite(to),
		});
		if (wide) {
			fixture.world = new World({
				mail: async (to) => await judged.receiveMail(to),
				act: async () => await judged.act(),
				contacts: async () => judged.contacts(),
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
		this.world?.begin(scenario.nothingFound !== true);
		this.steps = 0;
		await closeLedgers();
		const ledger = await ledgerAt({ store: 'sqlite', file: FILE });
		const active = new Set(scenario.people.map(({ name }) => name));
		for (const [name, id] of this.judged.ids) {
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
			testRecipients: rehearsing.map(({ name }) => this.judged.ids.get(name)),
			leaseMs: LEASE,
			sendLeaseMs: LEASE,
			properties: { ...contentDeliveryMapping, also: ['firstname', ...HANDLES] },
		});
		await ledger.spines.configure(settings, 'trial');
		this.judged.begin({ scenario, ledger, slot: slotAt(parseCadence(cadence), Date.now()) });
		await this.registerHeld(scenario.people.filter(({ route }) => route === 'held'));
	}

	/** Lets every lease run out. */
	passLeases(): void {
		this.shift += LEASE + 1000;
	}

	get harms(): ReadonlySet<Harm> {
		return this.judged.harms;
	}

	/** Mails accepted, by name of who got them. */
	get mails(): ReadonlyMap<string, number> {
		return this.judged.mails;
	}

	/** Called after each run: what stands in HubSpot and the ledger although no mail was accepted. */
	async judge(): Promise<void> {
		await this.judged.judge();
	}

	/** Whether a claim or a confirmed send was left without commit or fail, rehearsals included. */
	async leavesOpen(): Promise<boolean> {
		return await this.judged.leavesOpen();
	}

	/** Time goes by while a node of n8n waits. */
	pass(ms: number): void {
		// Some wait for centuries, and there is an end to what a date can say.
		this.shift += Math.min(Number.isFinite(ms) ? ms : 0, LONGEST_WAIT);
	}

	private get scenario(): Scenario {
		return this.judged.trial.scenario;
	}

	private async registerHeld(held: readonly Person[]): Promise<void> {
		const { slot, ledger } = this.judged.trial;
		if (slot === null || held.length === 0) return;
		const { opensAt, closesAt, index } = slot;
		await ledger.deliveries.register(
			held.map(({ name }) => {
				const id = this.judged.ids.get(name) ?? '';
				const input = { id, properties: { email: addressOf(name) } };
				return { ref: this.judged.refOf(id), opensAt, closesAt, cadenceIndex: index, input };
			}),
		);
	}
}
