import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
	behaviourHash,
	hashLike,
	parseAuditPolicy,
	parseWorkflow,
	workflowHash,
	workflowIdentity,
} from '../../../core/audit';
import type { WorkflowJson } from '../../../core/audit';

const ledger = (id: string) => ({ releaseGateLedgerApi: { id, name: 'Ledger' } });
const node = (name: string, type: string, parameters: object = {}, more: object = {}) => ({
	name,
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters,
	...more,
});
const spine = (change: object = {}, nodes: readonly object[] = []) =>
	parseWorkflow(
		{
			id: 'spine',
			name: 'Spine',
			nodes: [
				node('Start', 'n8n-nodes-base.scheduleTrigger'),
				node('Generate', 'n8n-nodes-base.executeWorkflow', {
					workflowId: { __rl: true, mode: 'id', value: 'writer' },
				}),
				node('Claim', 'n8n-nodes-release-gate.idempotencyCheck', {}, { credentials: ledger('one') }),
				...nodes,
			],
			connections: { Start: { main: [[{ node: 'Generate', type: 'main', index: 0 }]] } },
			settings: { timezone: 'UTC' },
			...change,
		},
		'spine',
	);
const writer = (text: string, next?: string) =>
	parseWorkflow(
		{
			id: 'writer',
			name: 'Writer',
			nodes: [
				node('Called', 'n8n-nodes-base.executeWorkflowTrigger'),
				node('Write', 'n8n-nodes-base.set', { text }),
				...(next === undefined
					? []
					: [node('Further', 'n8n-nodes-base.executeWorkflow', { workflowId: next })]),
			],
			connections: {},
		},
		'writer',
	);
const among =
	(...all: readonly WorkflowJson[]) =>
	(id: string) =>
		all.find((workflow) => workflow.id === id);
const identity = (workflow: WorkflowJson, ...called: readonly WorkflowJson[]): string =>
	workflowIdentity(workflow, { resolve: among(...called) });
const withLedger = (id: string): WorkflowJson => ({
	...spine(),
	nodes: spine().nodes.map((one) => (one.name === 'Claim' ? { ...one, credentials: ledger(id) } : one)),
});

describe('what a workflow is released as', () => {
	const own = identity(spine(), writer('a'));

	it('is another one when a workflow it calls changes, however deep, or can no longer be found', () => {
		expect(own).toMatch(/^v2:[0-9a-f]{64}$/);
		expect(identity(spine(), writer('b'))).not.toBe(own);
		expect(identity(spine())).not.toBe(own);
		const third = (text: string) => ({ ...writer(text), id: 'third' });
		expect(identity(spine(), writer('a', 'third'), third('x'))).not.toBe(
			identity(spine(), writer('a', 'third'), third('y')),
		);
	});

	it('is another one for other pinned data, another ledger, other settings, another policy of the audit', () => {
		const others = [
			identity(spine({ pinData: { Start: [{ json: { id: 1 } }] } }), writer('a')),
			identity(withLedger('two'), writer('a')),
			identity(spine({ settings: { timezone: 'Europe/Berlin' } }), writer('a')),
			workflowIdentity(spine(), {
				resolve: among(writer('a')),
				policy: parseAuditPolicy(
					{ hosts: [{ host: 'api.example.test', role: 'reader', reason: 'It only reads.' }] },
					'test',
				),
			}),
		];
		expect(new Set([own, ...others]).size).toBe(others.length + 1);
		// The hash of earlier versions told none of the first two apart.
		expect(workflowHash(spine({ pinData: { Start: [{ json: { id: 1 } }] } }))).toBe(workflowHash(spine()));
		expect(workflowHash(withLedger('two'))).toBe(workflowHash(spine()));
	});

	it('stays the same for positions, notes, names of workflows and credentials, and the order of nodes', () => {
		fc.assert(
			fc.property(fc.integer(), fc.string(), fc.boolean(), (x, name, turned) => {
				const nodes = spine().nodes.map((one) => ({
					...one,
					id: name,
					position: [x, x] as [number, number],
					credentials: one.credentials && { releaseGateLedgerApi: { id: 'one', name } },
				}));
				const moved = { ...spine(), name: `${name}.`, nodes: turned ? [...nodes].reverse() : nodes };
				expect(identity(moved, { ...writer('a'), name })).toBe(own);
			}),
		);
	});

	it('ends for workflows that call each other in a circle', () => {
		const back = writer('a', 'spine');
		expect(behaviourHash(spine(), among(back, spine()))).toMatch(/^[0-9a-f]{64}$/);
		expect(identity(spine(), back, spine())).not.toBe(own);
	});

	it('is compared with a stored hash in the form that one has', () => {
		const context = { resolve: among(writer('a')) };
		expect(hashLike(own, spine(), context)).toBe(own);
		expect(hashLike(workflowHash(spine()), spine(), context)).toBe(workflowHash(spine()));
	});
});
