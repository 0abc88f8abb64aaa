import type { StandardError } from '@hubspot/api-client/lib/codegen/crm/contacts';
import { gateError } from '../../core/errors';
import type { ContactWrite, WriteResult } from '../../core/delivery/contacts';
import { refusedValues } from './answer';
import { batchSize, chunks, inLanes, isContactId } from './batches';
import { call, type HubSpotClient } from './client';
import {
	CallFailed,
	concernsAll,
	failure,
	hubSpotError,
	retryAfterMs,
	type Failure,
	type FailureKind,
} from './failure';
import { readContacts } from './read';

/** Refusals of a property as such, whoever writes it: no use in trying the inputs one by one. */
const ofTheProperty: ReadonlySet<string> = new Set(['PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE']);

const CONFLICT_REST_MS = 30_000;

/**
 * What a category says of one input among others. HubSpot tells what it will never take apart from what passes
 * (developers.hubspot.com/docs/api-reference/error-handling, read in a public copy 2026-11-30); one that is not known
 * is tried again, since a write that is given up leaves HubSpot stale for good.
 */
const kinds: Readonly<Record<string, FailureKind>> = {
	OBJECT_NOT_FOUND: 'missing',
	VALIDATION_ERROR: 'refused',
	CONFLICT: 'conflict',
	RATE_LIMITS: 'throttled',
	RATE_LIMIT: 'throttled',
	OBJECT_LOCKED: 'locked',
	LOCKED: 'locked',
	MISSING_SCOPES: 'scope-missing',
	INTERNAL_ERROR: 'outage',
	TIMEOUT: 'outage',
};

const kindOfCategory = (category: string | undefined): FailureKind =>
	(Object.hasOwn(kinds, category ?? '') ? kinds[category ?? ''] : undefined) ?? 'unexpected';

/** Whether two forms of a value mean the same: as text, as a number or as an instant. */
export function sameValue(written: string, read: string | null): boolean {
	if (written === (read ?? '')) return true;
	if (written === '' || read === null) return false;
	if (written.toLowerCase() === read.toLowerCase()) return true;
	const number = Number(written);
	if (!Number.isNaN(number) && number === Number(read)) return true;
	const at = Number.isInteger(number) ? number : Date.parse(written);
	return !Number.isNaN(at) && at === Date.parse(read);
}

/** One operation that writes. */
class Writing {
	readonly results = new Map<string, WriteResult>();
	private stopped: Failure | null = null;

	constructor(private readonly client: HubSpotClient) {}

	/** Writes a batch. Each input carries its id as trace id, so that HubSpot can answer for each one alone. */
	async batch(writes: readonly ContactWrite[]): Promise<void> {
		if (this.stopped !== null) return this.fail(writes, this.stopped);
		try {
			const answer = await call(() =>
				this.client.batch.update({
					inputs: writes.map(({ id, properties }) => ({
						id,
						objectWriteTraceId: id,
						properties: { ...properties },
					})),
				}),
			);
			for (const row of answer.results) {
				const id = row.objectWriteTraceId ?? row.id;
				this.results.set(id, { status: 'written', id, recordId: row.id });
			}
			this.refusals(writes, 'errors' in answer ? (answer.errors ?? []) : []);
		} catch (error) {
			if (!(error instanceof CallFailed)) throw error;
			await this.afterFailure(writes, error.failure);
		}
		await this.prove(writes.filter(({ id }) => !this.results.has(id)));
	}

	private async afterFailure(writes: readonly ContactWrite[], failed: Failure): Promise<void> {
		if (concernsAll(failed)) this.stopped = failed;
		const whole = failed.kind === 'refused' || failed.kind === 'missing' || failed.kind === 'conflict';
		if (!whole || writes.length === 1) return this.fail(writes, failed);
		const hopeless = new Set(
			failed.values.filter(({ reason }) => ofTheProperty.has(reason)).map(({ property }) => property),
		);
		const isHopeless = ({ properties }: ContactWrite): boolean =>
			Object.keys(properties).some((name) => hopeless.has(name));
		const lost = writes.filter(isHopeless);
		const rest = writes.filter((write) => !isHopeless(write));
		if (lost.length > 0) {
			this.fail(lost, failed);
			if (rest.length > 0) await this.batch(rest);
			return;
		}
		const middle = Math.ceil(writes.length / 2);
		await this.batch(writes.slice(0, middle));
		await this.batch(writes.slice(middle));
	}

	private refusals(writes: readonly ContactWrite[], errors: readonly Partial<StandardError>[]): void {
		const known = new Map(writes.map((write) => [write.id, write]));
		for (const error of errors) {
			const named = [...(error.context?.['objectWriteTraceId'] ?? []), ...(error.context?.['ids'] ?? [])];
			const failed = failure(kindOfCategory(error.category), {
				status: 207,
				category: /^\w{1,60}$/.test(error.category ?? '') ? error.category : 'none',
				values: refusedValues(error.message),
			});
			this.fail(
				named.flatMap((id) => known.get(id) ?? []),
				failed,
			);
		}
	}

	/** Writes HubSpot accepted without naming them: read back, since positions prove nothing. */
	private async prove(writes: readonly ContactWrite[]): Promise<void> {
		const ids = writes.map(({ id }) => id);
		const names = [...new Set(writes.flatMap(({ properties }) => Object.keys(properties)))];
		if (ids.length === 0) return;
		const { outcomes } = await readContacts(() => Promise.resolve(this.client), ids, names);
		for (const outcome of outcomes) {
			const write = writes.find(({ id }) => id === outcome.requestedId);
			if (write === undefined) continue;
			if (outcome.status === 'missing') {
				this.fail([write], failure('missing'));
				continue;
			}
			const proven =
				outcome.status !== 'failed' &&
				Object.entries(write.properties).every(([name, value]) =>
					sameValue(value, outcome.contact.properties[name] ?? null),
				);
			this.results.set(
				write.id,
				proven
					? { status: 'written', id: write.id, recordId: outcome.contact.id }
					: {
							status: 'later',
							id: write.id,
							error: gateError('hubspot-write-unproven', { object: write.id, retryAfterMs: 30_000 }),
							retryAfterMs: 30_000,
						},
			);
		}
	}

	private fail(writes: readonly ContactWrite[], failed: Failure): void {
		// None of what we write may belong to one contact only, so a conflict is of the moment.
		const after = failed.kind === 'conflict' ? CONFLICT_REST_MS : retryAfterMs(failed);
		for (const { id } of writes) {
			const error = hubSpotError(failed, failed.kind === 'missing' ? id : `contact ${id}`);
			this.results.set(
				id,
				after === null
					? { status: 'refused', id, error }
					: { status: 'later', id, error, retryAfterMs: after },
			);
		}
	}
}

function mergedById(writes: readonly ContactWrite[]): ContactWrite[] {
	const byId = new Map<string, ContactWrite>();
	for (const { id, properties } of writes) {
		byId.set(id, { id, properties: { ...byId.get(id)?.properties, ...properties } });
	}
	return [...byId.values()];
}

/** See `ContactDirectory.update`. */
export async function updateContacts(
	client: () => Promise<HubSpotClient>,
	writes: readonly ContactWrite[],
): Promise<readonly WriteResult[]> {
	const usable = mergedById(writes).filter(({ id }) => isContactId(id));
	if (usable.length === 0) return writes.map(({ id }) => badId(id));
	const writing = new Writing(await client());
	await inLanes(chunks(usable, batchSize.plain), (batch) => writing.batch(batch));
	return writes.map(({ id }) => writing.results.get(id) ?? badId(id));
}

const badId = (id: string): WriteResult => ({
	status: 'refused',
	id,
	error: gateError('hubspot-contact-id', { object: id.slice(0, 40) }),
});
