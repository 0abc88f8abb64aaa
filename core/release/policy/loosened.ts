import { reportsUngated, type SpineSettings } from '../../delivery/spine-settings';
import { presetPolicy } from './override';
import { presets } from './presets';
import { strictnessLevels } from './schema';
import { weakenings } from './weaken';

/** Whether one preset asks for less than another in anything; where one is not known nobody can say that it does not. */
const weaker = (from: string, to: string): boolean =>
	from !== to &&
	(!Object.hasOwn(presets, from) ||
		!Object.hasOwn(presets, to) ||
		weakenings(presetPolicy(from), presetPolicy(to)).length > 0);

/** Where new settings hold a spine to less than the ones it has, one clause each; empty where they do not. */
export function loosened(before: SpineSettings, after: SpineSettings): readonly string[] {
	const [{ strictness: was = 'doctrine' }, { strictness: is = 'doctrine' }] = [before, after];
	return [
		...(strictnessLevels.indexOf(is) < strictnessLevels.indexOf(was)
			? [`strictness from ${was} to ${is}`]
			: []),
		...(!reportsUngated(before) && reportsUngated(after)
			? ['a version that was not released would deliver, and only be told']
			: []),
		...(before.startedByHand !== 'deliver' && after.startedByHand === 'deliver'
			? ['a run that a person starts in the editor would deliver']
			: []),
		...(weaker(before.policy, after.policy) ? [`policy from ${before.policy} to ${after.policy}`] : []),
	];
}
