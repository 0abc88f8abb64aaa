import type { SimplePublicObject, StandardError } from '@hubspot/api-client/lib/codegen/crm/contacts';
import { gateError, type ReleaseGateError } from '../../core/errors';
import type { ReadOptions, ReadOutcome, ReadResult } from '../../core/delivery/contacts';
import { batchSize, chunks, inLanes, isContactId } from './batches';
import { call, type HubSpotClient } from './client';
import { contactOf, mergedIdsProperty } from './contact';
import { CallFailed, concernsAll, hubSpotError, type Failure } from './failure';

/** Batches that are cheap to halve to the end. */
const FEW = 8;

const missingCategory = 'OBJECT_NOT_FOUND';

/** One operation that reads: what it found so far and what stops it. */
class Reading {
	readonly outcomes = new Map<string, ReadOutcome>();
	answeredAt: number | null = null;
	private stopped: Failure | null = null;

	constructor(
		private readonly client: HubSpotClient,
		private readonly properties: readonly string[],
		private readonly options: ReadOptions,
	) {}

	async batch(ids: readonly string[], archived: boolean): Promise<void> {
		if (this.stopped !== null) return this.fail(ids, this.stopped);
		const history = this.options.history === true;
		const names = [...new Set([...this.properties, mergedIdsProperty])];
		try {
			const answer = await call(() =>
				this.client.batch.readWithHttpInfo(
					{
						inputs: ids.map((id) => ({ id })),
						properties: names,
						propertiesWithHistory: history ? [...this.properties] : [],
					},
					archived ? true : undefined,
				),
			);
			this.noteTime(answer.headers['date']);
			this.found(answer.data.results, ids, archived);
			this.lost('errors' in answer.data ? (answer.data.errors ?? []) : []);
		} catch (error) {
			if (!(error instanceof CallFailed)) throw error;
			if (error.failure.kind === 'refused' && ids.length > 1)
				return this.withoutCulprit(ids, archived, error.failure);
			if (concernsAll(error.failure)) this.stopped = error.failure;
			this.fail(ids, error.failure);
		}
	}

	/** Ids the answer did not mention at all: asked one by one, which follows merges. */
	async unmentioned(id: string): Promise<void> {
		if (this.stopped !== null) return this.fail([id], this.stopped);
		try {
			const names = [...new Set([...this.properties, mergedIdsProperty])];
			const history = this.options.history === true ? [...this.properties] : undefined;
			const row = await call(() => this.client.basic.getById(id, names, history));
			this.put(id, row, false);
		} catch (error) {
			if (!(error instanceof CallFailed)) throw error;
			if (error.failure.kind === 'missing') this.outcomes.set(id, { status: 'missing', requestedId: id });
			else this.fail([id], error.failure);
		}
	}

	missing(ids: readonly string[]): readonly string[] {
		return ids.filter((id) => this.outcomes.get(id)?.status === 'missing');
	}

	/**
	 * A refusal that may concern one id, or the request as such. Three ids far apart are asked alone first: where all of
	 * them are refused too it is the request, and halving would cost two calls for each id.
	 */
	private async withoutCulprit(ids: readonly string[], archived: boolean, failed: Failure): Promise<void> {
		if (ids.length < FEW) return this.halves(ids, archived);
		const probes = [0, Math.floor(ids.length / 2), ids.length - 1].map((at) => ids[at] ?? '');
		for (const id of probes) {
			await this.batch([id], archived);
			if (this.outcomes.get(id)?.status !== 'failed') {
				const rest = ids.filter((other) => !this.outcomes.has(other));
				return this.halves(rest, archived);
			}
		}
		this.fail(
			ids.filter((id) => !probes.includes(id)),
			failed,
		);
	}

	private async halves(ids: readonly string[], archived: boolean): Promise<void> {
		const middle = Math.ceil(ids.length / 2);
		await this.batch(ids.slice(0, middle), archived);
		await this.batch(ids.slice(middle), archived);
	}

	private found(rows: readonly SimplePublicObject[], ids: readonly string[], archived: boolean): void {
		const asked = new Set(ids);
		for (const row of rows) {
			const answered = [row.id, ...(row.properties[mergedIdsProperty] ?? '').split(';')];
			for (const id of answered) if (asked.has(id)) this.put(id, row, archived);
		}
	}

	private put(requestedId: string, row: SimplePublicObject, archived: boolean): void {
		const contact = contactOf(row, this.properties, this.options.history === true);
		const status = archived ? 'archived' : contact.id === requestedId ? 'found' : 'merged';
		this.outcomes.set(requestedId, { status, requestedId, contact });
	}

	private lost(errors: readonly Partial<StandardError>[]): void {
		for (const error of errors) {
			for (const id of error.context?.['ids'] ?? []) {
				if (this.outcomes.has(id)) continue;
				if (error.category === missingCategory) this.outcomes.set(id, { status: 'missing', requestedId: id });
				else
					this.outcomes.set(id, {
						status: 'failed',
						requestedId: id,
						error: refusal(error.category ?? 'none', id),
					});
			}
		}
	}

	private fail(ids: readonly string[], failed: Failure): void {
		for (const id of ids) {
			if (this.outcomes.get(id)?.status === 'missing') continue;
			this.outcomes.set(id, {
				status: 'failed',
				requestedId: id,
				error: hubSpotError(failed, `contact ${id}`),
			});
		}
	}

	private noteTime(date: string | undefined): void {
		const at = date === undefined ? NaN : Date.parse(date);
		if (!Number.isNaN(at)) this.answeredAt = Math.max(this.answeredAt ?? 0, at);
	}
}

const refusal = (category: string, id: string): ReleaseGateError =>
	gateError('hubspot-refused', {
		object: `contact ${id}`,
		status: 207,
		category: /^\w{1,60}$/.test(category) ? category : 'none',
		correlationId: 'none',
	});

/** See `ContactDirectory.read`. */
export async function readContacts(
	client: () => Promise<HubSpotClient>,
	ids: readonly string[],
	properties: readonly string[],
	options: ReadOptions = {},
): Promise<ReadResult> {
	const distinct = [...new Set(ids)];
	const usable = distinct.filter(isContactId);
	if (usable.length === 0) return { outcomes: distinct.map(badId), answeredAt: null };
	const reading = new Reading(await client(), properties, options);
	const size = options.history === true ? batchSize.history : batchSize.plain;
	await inLanes(chunks(usable, size), (batch) => reading.batch(batch, false));
	await inLanes(
		usable.filter((id) => !reading.outcomes.has(id)),
		(id) => reading.unmentioned(id),
	);
	if (options.archived === true) {
		await inLanes(chunks(reading.missing(usable), size), (batch) => reading.batch(batch, true));
	}
	return {
		outcomes: distinct.map((id) => reading.outcomes.get(id) ?? badId(id)),
		answeredAt: reading.answeredAt,
	};
}

const badId = (id: string): ReadOutcome => ({
	status: 'failed',
	requestedId: id,
	error: gateError('hubspot-contact-id', { object: id.slice(0, 40) }),
});
