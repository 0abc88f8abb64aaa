import type { INodeParameters } from 'n8n-workflow';
import type { WorkflowRun } from '../../../testbed/engine/n8n';
import { ledger, OWN, send, workflow } from '../kit/spine';

export const claimKey = (parameters: INodeParameters = {}) => ({
	type: `${OWN}.idempotencyCheck`,
	typeVersion: 2,
	parameters: { operation: 'claimKey', scope: 'orders', ...parameters },
});
export const completeKey = (parameters: INodeParameters = {}) => ({
	type: `${OWN}.deliveryCommit`,
	typeVersion: 2,
	parameters: { operation: 'completeKey', ...parameters },
});
export const giveKeyBack = (parameters: INodeParameters = {}) => ({
	type: `${OWN}.deliveryCommit`,
	typeVersion: 2,
	parameters: { operation: 'giveKeyBack', ...parameters },
});

/** Claim, do, complete. */
export const once = workflow({ Claim: claimKey(), Send: send, Complete: completeKey() }, [
	['Start', 'Claim'],
	['Claim', 'Send', 1],
	['Send', 'Complete'],
]);

/** Why a node held or refused its items. */
export const reasons = (run: WorkflowRun, node = 'Node', output = 0) =>
	run.json(node, output).map(({ releaseGate }) => (releaseGate as { reason?: string }).reason);

/** The keys of a scope with their states. */
export const states = async (scope = 'orders') =>
	(await (await ledger()).keys.list({ scope, limit: 100 })).map(({ key, state }) => `${key} ${state}`);

/** What a claim let through for the first time. */
export const firsts = (run: WorkflowRun, node = 'Node') => run.json(node, 1);
