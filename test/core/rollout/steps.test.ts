import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateExactly, evaluateFlag, moveFlag, parseFlag, shareOf } from '../../../core/rollout';
import type { Flag, Leave, RolloutMove } from '../../../core/rollout';

const leave = (more: Partial<Leave> = {}): Leave => ({
	release: 'r1',
	refused: null,
	stable: false,
	canary: 10,
	...more,
});
const flag = (more: Partial<Flag> = {}): Flag => parseFlag({ key: 'ai-copilot', ...more });
const codeOf = (act: () => unknown): string => {
	try {
		act();
	} catch (error) {
		return (error as { code: string }).code;
	}
	return 'nothing thrown';
};

it('goes the four steps of the doctrine with the gate’s leave, the last one once the release is stable', () => {
	const team = moveFlag(flag(), { to: 'team' }, leave());
	const canary = moveFlag(team, { to: 'percentage', percentage: 10 }, leave());
	expect([team.state, canary.state, shareOf(canary), canary.release]).toEqual([
		'team',
		'percentage',
		10,
		'r1',
	]);
	expect(codeOf(() => moveFlag(canary, { to: 'everyone' }, leave()))).toBe('flag-leave-missing');
	expect(codeOf(() => moveFlag(canary, { to: 'percentage', percentage: 11 }, leave()))).toBe(
		'flag-leave-missing',
	);
	const everyone = moveFlag(canary, { to: 'everyone' }, leave({ stable: true }));
	expect(shareOf(everyone)).toBe(100);
});

it('skips no step, and says which is next', () => {
	expect(codeOf(() => moveFlag(flag(), { to: 'everyone' }, leave({ stable: true })))).toBe(
		'flag-step-skipped',
	);
	expect(() => moveFlag(flag({ state: 'team' }), { to: 'everyone' }, leave({ stable: true }))).toThrow(
		/from team to everyone/,
	);
});

const flags = fc
	.record({
		state: fc.constantFrom('off' as const, 'team' as const, 'percentage' as const, 'everyone' as const),
		percentage: fc.integer({ min: 0, max: 100 }),
		killed: fc.boolean(),
	})
	.map((fields) => flag({ ...fields, team: ['t'] }));
const moves: fc.Arbitrary<RolloutMove> = fc.oneof(
	fc.constantFrom<RolloutMove>({ to: 'off' }, { to: 'kill' }, { to: 'team' }, { to: 'everyone' }),
	fc.integer({ min: 0, max: 100 }).map((percentage): RolloutMove => ({ to: 'percentage', percentage })),
	fc.constant<RolloutMove>({ to: 'define', team: ['t', 'u'] }),
);
const ids = fc.oneof(fc.constantFrom('t', 'u'), fc.string({ minLength: 1 }));

it('turns nobody on without leave: for any flag, move and subject', () => {
	const refusals = fc.constantFrom(null, leave({ refused: 'the gate has not let r1 ship' }));
	fc.assert(
		fc.property(flags, moves, refusals, ids, (before, move, given, id) => {
			let after = before;
			try {
				after = moveFlag(before, move, given);
			} catch {
				return;
			}
			expect(!evaluateFlag(before, { id }).on && evaluateFlag(after, { id }).on).toBe(false);
		}),
		{ numRuns: 2000 },
	);
});

it('can always be turned off and killed, and a killed flag comes back only through off', () => {
	fc.assert(
		fc.property(flags, ids, (before, id) => {
			expect(evaluateFlag(moveFlag(before, { to: 'off' }, null), { id }).on).toBe(false);
			expect(evaluateFlag(moveFlag(before, { to: 'kill' }, null), { id }).on).toBe(false);
		}),
	);
	const killed = moveFlag(flag({ state: 'percentage', percentage: 10 }), { to: 'kill' }, null);
	expect(killed.state).toBe('percentage');
	expect(codeOf(() => moveFlag(killed, { to: 'everyone' }, leave({ stable: true })))).toBe('flag-killed');
	expect(moveFlag(killed, { to: 'off' }, null)).toMatchObject({ state: 'off', killed: false });
});

it('gives a small list its exact share of those in question', () => {
	const subjects = Array.from({ length: 20 }, (_, at) => ({ id: `p${at}` }));
	const canary = flag({ state: 'percentage', percentage: 10, team: ['p3'] });
	const on = evaluateExactly(canary, subjects).filter((decision) => decision.on);
	expect(on.filter(({ reason }) => reason === 'in-percentage')).toHaveLength(2);
	expect(on.filter(({ reason }) => reason === 'team')).toHaveLength(1);
	expect(evaluateExactly(null, subjects).some((decision) => decision.on)).toBe(false);
});
