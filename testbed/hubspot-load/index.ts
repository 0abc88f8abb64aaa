import { fork } from 'node:child_process';
import { join } from 'node:path';
import { openPostgresLedger } from '../../adapters/postgres';
import { freshDatabase } from '../databases/postgres';
import { startHubSpot } from '../standins/hubspot';
import { contentDeliveryDefinitions, contentDeliveryGroups } from '../standins/hubspot/content-delivery';
import { realLimits } from '../standins/hubspot/limits';

/** What HubSpot saw of several processes that call it as fast as they may. */
export interface LoadSeen {
	/** Calls it refused with 429, of all. */
	readonly throttled: number;
	/** Calls that are no searches, of what its limit lets through. */
	readonly calls: number;
	/** Searches, of what their limit lets through. */
	readonly searches: number;
}

/** One HubSpot with its real limits, and a Postgres ledger whose budget several processes may share. */
export interface HubSpotLoad {
	/** Lets processes call it for so many seconds: with one budget for all in the ledger, or each for itself. */
	play(processes: number, seconds: number, budget: 'shared' | 'each its own'): Promise<LoadSeen>;
	close(): Promise<void>;
}

interface Caller {
	/** Resolves when it is ready to call. */
	readonly ready: Promise<void>;
	/** Lets it call until a moment, and waits for its end. */
	callUntil(moment: number): Promise<void>;
}

/** A process that reads and searches as fast as it may. */
function startCaller(env: Readonly<Record<string, string>>): Caller {
	const child = fork(join(__dirname, 'caller.ts'), [], {
		execArgv: ['--import', `file://${require.resolve('tsx')}`],
		env: { ...process.env, ...env },
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	const ended = new Promise<void>((resolve, reject) => {
		child.once('exit', (code) =>
			code === 0 ? resolve() : reject(new Error(`A caller of HubSpot ended with ${code}.`)),
		);
	});
	const ready = new Promise<void>((resolve) => child.once('message', () => resolve()));
	return {
		ready: Promise.race([ready, ended]),
		callUntil: async (moment) => {
			child.send(moment);
			await ended;
		},
	};
}

/**
 * Share of what a limit lets through, over as many whole windows' worth of calls as there were: from the first of them to the
 * one that follows the last.
 */
function shareOf(starts: readonly number[], most: number, windowMs: number): number {
	const sorted = [...starts].sort((a, b) => a - b);
	const whole = Math.floor((sorted.length - 1) / most) * most;
	return (whole * windowMs) / ((Number(sorted[whole]) - Number(sorted[0])) * most);
}

export async function openHubSpotLoad(): Promise<HubSpotLoad> {
	const database = await freshDatabase();
	// The schema is there before they all come at once.
	await (await openPostgresLedger({ connection: database.url })).close();
	const hubspot = await startHubSpot({ limits: 'real', indexLagMs: 0 });
	for (const group of contentDeliveryGroups) hubspot.admin.addGroup(group);
	hubspot.admin.define(...contentDeliveryDefinitions);
	return {
		play: async (processes, seconds, budget) => {
			hubspot.admin.clearCalls();
			const env = {
				RG_HUBSPOT: hubspot.url,
				RG_LEDGER: budget === 'shared' ? database.url : '',
			};
			const callers = Array.from({ length: processes }, () => startCaller(env));
			await Promise.all(callers.map(({ ready }) => ready));
			const until = Date.now() + seconds * 1000;
			await Promise.all(callers.map((caller) => caller.callUntil(until)));
			const calls = hubspot.admin.calls();
			const taken = calls.filter(({ status }) => status !== 429);
			const startsOf = (search: boolean) =>
				taken.filter(({ path }) => path.endsWith('/search') === search).map(({ at }) => at);
			return {
				throttled: 1 - taken.length / calls.length,
				calls: shareOf(startsOf(false), realLimits.per10Seconds, 10_000),
				searches: shareOf(startsOf(true), realLimits.searchPerSecond, 1_000),
			};
		},
		close: async () => {
			await hubspot.close();
			await database.drop();
		},
	};
}
