import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../../testbed/browser/browser';
import type { Instance } from '../../testbed/n8n/instance';
import { fileOf } from './pictures';
import { integrityOf, type Tarball } from './registry';

/** What a way to install does to the folder or the variables of an n8n that is down, or to one that runs. */
export interface Way {
	readonly name: string;
	/** Whether it is the one of which pictures are taken. */
	readonly pictures?: true;
	/** Brings a version into the folder of an n8n that is down. */
	readonly place?: (userFolder: string, tarball: Tarball | null) => void;
	/** The variables n8n is started with for a version; none for one without the package. */
	readonly environment?: (tarball: Tarball | null) => Readonly<Record<string, string>>;
	/** Brings a version into an n8n that runs. */
	readonly ask?: (
		n8n: Instance,
		tarball: Tarball | null,
		present: boolean,
		pictures: string,
	) => Promise<void>;
}

const name = 'n8n-nodes-release-gate';

const folderIn = (userFolder: string): string => join(userFolder, '.n8n', 'nodes', 'node_modules', name);

function unpack(file: string, into: string): void {
	mkdirSync(into, { recursive: true });
	execFileSync('tar', ['xzf', file, '--strip-components=1', '-C', into]);
}

/** Types the name into n8n's own page, agrees to the risk, and waits until the package stands in the list. */
async function installByPage(
	n8n: Instance,
	{ name: typed, version }: Tarball,
	pictures: string,
): Promise<void> {
	const editor = await openEditor(n8n.url, 'light', 1280, 800);
	try {
		const page = await editor.context.newPage();
		await page.goto('/settings/community-nodes', { waitUntil: 'domcontentloaded' });
		const first = page.getByRole('button', { name: /install/i }).first();
		await first.waitFor({ timeout: 150_000 });
		await first.click();
		const dialog = page.getByRole('dialog');
		await dialog.locator('input').first().fill(`${typed}@${version}`);
		await dialog.getByText(/I understand the risks/i).click();
		await page.screenshot({ path: fileOf(pictures, 'typed') });
		await dialog.getByRole('button', { name: /^install$/i }).click();
		await page.locator('[data-test-id="community-package-card"]').waitFor({ timeout: 150_000 });
		await dialog.waitFor({ state: 'hidden' });
		await page.waitForTimeout(1_000);
		await page.screenshot({ path: fileOf(pictures, 'listed') });
	} finally {
		await editor.close();
	}
}

/** The ways of the README, each tried by `npm run install:try`. */
export const ways: readonly Way[] = [
	{
		name: 'Community nodes page',
		pictures: true,
		async ask(n8n, tarball, present, pictures) {
			const path = '/rest/community-packages';
			if (tarball === null) await n8n.session.call('DELETE', `${path}?name=${name}`);
			else if (present) await n8n.session.call('PATCH', path, { name, version: tarball.version });
			else await installByPage(n8n, tarball, pictures);
		},
	},
	{
		name: 'Variables of the environment',
		environment: (tarball) => ({
			N8N_COMMUNITY_PACKAGES_MANAGED_BY_ENV: 'true',
			N8N_COMMUNITY_PACKAGES: JSON.stringify(
				tarball === null ? [] : [{ name, version: tarball.version, checksum: integrityOf(tarball.file) }],
			),
		}),
	},
	{
		name: 'Baked into the image',
		// As the Dockerfile does it: the package stands outside the volume and is linked when n8n starts.
		place(userFolder, tarball) {
			rmSync(folderIn(userFolder), { recursive: true, force: true });
			if (tarball === null) return;
			const image = join(userFolder, '..', `image-${tarball.version}`);
			unpack(tarball.file, image);
			mkdirSync(join(folderIn(userFolder), '..'), { recursive: true });
			symlinkSync(image, folderIn(userFolder));
		},
	},
	{
		name: 'Unpacked by hand',
		place(userFolder, tarball) {
			rmSync(folderIn(userFolder), { recursive: true, force: true });
			if (tarball !== null) unpack(tarball.file, folderIn(userFolder));
		},
	},
];
