import { isExpression } from './expressions';
import type { Items, Role } from './catalogue/types';
import type { WorkflowNode } from './types';

/** Prefix of this package's node types in saved workflows. */
export const OWN_PREFIX = 'n8n-nodes-release-gate.';

/** What one operation of one of our nodes does to an item's way through the spine. */
export interface OwnOperation {
	readonly role: Role;
	/** Main outputs without the error output. */
	readonly outputs: number;
	readonly items: Items;
}

const op = (role: Role, outputs: number, items: Items = 'same'): OwnOperation => ({ role, outputs, items });

/** Whether a node hands out what a spine owes. The same type also says who runs it once more. */
export const handsOut = ({ type, parameters }: Pick<WorkflowNode, 'type' | 'parameters'>): boolean =>
	type === `${OWN_PREFIX}dueDeliveries` && parameters.operation !== 'turn';

interface OwnNode {
	/** Operation of an export that names none. */
	readonly byDefault: string;
	readonly operations: Readonly<Record<string, OwnOperation>>;
}

/** The confirmation leads rehearsals out by an output of their own from version 2 on. */
const REHEARSES_FROM = 2;

const any = (operation: OwnOperation): OwnNode => ({ byDefault: '*', operations: { '*': operation } });

/**
 * Our nodes by internal name and operation. Output 0 is always the harmless branch. An operation that is not here
 * is unknown, so a new one cannot pass unseen.
 */
const OWN: Readonly<Record<string, OwnNode>> = {
	dueDeliveries: {
		byDefault: 'get',
		operations: { get: op('source', 1, 'more'), turn: op('harmless', 2, 'any') },
	},
	releaseGate: {
		byDefault: 'route',
		operations: { route: op('gate', 3), evaluate: op('harmless', 2) },
	},
	idempotencyCheck: {
		byDefault: 'claim',
		operations: { claim: op('claim', 3), claimKey: op('key-claim', 3), confirm: op('confirm', 2) },
	},
	deliveryCommit: {
		byDefault: 'commit',
		operations: {
			commit: op('commit', 2),
			completeKey: op('key-done', 2),
			giveKeyBack: op('key-back', 2),
			fail: op('fail', 2),
			outcome: op('harmless', 2),
			settle: op('harmless', 2),
			flush: op('harmless', 2),
		},
	},
	rollbackSnapshot: any(op('harmless', 2)),
	stabilizationCheck: {
		byDefault: 'release',
		operations: {
			release: op('harmless', 3),
			dryRun: op('harmless', 3),
			levels: op('harmless', 3),
			report: op('harmless', 1),
		},
	},
	release: any(op('harmless', 1)),
	releaseFlag: any(op('harmless', 2)),
	workflowAudit: any(op('harmless', 3)),
	releaseTrigger: any(op('trigger', 1)),
};

/**
 * The operation an own node performs; `undefined` when it is chosen at run time or not known. A node that names no
 * version is taken for the first one, whose outputs are fewer and less kind.
 */
export function ownOperation({
	type,
	parameters,
	typeVersion,
}: Pick<WorkflowNode, 'type' | 'parameters' | 'typeVersion'>): OwnOperation | undefined {
	if (!type.startsWith(OWN_PREFIX)) return undefined;
	const node = OWN[type.slice(OWN_PREFIX.length)];
	if (!node) return undefined;
	const named = parameters.operation ?? node.byDefault;
	// Chosen at run time, it may have the output for what is in doubt.
	if (named === 'claimKey' && (parameters.whenUnknown === 'ask' || isExpression(parameters.whenUnknown)))
		return op('key-claim', 4);
	// A key that is named is another one than the item's own.
	if ((named === 'completeKey' || named === 'giveKeyBack') && (parameters.which ?? 'claimed') !== 'claimed')
		return op('harmless', 2);
	const found = node.operations['*'] ?? (typeof named === 'string' ? node.operations[named] : undefined);
	if (found?.role !== 'confirm' || (typeVersion ?? 1) < REHEARSES_FROM) return found;
	const batches = parameters.batches !== undefined && parameters.batches !== false;
	return { ...found, outputs: batches ? 4 : 3 };
}
