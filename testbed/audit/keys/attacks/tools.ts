import { cut, insert, link, node, set, BASE } from '../../edit';
import type { SpineNode, SpineWorkflow } from '../../spine';
import { keyedBy } from '../base';

/** One unsafe workflow around a key claim. */
export interface KeyAttack {
	readonly is: number;
	readonly does: string;
	readonly workflow: SpineWorkflow;
	readonly others?: readonly SpineWorkflow[];
}

/** A change of the base workflow. */
export type Change = (workflow: SpineWorkflow) => void;

export const table = (
	is: number,
	entries: Readonly<Record<string, Change | readonly Change[]>>,
): KeyAttack[] =>
	Object.entries(entries).map(([does, given]) => ({
		is,
		does,
		workflow: keyedBy(...(typeof given === 'function' ? [given] : given)),
	}));

export const put =
	(from: string, output: number, added: SpineNode): Change =>
	(workflow) =>
		insert(workflow, from, output, structuredClone(added));
export const between = (added: SpineNode): Change => put('Claim', 1, added);
export const add =
	(...added: readonly SpineNode[]): Change =>
	(workflow) =>
		void workflow.nodes.push(...structuredClone(added));
export const lead =
	(from: string, output: number, to: string): Change =>
	(workflow) =>
		link(workflow, from, output, to);
export const unlead =
	(from: string, output: number): Change =>
	(workflow) =>
		cut(workflow, from, output);
export const edit = (name: string, values: (values: readonly unknown[]) => object): SpineNode =>
	node(name, `${BASE}set`, { includeOtherFields: true, ...values([]), options: {} }, {}, 3.4);
export const fields = (name: string, ...assignments: readonly (readonly [string, string])[]): SpineNode =>
	edit(name, () => ({
		assignments: {
			assignments: assignments.map(([field, value]) => ({ id: field, name: field, value, type: 'string' })),
		},
	}));
export const looped =
	(back: readonly (readonly [string, number])[]): Change =>
	(workflow) => {
		insert(workflow, 'When Called', 0, node('Loop', `${BASE}splitInBatches`, { options: {} }, {}, 3), 1);
		for (const [from, output] of back) link(workflow, from, output, 'Loop');
	};
export const ALL_BACK = [
	['Note what is held', 0],
	['Note what was done before', 0],
	['Complete', 0],
	['Complete', 1],
	['Give back', 0],
	['Give back', 1],
] as const;
export const withKey = (key: string, ...before: readonly SpineNode[]): Change[] => [
	...before.map((one) => put('When Called', 0, one)),
	set('Claim', { key }),
];
export const keep = (options: object): Change => set('Act', { options });
export const ledger = (id: string): Partial<SpineNode> =>
	({ credentials: { releaseGateLedgerApi: { id, name: id } } }) as never;
