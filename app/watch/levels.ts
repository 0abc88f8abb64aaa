import { durationMs } from '../../core/release/checks';
import type { Policy } from '../../core/release/policy/schema';
import type { OutsideWord } from '../../core/stability/outside';
import { assessLevels, type LevelsReport } from '../../core/stability/service-levels';
import { hardBouncesSince } from './chain';
import { HARD_BOUNCES, providerCounts } from './observe';
import type { StabilityPorts } from './ports';

/**
 * The service levels of a subject, from the ledger's figures of the policy's longest window and whatever was handed in.
 * The cost follows that window. A product without a spine has only what was handed in.
 */
export async function levelsOf(
	{ ledger, now }: StabilityPorts,
	subject: string,
	policy: Policy,
	outside: OutsideWord,
): Promise<LevelsReport> {
	const at = now();
	const spine = await ledger.spines.get(subject);
	const longest = Math.max(0, ...policy.serviceLevels.map(({ window }) => durationMs(window)));
	const from = at - longest;
	const slots = spine
		? await ledger.deliveries.statistics({ spine: subject, space: 'live', from, to: at })
		: [];
	const wantsHard = policy.serviceLevels.find(({ id }) => id === 'hard-bounces');
	const since = wantsHard ? at - durationMs(wantsHard.window) : at;
	const anyBounce = slots.some((slot) => slot.opensAt >= since && slot.bounced > 0);
	const hardBounces =
		spine && wantsHard
			? anyBounce
				? await hardBouncesSince(ledger.events, subject, since, (detail) => HARD_BOUNCES.has(detail))
				: 0
			: null;
	const told = spine && outside.messages ? await providerCounts(ledger, subject, outside.messages) : null;
	return assessLevels(policy, {
		now: at,
		slots: slots.filter((slot) => slot.closesAt <= at && slot.registered > 0),
		duplicates: told?.duplicates ?? null,
		hardBounces,
		metrics: outside.metrics,
	});
}
