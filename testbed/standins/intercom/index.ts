import { intercom as contract } from '../../contracts/intercom';
import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Access token the Intercom stand-in takes. */
export const sandboxIntercomToken = 'intercom-stand-in';

/** What a test may do to the Intercom stand-in. */
export interface IntercomAdmin extends StandInAdmin {
	/** A user writes in. `topic` is the tag support gives it. */
	complain(user: string, topic: string, body: string): void;
}

interface Conversation {
	readonly id: string;
	readonly user: string;
	readonly topic: string;
	readonly body: string;
	/** Seconds since 1970. */
	readonly createdAt: number;
}

const wrong = (code: string, message: string) => ({ type: 'error.list', errors: [{ code, message }] });

/** Seconds after which conversations are asked for, from a search's `created_at >` condition; NaN if there is none. */
function createdAfter(query: unknown): number {
	const conditions = (query as { operator?: string; value?: unknown } | undefined) ?? {};
	const list = Array.isArray(conditions.value) ? (conditions.value as unknown[]) : [conditions];
	const found = list.find((entry) => (entry as { field?: string }).field === 'created_at');
	return Number((found as { value?: unknown } | undefined)?.value ?? NaN);
}

/** Conversations of one page if nobody says, and at most (developers.intercom.com, pagination; read 2026-11-30). */
const usual = 20;
const most = 150;

/** Starts Intercom's `POST /conversations/search` (API 2.11). */
export async function startIntercom(options: VendorOptions = {}): Promise<StandIn<IntercomAdmin>> {
	const clock = options.clock ?? Date.now;
	const conversations: Conversation[] = [];
	const faults = vendorFaults({
		throttled: wrong('rate_limit_exceeded', 'You have exceeded the rate limit'),
		broken: wrong('server_error', 'Server error'),
	});
	const { app, ...bench } = keyedBench(
		faults,
		(request) => bearerOf(request) === sandboxIntercomToken,
		{ status: 401, body: wrong('unauthorized', 'Access Token Invalid') },
		contract,
	);
	app.get('/me', async () => ({ type: 'admin', id: '1', name: 'Release bot' }));
	app.post('/conversations/search', async (request, reply) => {
		const { query, pagination = {} } = (request.body ?? {}) as {
			query?: unknown;
			pagination?: { per_page?: number; starting_after?: string };
		};
		const after = createdAfter(query);
		if (Number.isNaN(after)) return reply.code(400).send(wrong('invalid_query', 'created_at is missing'));
		const all = conversations.filter(({ createdAt }) => createdAt > after);
		const size = Math.min(pagination.per_page ?? usual, most);
		const cursor = pagination.starting_after;
		const from = cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
		if (!(size >= 1) || Number.isNaN(from))
			return reply.code(400).send(wrong('parameter_invalid', 'pagination is invalid'));
		const found = all.slice(from, from + size);
		const page = Math.floor(from / size) + 1;
		const last = from + size;
		const next =
			last < all.length
				? { per_page: size, starting_after: Buffer.from(String(last)).toString('base64url') }
				: null;
		return {
			type: 'conversation.list',
			total_count: all.length,
			pages: {
				type: 'pages',
				page,
				per_page: size,
				total_pages: Math.max(Math.ceil(all.length / size), 1),
				...(next ? { next } : {}),
			},
			conversations: found.map(({ id, user, topic, body, createdAt }) => ({
				type: 'conversation',
				id,
				created_at: createdAt,
				updated_at: createdAt,
				state: 'open',
				title: null,
				tags: { type: 'tag.list', tags: [{ type: 'tag', id: topic, name: topic }] },
				source: { type: 'conversation', delivered_as: 'customer_initiated', subject: '', body },
				contacts: { type: 'contact.list', contacts: [{ type: 'contact', id: user }] },
			})),
		};
	});
	const admin: IntercomAdmin = {
		...bench.admin,
		complain: (user, topic, body) => {
			const id = String(conversations.length + 1);
			conversations.push({ id, user, topic, body, createdAt: Math.floor(clock() / 1000) });
		},
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
