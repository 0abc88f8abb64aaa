import { setTimeout as sleep } from 'node:timers/promises';
import { listExecutions } from '../../testbed/n8n/executions';
import { describeProblem } from '../../testbed/problem';
import { sandboxToken } from '../../testbed/standins';
import { judge } from './judge';
import type { Kill } from './plan';
import { callersOf, contactsPerKill } from './points';
import { prepare } from './prepare';
import { addContacts, type CrashWorld } from './world';
import type { Watch } from './watch';

/** How long the schedule may take to come to the kill point. */
const reachMs = 120_000;

/** How long everything may take to be settled once n8n is back. */
const settleMs = 150_000;

/** Storage and queue stay away this long before they are started again. */
const awayMs = 1_500;

const openStates = new Set(['due', 'claimed', 'sending', 'in-doubt']);

/** States and how many deliveries are in them. */
export type Tally = Readonly<Record<string, number>>;

/** What happened at one kill. */
export interface KillResult {
	readonly number: number;
	readonly where: string;
	readonly blow: string;
	readonly retried: boolean;
	/** False when the schedule never came to the point; the blow was then struck at rest. */
	readonly reached: boolean;
	/** Deliveries of this kill's contacts right after the blow, by state; `unregistered` for those unknown. */
	readonly found: Tally;
	/** Mails accepted for them by then. */
	readonly sentByThen: number;
	/** From the blow until everything ran again. */
	readonly backMs: number;
	/** From then until every delivery was settled. */
	readonly settledMs: number;
	readonly end: Tally;
	readonly violations: readonly string[];
}

/** Makes contacts due, strikes at the point, brings everything back, waits for schedule and reconcile, and judges. */
export async function playKill(world: CrashWorld, watch: Watch, kill: Kill): Promise<KillResult> {
	const { standIns, house } = world;
	await house.ready();
	const people = addContacts(standIns, 1000 + kill.number * contactsPerKill, contactsPerKill);
	watch.expect(people);
	const blow = await strike(world, kill, people, watch);
	const struckAt = Date.now();
	clear(world);
	if (kill.blow === 'kill Redis' || kill.blow === 'kill Postgres') await sleep(awayMs);
	const found = kill.blow === 'kill Postgres' ? null : await tallyOf(watch, people);
	const sentByThen = sentTo(world, people);
	await house.mend();
	const backAt = Date.now();
	const foundLater = found ?? (await tallyOf(watch, people));
	if (kill.retried) await retryCrashed(world);
	const late = await untilSettled(watch, people);
	const violations = [...(late === null ? [] : [late]), ...judge(await watch.sight(people, false))];
	const end = await tallyOf(watch, people);
	for (const id of people) standIns.hubspot.admin.foreignWrite(id, { cc_delivery_status: 'paused' });
	return {
		number: kill.number,
		where: kill.where.id,
		blow: kill.blow,
		retried: kill.retried,
		reached: blow,
		found: foundLater,
		sentByThen,
		backMs: backAt - struckAt,
		settledMs: Date.now() - backAt,
		end,
		violations,
	};
}

/** Waits for the point and strikes there; false when it was never reached, and the blow fell at rest. */
async function strike(
	world: CrashWorld,
	kill: Kill,
	people: readonly string[],
	watch: Watch,
): Promise<boolean> {
	const { lookout, house, standIns } = world;
	const { point } = kill.where;
	const prepared = await prepare(world, kill.where, people, watch);
	if (!prepared) return await atRest(world, kill);
	if (point.at === 'call') {
		const { vendor, method, path, nth } = point;
		const { admin } = standIns[vendor];
		const when = point.when === 'lost' ? 'before' : point.when;
		const gate = admin.gate({ method, path, nth, when });
		const { reached } = await admin.gateReached(gate.id, reachMs);
		if (!reached) return await atRest(world, kill);
		const struck = house.strike(kill.blow, lookout.lastProcess(callersOf(vendor, method, path)));
		if (kill.blow !== 'stop') await struck;
		if (point.when === 'lost') admin.fault('reset-before', { times: 1, method, path });
		await struck;
		admin.releaseGate(gate.id);
		return true;
	}
	const struck = new Promise<boolean>((resolve) => {
		lookout.lie({
			workflow: point.workflow,
			node: point.node,
			when: point.at === 'within' ? 'before' : point.when,
			afterMs: point.at === 'within' ? kill.intoMs : undefined,
			strike: async ({ pid }) => {
				await house.strike(kill.blow, pid);
				resolve(true);
			},
		});
	});
	const late = sleep(reachMs, false, { ref: false });
	if (await Promise.race([struck, late])) return true;
	lookout.leave();
	return await atRest(world, kill);
}

async function atRest(world: CrashWorld, kill: Kill): Promise<false> {
	await world.house.strike(kill.blow, null);
	return false;
}

/** Ends every fault and lets every held call go. */
function clear({ standIns, lookout }: CrashWorld): void {
	lookout.leave();
	for (const { admin } of [standIns.hubspot, standIns.postmark, standIns.generator]) {
		// A fault for a call that is lost on its way has to meet it first.
		admin.clearGates();
		setTimeout(() => admin.clearFaults(), 300);
	}
	standIns.hubspot.admin.tokens.add(sandboxToken);
}

const sentTo = ({ standIns }: CrashWorld, people: readonly string[]): number => {
	const addresses = new Set(people.map((id) => standIns.hubspot.admin.values(id)?.['email']));
	return standIns.postmark.admin.received().filter(({ to }) => addresses.has(to)).length;
};

/** Deliveries of these contacts by state. */
export async function tallyOf(watch: Watch, people: readonly string[]): Promise<Tally> {
	const deliveries = await watch.deliveries(people);
	const tally: Record<string, number> = {};
	for (const { state } of deliveries) tally[state] = (tally[state] ?? 0) + 1;
	const unknown = people.filter((contact) => !deliveries.some((entry) => entry.contact === contact)).length;
	return unknown > 0 ? { unregistered: unknown, ...tally } : tally;
}

/** Waits until every contact was served and nothing waits any more; null, or what still waits. */
async function untilSettled(watch: Watch, people: readonly string[]): Promise<string | null> {
	const giveUpAt = Date.now() + settleMs;
	for (;;) {
		const deliveries = await watch.deliveries(people).catch(() => []);
		const served = people.every((id) =>
			deliveries.some(({ contact, state }) => contact === id && state === 'committed'),
		);
		const waiting = deliveries.filter(({ state }) => openStates.has(state));
		if (served && waiting.length === 0) return null;
		if (Date.now() > giveUpAt) {
			const states = deliveries.map(({ state }) => state).join(', ');
			return `not settled after ${settleMs / 1000} s: ${states === '' ? 'nothing registered' : states}`;
		}
		await sleep(1_000);
	}
}

/** Somebody presses Retry: n8n runs the crashed execution again, from its trigger, under a new id. */
async function retryCrashed({ house }: CrashWorld): Promise<void> {
	const { session } = house.main;
	const crashed = (await listExecutions(session, 'content-delivery-spine')).find(
		({ status }) => status === 'crashed',
	);
	if (!crashed) return;
	await session
		.call('POST', `/rest/executions/${crashed.id}/retry`, { loadWorkflow: false })
		.catch((problem: unknown) => process.stderr.write(`retry: ${describeProblem(problem)}\n`));
}
