/**
 * Holds the rules against oracles written apart and writes what it found into docs/records/oracles.md and
 * docs/records/sql-effects.md: `npm run oracles -- [--only windows,dateutil,flags,sql,leaks] [--windows 22000] [--peer 2500]
 * [--runs 10000] [--seed 20261130]`. Exits with 1 where a part found a difference, harm that the lint
 * let pass, or more false rollbacks than the policy allows.
 */
import { parseArgs } from 'node:util';
import { runFlags } from './flags';
import { runLeaks } from './leaks';
import { keep } from './record';
import { runSqlEffects } from './sql-effects';
import { runWindowPeer } from './window-peer';
import { runWindows } from './windows';

const { values } = parseArgs({
	options: {
		only: { type: 'string', default: 'windows,dateutil,flags,sql,leaks' },
		windows: { type: 'string', default: '22000' },
		peer: { type: 'string', default: '2500' },
		runs: { type: 'string', default: '10000' },
		seed: { type: 'string', default: '20261130' },
	},
});
const seed = Number(values.seed);
const none = ({ differences }: { readonly differences: readonly string[] }): boolean =>
	differences.length === 0;

/** The parts, each with whether all is well; a part that cannot run here says so and leaves its record as it was. */
const parts: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
	windows: () => {
		const windows = runWindows(Number(values.windows), seed);
		keep({ windows });
		return none(windows);
	},
	dateutil: async () => {
		const dateutil = await runWindowPeer(Number(values.peer), seed);
		if (dateutil) keep({ dateutil });
		else console.log('dateutil: not run; there is no python3 with dateutil on this machine');
		return !dateutil || none(dateutil);
	},
	flags: () => {
		const checkout = process.env['UNLEASH_CLIENT_SPECIFICATION'];
		if (checkout === undefined) {
			console.log('flags: not run; UNLEASH_CLIENT_SPECIFICATION names no checkout of the specification');
			return true;
		}
		const flags = runFlags(checkout);
		keep({ flags });
		return none(flags);
	},
	sql: runSqlEffects,
	leaks: () => {
		const leaks = runLeaks(Number(values.runs), seed);
		keep({ leaks });
		return [leaks, ...leaks.bounces].every(({ rows }) => rows.every(({ early }) => early <= leaks.alpha));
	},
};

async function main(): Promise<void> {
	const wanted = values.only.split(',');
	const strange = wanted.find((name) => !(name in parts));
	if (strange !== undefined)
		throw new Error(`There is no part ${strange}; parts are ${Object.keys(parts).join(', ')}.`);
	for (const name of wanted) {
		const good = await parts[name]?.();
		if (good === false) {
			console.log(`${name}: not all is well`);
			process.exitCode = 1;
		}
	}
}

void main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 2;
});
