/**
 * Tries each way to install the package in a real n8n, with an upgrade from the package of an earlier commit and a ledger
 * in use: `npm run install:try [-- --from HEAD~1] [--only "Unpacked by hand"]`. Writes docs/records/install.md and, for n8n's own
 * page, pictures. RG_N8N_ROOT and RG_N8N_NODE name another n8n than the one of the tests.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { startProxy } from '../../testbed/proxy';
import { packages } from './packages';
import { play, type Seen } from './play';
import { startRegistry } from './registry';
import { ways } from './ways';

const page = join(packageRoot, 'docs', 'records', 'install.md');
const pictures = join(packageRoot, 'docs', 'images');

function pageOf(seen: readonly Seen[], n8n: string): string {
	const rows = seen.map(
		({ way, installed, upgraded, removed, again }) =>
			`| ${[way, installed, upgraded, removed, again].map((cell) => cell.replaceAll('|', '/').replace(/\s+/g, ' ')).join(' | ')} |`,
	);
	return `# Ways to install, each tried

Written by \`npm run install:try\`; nothing on this page is typed by hand but this text.

Each way was taken in a real n8n ${n8n}: the package of an earlier commit (as version 0.0.1) is installed and a published spine
serves 300 recipients by its webhook; the package of today takes its place, with the same ledger, and the spine runs again; the
package is taken away, and the webhook is called; the package is installed again. A local registry of one package stands behind the
name of npm's. The image is played by a folder that is linked as the Dockerfile links it: there is no Docker where this was run.

| way | installed | upgraded, the ledger in use | taken away | installed again |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

![n8n's own page, about to install](../images/install-page.png)
![Installed](../images/install-page-done.png)
`;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { from: { type: 'string', default: 'HEAD~1' }, only: { type: 'string' } },
	});
	const root = process.env.RG_N8N_ROOT ?? join(packageRoot, 'testbed', 'n8n', 'install');
	const n8n = JSON.parse(readFileSync(join(root, 'node_modules', 'n8n', 'package.json'), 'utf8')) as {
		version: string;
	};
	mkdirSync(pictures, { recursive: true });
	const { now, before } = packages(join(runRoot, 'install-packages'), values.from);
	const seen: Seen[] = [];
	for (const way of ways.filter(({ name }) => values.only === undefined || name === values.only)) {
		const registry = await startRegistry();
		registry.publish(before);
		registry.publish(now);
		const proxy = await startProxy({ 'registry.npmjs.org': registry.url });
		const environment = {
			...proxy.environment(),
			npm_config_cache: join(runRoot, 'install', 'npm'),
			npm_config_audit: 'false',
			npm_config_fund: 'false',
		};
		try {
			console.log(way.name);
			const one = await play(way, { now, before, registry, environment, pictures });
			console.log(`  ${JSON.stringify(one)}`);
			seen.push(one);
		} finally {
			await proxy.close();
			await registry.close();
		}
	}
	if (values.only === undefined) writeFileSync(page, pageOf(seen, n8n.version));
}

main().catch((problem: unknown) => {
	console.error(problem);
	process.exitCode = 1;
});
