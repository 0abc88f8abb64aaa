import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { dateutil, type Dateutil } from '../../testbed/oracles/outside';
import { judgeByPeer } from '../../testbed/oracles/window-peer';
import { windowCases } from '../../testbed/oracles/windows';

/** What a library of others says of our windows. */
export interface PeerRun {
	/** The library and what it ran on. */
	readonly version: string;
	readonly seed: number;
	readonly windows: number;
	/** Rules of windows that were compared or refused by both. */
	readonly rules: number;
	readonly starts: number;
	readonly refused: number;
	readonly notAsked: number;
	/** Rules put as two, and rules asked from the beginning of their week. */
	readonly mixed: number;
	readonly firstWeek: number;
	/** Zones whose clocks the library knows otherwise, with the windows that met it. */
	readonly clocks: readonly (readonly [zone: string, windows: number])[];
	readonly differences: readonly string[];
}

/** Puts so many windows to python-dateutil; `null` where this machine has none. */
export async function runWindowPeer(windows: number, seed: number): Promise<PeerRun | null> {
	const started = await Promise.all(Array.from({ length: 2 * availableParallelism() }, dateutil));
	const libraries = started.filter((one) => one !== null);
	const [first] = libraries;
	if (!first) return null;
	const sum = { rules: 0, starts: 0, refused: 0, notAsked: 0, mixed: 0, firstWeek: 0 };
	const clocks = new Map<string, number>();
	const differences: string[] = [];
	// Not the windows that the other oracle has judged.
	const cases = fc.sample(windowCases(), { numRuns: windows, seed: seed + 1 });
	let at = 0;
	const work = async (library: Dateutil): Promise<void> => {
		for (let one = cases[at++]; one; one = cases[at++]) {
			const { window, oracle, clock } = one;
			const judged = await judgeByPeer(library, window, (clock.from + clock.wall.length) * 60);
			sum.starts += judged.starts;
			sum.mixed += judged.adaptations.filter((one) => one === 'mixed').length;
			sum.firstWeek += judged.adaptations.filter((one) => one === 'first-week').length;
			if (judged.kind === 'not-asked') sum.notAsked += 1;
			else sum.rules += oracle.rules.length;
			if (judged.kind === 'refused') sum.refused += 1;
			if (judged.kind === 'clocks') clocks.set(window.timeZone, (clocks.get(window.timeZone) ?? 0) + 1);
			if (judged.kind === 'differs')
				differences.push(
					`${JSON.stringify(window)}: ${judged.ours.length} starts only here, ${judged.theirs.length} only there`,
				);
			if (at % 250 === 0) console.log(`dateutil: ${at} of ${windows}, ${differences.length} differences`);
		}
	};
	try {
		await Promise.all(libraries.map(work));
	} finally {
		for (const library of libraries) library.stop();
	}
	const zones = [...clocks].sort(([a], [b]) => (a < b ? -1 : 1));
	return { version: first.version, seed: seed + 1, windows, ...sum, clocks: zones, differences };
}
