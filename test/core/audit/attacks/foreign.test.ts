import { describe, expect, it } from '@jest/globals';
import { auditInstance, parseAuditPolicy, parseWorkflow, workflowIdentity } from '../../../../core/audit';
import { ReleaseGateError } from '../../../../core/errors';
import { changed } from '../../../../testbed/audit/edit';
import { STAND_INS } from '../../../../testbed/audit/spine';
import { FOREIGN, HARMLESS, KNOWN } from '../../../../testbed/audit/foreign';
import { IDENTITIES } from '../../../../testbed/audit/foreign/identities';
import type { Foreign } from '../../../../testbed/audit/foreign/table';

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');

/** The verdict, or that the workflow is refused as none. */
function answer({ workflow, does }: Foreign): string {
	try {
		return auditInstance([parseWorkflow(workflow, does)], { policy })[0]?.verdict ?? 'no answer';
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return 'refused';
	}
}

const set = (name: string): string => (name in KNOWN ? 'known' : name in HARMLESS ? 'harmless' : 'harmful');
const of = (kind: string) => FOREIGN.filter(({ does }) => set(does) === kind);

describe('attacks by somebody who did not write the rules', () => {
	it('are ten of every class at least, each with a name of its own in its class', () => {
		const classes = new Map<number, Set<string>>();
		for (const { is, does } of FOREIGN) classes.set(is, (classes.get(is) ?? new Set()).add(does));
		expect([...classes.keys()].sort((a, b) => a - b)).toEqual([
			1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16,
		]);
		for (const names of classes.values()) expect(names.size).toBeGreaterThanOrEqual(10);
		expect([...classes.values()].reduce((sum, names) => sum + names.size, 0)).toBe(FOREIGN.length);
		const known = new Set(FOREIGN.map(({ does }) => does));
		expect([...Object.keys(HARMLESS), ...Object.keys(KNOWN)].filter((name) => !known.has(name))).toEqual([]);
	});

	it.each(of('harmful').map((one) => [one.is, one.does, one.harm, one] as const))(
		'%i: %s (%s): never proven',
		(_is, _does, _harm, one) => {
			expect(['violated', 'partly', 'nothing to prove', 'refused']).toContain(answer(one));
		},
	);

	it.each(of('known').map((one) => [one.is, one.does, one] as const))(
		'%i: %s: still called proven, an assumption that is written down',
		(_is, _does, one) => expect(answer(one)).toBe('proven'),
	);

	it.each(of('harmless').map((one) => [one.is, one.does, HARMLESS[one.does] ?? '', one] as const))(
		'%i: %s: breaks no promise, for %s',
		(_is, _does, _reason, one) => expect(answer(one)).toBe('proven'),
	);
});

describe('15: what a workflow is known by', () => {
	const identity = (change: (typeof IDENTITIES)[string]): string =>
		workflowIdentity(parseWorkflow(changed(change), 'spine'), { policy });
	const before = identity(() => undefined);

	it('has ten changes at least', () => expect(Object.keys(IDENTITIES).length).toBeGreaterThanOrEqual(10));

	it.each(Object.entries(IDENTITIES))('%s: another identity', (_name, change) => {
		expect(identity(change)).not.toBe(before);
	});
});
