import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anchor, html, type Html } from '../../core/page/html';
import { page, table } from '../../core/page/page';
import { colleague, engineer, lead, password } from '../../testbed/n8n/people';
import { owner } from '../../testbed/n8n/settings';

/** What the front page tells and leads to. */
export interface Sandbox {
	/** n8n's address. */
	readonly n8n: string;
	/** Address of the page with the mail. */
	readonly mail: string;
	/** User and password of the desk. */
	readonly desk: { readonly user: string; readonly password: string };
	/** How many people are due in each slot. */
	readonly readers: number;
	/** What the clock of the sandbox shows, milliseconds since 1970. */
	readonly now: () => number;
	/** How many emails left so far. */
	readonly mails: () => number;
	/** Plays on to the next slot and the hour after it. */
	readonly nextSlot: () => Promise<void>;
}

export interface FrontPage {
	readonly url: string;
	close(): Promise<void>;
}

const button = (words: string): Html => html`
	<form method="post" action="/next-slot"><button type="submit">${words}</button></form>
`;

const STYLE = `
	form { margin: .75rem 0 }
	button { font: inherit; font-weight: 600; padding: .5rem .9rem; border-radius: .5rem; border: 1px solid #1d4ed8;
		background: #1d4ed8; color: #fff; cursor: pointer }
	.result { border-left: 4px solid #1b7f4d; padding-left: .75rem }
`;

function frontPage(sandbox: Sandbox, said: string): Html {
	const { n8n, mail, desk, readers } = sandbox;
	const spine = `${n8n}/workflow/content-delivery-spine`;
	const shown = new Date(sandbox.now()).toISOString().slice(0, 16).replace('T', ' ');
	const mails = sandbox.mails();
	const person = (who: { readonly email: string }, does: string): readonly Html[] => [
		html`${who.email}`,
		html`${password}`,
		html`${does}`,
	];
	return page({
		title: 'Release Gate, to try',
		style: STYLE,
		body: [
			html`<h1>Release Gate, to try</h1>`,
			html`<p>
				A real n8n with the templates as they ship; HubSpot, Postmark and the generator are played on this
				machine. ${readers} people are due every other day at nine in New York. The sandbox's clock shows
				${shown} UTC; ${mails} emails have left so far.
			</p>`,
			...(said === '' ? [] : [html`<p class="result" role="status">${said}</p>`]),
			button('Let the next slot come'),
			html`<p>
				${[anchor(n8n, 'The editor')]} · ${[anchor(`${n8n}/webhook/desk`, 'The desk')]} (${desk.user} /
				${desk.password}) · ${[anchor(mail, 'The mail')]}
			</p>`,
			html`<h2>1. Send, and send again</h2>`,
			html`<p>
				Let the next slot come. Then run ${[anchor(spine, 'the spine')]} once more by hand, from
				<em>Check Every 15 Minutes</em>.
			</p>`,
			html`<p class="result">
				${readers} emails, one to each: ${[anchor(mail, 'the mail')]}. Nothing more by hand, since everybody
				was served in this slot.
			</p>`,
			html`<h2>2. Stop it, and let it go on</h2>`,
			html`<p>
				${[anchor(`${n8n}/form/act-on-a-spine?action=Pause&spine=content-delivery`, 'Pause the spine')]}, let
				the next slot come, and look at ${[anchor(`${n8n}/webhook/desk`, 'the desk')]}. Then
				${[anchor(`${n8n}/form/act-on-a-spine?action=Resume&spine=content-delivery`, 'resume it')]} and let
				another slot come.
			</p>`,
			html`<p class="result">
				No email in the paused slot, and the desk says who paused it and why. What was missed stays missed;
				the slot after it serves everybody once.
			</p>`,
			html`<h2>3. Ship a prompt in ten minutes</h2>`,
			html`<ol>
				<li>
					Change the words of <em>prompt</em> in <em>Set Config</em> of ${[anchor(spine, 'the spine')]}. Do
					not publish: what runs stays as it is.
				</li>
				<li>
					Sign in as ${engineer.email} in a private window, and open
					${[anchor(`${n8n}/form/release-a-change`, 'Release a change')]}. Machines compare, audit, rehearse
					and try the rollback; answer what they ask.
				</li>
				<li>Open the link of its last page as ${lead.email} in another private window, and approve.</li>
				<li>Let the next slot come: it sends the new text.</li>
				<li>
					${[anchor(`${n8n}/form/roll-back-a-release`, 'Take it back')]} as the engineer; or let two more
					slots come, and it is stable by itself.
				</li>
			</ol>`,
			html`<p class="result">
				It is live with the lead's word, and not before. <em>Publish</em> pressed beside the form delivers
				nothing, and the desk says which node differs.
			</p>`,
			html`<h2>Who there is</h2>`,
			table(
				['Account', 'Password', 'What they do'],
				[
					person(owner, 'owns n8n and edits workflows'),
					person(engineer, 'asks for changes, and takes them back'),
					person(colleague, 'answers as a second engineer'),
					person(lead, 'approves'),
				],
				'',
			),
		],
	});
}

/** Serves the front page on 127.0.0.1; on any free port for 0. Its one button plays on to the next slot; a second press waits for the first. */
export async function openFrontPage(port: number, sandbox: Sandbox): Promise<FrontPage> {
	let said = '';
	let playing: Promise<void> = Promise.resolve();
	const play = async (): Promise<void> => {
		const before = sandbox.mails();
		await sandbox.nextSlot();
		const left = sandbox.mails() - before;
		said = `A slot has come: ${left} emails left${left === 0 ? ', to nobody' : ''}.`;
	};
	const server = createServer((request, response) => {
		if (request.method !== 'POST') {
			response.setHeader('content-type', 'text/html; charset=utf-8');
			response.end(frontPage(sandbox, said));
			return;
		}
		playing = playing.then(play).catch((problem: unknown) => {
			said = `The slot was not played: ${problem instanceof Error ? problem.message : String(problem)}`;
		});
		void playing.then(() => response.writeHead(303, { location: '/' }).end());
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: async () => {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
}
