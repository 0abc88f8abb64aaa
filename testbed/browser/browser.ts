import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { password, type Person } from '../n8n/people';
import { owner } from '../n8n/settings';
import { SandboxProblem } from '../problem';

/** Debian's Chromium; RG_CHROMIUM names another. */
const executablePath = process.env.RG_CHROMIUM ?? '/usr/bin/chromium';

const quiet = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

export type Scheme = 'light' | 'dark';

/** A signed-in editor window. Requests to anything but this machine are cut. */
export interface Editor {
	readonly context: BrowserContext;
	close(): Promise<void>;
}

/** How a window is opened; 1000 by 900 in light colours if absent. */
export interface WindowOptions {
	readonly scheme?: Scheme;
	readonly width?: number;
	readonly height?: number;
}

/** Opens Chromium on a fresh profile and signs the sandbox's owner in. */
export const openEditor = (url: string, scheme: Scheme, width: number, height: number): Promise<Editor> =>
	openEditorAs(url, owner, { scheme, width, height });

/**
 * Opens Chromium on a fresh profile and signs a person in, who has an account of that n8n.
 *
 * @throws SandboxProblem when n8n does not let the person in
 */
export async function openEditorAs(
	url: string,
	{ email }: Pick<Person, 'email'>,
	{ scheme = 'light', width = 1000, height = 900 }: WindowOptions = {},
): Promise<Editor> {
	const profile = mkdtempSync(join(tmpdir(), 'release-gate-browser-'));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath,
		headless: true,
		args: quiet,
		colorScheme: scheme,
		viewport: { width, height },
		baseURL: url,
	});
	const close = async (): Promise<void> => {
		await context.close();
		rmSync(profile, { recursive: true, force: true });
	};
	await context.route(/.*/, (route) =>
		new URL(route.request().url()).hostname === '127.0.0.1' ? route.continue() : route.abort(),
	);
	const answer = await context.request.post('/rest/login', {
		data: { emailOrLdapLoginId: email, password },
	});
	if (!answer.ok()) {
		await close();
		throw new SandboxProblem(
			`${email} cannot sign in: n8n answered ${answer.status()}.`,
			'Invite the person first.',
		);
	}
	return { context, close };
}
