import { readFileSync } from 'node:fs';

/** What a process uses. */
export interface Used {
	/** Which process it was; `null` for none. */
	readonly pid: number | null;
	/** Resident memory, MB. */
	readonly memory: number;
	/** Processor time since it began, seconds. */
	readonly cpu: number;
}

/** Ticks of the clock in a second: USER_HZ, 100 on every architecture that Node runs on (man 5 proc, man 7 time). */
const ticksPerSecond = 100;

/** What a process uses; nothing where it is gone or the system does not say (only Linux does). */
export function usedBy(pid: number | null): Used {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// Behind the name, which may hold anything: fields 14 and 15 are user and system time.
		const [user, system] = stat
			.slice(stat.lastIndexOf(')') + 2)
			.split(' ')
			.slice(11, 13)
			.map(Number);
		return {
			pid,
			memory: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024,
			cpu: ((user ?? 0) + (system ?? 0)) / ticksPerSecond,
		};
	} catch {
		return { pid: null, memory: 0, cpu: 0 };
	}
}

/** One look at what processes use, and when. */
export interface UsedAt {
	readonly at: number;
	readonly used: readonly Used[];
}

/**
 * Share of one core that the busiest process took between the looks, 0 to 1 and more where it has several threads at work; a
 * process that was started anew counts for as long as it ran.
 */
export function busiest(looks: readonly UsedAt[]): number {
	const spent: number[] = [];
	let ms = 0;
	looks.slice(1).forEach((look, index) => {
		const before = looks[index];
		if (before === undefined) return;
		ms += look.at - before.at;
		look.used.forEach(({ pid, cpu }, place) => {
			const earlier = before.used[place];
			const since = earlier !== undefined && earlier.pid === pid ? earlier.cpu : 0;
			spent[place] = (spent[place] ?? 0) + Math.max(0, cpu - since);
		});
	});
	return ms === 0 ? 0 : Math.max(0, ...spent) / (ms / 1000);
}
