import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB: now, and at its highest. `null` where the system does not say (only Linux does). */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } | null {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
		return { now: kb('VmRSS') / 1024, peak: kb('VmHWM') / 1024 };
	} catch {
		return null;
	}
}
