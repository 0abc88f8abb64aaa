import type { Milliseconds } from '../../core/delivery/types';
import { paceMs, restoreCalls } from '../../core/snapshot/estimate';
import type { Rooms } from './ports';
import type { DefinitionStep } from '../../core/snapshot/definitions';
import {
	definitionPlan,
	flagPlan,
	restoreContext,
	spinePlan,
	valueContext,
	workflowPlan,
} from './restore-plans';
import { groupPlan, policiesLeft } from './surroundings';
import { planChunk, type Left } from './restore-values';
import type { WorkflowStep } from '../../core/snapshot/settings';

/** What a restore would do, before it does anything. */
export interface RestorePlan {
	readonly release: string;
	readonly snapshot: string;
	readonly pauses: string | null;
	readonly flags: readonly string[];
	readonly workflows: readonly WorkflowStep[];
	/** Whether settings of the spine go back. */
	readonly settings: boolean;
	/** Groups of properties that are created again, since a definition goes back into them. */
	readonly groups: readonly string[];
	readonly definitions: readonly DefinitionStep[];
	readonly values: {
		readonly restore: number;
		readonly reconcile: number;
		readonly unchanged: number;
		readonly contacts: number;
		readonly left: { readonly [reason: string]: number };
	};
	readonly left: readonly { readonly what: string; readonly reason: string }[];
	/** Calls to HubSpot and n8n the restore will make. */
	readonly calls: number;
	/** Least time those calls take. */
	readonly atLeastMs: Milliseconds;
}

/** Most single values a plan names. */
const NAMED = 200;

const nameOf = ({ contactId, property }: Pick<Left, 'contactId' | 'property'>): string =>
	`contact ${contactId}: ${property}`;

/**
 * The dry run of a rollback: reads what is there now and says what would go back, what would be left and why, and
 * what it costs. Writes nothing.
 *
 * @throws `release-not-applied`, `rollback-target-unproven` and what the ports throw
 */
export async function planRestore(
	rooms: Rooms,
	release: string,
	options: { readonly target: string | null; readonly callsPer10Seconds: number },
): Promise<RestorePlan> {
	const context = await restoreContext(rooms, release, options.target);
	const { snapshot } = context;
	const flags = await flagPlan(rooms, context);
	const workflows = await workflowPlan(rooms, context);
	const spine = await spinePlan(rooms, context);
	const definitions = await definitionPlan(rooms, context);
	const groups = await groupPlan(rooms, snapshot, definitions.steps);
	const values = await valueContext(rooms, context);
	let [restore, reconcile, unchanged, read, writing] = [0, 0, 0, 0, 0];
	const counts: Record<string, number> = {};
	const named: { what: string; reason: string }[] = [];
	for (let chunk = 0; chunk < snapshot.contacts.chunks; chunk++) {
		const plan = await planChunk(rooms, values, chunk);
		if (!plan) continue;
		restore += plan.restore.length;
		reconcile += plan.reconcile.length;
		unchanged += plan.unchanged;
		read += plan.read;
		writing += new Set([...plan.restore, ...plan.reconcile].map(({ contactId }) => contactId)).size;
		for (const left of plan.left) {
			counts[left.reason] = (counts[left.reason] ?? 0) + 1;
			if (named.length < NAMED) named.push({ what: nameOf(left), reason: left.reason });
		}
	}
	const contactCalls = Math.max(restoreCalls(writing), Math.ceil(read / 50));
	// Two looks at the definitions (plan and verify), one at the groups, one per change; a workflow takes up to four calls.
	const definitionCalls =
		(context.journal.definitions.length > 0 ? 4 : 2) + definitions.steps.length + groups.create.length;
	const calls = contactCalls + definitionCalls + 4 * workflows.steps.length;
	return {
		release,
		snapshot: snapshot.id,
		pauses: snapshot.scope.spine,
		flags: flags.writes.map(({ key }) => key),
		workflows: workflows.steps,
		settings: spine.settings !== null,
		groups: groups.create.map(({ name }) => name),
		definitions: definitions.steps,
		values: { restore, reconcile, unchanged, contacts: writing, left: counts },
		left: [
			...flags.left,
			...workflows.left,
			...spine.left,
			...(await policiesLeft(rooms, snapshot)),
			...groups.left,
			...definitions.left.map(({ name, field, reason }) => ({
				what: `property ${name}${field ? `: ${field}` : ''}`,
				reason,
			})),
			...named,
		],
		calls,
		atLeastMs: paceMs(calls, options.callsPer10Seconds),
	};
}
