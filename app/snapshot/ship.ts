import { gateError, ReleaseGateError } from '../../core/errors';
import { settingsWith } from '../../core/delivery/spine';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import { settingsHash } from '../../core/release/diff/settings';
import type { ReleaseBody } from '../../core/release/documents';
import type { Manifest } from '../../core/release/manifest';
import { publicationReport } from '../../core/release/machines/publication';
import type { Stage } from '../../core/release/stages';
import type { ChangeList } from '../../core/snapshot/changes';
import {
	assertNobodyObjects,
	knownRelease,
	policyOf,
	promoteRelease,
	recordReleased,
	recordReport,
	takeBackReleased,
	type ServicePorts,
} from '../release';
import { orderRollback } from '../watch/rollback';
import { applyRelease } from './apply';
import { capture, idSource } from './capture';
import { changesBrought } from './brought';
import { directoryIn, hostIn, type SnapshotPorts } from './ports';
import { hashOf, namedVersions, publishedNow, releasedAs, type Proving } from './proven';
import { restoreRelease } from './restore';
import { snapshotFor } from './store';

/** What shipping came to. */
export interface Shipped {
	readonly release: string;
	/** Whether what is published is what was proven. */
	readonly asProven: boolean;
	readonly grounds: string;
	readonly workflow: string;
	/** The version that is published, as n8n names it; `null` when nothing is. */
	readonly version: string | null;
	/** Hash of what was read back, in the form of the manifest's. */
	readonly hash: string | null;
	readonly rolledBack: boolean;
	readonly stage: Stage;
	/** What keeps it from being monitored; `null` when it is. */
	readonly open: string | null;
}

type Brought = Pick<Manifest, 'brings' | 'workflow'>;

/**
 * The change list with what the release brings. Whoever ships adds nothing to the settings or definitions that were proven.
 *
 * @throws `ship-other-change`
 */
function withBrought(release: string, { brings, workflow }: Brought, changes: ChangeList): ChangeList {
	if (brings === undefined && workflow?.replaces === undefined) return changes;
	const own = changesBrought(brings ?? {});
	const strange =
		Object.keys(changes.spine).length > 0
			? 'the settings of the spine'
			: changes.definitions.length > 0
				? 'property definitions'
				: null;
	if (strange !== null) throw gateError('ship-other-change', { release, what: strange });
	return { ...changes, ...own, flags: [...changes.flags, ...own.flags] };
}

/**
 * Sees that what the release brings still goes with what is there: a machine looked at it, the settings come to what was
 * proven, and nobody made its properties or flags meanwhile. @throws `ship-unproven`, `ship-other-settings`, `ship-made-meanwhile`
 */
async function assertBrought(
	ports: SnapshotPorts,
	release: string,
	spine: SpineSettings | null,
	body: ReleaseBody,
): Promise<void> {
	const { brings, artifacts, workflow } = body.manifest;
	const { settings = {}, definitions = [], flags = [] } = brings ?? {};
	const brought = Object.keys(settings).length > 0;
	const looks = [
		...(brought ? (['settings-diff'] as const) : []),
		...(definitions.length > 0 ? (['schema-diff'] as const) : []),
	];
	const unlooked = looks.find((machine) => body.observed[machine] === undefined);
	if (unlooked !== undefined) throw gateError('ship-unproven', { release, machine: unlooked });
	// Begun and killed: what is there now, the release made itself, and the journal knows what it intended.
	if (body.stage === 'deploying') return;
	if (brought && spine === null) throw gateError('ledger-spine-unknown', { spine: body.manifest.subject });
	// One that was prepared was proven beside the settings, also where it brings none.
	const beside = brought || (workflow?.replaces !== undefined && artifacts.policy !== undefined);
	if (beside && spine !== null && settingsHash(settingsWith(spine, settings)) !== artifacts.policy)
		throw gateError('ship-other-settings', { release, spine: spine.spine });
	const there =
		definitions.length === 0
			? new Set<string>()
			: new Set((await directoryIn(ports).definitions.list()).map(({ name }) => name));
	const kept = flags.length === 0 ? [] : await ports.ledger.records.get('flag', flags);
	const made = [
		...definitions.flatMap(({ name }) => (there.has(name) ? [`property ${name}`] : [])),
		...flags.flatMap((key, at) => (kept[at] ? [`flag ${key}`] : [])),
	];
	const [first] = made;
	if (first !== undefined) throw gateError('ship-made-meanwhile', { release, what: first });
}

/**
 * Sees that it replaces what it was compared with: what was rolled back or published meanwhile would come again, or go,
 * with nobody asked. One that is under way replaced it already. @throws `ship-other-base`
 */
function assertBase(release: string, { stage }: ReleaseBody, named: Named, runs: string | null): void {
	const { replaces } = named;
	if (stage === 'deploying' || replaces === undefined || replaces === runs) return;
	throw gateError('ship-other-base', {
		release,
		workflow: named.id,
		compared: replaces,
		runs: runs === null ? 'no version of it' : `version ${runs}`,
	});
}

type Named = NonNullable<Awaited<ReturnType<typeof knownRelease>>['body']['manifest']['workflow']>;

/** The change list with the versions that the manifest names. @throws `ship-other-change` */
function changesOf(release: string, named: Named, changes: ChangeList): ChangeList {
	const wanted: readonly { readonly id: string; readonly version?: string }[] = [
		...named.with,
		{ id: named.id, version: named.version },
	];
	const byManifest = (id: string) => wanted.find((entry) => entry.id === id);
	const strange = changes.workflows.find(
		({ id, publish, graph }) =>
			publish !== undefined ||
			(graph !== undefined && byManifest(id)?.version !== undefined) ||
			(graph && !byManifest(id)),
	);
	if (strange) throw gateError('ship-other-change', { release, what: `workflow ${strange.id}` });
	const others = changes.workflows.filter(({ id }) => !byManifest(id));
	return {
		...changes,
		workflows: [
			...others,
			...wanted.map(({ id, version }) => {
				const own = changes.workflows.find((entry) => entry.id === id);
				return { ...own, id, ...(version === undefined ? {} : { publish: version }) };
			}),
		],
	};
}

/** The release's snapshot; where none was captured, one of its workflows and of the spine's settings. */
async function snapshotOrNew(
	ports: SnapshotPorts,
	release: string,
	spine: string | null,
	changes: ChangeList,
): Promise<string> {
	try {
		return (await snapshotFor(ports, release)).id;
	} catch (error) {
		if (!(error instanceof ReleaseGateError) || error.code !== 'snapshot-none-for-release') throw error;
	}
	const scope = {
		properties: [],
		definitions: changes.definitions.length > 0,
		workflows: changes.workflows.map(({ id }) => id),
		spine,
	};
	return (await capture(ports, { id: `before-${release}`, release, scope, contacts: idSource([]) })).id;
}

/** Hash of the spine's settings as they stand; `null` where there is no spine. */
async function settingsNow({ ledger }: SnapshotPorts, spine: string): Promise<string | null> {
	const found = await ledger.spines.get(spine);
	return found && settingsHash(found.settings);
}

/** Moves on to monitoring; what keeps it from it, or `null`. */
async function monitored(service: ServicePorts, release: string, by: string): Promise<string | null> {
	try {
		await promoteRelease(service, release, 'monitoring', by);
		return null;
	} catch (error) {
		if (error instanceof ReleaseGateError && error.code === 'release-checks-open') return error.message;
		throw error;
	}
}

/**
 * Ships a release: sees that the versions its manifest names are what was proven, puts the release into deploying, applies
 * its changes and what it brings (settings, properties, flags) with the journal that a rollback reads, publishes exactly those versions, reads back what is published and
 * compares it. Records the answer to `published-as-proven`. If it is something else, the release is rolled back where
 * the policy says so. Killed and run again, it goes on where it was.
 *
 * @throws `ship-nothing-named`, `ship-wrong-stage`, `ship-version-gone`, `ship-other-version`, `ship-other-change`,
 * `ship-unproven`, `ship-other-base`, `ship-other-settings`, `ship-made-meanwhile`, `release-decision-missing`, and what applying and restoring throw
 */
export async function shipRelease(
	ports: SnapshotPorts,
	release: string,
	changes: ChangeList,
	proving: Proving,
): Promise<Shipped> {
	const service: ServicePorts = { ledger: ports.ledger, now: ports.clock };
	const stored = await knownRelease(service, release);
	const { body } = stored;
	const { workflow: named, artifacts, subject } = body.manifest;
	const proven = artifacts.workflow;
	if (named === undefined || proven === undefined) throw gateError('ship-nothing-named', { release });
	if (body.stage !== 'approved' && body.stage !== 'deploying')
		throw gateError('ship-wrong-stage', { release, stage: body.stage });
	const list = changesOf(release, named, withBrought(release, body.manifest, changes));
	const host = hostIn(ports);
	const brought = new Map(
		list.workflows.map(({ id, graph, settings }) => [id, { graph, settings }] as const),
	);
	const wanted = await namedVersions(host, release, named, brought);
	const found = hashOf(wanted, proving, proven);
	if (found !== proven)
		throw gateError('ship-other-version', {
			release,
			workflow: named.id,
			version: named.version ?? 'that it brings',
			found: found.slice(0, 15),
			named: proven.slice(0, 15),
		});

	const before = await ports.ledger.spines.get(subject);
	const spine = before === null ? null : subject;
	await assertBrought(ports, release, before?.settings ?? null, body);
	const snapshot = await snapshotOrNew(ports, release, spine, list);
	const ran = await publishedNow(host, named.id);
	assertBase(release, body, named, ran?.version ?? null);
	if (body.stage === 'approved') await promoteRelease(service, release, 'deploying', ports.by);
	// Killed before it published anything: a no of the meantime holds it; what is published is read back and told.
	else if (named.version === undefined || ran?.version !== named.version)
		await assertNobodyObjects(service, stored, 'deploying');
	const at = ports.clock();
	const { by } = ports;
	if (spine !== null)
		await recordReleased(
			service,
			spine,
			releasedAs(wanted, proving, { release, version: named.version ?? null, at, by }),
			ran && releasedAs(ran, proving, { release: null, version: ran.version, at, by }),
		);
	await applyRelease(ports, release, snapshot, list);

	const published = await publishedNow(host, named.id);
	const hash = published && hashOf(published, proving, proven);
	const set = await settingsNow(ports, subject);
	const asSet = body.manifest.brings?.settings === undefined || set === artifacts.policy;
	const asProven = hash === proven && asSet;
	const grounds = !asSet
		? `The settings of ${subject} are read back as ${set}; ${artifacts.policy} was proven.`
		: asProven
			? `Version ${published?.version} of workflow ${named.id} is published and read back: ${proven}.`
			: published
				? `Version ${published.version} of workflow ${named.id} is published as ${hash}; ${proven} was proven.`
				: `Nothing of workflow ${named.id} is published; ${proven} was proven.`;
	await recordReport(service, release, () => publicationReport({ asProven, grounds }), by);
	let rolledBack = false;
	if (!asProven) {
		if (spine !== null) await takeBackReleased(service, spine, release, by);
		const { policy } = await policyOf(service, subject);
		if (policy.rollback.automatic) {
			await orderRollback({ ...service, by }, subject, release, policy, grounds);
			await restoreRelease(ports, release, { target: null });
			rolledBack = true;
		}
	}
	const open = asProven ? await monitored(service, release, by) : grounds;
	const { stage } = (await knownRelease(service, release)).body;
	return {
		release,
		asProven,
		grounds,
		workflow: named.id,
		version: published?.version ?? null,
		hash,
		rolledBack,
		stage,
		open,
	};
}
