import { gateError } from '../../core/errors';
import { owedBy } from '../../core/release/hotfix';
import type { Policy } from '../../core/release/policy/schema';
import { debtsIn } from '../release/facts';
import type { StoredRelease } from '../release/store';

/** Stands for the hotfix that has owed its follow-up longest. */
export const OWED = 'owed';

/**
 * The hotfix that a release follows up on: the one that is named, or the one that has owed its follow-up longest. Empty
 * where none was asked for.
 *
 * @param releases all of the spine
 * @throws `prepare-no-follow-up` where no hotfix owes one, or not the one that is named
 */
export function followedBy(
	releases: readonly StoredRelease[],
	policy: Policy,
	spine: string,
	follows: string,
	release: string,
): string {
	if (follows === '') return '';
	const owing = debtsIn(releases).filter(
		(debt) => debt.hotfix !== release && owedBy(policy, debt).some(({ what }) => what === 'follow-up'),
	);
	const [longest] = [...owing].sort((a, b) => a.shippedAt - b.shippedAt);
	const found = follows === OWED ? longest : owing.find(({ hotfix }) => hotfix === follows);
	if (found === undefined)
		throw gateError('prepare-no-follow-up', {
			spine,
			owing: owing.map(({ hotfix }) => hotfix).join(', ') || 'none',
		});
	return found.hotfix;
}
