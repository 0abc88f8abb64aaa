import type { ReleaseBody } from '../../core/release/documents';
import type { Json, JsonObject } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { Ledger } from '../ledger/api';
import { artifactHashes } from '../../core/release/manifest';
import { policyOf } from '../release/policies';
import { findRelease, type ServicePorts } from '../release/store';
import type { Stage } from '../../core/release/stages';
import { parseFlag, type Flag } from '../../core/rollout/flag';
import { type Leave, moveFlag, type RolloutMove, shareOf } from '../../core/rollout/steps';

const attempts = 5;

/** Whether a release is in production and was not taken back: `no`, `watched`, or `stable` (also once closed). */
function production({ stage, history }: Pick<ReleaseBody, 'stage' | 'history'>): 'no' | 'watched' | 'stable' {
	const went = new Set<Stage>(history.map((entry) => entry.stage));
	if (stage === 'deploying' || stage === 'monitoring') return 'watched';
	return stage === 'stable' || (stage === 'closed' && went.has('stable') && !went.has('rolled-back'))
		? 'stable'
		: 'no';
}

/** The stored flag as found, unparsed; `null` for none of that name. Evaluation treats both as off. */
export async function storedFlag(
	{ records }: Pick<Ledger, 'records'>,
	key: string,
): Promise<JsonObject | null> {
	const [record] = key === '' ? [] : await records.get('flag', [key]);
	return record?.body ?? null;
}

/**
 * What the gate says of turning up a flag under a release: it must list the flag, be decided `ship` on its present
 * state, and be in production. The canary share is the policy's step to `percentage`.
 */
export async function leaveOf(ports: ServicePorts, release: string, flag: string): Promise<Leave> {
	const found = release === '' ? null : await findRelease(ports, release);
	const none = (refused: string): Leave => ({ release, refused, stable: false, canary: 0 });
	if (!found) return none(`there is no release '${release}'`);
	const { manifest, decision } = found.body;
	const state = production(found.body);
	if (!manifest.flags.includes(flag)) return none(`the manifest of ${release} does not list it`);
	if (decision?.decision !== 'ship') return none(`the gate has not let ${release} ship`);
	if (decision.releaseHash !== artifactHashes(manifest).release)
		return none(`release ${release} has changed since the gate decided`);
	if (state === 'no') return none(`release ${release} is ${found.body.stage}`);
	const { policy } = await policyOf(ports, manifest.subject);
	const step = policy.rollout.steps.find(({ to }) => to === 'percentage');
	return { release, refused: null, stable: state === 'stable', canary: 100 * (step?.share ?? 0) };
}

/** What became of a flag. */
export interface RolloutChange {
	readonly flag: Flag;
	readonly before: Flag | null;
	readonly changed: boolean;
}

const sentence = (before: Flag | null, after: Flag, move: RolloutMove, by: string): string => {
	const share = after.state === 'percentage' ? ` (${shareOf(after)} %)` : '';
	const state = after.killed ? 'killed' : `${after.state}${share}`;
	const leave = after.release === null || move.to === 'kill' ? '' : ` under release ${after.release}`;
	return `Flag ${after.key} ${before === null ? 'defined as' : 'set to'} ${state}${leave} by ${by}.`;
};

/**
 * Moves a flag and records it as an event. A flag that does not exist is made by `define` and is off; every other move
 * needs one. Nothing is written when nothing changes.
 *
 * @param release under whose leave it is turned up; empty when the move only turns down
 * Throws `flag-unknown`, `flag-contended`, and what `moveFlag` throws.
 */
export async function setRollout(
	ports: ServicePorts,
	key: string,
	move: RolloutMove,
	release: string,
	by: string,
): Promise<RolloutChange> {
	for (let attempt = 0; attempt < attempts; attempt += 1) {
		const [record] = key === '' ? [] : await ports.ledger.records.get('flag', [key]);
		if (!record && move.to !== 'define') throw gateError('flag-unknown', { flag: key });
		const before = record ? parseFlag(record.body) : null;
		const leave = release === '' ? null : await leaveOf(ports, release, key);
		const flag = moveFlag(before ?? parseFlag({ key }), move, leave);
		const body = JSON.parse(JSON.stringify(flag)) as JsonObject;
		if (before && JSON.stringify(before) === JSON.stringify(flag)) return { flag, before, changed: false };
		const outcome = await ports.ledger.records.write(
			[
				{
					kind: 'flag',
					id: key,
					spine: record?.spine ?? null,
					parent: flag.release,
					body,
					expectedRevision: record?.revision ?? 0,
				},
			],
			[
				{
					kind: move.to === 'kill' ? 'flag.killed' : 'flag.set',
					spine: null,
					subject: key,
					sentence: sentence(before, flag, move, by),
					data: { by, move: move.to, share: shareOf(flag), release: flag.release } satisfies Json,
				},
			],
		);
		if (outcome.status === 'written') return { flag, before, changed: true };
	}
	throw gateError('flag-contended', { flag: key, attempts });
}
