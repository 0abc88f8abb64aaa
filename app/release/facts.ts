import { z } from 'zod';
import { nextSlot, parseCadence } from '../../core/delivery/cadence';
import type { Instant } from '../../core/delivery/types';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { durationMs } from '../../core/release/checks';
import type { Expansion } from '../../core/release/expand-contract/pairing';
import type { MigrationTrail } from '../../core/release/expand-contract/report';
import type { HotfixDebt } from '../../core/release/hotfix';
import type { MomentFacts } from '../../core/release/timing';
import { lookSchema } from '../../core/stability/documents';
import { documentOf } from '../ledger/documents';
import type { ServicePorts, StoredRelease } from './store';

/** States in which a delivery is due or under way. */
const underWay = ['due', 'claimed', 'sending', 'in-doubt'] as const;

/** What both documents of kind `rollback` have, the order and the restore. */
const endSchema = z.object({ finishedAt: z.number().nullable() });

/** Whether a rollback of this subject has begun and not ended: the newest `rollback` record has no `finishedAt`. */
export async function rollbackInProgress({ ledger }: ServicePorts, subject: string): Promise<boolean> {
	const [newest] = await ledger.records.list({ kind: 'rollback', spine: subject, limit: 1 });
	return newest !== undefined && documentOf(newest, endSchema).finishedAt === null;
}

/**
 * What the ledger itself knows of the moment: the next slot, open deliveries, the last stabilization check, the error
 * budget of the last verdict that names one, a rollback in progress. Where something was given from outside as well, the
 * worse of both counts.
 */
export async function factsOf(
	ports: ServicePorts,
	subject: string,
	spine: SpineRecord | null,
	given: MomentFacts,
): Promise<MomentFacts> {
	const now = ports.now();
	const [verdict] = await ports.ledger.records.list({ kind: 'verdict', spine: subject, limit: 1 });
	const rolling = await rollbackInProgress(ports, subject);
	const budget = verdict && documentOf(verdict, lookSchema).errorBudget;
	const known: MomentFacts = {
		...(spine === null
			? {}
			: {
					nextSlotOpensAt: nextSlot(parseCadence(spine.settings.cadence), now).opensAt,
					openDeliveries: {
						value: underWay.reduce((total, state) => total + (spine.open?.[state] ?? 0), 0),
						at: now,
					},
				}),
		...(verdict === undefined ? {} : { lastStabilityCheckAt: verdict.updatedAt }),
		...(verdict !== undefined && (budget === 'healthy' || budget === 'spent')
			? { errorBudget: { value: budget, at: verdict.updatedAt } }
			: {}),
	};
	return {
		...given,
		...worseOf(known, given),
		rollbackInProgress: rolling || given.rollbackInProgress === true,
	};
}

/**
 * Of what the ledger knows and somebody else says as well, the worse: the earlier slot, the more open deliveries, the
 * older look, the spent budget. Nobody's word makes the moment calmer than the ledger sees it.
 */
function worseOf(known: MomentFacts, given: MomentFacts): MomentFacts {
	const smaller = (a?: number, b?: number) =>
		a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
	const slot = smaller(known.nextSlotOpensAt, given.nextSlotOpensAt);
	const look = smaller(known.lastStabilityCheckAt, given.lastStabilityCheckAt);
	const open = [known.openDeliveries, given.openDeliveries].reduce((a, b) =>
		a === undefined || b === undefined ? (a ?? b) : b.value > a.value ? b : a,
	);
	const budget =
		given.errorBudget?.value === 'spent' ? given.errorBudget : (known.errorBudget ?? given.errorBudget);
	return {
		...(slot === undefined ? {} : { nextSlotOpensAt: slot }),
		...(look === undefined ? {} : { lastStabilityCheckAt: look }),
		...(open === undefined ? {} : { openDeliveries: open }),
		...(budget === undefined ? {} : { errorBudget: budget }),
	};
}

/**
 * Before the first slot of a spine has closed no budget can be measured; how many releases shipped so far counts then.
 *
 * @param releases all of its subject
 */
export async function notMeasured(
	ports: ServicePorts,
	{ id, body: { manifest } }: StoredRelease,
	{ errorBudget }: MomentFacts,
	releases: readonly StoredRelease[],
): Promise<Pick<MomentFacts, 'notMeasuredYet'>> {
	const spine = manifest.subject;
	if (errorBudget !== undefined || (await ports.ledger.spines.get(spine)) === null) return {};
	if (await ports.ledger.deliveries.hasClosedSlot(spine)) return {};
	const others = releases.filter((other) => other.id !== id);
	return { notMeasuredYet: { shipped: others.filter(({ body }) => body.shippedAt !== null).length } };
}

/** Whether a release reached stable and was not rolled back since. */
const stood = ({ body }: Pick<StoredRelease, 'body'>): boolean =>
	body.history.some(({ stage }) => stage === 'stable') &&
	!body.history.some(({ stage }) => stage === 'rolled-back');

/** What the shipped hotfixes among the releases of a subject still owe. */
export const debtsIn = (releases: readonly StoredRelease[]): readonly HotfixDebt[] =>
	releases.flatMap(({ id, body }): HotfixDebt[] => {
		if (body.manifest.kind !== 'hotfix' || body.shippedAt === null) return [];
		const followUp = releases.find((other) => other.body.manifest.follows === id && stood(other));
		return [
			{
				hotfix: id,
				shippedAt: body.shippedAt,
				documented: body.documentedAt !== null,
				followedUpBy: followUp?.id ?? null,
			},
		];
	});

/** What the migrations of a subject's other releases added, newest first; of a migration, not of its later version. */
function expansionOf({ id, body }: StoredRelease): Expansion {
	const { migration, manifest } = body;
	const known = migration !== undefined && migration.hash === manifest.artifacts.sql;
	return {
		release: id,
		stage: body.stage,
		stable: stood({ body }),
		expands: known ? [...migration.expands] : null,
		fills: known ? migration.fills.map(({ column, from }) => ({ column, from: [...from] })) : [],
	};
}

/**
 * What is known of a release's migration, and of earlier ones when it takes something away.
 *
 * @param releases all of its subject, newest first
 */
export function migrationTrail(
	{ id, body }: StoredRelease,
	releases: readonly StoredRelease[],
): MigrationTrail {
	const { migration = null, reads = [] } = body;
	const asked = migration !== null && migration.contracts.length > 0;
	const others = asked ? releases : [];
	return {
		migration,
		expansions: others.filter((other) => other.id !== id).map(expansionOf),
		reads: [...reads],
	};
}

/** Whether an instant lies within an ISO 8601 duration before now. */
export const isFresh = (at: Instant, within: string, now: Instant): boolean =>
	at <= now && now - at <= durationMs(within);
