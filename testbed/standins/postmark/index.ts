import type { FastifyInstance, FastifyRequest } from 'fastify';
import { postmark as contract } from '../../contracts/postmark';
import { createBench, type StandIn, type StandInAdmin } from '../shared/server';
import { postmarkFaults } from './faults';
import {
	type AccountFault,
	defaultStream,
	listed,
	Mailbox,
	postmarkLimits,
	type Outgoing,
	type Received,
} from './messages';
import { type PendingReport, postWebhook, webhookBody, type WebhookKind, webhookRetries } from './webhooks';

/** Server token every Postmark stand-in takes. It opens nothing but the stand-in. */
export const sandboxServerToken = 'postmark-stand-in';

/** Token that has Postmark check messages and send none (postmarkapp.com/developer/api/overview#authentication). */
export const testToken = 'POSTMARK_API_TEST';

/** How the Postmark stand-in starts. */
export interface PostmarkStandInOptions {
	readonly host?: string;
	readonly port?: number;
	readonly clock?: () => number;
}

/** What a test may do to the Postmark stand-in. */
export interface PostmarkAdmin extends StandInAdmin {
	/** Every message that was accepted: the outside truth. */
	received(): readonly Received[];
	/** Messages that carry these metadata. */
	find(metadata: Readonly<Record<string, string>>): readonly Received[];
	clearReceived(): void;
	/** From now on every message is refused for this; `null` when it was mended. */
	accountFault(fault: AccountFault | null): void;
	/** Addresses that are refused with error code 406 from now on. */
	deactivate(...addresses: readonly string[]): void;
	/**
	 * Where reports about messages go; `null` for nowhere. With `deliveries` each accepted message is reported delivered;
	 * those that `bounces` says are reported as soft bounces instead.
	 */
	webhook(url: string | null, options?: WebhookOptions): void;
	/** Reports something about a message; gives the status of the receiver's answer. */
	report(messageId: string, kind: WebhookKind): Promise<number>;
	/** Reports again what was not answered with 200 and whose time has come; gives how many may still come. */
	reportAgain(): Promise<number>;
}

/** What is reported of its own accord. */
export interface WebhookOptions {
	readonly deliveries?: boolean;
	readonly bounces?: (message: Received) => boolean;
	readonly afterMs?: number;
}

/** Starts the stand-in. Port 0 takes a free one. */
export async function startPostmark(options: PostmarkStandInOptions = {}): Promise<StandIn<PostmarkAdmin>> {
	const clock = options.clock ?? Date.now;
	const mailbox = new Mailbox(clock);
	const bench = createBench(postmarkFaults, contract);
	let hook: string | null = null;
	const report = async (row: Received, kind: WebhookKind): Promise<number> => {
		row.status = kind === 'Delivery' ? 'Delivered' : kind === 'SpamComplaint' ? 'SpamComplaint' : 'Bounced';
		if (kind === 'Bounce' || kind === 'SpamComplaint') mailbox.inactive.add(row.to.toLowerCase());
		return hook === null
			? 0
			: await post({ kind, body: webhookBody(row, kind, clock()), tries: 0, at: clock() });
	};
	const waiting = new Set<PendingReport>();
	const post = async (pending: PendingReport): Promise<number> => {
		const status = hook === null ? 0 : await postWebhook(hook, pending.body);
		waiting.delete(pending);
		const pause = webhookRetries(pending.kind)[pending.tries];
		if (status !== 200 && status !== 403 && pause !== undefined)
			waiting.add({ ...pending, tries: pending.tries + 1, at: clock() + pause });
		return status;
	};
	addRoutes(bench.app, mailbox);
	const admin: PostmarkAdmin = {
		...bench.admin,
		received: () => mailbox.received,
		find: (metadata) => mailbox.find({ metadata }),
		clearReceived: () => {
			mailbox.received.length = 0;
		},
		accountFault: (fault) => {
			mailbox.accountFault = fault;
		},
		deactivate: (...addresses) => {
			for (const address of addresses) mailbox.inactive.add(address.toLowerCase());
		},
		webhook: (url, { deliveries = false, bounces = () => false, afterMs = 50 } = {}) => {
			hook = url;
			mailbox.onAccept = (row) => {
				const kind = bounces(row) ? 'SoftBounce' : deliveries ? 'Delivery' : null;
				if (kind !== null) setTimeout(() => void report(row, kind), afterMs).unref();
			};
		},
		report: (messageId, kind) => {
			const row = mailbox.received.find((message) => message.messageId === messageId);
			if (row === undefined) throw new Error(`No message ${messageId}`);
			return report(row, kind);
		},
		reportAgain: async () => {
			for (const pending of [...waiting].filter(({ at }) => at <= clock())) await post(pending);
			return waiting.size;
		},
	};
	addAdminRoutes(bench.app, admin);
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}

const tokenOf = (request: FastifyRequest): string => String(request.headers['x-postmark-server-token'] ?? '');

function addRoutes(app: FastifyInstance, mailbox: Mailbox): void {
	app.addHook('preHandler', async (request, reply) => {
		if (request.url.startsWith('/__admin') || reply.sent) return;
		if ([sandboxServerToken, testToken].includes(tokenOf(request))) return;
		return reply.code(401).send({
			ErrorCode: 10,
			Message: 'The Server Token you provided in the X-Postmark-Server-Token request header was invalid.',
		});
	});
	app.post('/email', async (request, reply) => {
		const answer = mailbox.send(request.body ?? {}, tokenOf(request) === testToken);
		return reply.code(answer.status).send(answer.body);
	});
	app.post('/email/batch', async (request, reply) => {
		const messages = request.body as readonly Outgoing[];
		if (Number(request.headers['content-length'] ?? 0) > postmarkLimits.batchBytes)
			return reply.code(413).send();
		if (!Array.isArray(messages))
			return reply.code(422).send({ ErrorCode: 403, Message: 'Incompatible JSON: an array is expected.' });
		if (messages.length > postmarkLimits.batch) {
			return reply
				.code(422)
				.send({ ErrorCode: 410, Message: `Too many batch messages: at most ${postmarkLimits.batch}.` });
		}
		return messages.map((message: Outgoing) => mailbox.send(message, tokenOf(request) === testToken).body);
	});
	app.get('/messages/outbound', async (request, reply) => {
		const query = request.query as Record<string, string>;
		const metadata = Object.fromEntries(
			Object.entries(query).flatMap(([name, value]) =>
				name.startsWith('metadata_') ? [[name.slice('metadata_'.length), value]] : [],
			),
		);
		const [count, offset] = [Number(query['count'] ?? NaN), Number(query['offset'] ?? NaN)];
		if (!(count >= 1 && count <= 500) || !(offset >= 0) || count + offset > 10_000) {
			return reply
				.code(422)
				.send({ ErrorCode: 600, Message: 'count and offset are required; at most 500 and 10,000.' });
		}
		const stream = query['messagestream'] ?? defaultStream;
		if (!mailbox.streams.has(stream)) {
			return reply
				.code(422)
				.send({ ErrorCode: 1226, Message: "The message stream for the provided 'ID' was not found." });
		}
		const found = mailbox.find({ metadata, recipient: query['recipient'], stream });
		return { TotalCount: found.length, Messages: found.slice(offset, offset + count).map(listed) };
	});
	app.get('/messages/outbound/:id/details', async (request, reply) => {
		const id = (request.params as { id: string }).id;
		const row = mailbox.received.find((message) => message.messageId === id);
		if (row === undefined)
			return reply.code(404).send({ ErrorCode: 701, Message: 'This message was not found.' });
		return {
			...listed(row),
			TextBody: row.message.TextBody ?? '',
			HtmlBody: row.message.HtmlBody ?? '',
			MessageEvents: [],
		};
	});
	app.get('/server', async () => ({ ID: 23, Name: 'Stand-in', ApiTokens: [] }));
}

const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;

function addAdminRoutes(app: FastifyInstance, admin: PostmarkAdmin): void {
	app.get('/__admin/received', async () => admin.received());
	app.delete('/__admin/received', async () => {
		admin.clearReceived();
		return { ok: true };
	});
	app.post('/__admin/webhook', async (request) => {
		const { url, deliveries, afterMs } = request.body as Omit<WebhookOptions, 'bounces'> & {
			url: string | null;
		};
		admin.webhook(url, { deliveries, afterMs });
		return { ok: true };
	});
	app.post('/__admin/report/:id', async (request) => {
		const { kind } = request.body as { kind: WebhookKind };
		return { status: await admin.report(idOf(request), kind) };
	});
	app.post('/__admin/deactivate', async (request) => {
		admin.deactivate(...(request.body as readonly string[]));
		return { ok: true };
	});
}
