import { createHash } from 'node:crypto';
import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Key the SendGrid stand-in takes. */
export const sandboxSendGridKey = 'SG.stand-in';

/** One message in SendGrid's activity feed. */
export interface FedMessage {
	readonly id: string;
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
	singleSends(): readonly SingleSend[];
}

const wrong = (message: string) => ({ errors: [{ message, field: null, help: null }] });

/** Starts SendGrid's activity feed (`GET /v3/messages`) and single sends. */
export async function startSendGrid(options: VendorOptions = {}): Promise<StandIn<SendGridAdmin>> {
	const clock = options.clock ?? Date.now;
	const fed: FedMessage[] = [];
	const sends: SingleSend[] = [];
	const faults = vendorFaults({
		throttled: wrong('too many requests'),
		broken: wrong('internal server error'),
	});
	const { app, ...bench } = keyedBench(faults, (request) => bearerOf(request) === sandboxSendGridKey, {
		status: 401,
		body: wrong('authorization required'),
	});
	app.get('/v3/scopes', async () => ({ scopes: ['messages.read', 'marketing.read'] }));
	app.get('/v3/messages', async (request, reply) => {
		const { query = '', limit = '10' } = request.query as { query?: string; limit?: string };
		const to = /to_email\s*=\s*"([^"]+)"/.exec(query)?.[1];
		const id = /msg_id\s*(?:=|LIKE)\s*"([^"%]+)%?"/.exec(query)?.[1];
		if (query !== '' && to === undefined && id === undefined) {
			return reply.code(400).send(wrong('invalid query syntax'));
		}
		const found = fed.filter(
			(message) => (to === undefined || message.to === to) && (id === undefined || message.id.startsWith(id)),
		);
		return {
			messages: [...found]
				.reverse()
				.slice(0, Number(limit))
				.map((message) => ({
					from_email: 'hello@roleferry.com',
					msg_id: message.id,
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
			fed.push({ id, to, subject, at: clock(), status: 'delivered' });
			return id;
		},
		messages: () => fed,
		singleSends: () => sends,
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
