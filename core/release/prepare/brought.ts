import { settingsWith } from '../../delivery/spine';
import type { SpineSettings } from '../../delivery/spine-settings';
import type { ReadableChange } from '../diff/readable';
import type { Brings } from '../manifest';
import { propertyLines } from './properties';
import { settingLines } from './spine';

/** The flags that Ship makes, as people read it. */
export const flagLines = (keys: readonly string[]): readonly ReadableChange[] =>
	keys.map((key) => ({
		what: `the flag ${key} is made when the release ships`,
		surfaces: [],
		before: null,
		after: 'off',
	}));

/** What a release changes besides publishing, as people read it, beside the settings as they are. @throws `spine-settings` */
export const broughtLines = (
	now: SpineSettings,
	{ settings = {}, definitions = [], flags = [] }: Brings,
): readonly ReadableChange[] => [
	...settingLines(now, settingsWith(now, settings)),
	...propertyLines({ create: definitions, problems: [] }),
	...flagLines(flags),
];
