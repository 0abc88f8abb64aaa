import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unleashCases } from '../../testbed/oracles/unleash';

/** What the Unleash client specification says of our flags. */
export interface FlagRun {
	readonly version: string;
	readonly commit: string;
	readonly cases: number;
	readonly inScope: number;
	readonly differences: readonly string[];
	/** Why cases are out of scope, most first. */
	readonly outside: readonly { readonly why: string; readonly cases: number; readonly onPurpose: boolean }[];
}

/** The commit of a checkout, or the name of its folder's version where it is no repository. */
function commitOf(checkout: string): string {
	const asked = spawnSync('git', ['-C', checkout, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
	return asked.status === 0 ? asked.stdout.trim() : 'not known';
}

/** Puts every case of a checkout to our flags. */
export function runFlags(checkout: string): FlagRun {
	const cases = unleashCases(checkout);
	const inScope = cases.filter(({ outside }) => outside === undefined);
	const reasons = new Map<string, { cases: number; onPurpose: boolean }>();
	for (const { outside, onPurpose = false } of cases) {
		if (outside === undefined) continue;
		reasons.set(outside, { cases: (reasons.get(outside)?.cases ?? 0) + 1, onPurpose });
	}
	const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
		version: string;
	};
	const run: FlagRun = {
		version,
		commit: commitOf(checkout),
		cases: cases.length,
		inScope: inScope.length,
		differences: inScope
			.filter(({ expected, ours }) => expected !== ours)
			.map(({ title, expected, ours }) => `${title}: ${expected} there, ${ours} here`),
		outside: [...reasons].map(([why, one]) => ({ why, ...one })).sort((a, b) => b.cases - a.cases),
	};
	console.log(
		`flags: ${run.cases} cases of Unleash ${run.version}, ${run.inScope} in scope, ${run.differences.length} differences`,
	);
	return run;
}
