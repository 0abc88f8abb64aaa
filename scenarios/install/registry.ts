import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One version of the package as `npm pack` makes it. */
export interface Tarball {
	readonly name: string;
	readonly version: string;
	readonly file: string;
}

/** What npm calls the integrity of a tarball, and n8n its checksum. */
export const integrityOf = (file: string): string =>
	`sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;

export interface Registry {
	readonly url: string;
	/** From now on this version is there too, and is the latest. */
	publish(tarball: Tarball): void;
	close(): Promise<void>;
}

/** A registry of one package, with the three answers npm asks of it: the package, one version, the tarball. */
export async function startRegistry(): Promise<Registry> {
	const published: Tarball[] = [];
	const host = 'https://registry.npmjs.org';
	const versionOf = ({ name, version, file }: Tarball) => ({
		name,
		version,
		dist: {
			tarball: `${host}/${name}/-/${name}-${version}.tgz`,
			integrity: integrityOf(file),
			shasum: createHash('sha1').update(readFileSync(file)).digest('hex'),
		},
	});
	const answer = (path: string): Buffer | object | null => {
		const [, name = '', rest, file] = path.split('/').map(decodeURIComponent);
		const own = published.filter((tarball) => tarball.name === name);
		const latest = own.at(-1);
		if (!latest) return null;
		if (rest === '-') {
			const found = own.find((tarball) => file === `${name}-${tarball.version}.tgz`);
			return found ? readFileSync(found.file) : null;
		}
		if (rest !== undefined) {
			const found = own.find(({ version }) => version === (rest === 'latest' ? latest.version : rest));
			return found ? versionOf(found) : null;
		}
		return {
			name,
			'dist-tags': { latest: latest.version },
			versions: Object.fromEntries(own.map((tarball) => [tarball.version, versionOf(tarball)])),
		};
	};
	const server = createServer((request, response) => {
		const found = answer(new URL(request.url ?? '/', host).pathname);
		const body = Buffer.isBuffer(found) ? found : JSON.stringify(found ?? { error: 'Not found' });
		response.writeHead(found === null ? 404 : 200, {
			'content-type': Buffer.isBuffer(found) ? 'application/octet-stream' : 'application/json',
		});
		response.end(body);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		publish: (tarball) => void published.push(tarball),
		close: async () => await new Promise<void>((resolve) => void server.close(() => resolve())),
	};
}
