import { z } from 'zod';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';

/**
 * OpenAI's list of models: each may name the day it is shut down as `shutdown_date`, `YYYY-MM-DD` or null
 * (developers.openai.com/api/docs/deprecations, read on 2026-12-01).
 */
const listSchema = z.object({
	data: z.array(z.object({ id: z.string(), shutdown_date: z.string().nullish() })),
});

/** Days on which models are shut down, by the models' ids, from what `GET /v1/models` gave. @throws `setup-models-unreadable` */
export function retirementsIn(answer: unknown): ReadonlyMap<string, Instant> {
	const read = listSchema.safeParse(answer);
	if (!read.success) throw gateError('setup-models-unreadable', { reason: 'it is no list of models' });
	return new Map(
		read.data.data.flatMap(({ id, shutdown_date: day }) => {
			if (day === null || day === undefined) return [];
			const at = Date.parse(`${day}T00:00:00Z`);
			// Left out it would stand as a model that is never shut down.
			if (Number.isNaN(at))
				throw gateError('setup-models-unreadable', {
					reason: `the day of ${id} is none: ${day.slice(0, 40)}`,
				});
			return [[id, at] as const];
		}),
	);
}

const TIMEOUT_MS = 20_000;

/** Asks OpenAI when its models are shut down. `url` is its API's address up to the version. @throws `setup-models-unreadable` */
export async function openAiRetirements(url: string, apiKey: string): Promise<ReadonlyMap<string, Instant>> {
	let answer: Response;
	try {
		answer = await fetch(`${url.replace(/\/+$/, '')}/models`, {
			headers: { authorization: `Bearer ${apiKey}` },
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
	} catch (error) {
		throw gateError('setup-models-unreadable', { reason: 'OpenAI does not answer' }, error);
	}
	if (!answer.ok) throw gateError('setup-models-unreadable', { reason: `OpenAI answered ${answer.status}` });
	return retirementsIn(await answer.json().catch(() => null));
}
