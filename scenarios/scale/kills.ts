import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../../testbed/n8n/queue';

/** Kills that go on until they are ended. */
export interface Kills {
	/** How many there were. */
	count(): number;
	/** Ends them, with all workers up again. */
	end(): Promise<void>;
}

/** How long a worker that was killed stays away. */
const awayMs = 5_000;

/** Kills the workers in turns (SIGKILL), one every so many seconds, and starts each again a little later. */
export function killWorkers(fleet: Fleet, everySeconds: number): Kills {
	const stopped = new AbortController();
	let count = 0;
	const pause = (ms: number): Promise<void> =>
		sleep(ms, undefined, { signal: stopped.signal }).catch(() => undefined);
	const going = (async () => {
		for (;;) {
			await pause(everySeconds * 1000 - awayMs);
			const worker = fleet.workers[count % fleet.workers.length];
			if (stopped.signal.aborted || worker === undefined) return;
			await worker.kill();
			count += 1;
			console.log(`killed a worker: ${count}`);
			await pause(awayMs);
			await worker.start();
		}
	})();
	return {
		count: () => count,
		end: async () => {
			stopped.abort();
			await going;
		},
	};
}
