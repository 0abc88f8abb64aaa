import { digest } from '../delivery/canonical';
import type { Flag } from '.';
import type { Manifest } from '../release/manifest';
import type { MachineReport } from '../release/machines/report';

const isOff = (flag: Flag): boolean => flag.killed || flag.state === 'off';

/** SHA-256 (hex) of the flags a release brings: what a manifest names as `artifacts.flags`. State and share do not count. */
export function flagsHash(flags: readonly Flag[]): string {
	const counted = flags
		.map(({ key, team, targeting, groupId, stickiness, variants }) => ({
			...{ key, team, targeting },
			...(groupId === undefined ? {} : { groupId }),
			...(stickiness === undefined ? {} : { stickiness }),
			...(variants === undefined ? {} : { variants }),
		}))
		.sort((a, b) => ((a as { key: string }).key < (b as { key: string }).key ? -1 : 1));
	return digest(counted);
}

/**
 * Whether every flag the manifest names exists and is off, and whether the release is behind a flag or a gate.
 *
 * @param found flags as they are, or as the release makes them
 * @param unreadable nodes of which nobody can know which flag they evaluate
 */
export function flagsReport(
	manifest: Manifest,
	found: readonly Flag[],
	unreadable: readonly string[] = [],
): MachineReport {
	const known = new Map(found.map((flag) => [flag.key, flag]));
	const named = manifest.flags.flatMap((key) => known.get(key) ?? []);
	const missing = manifest.flags.filter((key) => !known.has(key));
	const on = named.filter((flag) => !isOff(flag)).map(({ key }) => key);
	const gated = manifest.gatedBy !== undefined && manifest.gatedBy !== '';
	const problems = [
		missing.length > 0 ? `There is no flag ${missing.join(', ')}.` : '',
		on.length > 0 ? `Not off: ${on.join(', ')}.` : '',
		unreadable.length > 0
			? `Nobody knows which flag is evaluated by ${unreadable.join(', ')}: write its name there, not an expression.`
			: '',
	].filter(Boolean);
	const none = manifest.flags.length === 0;
	return {
		machine: 'flags',
		looked: { artifact: 'flags', hash: flagsHash(named) },
		observed: [],
		answers: [
			{
				check: 'flags-default-off',
				status: problems.length > 0 ? 'fail' : 'pass',
				grounds:
					problems.join(' ') || (none ? 'The release brings no flag.' : `Off: ${manifest.flags.join(', ')}.`),
			},
			{
				check: 'flagged-or-gated',
				status: missing.length > 0 || (none && !gated) ? 'fail' : 'pass',
				grounds: gated
					? `Gated by: ${manifest.gatedBy}`
					: none
						? 'The manifest names neither a flag nor what gates the change.'
						: missing.length > 0
							? `There is no flag ${missing.join(', ')}.`
							: `Behind ${manifest.flags.join(', ')}.`,
			},
		],
	};
}
