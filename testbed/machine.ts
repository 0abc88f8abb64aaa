import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What the figures were measured on, and how busy it was. */
export interface Machine {
	readonly cpu: string;
	readonly cores: number;
	readonly memoryGb: number;
	readonly system: string;
	readonly node: string;
	/** Load of the last minute when the measurement began and when it ended; idle is 0. */
	readonly load: readonly [number, number];
}

/** The machine's figures; `loadBefore` is what {@link currentLoad} said at the beginning. */
export function machine(loadBefore: number): Machine {
	return {
		cpu: cpus()[0]?.model ?? 'unknown',
		cores: cpus().length,
		memoryGb: Math.round(totalmem() / 2 ** 30),
		system: `${platform()} ${release()} ${arch()}`,
		node: process.version,
		load: [loadBefore, currentLoad()],
	};
}

/** Load of the last minute, to one digit. */
export const currentLoad = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

/** The commit the figures belong to; `unknown` outside a checkout. */
export function commitId(folder: string): string {
	try {
		return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
	} catch {
		return 'unknown';
	}
}
