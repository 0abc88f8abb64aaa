import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { SMTPServer } from 'smtp-server';
import type { SenderName } from '../../testbed/standins/senders';

/** Expressions that every node to paste shares. */
const to = "$('Claim Delivery').item.json.contact.properties.email";
const text = "($json.choices?.[0]?.message?.content ?? '').trim()";
const subject = "$('Set Config').first().json.subject";
const key = '$json.delivery.idempotencyKey';

/** The node to put in the place of *Send Email*, as the guide has it. */
const http = (url: string, body: string, more: IDataObject = {}): IDataObject => ({
	method: 'POST',
	url,
	authentication: 'genericCredentialType',
	genericAuthType: 'httpHeaderAuth',
	sendBody: true,
	specifyBody: 'json',
	jsonBody: `={{ ${body} }}`,
	options: { response: { response: { responseFormat: 'json' } } },
	...more,
});

/** The node of each provider, by the address of its stand-in. */
export const nodes: Readonly<Record<SenderName, (url: string) => IDataObject>> = {
	sendgrid: (url) =>
		http(
			`${url}/v3/mail/send`,
			`{ personalizations: [{ to: [{ email: ${to} }], custom_args: { delivery_key: $json.delivery.key } }], from: { email: 'content@example.com' }, subject: ${subject}, content: [{ type: 'text/plain', value: ${text} }] }`,
			{ options: { response: { response: { fullResponse: true, responseFormat: 'json' } } } },
		),
	mailgun: (url) => ({
		...http(`${url}/v3/example.com/messages`, ''),
		contentType: 'form-urlencoded',
		specifyBody: 'keypair',
		bodyParameters: {
			parameters: [
				{ name: 'from', value: 'content@example.com' },
				{ name: 'to', value: `={{ ${to} }}` },
				{ name: 'subject', value: `={{ ${subject} }}` },
				{ name: 'text', value: `={{ ${text} }}` },
				{ name: 'v:delivery_key', value: '={{ $json.delivery.key }}' },
			],
		},
	}),
	ses: (url) =>
		http(
			`${url}/v2/email/outbound-emails`,
			`{ FromEmailAddress: 'content@example.com', Destination: { ToAddresses: [${to}] }, Content: { Simple: { Subject: { Data: ${subject} }, Body: { Text: { Data: ${text} } } } } }`,
		),
	resend: (url) =>
		http(`${url}/emails`, `{ from: 'content@example.com', to: ${to}, subject: ${subject}, text: ${text} }`, {
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'Idempotency-Key', value: `={{ ${key} }}` }] },
		}),
	brevo: (url) =>
		http(
			`${url}/v3/smtp/email`,
			`{ sender: { email: 'content@example.com' }, to: [{ email: ${to} }], subject: ${subject}, textContent: ${text}, headers: { 'X-Mailin-custom': $json.delivery.key } }`,
		),
	hubspot: (url) =>
		http(
			`${url}/marketing/v3/transactional/single-email/send`,
			`{ emailId: 4126643121, message: { to: ${to}, sendId: ${key} }, customProperties: { text: ${text} } }`,
		),
};

/** What a mail server refuses; `lost` messages are taken, and the connection breaks before the answer. */
export interface MailRefusals {
	auth?: number;
	rcpt?: number;
	lost?: number;
}

/** Starts a mail server that refuses what it is told to, with the node and the credential to send through it. */
export async function openMailServer(refuse: MailRefusals) {
	const taken: string[] = [];
	const no = (code: number, word: string) => Object.assign(new Error(word), { responseCode: code });
	const server = new SMTPServer({
		disabledCommands: ['STARTTLS'],
		allowInsecureAuth: true,
		onAuth: (_auth, _session, done) =>
			refuse.auth ? done(no(refuse.auth, '5.7.8 Credentials invalid')) : done(null, { user: 'u' }),
		onRcptTo: (_address, _session, done) =>
			refuse.rcpt ? done(no(refuse.rcpt, 'Mailbox unavailable')) : done(),
		onData: (stream, session, done) => {
			stream.resume();
			stream.on('end', () => {
				taken.push(...session.envelope.rcptTo.map(({ address }) => address));
				if ((refuse.lost ?? 0) > 0) {
					refuse.lost = (refuse.lost ?? 0) - 1;
					server.connections.forEach((connection) => {
						(connection as unknown as { _socket: { destroy(): void } })._socket.destroy();
					});
					return;
				}
				done();
			});
		},
	});
	server.on('error', () => undefined);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
	const { port } = server.server.address() as AddressInfo;
	return {
		taken,
		node: {
			type: 'n8n-nodes-base.emailSend',
			typeVersion: 2.1,
			parameters: {
				fromEmail: 'content@example.com',
				toEmail: `={{ ${to} }}`,
				subject: `={{ ${subject} }}`,
				emailFormat: 'text',
				text: `={{ ${text} }}`,
				options: { appendAttribution: false },
			},
		},
		credentials: {
			smtp: { user: 'u', password: 'p', host: '127.0.0.1', port, secure: false, disableStartTls: true },
		},
		close: () => new Promise<void>((resolve) => server.close(() => resolve())),
	};
}
