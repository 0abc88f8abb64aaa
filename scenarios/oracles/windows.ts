import fc from 'fast-check';
import { ZONES } from '../../testbed/oracles/clocks';
import { judgeWindow, windowCases } from '../../testbed/oracles/windows';

/** What the oracle of windows found. */
export interface WindowRun {
	readonly seed: number;
	readonly windows: number;
	readonly rules: number;
	readonly zones: number;
	/** Windows that were open for at least one minute of their stretch. */
	readonly open: number;
	/** Windows refused because a rule never happens, with no start by the oracle either. */
	readonly refused: number;
	readonly minutes: number;
	readonly differences: readonly string[];
}

const BATCH = 500;

/** Judges so many windows, minute by minute. */
export function runWindows(windows: number, seed: number): WindowRun {
	let [rules, open, refused, minutes] = [0, 0, 0, 0];
	const differences: string[] = [];
	for (let done = 0; done < windows; done += BATCH) {
		const numRuns = Math.min(BATCH, windows - done);
		for (const one of fc.sample(windowCases(), { numRuns, seed: seed + done })) {
			const judged = judgeWindow(one);
			rules += one.oracle.rules.length;
			if (judged.kind === 'refused') refused += 1;
			else minutes += one.clock.wall.length;
			if (judged.kind === 'agrees' && judged.openMinutes > 0) open += 1;
			if (judged.kind === 'differs')
				differences.push(`${JSON.stringify(one.window)} at ${new Date(judged.at).toISOString()}`);
		}
		console.log(`windows: ${done + numRuns} of ${windows}, ${differences.length} differences`);
	}
	return { seed, windows, rules, zones: ZONES.length, open, refused, minutes, differences };
}
