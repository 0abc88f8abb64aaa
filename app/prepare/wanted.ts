import type { WorkflowJson } from '../../core/audit';
import { propertiesToRead } from '../../core/delivery/eligibility';
import { reportsUngated, type SpineRecord, type SpineSettings } from '../../core/delivery/spine-settings';
import { definitionsHash, type Definition } from '../../core/release/diff/definitions';
import type { ReadableChange } from '../../core/release/diff/readable';
import { settingsHash } from '../../core/release/diff/settings';
import { completed, type NodeKnowledge } from '../../core/release/diff/workflow';
import type { Brings, Manifest } from '../../core/release/manifest';
import { flagLines } from '../../core/release/prepare/brought';
import { broughtFlags, type BroughtFlags } from '../../core/release/prepare/flags';
import {
	propertyLines,
	wantedProperties,
	type WantedProperties,
} from '../../core/release/prepare/properties';
import { wantedLines, wantedSettings, type WantedSettings } from '../../core/release/prepare/spine';
import { parseFlag, type Flag } from '../../core/rollout';
import { flagsHash } from '../../core/rollout/report';
import type { SnapshotPorts } from '../snapshot/ports';

/** Definitions of the account's properties that the spine names, before the release and after it. */
interface Schema extends WantedProperties {
	readonly before: readonly Definition[];
	readonly after: readonly Definition[];
}

/** What a draft asks for beside being published. */
export interface Wanted {
	readonly settings: WantedSettings;
	/** The spine's settings once the release is shipped; those of now where nobody can know. */
	readonly shipped: SpineSettings;
	/** `null` where no account is connected. */
	readonly schema: Schema | null;
	readonly flags: BroughtFlags;
	/** The flags that it brings, as they are or as Ship makes them. */
	readonly flagsAfter: readonly Flag[];
	/** What Ship does. */
	readonly brings: Brings;
	readonly artifacts: Pick<Manifest['artifacts'], 'policy' | 'flags' | 'schema'>;
	/** What it all changes, with the values. */
	readonly lines: readonly ReadableChange[];
	/** Surfaces that change by it. */
	readonly surfaces: readonly string[];
	readonly shiftsCadence: boolean;
	readonly holdsUngated: boolean;
}

/** The properties of the account; `null` where there is none. A spine that writes to nobody's account uses none. */
async function schemaFor(
	{ contacts }: SnapshotPorts,
	now: SpineSettings,
	shipped: SpineSettings,
): Promise<Schema | null> {
	if (contacts === null)
		return now.writeBack === 'output' && shipped.writeBack === 'output'
			? { create: [], problems: [], before: [], after: [] }
			: null;
	const active = await contacts.definitions.list();
	const same = settingsHash(now) === settingsHash(shipped);
	const archived = same ? [] : await contacts.definitions.list({ archived: true });
	const wanted = wantedProperties(now.properties, shipped.properties, {
		active,
		archived: archived.map(({ name }) => name),
	});
	const used = new Set([...propertiesToRead(now.properties), ...propertiesToRead(shipped.properties)]);
	const before = active.filter(({ name }) => used.has(name));
	return {
		...wanted,
		before,
		after: [...before, ...wanted.create.map((one): Definition => definitionOf(one))],
	};
}

const definitionOf = ({
	name,
	type,
	fieldType,
	options,
}: WantedProperties['create'][number]): Definition => ({
	name,
	type,
	fieldType,
	...(options === undefined ? {} : { options }),
});

/** The flags that are there, and the others as Ship makes them: off. */
async function flagsFor(
	{ ledger }: SnapshotPorts,
	keys: readonly string[],
): Promise<{ readonly made: readonly string[]; readonly after: readonly Flag[] }> {
	const records = keys.length === 0 ? [] : await ledger.records.get('flag', keys);
	const found = keys.map((key, at) => ({ key, body: records[at]?.body }));
	return {
		made: found.flatMap(({ key, body }) => (body === undefined ? [key] : [])),
		after: found.map(({ key, body }) => parseFlag(body ?? { key })),
	};
}

/**
 * What the draft of a spine's workflow asks for beside being published: settings of the spine, properties of the account,
 * flags. Throws what the ports throw.
 */
export async function wantedBy(
	ports: SnapshotPorts & { readonly knowledge?: NodeKnowledge },
	{ settings: now }: SpineRecord,
	published: WorkflowJson,
	draft: WorkflowJson,
): Promise<Wanted> {
	const [before, after] = [completed(published, ports.knowledge), completed(draft, ports.knowledge)];
	const settings = wantedSettings(now, before, after);
	const shipped = settings.status === 'read' ? settings.settings : now;
	const schema = await schemaFor(ports, now, shipped);
	const flags = broughtFlags(before, after);
	const { made, after: flagsAfter } = await flagsFor(ports, flags.keys);
	const changes = settings.status === 'read' ? settings.changes : {};
	const create = schema?.create ?? [];
	const lines = [
		...wantedLines(now, settings),
		...(schema === null ? [] : propertyLines(schema)),
		...flagLines(made),
	];
	const surfaces = [...new Set(lines.flatMap((line) => line.surfaces))];
	return {
		settings,
		shipped,
		schema,
		flags,
		flagsAfter,
		brings: {
			...(Object.keys(changes).length > 0 ? { settings: changes } : {}),
			...(create.length > 0 ? { definitions: create.map((one) => ({ ...one })) } : {}),
			...(made.length > 0 ? { flags: [...made] } : {}),
		} as Brings,
		artifacts: {
			policy: settingsHash(shipped),
			flags: flagsHash(flagsAfter),
			...(schema === null ? {} : { schema: definitionsHash(schema.after) }),
		},
		lines,
		surfaces,
		shiftsCadence: surfaces.includes('cadence'),
		holdsUngated: !reportsUngated(now) && !reportsUngated(shipped),
	};
}
