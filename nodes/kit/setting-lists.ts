import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { cadenceConfigured } from '../../core/delivery/configured';
import { wordsOfDuration } from '../../core/delivery/cadence/words';
import { presets } from '../../core/release/policy/presets';
import { toGateError } from '../../core/errors/unknown';
import { nextOpenings } from '../../core/setup/rhythm';
import { zoneCalled, zoneInWords } from '../../core/setup/zones';
import { now } from './clock';
import { type Entry, found, listed, wantedOf } from './listing';

const named = (value: string): Entry => ({ name: value, value });

/** Zones by name, also by the city or word that people call one. */
function zonesLike(filter?: string): readonly Entry[] {
	const wanted = wantedOf(filter);
	const called = zoneCalled(wanted);
	const like = ['UTC', ...Intl.supportedValuesOf('timeZone')].filter((zone) =>
		zone.replaceAll('_', ' ').toLowerCase().includes(wanted.replaceAll('_', ' ')),
	);
	return [...new Set([...(called === null ? [] : [called]), ...like])].map(named);
}

/** The searches for what needs no ledger and no vendor, as a node offers them. */
export const settingSearches = {
	async searchTimeZones(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
		return await listed(this, async () => ({ results: [...zonesLike(filter)] }));
	},
	async searchPolicies(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
		const entries = Object.entries(presets).map(([value, { title }]) => ({
			name: `${title} (${value})`,
			value,
		}));
		return await listed(this, async () => found(entries, filter));
	},
};

/** The one value of the preview: it is shown, and nothing reads it. */
export const SHOWN = 'shown';

/** Slots that the preview names. */
const PREVIEWED = 3;

/** Parameters of a rhythm that have no value before the node has input. */
const unknownIn = (given: Readonly<Record<string, unknown>>): readonly string[] =>
	[
		['every', 'Every'],
		['anchor', 'Anchor'],
	].flatMap(([name = '', label = '']) => {
		const value = given[name];
		return value === undefined || value === null || (typeof value === 'string' && value.startsWith('='))
			? [label]
			: [];
	});

/** When the slots of a rhythm open, in one line; or what keeps it from being read. */
function preview(given: Readonly<Record<string, unknown>>): INodePropertyOptions {
	const unknown = unknownIn(given);
	if (unknown.length > 0)
		return {
			name: `Known once ${unknown.join(' and ')} has a value`,
			value: SHOWN,
			description: 'An expression has none before the node has had input. Run the nodes before it.',
		};
	const cadence = cadenceConfigured(given);
	if (cadence.anchor === '')
		return { name: 'Choose an anchor first', value: SHOWN, description: 'The first slot opens there.' };
	try {
		return {
			name: nextOpenings(cadence, now(), PREVIEWED).join(' · '),
			value: SHOWN,
			description: `Every ${wordsOfDuration(cadence.every)}, ${zoneInWords(cadence.timeZone)} time`,
		};
	} catch (error) {
		const { message, remedy } = toGateError(error);
		return { name: message, value: SHOWN, description: remedy };
	}
}

/** What is computed from the other parameters of the node, shown as the only option of a list. */
export const settingOptions = {
	async getNextSlots(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		return [preview({ ...this.getCurrentNodeParameters() })];
	},
};
