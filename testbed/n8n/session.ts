import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxProblem } from '../problem';
import { owner } from './settings';

/** What n8n answered, parsed; `data` is where its internal REST puts the result. */
type Answer = Record<string, unknown>;

/**
 * The owner's session with one n8n: the same internal REST the editor uses, since the public API can neither run a
 * workflow nor set up an owner. One session outlives restarts of the instance.
 */
export class Session {
	private cookie = '';

	constructor(readonly baseUrl: string) {}

	/** Creates the owner on a fresh instance, signs in otherwise. */
	async open(): Promise<void> {
		const settings = await this.settings();
		const management = record(record(settings.data).userManagement);
		if (management.showSetupOnFirstLoad === true) await this.call('POST', '/rest/owner/setup', owner);
		await this.call('POST', '/rest/login', { emailOrLdapLoginId: owner.email, password: owner.password });
	}

	/** n8n before 2.10 says that it is ready a moment before it serves anything. */
	private async settings(): Promise<Answer> {
		for (const giveUpAt = Date.now() + 60_000; ; await sleep(500)) {
			try {
				return await this.call('GET', '/rest/settings');
			} catch (problem) {
				if (!/ answered (404|503) /.test(String(problem)) || Date.now() > giveUpAt) throw problem;
			}
		}
	}

	/** One request; the parsed answer. Any status but 2xx is a SandboxProblem that quotes n8n. */
	async call(method: string, path: string, body?: unknown): Promise<Answer> {
		for (const giveUpAt = Date.now() + 60_000; ; await sleep(1_000)) {
			const response = await this.ask(method, path, body);
			const text = await response.text();
			if (response.ok) return record(text === '' ? {} : JSON.parse(text));
			// On a busy machine n8n's own look at its database comes late; it then turns away what it has not begun.
			if (response.status === 503 && text.includes('Database is not ready') && Date.now() < giveUpAt)
				continue;
			throw new SandboxProblem(
				`n8n answered ${response.status} to ${method} ${path}: ${text.slice(0, 500)}.`,
				'See the n8n log in the instance folder.',
			);
		}
	}

	private async ask(method: string, path: string, body: unknown): Promise<Response> {
		const response = await fetch(this.baseUrl + path, {
			method,
			// A kept connection may be closed by an n8n whose event loop stood still, just as it is used again.
			headers: {
				'content-type': 'application/json',
				connection: 'close',
				...(this.cookie && { cookie: this.cookie }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(60_000),
		});
		const fresh = response.headers.getSetCookie().find((entry) => entry.startsWith('n8n-auth='));
		if (fresh) this.cookie = fresh.slice(0, fresh.indexOf(';'));
		return response;
	}

	/**
	 * Opens a form of a workflow as the owner who is signed in, and sends it, by the way a browser takes: n8n sends who
	 * opens the form to its own authorization server, and the page it shows carries a token for the answer. Any status but
	 * 2xx at the end is a SandboxProblem that quotes n8n.
	 */
	async submit(path: string, form: FormData): Promise<void> {
		const jar = new Map([['n8n-auth', this.cookie.slice('n8n-auth='.length)]]);
		const visit = async (url: string, init: RequestInit = {}): Promise<Response> => {
			const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
			const answer = await fetch(url, {
				...init,
				redirect: 'manual',
				headers: { ...(init.headers as Record<string, string> | undefined), cookie },
			});
			for (const entry of answer.headers.getSetCookie()) {
				const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(entry) ?? [];
				jar.set(name, value);
			}
			return answer;
		};
		let page = await visit(this.baseUrl + path);
		for (let hop = 0; hop < 12 && page.status >= 300 && page.status < 400; hop += 1) {
			const next = new URL(page.headers.get('location') ?? '', page.url);
			page = await visit(next.pathname.startsWith('/oauth/consent') ? await this.consent(visit) : next.href);
		}
		const token = /const authToken = '([^']+)'/.exec(await page.text())?.[1];
		if (token === undefined)
			throw new SandboxProblem(
				`The form ${path} opened with ${page.status} and without a token.`,
				'Is the workflow published?',
			);
		const sent = await visit(this.baseUrl + path, {
			method: 'POST',
			headers: { 'x-auth-token': token },
			body: form,
		});
		if (!sent.ok)
			throw new SandboxProblem(
				`The form ${path} answered ${sent.status}: ${(await sent.text()).slice(0, 300)}.`,
				'See the n8n log in the instance folder.',
			);
	}

	/** Agrees that the form may know who is signed in; where to go on. */
	private async consent(visit: (url: string, init?: RequestInit) => Promise<Response>): Promise<string> {
		const read = async (answer: Response) => record(record(await answer.json()).data);
		const details = await read(await visit(`${this.baseUrl}/rest/consent/details`));
		if (typeof details.redirectUrl === 'string') return details.redirectUrl;
		const approved = await read(
			await visit(`${this.baseUrl}/rest/consent/approve`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ approved: true }),
			}),
		);
		return String(approved.redirectUrl);
	}

	/** A key for the public API with the scopes given; n8n shows it only here. */
	async createApiKey(label: string, scopes: readonly string[]): Promise<string> {
		const answer = await this.call('POST', '/rest/api-keys', { label, expiresAt: null, scopes });
		return String(record(answer.data).rawApiKey);
	}
}

/** The value as a record; an empty one if it is none. */
export function record(value: unknown): Answer {
	return typeof value === 'object' && value !== null ? (value as Answer) : {};
}
