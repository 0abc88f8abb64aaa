import type { Instant } from '../../delivery/types';
import type { ObservedChange } from '../classify';
import type { Evidence } from '../evidence';
import type { Migration } from '../expand-contract/migration';
import { artifactHashes, type Manifest } from '../manifest';
import type { Artifact, Machine, Policy } from '../policy/schema';

/** A machine's answer to one check. */
export interface MachineAnswer {
	readonly check: string;
	readonly status: Evidence['status'];
	/** One sentence. */
	readonly grounds: string;
	/** When it was seen; the moment of recording if absent. */
	readonly at?: Instant;
}

/** What a machine found: the artifact it looked at, the surfaces that change, and its answers. */
export interface MachineReport {
	readonly machine: Machine;
	/** The artifact that was looked at, by its own hash; absent when the machine looks at none. */
	readonly looked?: { readonly artifact: Artifact; readonly hash: string };
	readonly observed: readonly ObservedChange[];
	/** What the migration that was looked at adds and takes away. */
	readonly migration?: Migration;
	readonly answers: readonly MachineAnswer[];
}

const short = (grounds: string): string => (grounds.length <= 1000 ? grounds : `${grounds.slice(0, 997)}...`);

/**
 * The evidence of a report: one piece for each of its answers that the policy lets this machine give. When the machine
 * looked at another artifact than the manifest names, its answers say nothing of the release: they become unknown.
 */
export function evidenceOf(
	policy: Policy,
	manifest: Manifest,
	report: MachineReport,
	now: Instant,
): readonly Evidence[] {
	const hashes = artifactHashes(manifest);
	const { looked, machine } = report;
	const other = looked !== undefined && hashes[looked.artifact] !== looked.hash;
	return policy.checks.flatMap((check): Evidence[] => {
		const answer = report.answers.find((entry) => entry.check === check.id);
		const hash = hashes[check.boundTo];
		if (!answer || hash === undefined || !check.answeredBy.machines.includes(machine)) return [];
		return [
			{
				check: check.id,
				status: other ? 'unknown' : answer.status,
				by: { machine },
				at: answer.at ?? now,
				artifact: check.boundTo,
				hash,
				grounds: short(
					other
						? `The ${looked.artifact} that was looked at (${looked.hash.slice(0, 12)}) is not the one the manifest names.`
						: answer.grounds,
				),
			},
		];
	});
}
