import type { Instant } from '../../delivery/types';
import type { SpineSettings } from '../../delivery/spine-settings';
import { compressions, diffSettings, settingsHash } from '../diff/settings';
import type { MachineReport } from './report';

/** Answers of the settings diff: nothing that exists is read elsewhere, and no two sends come closer. */
export function settingsReport(before: SpineSettings, after: SpineSettings, now: Instant): MachineReport {
	const changes = diffSettings(before, after);
	const closer = compressions(before, after, now);
	const moved = changes.filter(({ surface }) => surface === 'hubspot-schema').map(({ path }) => path);
	return {
		machine: 'settings-diff',
		looked: { artifact: 'policy', hash: settingsHash(after) },
		observed: changes.map(({ path, surface }) => ({ surface, what: `the setting ${path} changes` })),
		answers: [
			{
				check: 'cadence-not-compressed',
				status: closer.length > 0 ? 'fail' : 'pass',
				grounds: closer.length > 0 ? closer.join(' ') : 'No two sends come closer than before.',
			},
			{
				check: 'backward-compatible',
				status: moved.length > 0 ? 'fail' : 'pass',
				grounds:
					moved.length > 0
						? `Delivery state would be read from other properties: ${moved.join(', ')}.`
						: 'Delivery state is read from and written to the same properties.',
			},
		],
	};
}

/** Answers of the settings diff where nobody can know what would be set: no to all of it, with the mend. */
export function unreadableSettings(settings: SpineSettings, why: string): MachineReport {
	return {
		machine: 'settings-diff',
		looked: { artifact: 'policy', hash: settingsHash(settings) },
		observed: [{ surface: 'unknown settings', what: 'what the draft sets of the spine cannot be read' }],
		answers: ['cadence-not-compressed', 'backward-compatible'].map((check) => ({
			check,
			status: 'fail',
			grounds: why,
		})),
	};
}
