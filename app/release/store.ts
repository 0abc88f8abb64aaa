import { plain } from '../../core/delivery/json';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { Ledger } from '../ledger/api';
import { documentOf } from '../ledger/documents';
import { allOf } from '../ledger/pages';
import type { NewEvent } from '../../core/delivery/events';
import type { RecordWrite, StoredRecord } from '../ledger/records';
import { releaseSchema, type ReleaseBody } from '../../core/release/documents';
import { type Approval, approvalSchema, type Evidence, evidenceSchema } from '../../core/release/evidence';

/** The ledger and the clock a service works with. */
export interface ServicePorts {
	readonly ledger: Pick<Ledger, 'records' | 'events' | 'spines' | 'deliveries'>;
	readonly now: () => Instant;
}

export interface StoredRelease {
	readonly id: string;
	readonly revision: number;
	readonly createdAt: Instant;
	readonly body: ReleaseBody;
}

const attempts = 5;
const page = 500;

const toRelease = (record: StoredRecord): StoredRelease => ({
	id: record.id,
	revision: record.revision,
	createdAt: record.createdAt,
	body: documentOf(record, releaseSchema),
});

/** The release with this id; `null` if there is none. */
export async function findRelease({ ledger }: ServicePorts, id: string): Promise<StoredRelease | null> {
	const [record] = await ledger.records.get('release', [id]);
	return record ? toRelease(record) : null;
}

/** The release with this id. Throws `release-unknown`. */
export async function knownRelease(ports: ServicePorts, id: string): Promise<StoredRelease> {
	const found = id === '' ? null : await findRelease(ports, id);
	if (!found) throw gateError('release-unknown', { release: id });
	return found;
}

/** What a change of a release writes. */
export interface ReleaseChange {
	readonly body: ReleaseBody;
	readonly events: readonly NewEvent[];
	/** Further documents of the same transaction. */
	readonly also?: readonly RecordWrite[];
}

/**
 * Changes a release: reads it, asks `change`, and writes release, documents and events in one transaction. When somebody
 * was faster it reads again; `null` from `change` writes nothing. Throws `release-unknown`, `release-contended`.
 */
export async function updateRelease(
	ports: ServicePorts,
	id: string,
	change: (release: StoredRelease) => Promise<ReleaseChange | null> | ReleaseChange | null,
): Promise<StoredRelease> {
	for (let attempt = 0; attempt < attempts; attempt += 1) {
		const before = await knownRelease(ports, id);
		const next = await change(before);
		if (next === null) return before;
		const write: RecordWrite = {
			kind: 'release',
			id,
			spine: next.body.manifest.subject,
			parent: null,
			body: plain(next.body),
			expectedRevision: before.revision,
		};
		const outcome = await ports.ledger.records.write([write, ...(next.also ?? [])], next.events);
		if (outcome.status === 'written') return { ...before, revision: before.revision + 1, body: next.body };
	}
	throw gateError('release-contended', { release: id, attempts });
}

/** Every record of a kind under a parent or a spine, newest first. */
export async function allRecords(
	{ ledger }: ServicePorts,
	query: {
		readonly kind: 'evidence' | 'approval' | 'release';
		readonly parent?: string;
		readonly spine?: string;
	},
): Promise<readonly StoredRecord[]> {
	return await allOf<StoredRecord>(page, (last) =>
		ledger.records.list({ ...query, limit: page, before: last?.id }),
	);
}

export async function evidenceFor(ports: ServicePorts, release: string): Promise<readonly Evidence[]> {
	const records = await allRecords(ports, { kind: 'evidence', parent: release });
	return records.map((record) => documentOf(record, evidenceSchema));
}

export async function approvalsFor(ports: ServicePorts, release: string): Promise<readonly Approval[]> {
	const records = await allRecords(ports, { kind: 'approval', parent: release });
	return records.map((record) => documentOf(record, approvalSchema));
}

/** Releases of a subject, newest first. */
export async function releasesOf(ports: ServicePorts, subject: string): Promise<readonly StoredRelease[]> {
	return (await allRecords(ports, { kind: 'release', spine: subject })).map(toRelease);
}

export const releaseEvent = (
	kind: string,
	release: ReleaseBody,
	sentence: string,
	data: object,
): NewEvent => ({
	kind,
	spine: release.manifest.subject,
	subject: release.manifest.id,
	sentence,
	data: plain(data),
});
