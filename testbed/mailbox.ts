import { createServer, type IncomingMessage, type Server } from 'node:http';
import { html } from '../core/page/html';
import { page, table } from '../core/page/page';
import type { StandIns } from './standins';

/** Most messages one page shows. */
const shown = 500;

/**
 * The mailbox of the sandbox: a page on 127.0.0.1 with the mail the Postmark stand-in accepted, what HubSpot
 * holds of each recipient, and the alerts posted to it in Slack's place.
 */
export interface Mailbox {
	readonly url: string;
	/** Alerts received, oldest first: the `text` of each call to `/api/chat.postMessage`. */
	readonly alerts: readonly string[];
	close(): Promise<void>;
}

export async function openMailbox(standIns: StandIns, port: number): Promise<Mailbox> {
	const alerts: string[] = [];
	const server = createServer((request, response) => {
		if (request.method !== 'POST') {
			response.setHeader('content-type', 'text/html; charset=utf-8');
			response.end(mailPage(standIns, alerts));
			return;
		}
		void textOf(request).then((text) => {
			alerts.push(text);
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ ok: true }));
		});
	});
	await listen(server, port);
	return {
		url: `http://127.0.0.1:${port}`,
		alerts,
		close: async () => {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
}

async function listen(server: Server, port: number): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
}

async function textOf(request: IncomingMessage): Promise<string> {
	let body = '';
	for await (const chunk of request) body += String(chunk);
	try {
		const parsed = JSON.parse(body) as { text?: unknown };
		return typeof parsed.text === 'string' ? parsed.text : body;
	} catch {
		return body;
	}
}

function mailPage(standIns: StandIns, alerts: readonly string[]): string {
	const mail = [...standIns.postmark.admin.received()].reverse();
	const byAddress = new Map(
		[...standIns.hubspot.admin.account.contacts.keys()].map((id) => {
			const values = standIns.hubspot.admin.values(id) ?? {};
			return [values.email ?? id, values] as const;
		}),
	);
	const rows = mail.slice(0, shown).map((message) => {
		const contact = byAddress.get(message.to) ?? {};
		return [
			new Date(message.acceptedAt).toLocaleTimeString('en-GB'),
			message.to,
			message.subject,
			message.status,
			contact.cc_delivery_count ?? '',
			contact.cc_next_eligible_send_at ?? '',
		].map((cell) => html`${cell}`);
	});
	return page({
		title: 'Mail received',
		wide: true,
		refresh: 5,
		body: [
			html`<h1>${mail.length} messages received</h1>
				<p>
					By the Postmark stand-in, newest first${mail.length > shown ? ` (${shown} shown)` : ''}. Nothing
					left this machine.
				</p>`,
			table(
				['At', 'To', 'Subject', 'Status', 'HubSpot: count', 'HubSpot: next eligible'],
				rows,
				'No mail yet.',
			),
			html`<h2>${alerts.length} alerts</h2>
				<ul>
					${alerts.map((alert) => html`<li>${alert}</li>`)}
				</ul>`,
		],
	});
}
