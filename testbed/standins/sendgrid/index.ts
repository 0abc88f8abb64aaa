import { createHash } from 'node:crypto';
import { sendGrid as contract } from '../../contracts/sendgrid';
import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Key the SendGrid stand-in takes. */
export const sandboxSendGridKey = 'SG.stand-in';

/** One message in SendGrid's activity feed. */
export interface FedMessage {
	/** `X-Message-ID` of the answer to the send: what the application knows. */
	readonly id: string;
	/** The feed's own id, which begins with the other. */
	readonly feedId: string;
	readonly to: string;
	readonly subject: string;
	readonly at: number;
	readonly status: 'delivered' | 'processed' | 'not_delivered';
}

/** A single send to a list. */
export interface SingleSend {
	readonly id: string;
	readonly name: string;
	readonly subject: string;
	status: 'draft' | 'triggered';
}

/** What a test may do to the SendGrid stand-in. */
export interface SendGridAdmin extends StandInAdmin {
	/** The application sent a message. Returns SendGrid's id. */
	accept(to: string, subject: string): string;
	messages(): readonly FedMessage[];
	/** How long after a message was taken the feed shows it; 30 s at first. */
	lag(ms: number): void;
	singleSends(): readonly SingleSend[];
}

const wrong = (message: string) => ({ errors: [{ message, field: null, help: null }] });

/**
 * Requests the feed takes within a minute (twilio.com/docs/sendgrid/api-reference/email-activity, read 2026-11-30).
 */
const perMinute = 6;

/** What a query of the feed asks for; `null` where it is not understood. */
function conditionIn(query: string): ((message: FedMessage) => boolean) | null {
	if (query === '') return () => true;
	const [, field, operator, value = ''] =
		/^\s*(to_email|msg_id)\s*(=|LIKE)\s*["']([^"']*)["']\s*$/.exec(query) ?? [];
	if (field === undefined) return null;
	const told = (message: FedMessage): string => (field === 'msg_id' ? message.feedId : message.to);
	if (operator === '=') return (message) => told(message) === value;
	if (!value.endsWith('%')) return (message) => told(message) === value;
	return (message) => told(message).startsWith(value.slice(0, -1));
}

/**
 * Starts SendGrid's activity feed (`GET /v3/messages`) and single sends. The feed lags behind, is limited to 6 requests a
 * minute, and its `msg_id` only begins with the `X-Message-ID` of the send
 * (support.sendgrid.com article 35804743679259, read 2026-11-30).
 */
export async function startSendGrid(options: VendorOptions = {}): Promise<StandIn<SendGridAdmin>> {
	const clock = options.clock ?? Date.now;
	const fed: FedMessage[] = [];
	const sends: SingleSend[] = [];
	const faults = vendorFaults({
		throttled: wrong('too many requests'),
		broken: wrong('internal server error'),
	});
	let lagMs = 30_000;
	let asked: number[] = [];
	const { app, ...bench } = keyedBench(
		faults,
		(request) => bearerOf(request) === sandboxSendGridKey,
		{ status: 401, body: wrong('authorization required') },
		contract,
	);
	app.get('/v3/scopes', async () => ({ scopes: ['messages.read', 'marketing.read'] }));
	app.get('/v3/messages', async (request, reply) => {
		const { query = '', limit = '10' } = request.query as { query?: string; limit?: string };
		const now = clock();
		asked = asked.filter((at) => now - at < 60_000);
		if (asked.length >= perMinute) return reply.code(429).send(wrong('too many requests'));
		asked.push(now);
		const isMeant = conditionIn(query);
		if (isMeant === null) return reply.code(400).send(wrong('invalid query syntax'));
		const found = fed.filter((message) => now - message.at >= lagMs && isMeant(message));
		return {
			messages: [...found]
				.reverse()
				.slice(0, Number(limit))
				.map((message) => ({
					from_email: 'hello@example.com',
					msg_id: message.feedId,
					subject: message.subject,
					to_email: message.to,
					status: message.status,
					opens_count: 0,
					clicks_count: 0,
					last_event_time: new Date(message.at).toISOString().replace(/\.\d+Z$/, 'Z'),
				})),
		};
	});
	app.post('/v3/marketing/singlesends', async (request, reply) => {
		const { name, email_config: email } = (request.body ?? {}) as {
			name?: string;
			email_config?: { subject?: string };
		};
		if (!name) return reply.code(400).send(wrong('name is required'));
		const send: SingleSend = {
			id: createHash('sha256').update(`${name}${sends.length}`).digest('hex').slice(0, 32),
			name,
			subject: email?.subject ?? '',
			status: 'draft',
		};
		sends.push(send);
		return reply.code(201).send({ id: send.id, name, status: send.status, email_config: email ?? {} });
	});
	app.put('/v3/marketing/singlesends/:id/schedule', async (request, reply) => {
		const send = sends.find(({ id }) => id === (request.params as { id: string }).id);
		if (!send) return reply.code(404).send(wrong('single send not found'));
		send.status = 'triggered';
		return reply.code(201).send({ send_at: new Date(clock()).toISOString(), status: 'scheduled' });
	});
	const admin: SendGridAdmin = {
		...bench.admin,
		accept: (to, subject) => {
			const id = createHash('sha256').update(`${to}${fed.length}`).digest('base64url').slice(0, 22);
			const feedId = `${id}.recvd-84f9c7-${fed.length}-1.0`;
			fed.push({ id, feedId, to, subject, at: clock(), status: 'delivered' });
			return id;
		},
		messages: () => fed,
		lag: (ms) => {
			lagMs = ms;
		},
		singleSends: () => sends,
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
