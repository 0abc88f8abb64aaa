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
		const settings = await this.call('GET', '/rest/settings');
		const management = record(record(settings.data).userManagement);
		if (management.showSetupOnFirstLoad === true) await this.call('POST', '/rest/owner/setup', owner);
		await this.call('POST', '/rest/login', { emailOrLdapLoginId: owner.email, password: owner.password });
	}

	/** One request; the parsed answer. Any status but 2xx is a SandboxProblem that quotes n8n. */
	async call(method: string, path: string, body?: unknown): Promise<Answer> {
		const response = await fetch(this.baseUrl + path, {
			method,
			headers: { 'content-type': 'application/json', ...(this.cookie && { cookie: this.cookie }) },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(60_000),
		});
		const fresh = response.headers.getSetCookie().find((entry) => entry.startsWith('n8n-auth='));
		if (fresh) this.cookie = fresh.slice(0, fresh.indexOf(';'));
		const text = await response.text();
		if (!response.ok)
			throw new SandboxProblem(
				`n8n answered ${response.status} to ${method} ${path}: ${text.slice(0, 500)}.`,
				'See the n8n log in the instance folder.',
			);
		return record(text === '' ? {} : JSON.parse(text));
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
