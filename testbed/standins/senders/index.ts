import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Contract } from '../../contracts/contract';
import { brevo, hubSpotSingleSend, mailgun, resend, sendGridMail, ses } from '../../contracts/senders';
import type { Fault } from '../shared/faults';
import type { StandIn, StandInAdmin } from '../shared/server';
import { keyedBench, type VendorOptions } from '../shared/vendor';

/** One email a provider took. */
export interface Taken {
	readonly to: string;
	readonly messageId: string;
}

/** What a test may do to a provider's stand-in. */
export interface SenderAdmin extends StandInAdmin {
	/** Every email that was taken: the outside truth. */
	received(): readonly Taken[];
	/** HubSpot's result of the next single send, e.g. `PREVIOUSLY_BOUNCED`. */
	nextResult(result: string): void;
}

type Body = Record<string, unknown>;

interface Taking {
	readonly take: (to: string, messageId?: string) => string;
	/** Answers by the key of the call, for vendors that drop repetitions. */
	readonly seen: Map<string, Body>;
	result: string | null;
}

/** How each provider takes an email and what it answers. */
interface Vendor {
	readonly contract: Contract;
	readonly path: string;
	readonly answer: (body: Body, headers: Body, state: Taking, reply: FastifyReply) => unknown;
}

const emailIn = (list: unknown): string => {
	const [first] = Array.isArray(list) ? (list as readonly { email?: unknown }[]) : [];
	return typeof first?.email === 'string' ? first.email : '';
};

const vendors = {
	sendgrid: {
		contract: sendGridMail,
		path: '/v3/mail/send',
		answer: (body, _headers, { take }, reply) => {
			const [to] = (body['personalizations'] ?? []) as readonly { to?: unknown }[];
			return reply
				.code(202)
				.header('x-message-id', take(emailIn(to?.to), randomUUID()))
				.send();
		},
	},
	mailgun: {
		contract: mailgun,
		path: '/v3/:domain/messages',
		answer: (body, _headers, { take }) => ({
			id: `<${take(String(body['to']), `${randomUUID()}@example.com`)}>`,
			message: 'Queued. Thank you.',
		}),
	},
	ses: {
		contract: ses,
		path: '/v2/email/outbound-emails',
		answer: (body, _headers, { take }) => {
			const { ToAddresses: to } = body['Destination'] as { ToAddresses: readonly string[] };
			return { MessageId: take(String(to[0])) };
		},
	},
	resend: {
		contract: resend,
		path: '/emails',
		answer: (body, headers, { take, seen }) => {
			const key = headers['idempotency-key'];
			const before = typeof key === 'string' ? seen.get(key) : undefined;
			if (before) return before;
			const to = body['to'];
			const answer = { id: take(String(Array.isArray(to) ? to[0] : to)) };
			if (typeof key === 'string') seen.set(key, answer);
			return answer;
		},
	},
	brevo: {
		contract: brevo,
		path: '/v3/smtp/email',
		answer: (body, _headers, { take }, reply) => {
			const id = take(emailIn(body['to']), `${randomUUID()}@smtp-relay.mailin.fr`);
			return reply.code(201).send({ messageId: `<${id}>` });
		},
	},
	hubspot: {
		contract: hubSpotSingleSend,
		path: '/marketing/v3/transactional/single-email/send',
		answer: (body, _headers, state) => {
			const { to, sendId } = body['message'] as { to: string; sendId?: string };
			const requestedAt = new Date().toISOString();
			const done = { status: 'COMPLETE', statusId: randomUUID(), requestedAt };
			if (state.result !== null) {
				const sendResult = state.result;
				state.result = null;
				return { ...done, sendResult };
			}
			if (sendId !== undefined && state.seen.has(sendId)) return { ...done, sendResult: 'IDEMPOTENT_IGNORE' };
			const statusId = state.take(to);
			if (sendId !== undefined) state.seen.set(sendId, {});
			return { status: 'PENDING', statusId, requestedAt };
		},
	},
} as const satisfies Readonly<Record<string, Vendor>>;

/** Providers this file stands in for. */
export type SenderName = keyof typeof vendors;

const faults: readonly Fault[] = [
	{ id: 'lost-answer', name: 'taken, connection cut before the answer', after: () => 'reset' },
	{ id: 'outage', name: '503', before: () => ({ status: 503, raw: '<html>503</html>' }) },
];

/** Starts one provider's send. Port 0 takes a free one. Any key opens it, none does not. */
export async function startSender(
	name: SenderName,
	options: VendorOptions = {},
): Promise<StandIn<SenderAdmin>> {
	const vendor: Vendor = vendors[name];
	const received: Taken[] = [];
	const state: Taking = {
		take: (to, messageId = randomUUID()) => {
			received.push({ to, messageId });
			return messageId;
		},
		seen: new Map(),
		result: null,
	};
	const keyed = ({ headers }: { headers: Body }): boolean =>
		headers['authorization'] !== undefined || headers['api-key'] !== undefined;
	const { app, ...bench } = keyedBench(faults, keyed, { status: 401, body: {} }, vendor.contract);
	app.post(vendor.path, async (request, reply) =>
		vendor.answer((request.body ?? {}) as Body, request.headers, state, reply),
	);
	const admin: SenderAdmin = {
		...bench.admin,
		received: () => received,
		nextResult: (result) => {
			state.result = result;
		},
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
