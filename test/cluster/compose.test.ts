import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const root = join(__dirname, '..', '..');
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Service {
	readonly image?: string;
	readonly command?: string;
	readonly build?: { readonly dockerfile?: string };
	readonly environment?: Readonly<Record<string, string>>;
	readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
	readonly volumes?: readonly string[];
	readonly healthcheck?: object;
	readonly stop_grace_period?: string;
}
interface Compose {
	readonly services: Readonly<Record<string, Service>>;
	readonly volumes: Readonly<Record<string, null>>;
}

const compose = parse(text('compose.yaml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const n8n = services.filter(([, service]) => service.build !== undefined);

/** Read by n8n's module for community packages (n8n/dist/modules/community-packages), which is not part of @n8n/config. */
const ofModules = ['N8N_UNVERIFIED_PACKAGES_ENABLED'];

/** Names of the variables n8n 2.40 reads, as its own configuration declares them. */
function knownVariables(): ReadonlySet<string> {
	const folder = join(root, 'node_modules', '@n8n', 'config', 'dist');
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
		file.endsWith('.js'),
	);
	const names = files.flatMap((file) =>
		[...readFileSync(join(folder, file), 'utf8').matchAll(/Env\)?\(\s*'([A-Z0-9_]+)'/g)].map(
			(match) => match[1] ?? '',
		),
	);
	return new Set([...names, ...ofModules]);
}

describe('compose.yaml', () => {
	it('has a main, two workers, Redis and Postgres, and depends on nothing that is not there', () => {
		expect(Object.keys(compose.services).sort()).toEqual([
			'main',
			'postgres',
			'redis',
			'worker-1',
			'worker-2',
		]);
		for (const [, service] of services) {
			for (const name of Object.keys(service.depends_on ?? {})) {
				expect(compose.services[name]?.healthcheck).toBeDefined();
			}
			for (const volume of service.volumes ?? []) {
				expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
			}
		}
	});

	it('runs the same image with the same settings everywhere, and only the command differs', () => {
		expect(n8n.map(([, { command }]) => command)).toEqual([
			'start',
			'worker --concurrency=10',
			'worker --concurrency=10',
		]);
		for (const [, service] of n8n) {
			expect(service.environment).toEqual(n8n[0]?.[1].environment);
			expect(service.image).toBe(n8n[0]?.[1].image);
		}
	});

	it('names only variables n8n reads', () => {
		const known = knownVariables();
		expect(known.size).toBeGreaterThan(100);
		const used = Object.keys(n8n[0]?.[1].environment ?? {});
		expect(used.filter((name) => !known.has(name))).toEqual([]);
	});

	it('gives runs the time n8n takes to end them before Docker kills', () => {
		for (const [, { stop_grace_period: grace, environment }] of n8n) {
			expect(parseInt(grace ?? '0', 10)).toBeGreaterThan(
				Number(environment?.['N8N_GRACEFUL_SHUTDOWN_TIMEOUT']),
			);
		}
	});

	it('holds no secret', () => {
		for (const [name, value] of services.flatMap(([, { environment }]) =>
			Object.entries(environment ?? {}),
		)) {
			if (/KEY|PASSWORD|SECRET|TOKEN/.test(name)) expect(value).toMatch(/^\$\{[A-Z0-9_]+:\?/);
		}
	});
});

describe('Dockerfile', () => {
	it('copies files that exist, and the n8n the package is tested with', () => {
		const lines = text('Dockerfile').split('\n');
		const copied = lines.flatMap((line) => /^COPY (?!--from)(?:--\S+ )*(\S+) /.exec(line)?.[1] ?? []);
		expect(copied.filter((file) => !existsSync(join(root, file)))).toEqual([]);
		const sandbox = JSON.parse(text('testbed/n8n/install/package.json')) as {
			dependencies: Record<string, string>;
		};
		expect(text('Dockerfile')).toContain(`n8nio/n8n:${sandbox.dependencies['n8n'] ?? '?'}`);
	});

	it('links the package under the name n8n loads it by', () => {
		const { name } = JSON.parse(text('package.json')) as { name: string };
		expect(text('docker-entrypoint.release-gate.sh')).toContain(`"$nodes/${name}"`);
	});
});
