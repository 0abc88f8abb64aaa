import { gateError } from '../errors';
import type { Cadence } from './cadence/parse';
import { durationInWords } from './cadence/words';
import { parseSpineSettings } from './spine';
import type { SpineSettings } from './spine-settings';

/** What *Release: Spine: Configure* is given, parameter by parameter, as the node names them. */
export type Configured = Readonly<Record<string, unknown>>;

const MINUTE = 60_000;

const filled = (fields: Configured): Configured =>
	Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
	);

const groupOf = (value: unknown): Configured =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/**
 * What a picker holds (`{ __rl, mode, value }`; `__rl` is missing where nobody touched it), or the value itself, as it was
 * saved before it was a picker.
 */
const plainOf = (value: unknown): unknown =>
	typeof value === 'object' && value !== null && 'mode' in value && 'value' in value ? value.value : value;

const textOf = (value: unknown): string => {
	const plain = plainOf(value);
	return typeof plain === 'string' || typeof plain === 'number' ? String(plain).trim() : '';
};

/** Names separated by commas or line ends, each once. */
export const listOf = (text: string): readonly string[] => [
	...new Set(
		text
			.split(/[,\n]/)
			.map((name) => name.trim())
			.filter((name) => name !== ''),
	),
];

/** Names that were typed, separated by commas, or ticked in a list. */
const namesOf = (value: unknown): readonly string[] =>
	Array.isArray(value)
		? value.flatMap((one: unknown) => listOf(textOf(one)))
		: typeof value === 'string'
			? listOf(value)
			: [];

/** All names of several parameters, each once; `undefined` where none of them was added. */
export const namesIn = (...values: readonly unknown[]): readonly string[] | undefined =>
	values.every((value) => value === undefined || value === null)
		? undefined
		: [...new Set(values.flatMap(namesOf))];

const duration = (value: unknown): string | undefined =>
	textOf(value) === '' ? undefined : durationInWords(textOf(value));

const minutes = (value: unknown): number | undefined =>
	value === undefined || value === '' ? undefined : Number(value) * MINUTE;

/** @throws `parameter-unreadable` for text that is no JSON */
function defaultsIn(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	if (value.trim() === '') return undefined;
	try {
		return JSON.parse(value) as unknown;
	} catch (cause) {
		throw gateError('parameter-unreadable', { parameter: 'Defaults', reason: 'it is no JSON' }, cause);
	}
}

const propertiesOf = ({
	critical,
	criticalChosen,
	also,
	alsoChosen,
	defaults,
	...names
}: Configured): Configured =>
	filled({
		...Object.fromEntries(Object.entries(names).map(([role, name]) => [role, plainOf(name)])),
		critical: namesIn(critical, criticalChosen),
		also: namesIn(also, alsoChosen),
		defaults: defaultsIn(defaults),
	});

/** The cadence that the parameters say, unread: what is missing is empty, durations in words are ISO 8601. */
export function cadenceConfigured(given: Configured): Cadence {
	const advanced = groupOf(given.advanced);
	const [window, minimumGap] = [duration(advanced.window), duration(advanced.minimumGap)];
	return {
		every: durationInWords(textOf(given.every)),
		anchor: textOf(given.anchor),
		timeZone: textOf(given.timeZone),
		...(window === undefined ? {} : { window }),
		...(minimumGap === undefined ? {} : { minimumGap }),
	};
}

/**
 * The settings that a node *Release: Spine: Configure* stores, from its parameters as they are when it runs; `spine` is the
 * plain name.
 *
 * @throws `spine-settings`, which names every setting that cannot be used, and `parameter-unreadable`
 */
export function settingsConfigured(given: Configured): SpineSettings {
	const advanced = groupOf(given.advanced);
	const {
		window: _window,
		minimumGap: _gap,
		leaseMinutes,
		sendLeaseMinutes,
		inDoubtQuietMinutes,
		...others
	} = advanced;
	const strictness = given.strictness ?? 'doctrine';
	return parseSpineSettings(
		filled({
			...others,
			policy: plainOf(others.policy),
			spine: textOf(given.spine),
			cadence: filled({ ...cadenceConfigured(given) }),
			mode: given.mode,
			testRecipients: listOf(textOf(given.testRecipients)),
			// Not stored where it is the whole policy, so that settings stored before keep their hash.
			strictness: strictness === 'doctrine' ? undefined : strictness,
			leaseMs: minutes(leaseMinutes),
			sendLeaseMs: minutes(sendLeaseMinutes),
			inDoubtQuietMs: minutes(inDoubtQuietMinutes),
			properties: propertiesOf(groupOf(given.properties)),
		}),
	);
}
