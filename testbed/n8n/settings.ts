/** One n8n process of the sandbox: where it lives and what it listens on. Everything is on 127.0.0.1. */
export interface InstanceSettings {
	/** The instance's N8N_USER_FOLDER; created if absent. Nothing is read or written outside it. */
	readonly userFolder: string;
	/** Port of the editor, of REST and of webhooks. */
	readonly port: number;
	/** Port of the task broker; every n8n process (main, worker, command) opens one of its own. */
	readonly brokerPort: number;
	/** Folder of the community package to link; it must hold a built `package.json` tree. `null` links none. */
	readonly packageFolder: string | null;
	/** Further variables, e.g. of queue mode; they win over the sandbox's own. */
	readonly environment?: Readonly<Record<string, string>>;
}

/** Who owns every sandbox instance. The instance is local, private and thrown away: the password is no secret. */
export const owner = {
	email: 'owner@example.com',
	firstName: 'Sandbox',
	lastName: 'Owner',
	password: 'Demo-pass-1',
} as const;
