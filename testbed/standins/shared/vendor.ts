import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Contract } from '../../contracts/contract';
import type { Fault } from './faults';
import { createBench, type Bench } from './server';

/** How a vendor's stand-in starts. Port 0, or none, takes a free one. */
export interface VendorOptions {
	readonly host?: string;
	readonly port?: number;
	/** Milliseconds since 1970; the scenario's clock in a fast-forwarded week. */
	readonly clock?: () => number;
}

/** A vendor's refusal of a call without its key. */
export interface Refusal {
	readonly status: number;
	readonly body: unknown;
}

/** A bench whose routes ask for a key first. `known` sees the headers; the admin's own routes are open. */
export function keyedBench(
	faults: readonly Fault[],
	known: (request: FastifyRequest) => boolean,
	refusal: Refusal,
	contract?: Contract,
): Bench {
	const bench = createBench(faults, contract);
	addParsers(bench.app);
	bench.app.addHook('preHandler', async (request, reply) => {
		if (request.url.startsWith('/__admin') || reply.sent || known(request)) return;
		return reply.code(refusal.status).send(refusal.body);
	});
	return bench;
}

/** Form bodies (Stripe) as a record, AWS JSON as JSON. */
function addParsers(app: FastifyInstance): void {
	app.addContentTypeParser(
		'application/x-www-form-urlencoded',
		{ parseAs: 'string' },
		(_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(String(text)))),
	);
	app.addContentTypeParser('application/x-amz-json-1.1', { parseAs: 'string' }, (_request, text, done) => {
		try {
			done(null, JSON.parse(String(text) || '{}'));
		} catch {
			done(Object.assign(new Error('SerializationException'), { statusCode: 400 }), undefined);
		}
	});
}

/** The bearer (or GitHub's `token`) of a request. */
export const bearerOf = (request: FastifyRequest): string =>
	(request.headers.authorization ?? '').replace(/^(Bearer|token) /i, '');

/** A number from text, or the fallback. */
export const numberOr = (text: unknown, fallback: number): number => {
	const value = Number(text ?? NaN);
	return Number.isFinite(value) ? value : fallback;
};
