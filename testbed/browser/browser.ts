import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { owner } from '../n8n/settings';

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

/** Opens Chromium on a fresh profile and signs the sandbox's owner in. */
export async function openEditor(
	url: string,
	scheme: Scheme,
	width: number,
	height: number,
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
	await context.route(/.*/, (route) =>
		new URL(route.request().url()).hostname === '127.0.0.1' ? route.continue() : route.abort(),
	);
	await context.request.post('/rest/login', {
		data: { emailOrLdapLoginId: owner.email, password: owner.password },
	});
	return {
		context,
		close: async () => {
			await context.close();
			rmSync(profile, { recursive: true, force: true });
		},
	};
}
