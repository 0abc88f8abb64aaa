import { createServer, type Server } from 'node:http';
import type { StandIns } from './standins';

/** Most messages one page shows. */
const shown = 500;

/** A page on 127.0.0.1 with the mail the Postmark stand-in accepted and what HubSpot holds of each recipient. */
export async function startMailPage(standIns: StandIns, port: number): Promise<Server> {
	const server = createServer((_request, response) => {
		response.setHeader('content-type', 'text/html; charset=utf-8');
		response.end(mailPage(standIns));
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return server;
}

function mailPage(standIns: StandIns): string {
	const mail = [...standIns.postmark.admin.received()].reverse();
	const byAddress = new Map(
		[...standIns.hubspot.admin.account.contacts.keys()].map((id) => {
			const values = standIns.hubspot.admin.values(id) ?? {};
			return [values.email ?? id, values] as const;
		}),
	);
	const rows = mail.slice(0, shown).map((message) => {
		const contact = byAddress.get(message.to) ?? {};
		const cells = [
			new Date(message.acceptedAt).toLocaleTimeString('en-GB'),
			message.to,
			message.subject,
			message.status,
			contact.cc_delivery_count ?? '',
			contact.cc_next_eligible_send_at ?? '',
		];
		return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
	});
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Mail received</title><style>
body{font:14px system-ui;margin:2rem;color-scheme:light dark}table{border-collapse:collapse}
td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #8884}</style></head><body>
<h1>${mail.length} messages received</h1>
<p>By the Postmark stand-in, newest first${mail.length > shown ? ` (${shown} shown)` : ''}. Nothing left this machine.</p>
<table><tr><th>At</th><th>To</th><th>Subject</th><th>Status</th><th>HubSpot: count</th><th>HubSpot: next eligible</th></tr>
${rows.join('\n')}</table></body></html>`;
}

function escapeHtml(text: string): string {
	return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
