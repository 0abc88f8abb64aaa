import type { ReleaseBody } from '../../core/release/documents';
import { plain } from '../../core/delivery/json';
import { sameJson } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import { classify, type Classification } from '../../core/release/classify';
import { artifactHashes, parseManifest, type Manifest } from '../../core/release/manifest';
import type { Artifact } from '../../core/release/policy/schema';
import type { Stage } from '../../core/release/stages';
import { policyOf } from './policies';
import { findRelease, releaseEvent, updateRelease, type ServicePorts, type StoredRelease } from './store';

/** Stages in which the manifest may still change. */
const open: readonly Stage[] = ['draft', 'prepared', 'dry-run', 'approved'];

export interface Opened {
	readonly release: StoredRelease;
	/** `opened` anew, `changed`, or `unchanged`. */
	readonly what: 'opened' | 'changed' | 'unchanged';
	readonly classification: Classification;
	/** Artifacts whose hash changed: what was said of them must be said again. */
	readonly reopened: readonly Artifact[];
}

/** Everything machines found, as one list. */
export const observedIn = (body: ReleaseBody) => Object.values(body.observed).flat();

/**
 * Opens a release, or changes the manifest of one that is still open: then whatever was bound to a changed artifact
 * must be answered again, and the release is a draft once more. `owner`: whose key or account opens it; only the same one
 * changes it. `takesOver`: whether the owner takes over one that nobody owns, as a pipeline opens it. Throws the manifest's errors, `release-not-open`, `release-other-subject`, `release-other-owner`,
 * `policy-not-set`.
 */
export async function openRelease(
	ports: ServicePorts,
	value: unknown,
	by: string,
	owner = '',
	takesOver = false,
): Promise<Opened> {
	const manifest = parseManifest(value);
	const { policy } = await policyOf(ports, manifest.subject);
	const now = ports.now();
	if (!(await findRelease(ports, manifest.id))) {
		const body: ReleaseBody = {
			manifest,
			stage: 'draft',
			changedAt: now,
			openedBy: by,
			...(owner === '' ? {} : { owner }),
			history: [{ stage: 'draft', at: now, by }],
			observed: {},
			decision: null,
			shippedAt: null,
			documentedAt: null,
		};
		const classification = classify(policy, manifest, []);
		const outcome = await ports.ledger.records.write(
			[
				{
					kind: 'release',
					id: manifest.id,
					spine: manifest.subject,
					parent: null,
					body: plain(body),
					expectedRevision: 0,
				},
			],
			[
				releaseEvent(
					'release.opened',
					body,
					`Release ${manifest.id} of ${manifest.subject} opened by ${by} as ${classification.riskClass}.`,
					{ by, hash: artifactHashes(manifest).release, class: classification.riskClass },
				),
			],
		);
		const [record] = outcome.status === 'written' ? outcome.records : [];
		if (record)
			return {
				release: { id: manifest.id, revision: 1, createdAt: record.createdAt, body },
				what: 'opened',
				classification,
				reopened: [],
			};
	}
	return change(ports, manifest, by, owner, takesOver);
}

async function change(
	ports: ServicePorts,
	manifest: Manifest,
	by: string,
	owner: string,
	takesOver: boolean,
): Promise<Opened> {
	const { policy } = await policyOf(ports, manifest.subject);
	const done: { changed: boolean; reopened: readonly Artifact[] } = { changed: false, reopened: [] };
	const release = await updateRelease(ports, manifest.id, ({ body }) => {
		const before = body.manifest;
		if (before.subject !== manifest.subject)
			throw gateError('release-other-subject', {
				release: manifest.id,
				subject: before.subject,
				other: manifest.subject,
			});
		const taken = takesOver && owner !== '' && (body.owner ?? '') === '';
		if (!taken && (body.owner ?? '') !== owner)
			throw gateError('release-other-owner', { release: manifest.id });
		done.changed = taken || !sameJson(before, manifest);
		if (!done.changed) return null;
		if (!open.includes(body.stage))
			throw gateError('release-not-open', { release: manifest.id, stage: body.stage });
		const [old, next] = [artifactHashes(before), artifactHashes(manifest)];
		done.reopened = (Object.keys({ ...old, ...next }) as Artifact[])
			.filter((name) => old[name] !== next[name])
			.sort();
		const draft = body.stage === 'draft' ? [] : [{ stage: 'draft' as const, at: ports.now(), by }];
		const nextBody: ReleaseBody = {
			...body,
			manifest,
			...(taken ? { owner } : {}),
			stage: 'draft',
			changedAt: ports.now(),
			history: [...body.history, ...draft],
			decision: null,
		};
		return {
			body: nextBody,
			events: [
				releaseEvent(
					'release.changed',
					nextBody,
					taken
						? `Release ${manifest.id} taken over by ${manifest.requestedBy}, which ${before.requestedBy} had asked for.`
						: `Release ${manifest.id} changed by ${by}; reopened: ${done.reopened.join(', ')}.`,
					{ by, hash: next.release, reopened: done.reopened },
				),
			],
		};
	});
	return {
		release,
		what: done.changed ? 'changed' : 'unchanged',
		classification: classify(policy, manifest, observedIn(release.body)),
		reopened: done.reopened,
	};
}
