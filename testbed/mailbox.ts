import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { StandIns } from './standins';

/** Most messages one page shows. */
const shown = 500;

/**
 * The desk of the sandbox's operator: a page on 127.0.0.1 with the mail the Postmark stand-in accepted, what HubSpot
 * holds of each recipient, and the alerts posted to it in Slack's place.
 */
export interface Desk {
	readonly url: string;
	/** Alerts received, oldest first: the `text` of each call to `/api/chat.postMessage`. */
	readonly alerts: readonly string[];
	close(): Promise<void>;
}

export async function openDesk(standIns: StandIns, port: number): Promise<Desk> {
	const alerts: string[] = [];
	const server = createServer((request, response) => {
		if (request.method !== 'POST') {
			response.setHeader('content-type', 'text/html; charset=utf-8');
			response.end(page(standIns, alerts));
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

function page(standIns: StandIns, alerts: readonly string[]): string {
	const mail = [...standIns.postmark.admin.received()].reverse();
	const byAddress = new Map(
		[...standIns.hubspot.admin.account.contacts.keys()].map((id) => {
			const values = standIns.hubspot.admin.values(id) ?? {};
			return [values.email ?? id, values] as const;
		}),
	);
	const rows = mail.slice(0, shown).map((message) => {
		const contact = byAddress.get(message.to) ?? {};
		return row([
			new Date(message.acceptedAt).toLocaleTimeString('en-GB'),
			message.to,
			message.subject,
			message.status,
			contact.cc_delivery_count ?? '',
			contact.cc_next_eligible_send_at ?? '',
		]);
	});
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Mail received</title><style>
body{font:14px system-ui;margin:2rem;color-scheme:light dark}table{border-collapse:collapse}
td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #8884}</style></head><body>
<h1>${mail.length} messages received</h1>
<p>By the Postmark stand-in, newest first${mail.length > shown ? ` (${shown} shown)` : ''}. Nothing left this machine.</p>
<table><tr><th>At</th><th>To</th><th>Subject</th><th>Status</th><th>HubSpot: count</th><th>HubSpot: next eligible</th></tr>
${rows.join('\n')}</table>
<h1>${alerts.length} alerts</h1><table>${alerts.map((alert) => row([alert])).join('\n')}</table></body></html>`;
}

function row(cells: readonly string[]): string {
	return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
}

function escapeHtml(text: string): string {
	return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
