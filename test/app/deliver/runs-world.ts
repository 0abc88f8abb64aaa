import { createHubSpotDirectory } from '../../../adapters/hubspot';
import { dueNow } from '../../../app/deliver/due';
import { mergesOf, recipientsFromDirectory } from '../../../app/deliver/recipients';
import type { Ledger } from '../../../app/ledger/api';
import type { ContactDirectory } from '../../../app/ports/contacts';
import type { Envelope } from '../../../core/delivery/types';
import { type LedgerHouse, slotOpens, sqliteHouse, testSettings } from '../../../testbed/databases/ledgers';
import { startHubSpot, type HubSpotAdmin } from '../../../testbed/standins/hubspot';
import {
	contentDeliveryDefinitions,
	contentDeliveryGroups,
} from '../../../testbed/standins/hubspot/content-delivery';
import { pick, seeded } from '../../../testbed/standins/shared/random';
import type { StandIn } from '../../../testbed/standins/shared/server';
import { sandboxToken } from '../../../testbed/standins/hubspot/tokens';

type Step = () => Promise<void>;

/** A process, which waits at each step until it may go on and may die there: then it does nothing any more, not even tidy up. */
export type Process = (step: Step, die: () => Promise<never>) => Promise<void>;

interface Beginning {
	readonly parallelRuns: number;
	/** Contacts that are due from the start. */
	readonly active: number;
	/** Contacts with smaller ids that become due while runs are under way. */
	readonly later: number;
	readonly indexLagMs: number;
}

/** A HubSpot account, a ledger in a file, and runs of a spine that may be interleaved call by call. */
export interface RunsWorld {
	readonly clock: { at: number };
	readonly claimLeaseMs: number;
	begin(beginning: Beginning): Promise<void>;
	/** One run to its end: hands out, claims, confirms, sends, commits. Returns how many it was handed. */
	run(step: Step, limit: number): Promise<number>;
	activateLater(step: Step): Promise<void>;
	/** Runs processes so that one moves at a time, from one call to the next, in an order that the seed chooses. */
	interleave(seed: number, processes: readonly Process[]): Promise<void>;
	ids(): readonly string[];
	searches(): number;
	/** How often each contact was handed out, and sent to. */
	handedOut(): ReadonlyMap<string, number>;
	sent(): ReadonlyMap<string, number>;
	forget(): Promise<void>;
	close(): Promise<void>;
}

const claimLeaseMs = 600_000;

/** Every method of an object, and of those in it, waits until it may go on before it begins and before it answers. */
function stepwise<Port extends object>(port: Port, step: Step): Port {
	return new Proxy(port, {
		get: (target, name) => {
			const value: unknown = Reflect.get(target, name);
			if (typeof value === 'function') {
				const call = (given: unknown[]): unknown => Reflect.apply(value, target, given);
				if (name === 'eligibleIds') {
					return (...given: unknown[]) => pagesOf(call(given) as AsyncIterable<unknown>, step);
				}
				return async (...given: unknown[]): Promise<unknown> => {
					await step();
					const answer = await call(given);
					await step();
					return answer;
				};
			}
			return typeof value === 'object' && value !== null ? stepwise(value, step) : value;
		},
	});
}

async function* pagesOf(pages: AsyncIterable<unknown>, step: Step): AsyncGenerator {
	await step();
	for await (const page of pages) {
		yield page;
		await step();
	}
}

async function interleave(seed: number, processes: readonly Process[]): Promise<void> {
	const random = seeded(seed);
	const waiting: (() => void)[] = [];
	let moved: () => void = () => undefined;
	const step = (): Promise<void> =>
		new Promise((resolve) => {
			waiting.push(resolve);
			moved();
		});
	let living = processes.length;
	const ends = processes.map(async (process) => {
		try {
			await new Promise<void>((resolve, reject) => {
				const die = (): Promise<never> => {
					resolve();
					return new Promise(() => undefined);
				};
				process(step, die).then(resolve, reject);
			});
		} finally {
			living -= 1;
			moved();
		}
	});
	const failure = Promise.all(ends);
	while (living > 0) {
		const still = new Promise<void>((resolve) => (moved = resolve));
		if (waiting.length < living) await Promise.race([still, failure]);
		else {
			const next = pick(random, waiting);
			waiting.splice(waiting.indexOf(next), 1);
			next();
		}
	}
	await failure;
}

const count = (counts: Map<string, number>, id: string): void => {
	counts.set(id, (counts.get(id) ?? 0) + 1);
};

export async function createWorld(): Promise<RunsWorld> {
	const clock = { at: slotOpens };
	const spine = 'content';
	let house: LedgerHouse | undefined;
	let ledger: Ledger;
	let hubspot: StandIn<HubSpotAdmin> | undefined;
	let directory: ContactDirectory;
	let active: readonly string[] = [];
	let later: readonly string[] = [];
	let handed = new Map<string, number>();
	let mails = new Map<string, number>();
	const contact = (at: number, status: string) => ({
		email: `reader-${at}@example.test`,
		cc_delivery_status: status,
		cc_next_eligible_send_at: new Date(slotOpens).toISOString(),
	});
	const admin = (): HubSpotAdmin => {
		if (hubspot === undefined) throw new Error('not begun');
		return hubspot.admin;
	};
	const forget = async (): Promise<void> => {
		await hubspot?.close();
		await house?.close();
	};
	/** The send and its commit are one step here: a death between them is a doubt, which other tests are about. */
	const deliver = async (due: readonly Envelope[], step: Step): Promise<void> => {
		const mortal = stepwise(ledger, step);
		const refs = due.map(({ recipient, slot }) => ({ spine, space: 'live' as const, slot, recipient }));
		const grants = await mortal.deliveries.claim(
			refs.map((ref) => ({ ref })),
			'run',
		);
		const granted = refs.flatMap((ref, at) => {
			const grant = grants[at];
			return grant?.status === 'granted' ? [{ ref, token: grant.token }] : [];
		});
		await step();
		const confirmed = await ledger.deliveries.confirm(granted);
		const sent = granted.filter((_grant, at) => confirmed[at]?.status === 'send');
		for (const { ref } of sent) {
			count(mails, ref.recipient);
			const next = new Date(slotOpens + 48 * 3_600_000).toISOString();
			admin().foreignWrite(ref.recipient, { cc_next_eligible_send_at: next });
		}
		await ledger.deliveries.commit(
			sent.map(({ ref, token }) => ({
				ref,
				token,
				provider: 'postmark',
				providerMessageId: `m-${ref.recipient}`,
			})),
		);
	};
	return {
		clock,
		claimLeaseMs,
		async begin(beginning) {
			await forget();
			clock.at = slotOpens + 3_600_000;
			handed = new Map();
			mails = new Map();
			house = await sqliteHouse(clock);
			ledger = await house.open();
			hubspot = await startHubSpot({ indexLagMs: beginning.indexLagMs, clock: () => clock.at });
			for (const group of contentDeliveryGroups) admin().addGroup(group);
			admin().define(...contentDeliveryDefinitions);
			const numbers = Array.from({ length: beginning.later + beginning.active }, (_none, at) => at);
			const ids = admin().seedContacts(
				numbers.map((at) => contact(at, at < beginning.later ? 'paused' : 'active')),
			);
			later = ids.slice(0, beginning.later);
			active = ids.slice(beginning.later);
			admin().settleIndex();
			directory = createHubSpotDirectory({
				accessToken: sandboxToken,
				baseUrl: hubspot.url,
				callsPer10Seconds: 1_000_000,
				searchesPerSecond: 1_000_000,
			});
			await ledger.spines.configure(
				testSettings(spine, {
					parallelRuns: beginning.parallelRuns,
					leaseMs: claimLeaseMs,
					replaysPerSlot: 10,
				}),
				'test',
			);
		},
		async run(step, limit) {
			const record = await ledger.spines.get(spine);
			if (record === null) throw new Error('no spine');
			const contacts = stepwise(directory, step);
			const run = await dueNow(
				{ ledger: stepwise(ledger, step), now: () => clock.at },
				{
					spine: record,
					limit,
					shadow: false,
					pages: (mapping, now, after) => recipientsFromDirectory(contacts, mapping, now, after),
					patience: {
						wait: async (ms) => {
							await step();
							clock.at += ms;
						},
					},
					mergesOf: (ids) => mergesOf(contacts, ids),
				},
			);
			if (run.status !== 'open') throw new Error(run.status);
			if (run.cause !== null) throw run.cause;
			const due = run.found.due.map(({ delivery }) => delivery);
			for (const { recipient } of due) count(handed, recipient);
			await deliver(due, step);
			return due.length;
		},
		async activateLater(step) {
			for (const id of later) {
				await step();
				clock.at += 200;
				admin().foreignWrite(id, { cc_delivery_status: 'active' });
			}
		},
		interleave,
		ids: () => [...later, ...active],
		searches: () => admin().calls({ path: '/search' }).length,
		handedOut: () => handed,
		sent: () => mails,
		forget,
		close: forget,
	};
}
