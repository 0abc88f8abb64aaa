import { gateError } from '../errors';
import { parseFlag, type Flag } from './flag';

/** What may be done to a flag. Percentages are 0 to 100. */
export type RolloutMove =
	| {
			readonly to: 'define';
			readonly team?: readonly string[];
			readonly targeting?: unknown;
			/** Group, stickiness and variants, as the flag has them; `null` takes one away. */
			readonly spread?: Readonly<Record<string, unknown>>;
	  }
	| { readonly to: 'off' | 'team' | 'everyone' | 'kill' }
	| { readonly to: 'percentage'; readonly percentage: number };

/** What the gate has said of the release that brings a flag. */
export interface Leave {
	readonly release: string;
	/** Why this release gives no leave; `null` when the gate has let it ship and it was not taken back since. */
	readonly refused: string | null;
	/** Whether the release has been found stable. */
	readonly stable: boolean;
	/** Largest share (percent) before the release is stable: the policy's canary step. */
	readonly canary: number;
}

const ranks = { off: 0, team: 1, percentage: 2, everyone: 3 } as const;
const rankOf = (flag: Flag): number => (flag.killed ? 0 : ranks[flag.state]);

/** The share of subjects beyond the team that a flag reaches, 0 to 100. */
export const shareOf = (flag: Flag): number =>
	flag.killed ? 0 : flag.state === 'everyone' ? 100 : flag.state === 'percentage' ? flag.percentage : 0;

/** Only what says how a flag spreads: the rest has moves of its own. `null` takes a part away. */
function spreadOf(spread: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
	const strange = Object.keys(spread).find((part) => !['groupId', 'stickiness', 'variants'].includes(part));
	if (strange !== undefined)
		throw gateError('flag-invalid', {
			count: 1,
			problems: `${strange}: only groupId, stickiness and variants`,
		});
	return Object.fromEntries(Object.entries(spread).map(([part, value]) => [part, value ?? undefined]));
}

function target(flag: Flag, move: RolloutMove): Flag {
	if (move.to === 'kill') return { ...flag, killed: true };
	if (move.to === 'off') return { ...flag, state: 'off', percentage: 0, killed: false };
	if (move.to === 'define')
		return parseFlag({
			...flag,
			...(move.team === undefined ? {} : { team: move.team }),
			...(move.targeting === undefined ? {} : { targeting: move.targeting }),
			...spreadOf(move.spread ?? {}),
		});
	const percentage = move.to === 'percentage' ? move.percentage : flag.percentage;
	return parseFlag({ ...flag, state: move.to, percentage });
}

/** Whether `after` can turn somebody on who is off before. A redefinition of a flag that is up counts as one. */
function raises(before: Flag, after: Flag, move: RolloutMove): boolean {
	if (move.to === 'define') return rankOf(before) > 0;
	return rankOf(after) > rankOf(before) || shareOf(after) > shareOf(before);
}

/**
 * The flag after a move. Down, off and kill are always allowed; killing keeps the state, so that the record shows how
 * far it had come. Up goes by the doctrine's steps, none skipped (off, team, percentage, everyone), and only with the
 * gate's leave; beyond the canary share only once the release is stable.
 *
 * Throws `flag-invalid`, `flag-killed`, `flag-step-skipped`, `flag-leave-missing`.
 */
export function moveFlag(before: Flag, move: RolloutMove, leave: Leave | null): Flag {
	const after = target(before, move);
	const { key } = before;
	if (before.killed && move.to in ranks && move.to !== 'off') throw gateError('flag-killed', { flag: key });
	if (!raises(before, after, move)) return after;
	const to = move.to === 'percentage' ? `${move.percentage} %` : move.to;
	if (rankOf(after) > rankOf(before) + 1) {
		const next = (['team', 'percentage', 'everyone'] as const)[rankOf(before)];
		throw gateError('flag-step-skipped', { flag: key, from: before.state, to, next });
	}
	const reason =
		leave === null
			? 'no release was named'
			: (leave.refused ??
				(shareOf(after) > leave.canary && !leave.stable
					? `release ${leave.release} is not stable yet, and until then ${leave.canary} % is the most`
					: null));
	if (reason !== null) throw gateError('flag-leave-missing', { flag: key, to, reason });
	return { ...after, release: leave?.release ?? null };
}
