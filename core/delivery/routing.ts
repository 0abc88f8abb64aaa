import type { SpineRecord } from './spine-settings';
import { canonicalPart } from './canonical';
import type { Mode } from './types';

/** Where a delivery goes. `held` is the harmless branch. The reason is one sentence without personal data. */
export interface Route {
	readonly branch: 'held' | 'live' | 'dry-run';
	readonly reason: string;
}

/**
 * The mode in which a recipient's deliveries are registered now: test recipients always in the dry run, others as the
 * spine's mode says. Pausing does not change the mode.
 *
 * @throws an error of {@link canonicalPart} for an unusable recipient
 */
export function modeFor(spine: Pick<SpineRecord, 'settings'>, recipient: string): Mode {
	if (spine.settings.mode !== 'live') return 'dry-run';
	const id = canonicalPart(recipient, 'recipient');
	return spine.settings.testRecipients.includes(id) ? 'dry-run' : 'live';
}

/**
 * Routes one delivery. The stricter of envelope and spine wins: a delivery stamped dry run never becomes live, and one
 * stamped live is held when the spine, or its recipient, takes the dry run by now (its key belongs to the live space).
 * An unknown or paused spine holds everything.
 *
 * @param delivery mode stamped on the envelope, the spine as stored (`null` if unknown) and the recipient
 * @throws an error of {@link canonicalPart} for an unusable recipient
 */
export function routeDelivery(delivery: {
	readonly mode: Mode;
	readonly spine: SpineRecord | null;
	readonly recipient: string;
}): Route {
	const { mode, spine, recipient } = delivery;
	if (spine === null) return { branch: 'held', reason: 'The spine is not configured.' };
	if (spine.paused) return { branch: 'held', reason: 'The spine is paused.' };
	const now = modeFor(spine, recipient);
	if (mode === 'live') {
		if (now === 'live') return { branch: 'live', reason: 'The spine is live.' };
		return spine.settings.mode === 'live'
			? {
					branch: 'held',
					reason: 'The delivery was registered live, but its recipient is a test recipient now.',
				}
			: { branch: 'held', reason: 'The delivery was registered live, but the spine is in dry run now.' };
	}
	// A mode from outside may be neither, whatever its type says.
	if ((mode as string) === 'dry-run') {
		if (spine.settings.mode !== 'live') return { branch: 'dry-run', reason: 'The spine is in dry run.' };
		return now === 'dry-run'
			? { branch: 'dry-run', reason: 'The recipient is a test recipient.' }
			: { branch: 'dry-run', reason: 'The delivery was registered in a dry run.' };
	}
	return { branch: 'held', reason: 'The delivery has no known mode.' };
}
