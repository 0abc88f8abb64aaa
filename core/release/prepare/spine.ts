import { configuringIn, type Configuring } from './configuring';
import type { WorkflowJson } from '../../audit/types';
import { sameJson } from '../../delivery/canonical';
import { settingsConfigured } from '../../delivery/configured';
import { plain } from '../../delivery/json';
import { settingsWith } from '../../delivery/spine';
import type { SpineSettings } from '../../delivery/spine-settings';
import type { Json, JsonObject } from '../../delivery/types';
import { ReleaseGateError } from '../../errors';
import type { ReadableChange } from '../diff/readable';
import { diffSettings } from '../diff/settings';
import { differingPaths } from '../diff/workflow';
import { presetPolicy } from '../policy/override';

/** What a draft says of the settings of its spine. */
export type WantedSettings =
	| {
			readonly status: 'read';
			/** The settings once the release is shipped. */
			readonly settings: SpineSettings;
			/** What Ship sets, by the names of the settings; `null` takes one away. Empty where nothing is to be set. */
			readonly changes: JsonObject;
			/** Settings that the draft changes and the spine has already: somebody ran the set-up by hand. */
			readonly already: readonly string[];
			/** Name of the node that says so; `null` where none does. */
			readonly node: string | null;
	  }
	| {
			/** Nobody can know what it would set: why, and how to mend it. */
			readonly status: 'unreadable';
			readonly why: string;
	  };

type Said = { readonly settings: SpineSettings; readonly node: string } | { readonly why: string } | null;

/** Defaults that the editor leaves out of a saved node; those of `spine-parameters.ts` and `spine-configure.operation.ts`. */
export const CONFIGURE_DEFAULTS = {
	every: 'P2D',
	timeZone: 'America/New_York',
	mode: 'dry-run',
	strictness: 'doctrine',
} as const;

/** What one node would store. */
function storedBy({ node: { name }, spine, parameters, unknown }: Configuring): Exclude<Said, null> {
	const [chosen] = ['resource', 'operation'].filter((path) => unknown.includes(path));
	if (chosen !== undefined)
		return {
			why: `The node ${name} of the draft takes its ${chosen} from an expression, so nobody knows whether it would configure the spine. Choose it.`,
		};
	if (spine === null)
		return {
			why: `The node ${name} of the draft takes the name of its spine from an expression. Pick the spine itself.`,
		};
	const [first] = unknown;
	if (first !== undefined)
		return {
			why: `The node ${name} of the draft takes ${unknown.join(', ')} from an expression, so nobody knows what it would set. Write the value itself.`,
		};
	try {
		return { settings: settingsConfigured({ ...CONFIGURE_DEFAULTS, ...parameters, spine }), node: name };
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return { why: `The node ${name} of the draft cannot be stored: ${error.message}. ${error.remedy}` };
	}
}

/** What the nodes of a workflow that may configure the spine would store, together. */
function saidBy(nodes: readonly Configuring[]): Said {
	const said = nodes.map(storedBy);
	const [first, ...others] = said;
	if (first === undefined) return null;
	const unreadable = said.find((one) => 'why' in one);
	if (unreadable) return unreadable;
	if (!('settings' in first)) return first;
	if (others.every((one) => 'settings' in one && sameJson(plain(one.settings), plain(first.settings))))
		return first;
	return {
		why: `Several nodes of the draft configure the spine, and otherwise: ${nodes.map(({ node }) => node.name).join(', ')}. Leave one of them, or disable the others.`,
	};
}

/** Everything that the outcome of these nodes depends on. */
const groundsOf = (nodes: readonly Configuring[]): Json =>
	nodes
		.map(({ node, spine, parameters, feeders }): Json => ({
			name: node.name,
			spine,
			parameters,
			feeders: feeders.map(({ name, type, parameters: of, disabled }): Json => ({
				name,
				type,
				disabled,
				parameters: of,
			})),
		}))
		.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const isGroup = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: unknown, path: string): unknown =>
	path.split('.').reduce<unknown>((group, key) => (isGroup(group) ? group[key] : undefined), value);

/** Sets the value at a dotted path, or takes it away. */
function put(group: Record<string, unknown>, path: string, value: unknown): void {
	const [key = '', ...rest] = path.split('.');
	if (rest.length > 0) {
		const inner = isGroup(group[key]) ? group[key] : {};
		group[key] = inner;
		put(inner, rest.join('.'), value);
	} else if (value === undefined) delete group[key];
	else group[key] = value;
}

/**
 * The settings that a draft wants for its spine: what its node *Configure Spine* says otherwise than the published version
 * does, set on what the spine has now. What neither of them changes stays, also where the spine has something else. A
 * draft without such a node, or with an unchanged one, wants nothing.
 *
 * @param now the spine's settings as stored
 */
export function wantedSettings(
	now: SpineSettings,
	published: WorkflowJson,
	draft: WorkflowJson,
): WantedSettings {
	const own = ({ spine }: Configuring): boolean => spine === now.spine || spine === null;
	const [before, after] = [configuringIn(published).filter(own), configuringIn(draft).filter(own)];
	const none = { status: 'read', settings: now, changes: {}, already: [], node: null } as const;
	if (after.length === 0 || sameJson(groundsOf(before), groundsOf(after))) return none;
	const mine = saidBy(after);
	if (mine === null) return none;
	if ('why' in mine) return { status: 'unreadable', why: mine.why };
	const theirs = saidBy(before);
	const [was, is] = [plain(now), plain(mine.settings)];
	const base = theirs !== null && 'settings' in theirs ? plain(theirs.settings) : was;
	const paths = differingPaths(base, is);
	const already = paths.filter((path) => sameJson(at(was, path), at(is, path)));
	const merged = structuredClone(was) as Record<string, unknown>;
	for (const path of paths) put(merged, path, at(is, path));
	const changes = Object.fromEntries(
		[...new Set([...Object.keys(was), ...Object.keys(merged)])]
			.filter((key) => !sameJson(was[key], merged[key] as Json | undefined))
			.map((key): [string, Json] => [key, (merged[key] as Json | undefined) ?? null]),
	);
	try {
		const settings = settingsWith(now, changes);
		if (settings.policy !== now.policy) presetPolicy(settings.policy);
		return { status: 'read', settings, changes, already, node: mine.node };
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return {
			status: 'unreadable',
			why: `What the node ${mine.node} of the draft changes does not go with what the spine has: ${error.message}. ${error.remedy}`,
		};
	}
}

const shown = (value: unknown): string | null =>
	value === undefined || value === null
		? null
		: typeof value === 'string'
			? value
			: JSON.stringify(value, null, 2);

/** The settings that change when a release ships, one entry each, with the values. */
export function settingLines(before: SpineSettings, after: SpineSettings): readonly ReadableChange[] {
	return diffSettings(before, after).map(({ path, surface }) => ({
		what: `the setting ${path} of the spine changes when the release ships`,
		surfaces: [surface],
		before: shown(at(before, path)),
		after: shown(at(after, path)),
	}));
}

/** What a draft says of the settings of its spine, as people read it: what ships, what is so already, what nobody can know. */
export function wantedLines(now: SpineSettings, wanted: WantedSettings): readonly ReadableChange[] {
	if (wanted.status === 'unreadable')
		return [
			{
				what: `the settings of the spine cannot be read: ${wanted.why}`,
				surfaces: [],
				before: null,
				after: null,
			},
		];
	return [
		...settingLines(now, wanted.settings),
		...wanted.already.map((path): ReadableChange => ({
			what: `the setting ${path} of the spine is so already: the set-up was run outside of a release`,
			surfaces: [],
			before: null,
			after: shown(at(now, path)),
		})),
	];
}
