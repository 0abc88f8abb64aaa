import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What of a window another library is asked: its starts, whatever its length. */
export interface Asked {
	readonly zone: string;
	/** Local, `20260102T1400`. */
	readonly start: string;
	/** Rules, each with the local time it is counted from. */
	readonly rules: readonly (readonly [text: string, from: string])[];
	/** Stamps, local or with `Z`. */
	readonly added: readonly string[];
	readonly excluded: readonly string[];
	/** Seconds of UTC. */
	readonly from: number;
	readonly to: number;
	/** Only whether there is a start at all. */
	readonly first?: true;
}

/** python-dateutil in a process of its own. */
export interface Dateutil {
	readonly version: string;
	/** Starts from `from` (included) to `to` (excluded), in seconds of UTC. */
	readonly starts: (asked: Asked) => Promise<readonly number[]>;
	/** What the clocks of a zone show at instants (seconds of UTC): local times as if they were UTC. */
	readonly walls: (zone: string, at: readonly number[]) => Promise<readonly number[]>;
	/** Whether the clocks of a zone ever show local times (as if they were UTC, in seconds): 1 or 0 each. */
	readonly exist: (zone: string, local: readonly number[]) => Promise<readonly number[]>;
	readonly stop: () => void;
}

/** Starts it; `null` where there is no python3 with dateutil on this machine. */
export async function dateutil(): Promise<Dateutil | null> {
	const child: ChildProcess = spawn('python3', [join(__dirname, 'ask-dateutil.py')], {
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	const gone = new Promise<null>((resolve) => {
		child.once('error', () => resolve(null));
		child.once('exit', () => resolve(null));
	});
	const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
	const line = async (): Promise<string | null> =>
		Promise.race([once(lines, 'line').then(([text]) => text as string), gone]);
	const ask = async (question: object): Promise<readonly number[]> => {
		child.stdin?.write(`${JSON.stringify(question)}\n`);
		const answer = await line();
		if (answer === null) throw new Error(`dateutil ended at ${JSON.stringify(question)}`);
		return JSON.parse(answer) as number[];
	};
	const hello = await line();
	if (hello === null) return null;
	const { dateutil: version, python } = JSON.parse(hello) as { dateutil: string; python: string };
	return {
		version: `python-dateutil ${version} on Python ${python}`,
		starts: ask,
		walls: (zone, at) => ask({ zone, walls: at }),
		exist: (zone, local) => ask({ zone, exist: local }),
		stop: () => child.stdin?.end(),
	};
}
