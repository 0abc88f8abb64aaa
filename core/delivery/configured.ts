import { gateError } from '../errors';
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

const textOf = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';

/** Names separated by commas or line ends, each once. */
export const listOf = (text: string): readonly string[] => [
	...new Set(
		text
			.split(/[,\n]/)
			.map((name) => name.trim())
			.filter((name) => name !== ''),
	),
];

const namesIn = (value: unknown): readonly string[] | undefined =>
	typeof value === 'string' ? listOf(value) : undefined;

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

const propertiesOf = ({ critical, also, defaults, ...names }: Configured): Configured =>
	filled({
		...names,
		critical: namesIn(critical),
		also: namesIn(also),
		defaults: defaultsIn(defaults),
	});

/**
 * The settings that a node *Release: Spine: Configure* stores, from its parameters as they are when it runs; `spine` is the
 * plain name.
 *
 * @throws `spine-settings`, which names every setting that cannot be used, and `parameter-unreadable`
 */
export function settingsConfigured(given: Configured): SpineSettings {
	const advanced = groupOf(given.advanced);
	const { window, minimumGap, leaseMinutes, sendLeaseMinutes, inDoubtQuietMinutes, ...others } = advanced;
	const strictness = given.strictness ?? 'doctrine';
	return parseSpineSettings(
		filled({
			...others,
			spine: textOf(given.spine),
			cadence: filled({
				every: textOf(given.every),
				anchor: textOf(given.anchor),
				timeZone: textOf(given.timeZone),
				window,
				minimumGap,
			}),
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
